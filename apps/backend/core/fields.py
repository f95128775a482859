"""What users and models hand in, trimmed and checked the same way everywhere."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from core.models import DESCRIPTION_LENGTH, TITLE_LENGTH, Priority, Recurrence
from core.recurrence import ZONES
from core.words import is_blank

TAGS = 10
TAG_LENGTH = 30
QUERY_LENGTH = 200
UNDATED = "A recurring task needs a due date"

Status = Literal["all", "pending", "completed"]
Sort = Literal["created", "title", "due_date", "priority", "updated"]
Order = Literal["asc", "desc"]

TAG_PATTERN = r"^[^,\x00-\x1f\x7f-\x9f]*$"  # no comma, no control character
DIGITS = re.compile(r"[+-]?[0-9]+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)")


def refuse_nul(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("nul", "Text must not contain the NUL character")
    return text


def refuse_blank(text: str) -> str:
    if is_blank(text):
        raise PydanticCustomError("blank", "Text must have something to be seen in it")
    return text


def check_tag(text: str) -> str:
    if not re.fullmatch(TAG_PATTERN, text):
        raise PydanticCustomError("tag", "A tag has neither commas nor control characters")
    return text


def check_number(value: object) -> object:
    # pydantic would also take true, and 1_0.
    if isinstance(value, bool) or (isinstance(value, str) and not DIGITS.fullmatch(value.strip())):
        raise PydanticCustomError("int_parsing", "Input should be a valid integer")
    return value


def blank_to_none(text: str) -> str | None:
    return None if is_blank(text) else text


def without_repeats(tags: list[str]) -> list[str]:
    kept: dict[str, str] = {}
    for tag in tags:
        kept.setdefault(tag.casefold(), tag)
    return list(kept.values())


def check_zone(name: str) -> str:
    if name not in ZONES:
        raise PydanticCustomError("time_zone", "Name a time zone as IANA does, for example Europe/Berlin")
    return name


def check_moment(value: object) -> object:
    # pydantic would also take numbers, and dates without a time.
    if isinstance(value, datetime) or (isinstance(value, str) and MOMENT.fullmatch(value)):
        return value
    raise PydanticCustomError("moment", "Write a moment with its offset, for example 2026-01-31T09:00:00Z")


def to_storable(moment: datetime) -> datetime:
    try:
        if (moment := moment.astimezone(UTC)).year >= 1970:
            # Browsers know no finer ones: what they send back must be what they were given.
            return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    except OverflowError:
        pass
    raise PydanticCustomError("year", "The year must be from 1970 to 9999")


Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH),
    AfterValidator(refuse_nul),
    AfterValidator(refuse_blank),
    Field(description="What is to be done", examples=["Buy groceries"]),
]
Description = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=DESCRIPTION_LENGTH),
    AfterValidator(refuse_nul),
    AfterValidator(blank_to_none),
    Field(description="Details; a blank text is none", examples=["Milk, eggs, bread"]),
]
Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=TAG_LENGTH),
    AfterValidator(check_tag),
    AfterValidator(refuse_blank),
    Field(json_schema_extra={"pattern": TAG_PATTERN}),
]
Tags = Annotated[
    list[Tag],
    Field(
        max_length=TAGS,
        description="Words to find it by; of two that differ only in case, the first is kept",
        examples=[["home", "errands"]],
    ),
    AfterValidator(without_repeats),
]
Number = Annotated[int, BeforeValidator(check_number)]
Moment = Annotated[AwareDatetime, BeforeValidator(check_moment), AfterValidator(to_storable)]
Due = Annotated[
    Moment,
    Field(
        description="When it is due, as RFC 3339 has it, with an offset", examples=["2026-01-31T09:00:00Z"]
    ),
]
TimeZone = Annotated[
    str,
    AfterValidator(check_zone),
    Field(
        description="The IANA time zone in which its days are counted when it recurs",
        examples=["Europe/Berlin"],
    ),
]
Interval = Annotated[Recurrence, Field(description="How often it comes back; needs a due date")]
Needle = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=QUERY_LENGTH), AfterValidator(refuse_nul)
]


def without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class NewTask(BaseModel):
    """A task to add."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "Pay the rent",
                "priority": "high",
                "tags": ["home"],
                "due_at": "2026-01-31T09:00:00+01:00",
                "recurrence": "monthly",
                "time_zone": "Europe/Berlin",
            }
        }
    )

    title: Title
    description: Description | None = None
    priority: Priority = "none"
    tags: Tags = []
    due_at: Due | None = None
    recurrence: Interval | None = None
    time_zone: TimeZone = "UTC"

    @model_validator(mode="after")
    def recurring_has_due_date(self) -> Self:
        if self.recurrence and self.due_at is None:
            raise PydanticCustomError("undated", UNDATED)
        return self


class TaskChanges(BaseModel):
    """What to change about a task: what is not given stays; null clears a description, date or recurrence."""

    # No default is ever read: tasks.update_task looks only at the fields that were given.
    model_config = ConfigDict(json_schema_extra=without_defaults)

    title: Title = ""
    description: Description | None = None
    priority: Priority = "none"
    tags: Tags = []
    due_at: Due | None = None
    recurrence: Interval | None = None
    time_zone: TimeZone = "UTC"


class TaskQuery(BaseModel):
    """Which tasks to list, and in which order."""

    status: Status = "all"
    q: Annotated[
        Needle | None, Field(description="A part of the title, the description or a tag, whatever its case")
    ] = None
    priority: Annotated[list[Priority], Field(max_length=4, description="Any of these")] = []
    tag: Annotated[list[Tag], Field(max_length=TAGS, description="All of these, whatever their case")] = []
    due_after: Annotated[Moment | None, Field(description="Due at this moment or later")] = None
    due_before: Annotated[Moment | None, Field(description="Due before this moment")] = None
    sort: Annotated[Sort, Field(description="By due_date, tasks without one come last in either order")] = (
        "created"
    )
    order: Order = "asc"
