"""What all tools have in common: whose call it is, one transaction for it, errors as one sentence."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import UNREACHABLE, Sessions
from core.faults import AccountDeleted
from core.fields import Number
from core.problems import DATABASE_AWAY
from core.tasks import PlanRefused, TaskNotFound

Checked = TypeVar("Checked", bound=BaseModel)
AsCaller = Callable[[Context[Any, Any], str], AbstractAsyncContextManager[AsyncSession]]

UserId = Annotated[str, Field(description="Whose tasks; must be the user the token belongs to")]
TaskId = Annotated[Number, Field(description="The task's number, as list_tasks shows it")]


def callers_of(sessions: Sessions) -> AsCaller:
    """Returns what opens a transaction for the user that a call names and its token belongs to."""

    @asynccontextmanager
    async def as_caller(context: Context[Any, Any], user_id: str) -> AsyncIterator[AsyncSession]:
        """One transaction for the user the token belongs to; what goes wrong becomes a tool error."""
        request = context.request_context.request
        if request is None or request.state.user_id != user_id:
            raise ToolError("The token belongs to another user than user_id names.")
        try:
            async with sessions.begin() as session:
                yield session
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
