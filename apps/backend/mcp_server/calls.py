"""What all tools have in common: whose call it is, a session for it, errors as one sentence."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any, Protocol, TypeVar

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import UNREACHABLE
from core.faults import AccountDeleted
from core.fields import Number
from core.problems import DATABASE_AWAY
from core.sessions import Sessions
from core.task_changes import PlanRefused
from core.tasks import TaskNotFound

Checked = TypeVar("Checked", bound=BaseModel)


class AsCaller(Protocol):
    """Opens a session for the user that a token belongs to, whom a call may name too."""

    def __call__(
        self, context: Context[Any, Any], user_id: str | None, *, transaction: bool = False
    ) -> AbstractAsyncContextManager[tuple[AsyncSession, str]]:
        """Gives the session, in one transaction if need be, and the user."""


def without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


# A text that may be left out: clients see no null in its schema.
UserId = Annotated[
    str | SkipJsonSchema[None],
    Field(
        description="Whose tasks: the user the token belongs to, also where it is left out",
        json_schema_extra=without_default,
    ),
]
TaskId = Annotated[Number, Field(description="The task's number, as list_tasks shows it")]


def callers_of(sessions: Sessions) -> AsCaller:
    """Returns how the tools open their sessions."""

    @asynccontextmanager
    async def as_caller(
        context: Context[Any, Any], user_id: str | None, *, transaction: bool = False
    ) -> AsyncIterator[tuple[AsyncSession, str]]:
        """What goes wrong becomes a tool error."""
        request = context.request_context.request
        if request is None or user_id not in (None, request.state.user_id):
            raise ToolError("The token belongs to another user than user_id names.")
        try:
            async with sessions.begin() if transaction else sessions() as session:
                yield session, request.state.user_id
        except (TaskNotFound, PlanRefused, AccountDeleted) as error:
            raise ToolError(str(error)) from error
        except UNREACHABLE as error:
            raise ToolError(DATABASE_AWAY) from error

    return as_caller


def check(model: type[Checked], **values: Any) -> Checked:
    """Returns the model made of `values`; what is wrong with them becomes a tool error."""
    try:
        return model(**values)
    except ValidationError as error:
        raise ToolError(sentence(error)) from error


def sentence(error: ValidationError) -> str:
    """Returns the first thing that is wrong."""
    first = error.errors()[0]
    field = f"{first['loc'][0]}: " if first["loc"] else ""
    return f"{field}{first['msg']}."
