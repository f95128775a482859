"""The texts that users and models hand in, trimmed and checked the same way everywhere."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, StringConstraints
from pydantic_core import PydanticCustomError

from core.models import DESCRIPTION_LENGTH, TITLE_LENGTH


def refuse_nul(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("nul", "Text must not contain the NUL character")
    return text


def blank_to_none(text: str) -> str | None:
    return text or None


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH),
    AfterValidator(refuse_nul),
]
Description = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=DESCRIPTION_LENGTH),
    AfterValidator(refuse_nul),
    AfterValidator(blank_to_none),
]


class NewTask(BaseModel):
    """A task to add; a blank description is none."""

    title: Title
    description: Description | None = None


class TaskChanges(BaseModel):
    """What to change about a task; fields not given keep their value, a null description clears it."""

    # No default is ever read: tasks.update_task looks only at the fields that were given.
    title: Title = ""
    description: Description | None = None
