"""The five tools: names, parameters and returns are a contract with other people's clients."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from core import tasks
from core.database import UNREACHABLE, Sessions
from core.fields import NewTask, TaskChanges
from core.models import Task
from core.tasks import Status, TaskNotFound

LONGEST_LIST = 1000

Checked = TypeVar("Checked", bound=BaseModel)

UserId = Annotated[str, Field(description="Whose tasks; must be the user the token belongs to")]
TaskId = Annotated[int, Field(description="The task's number, as list_tasks shows it")]
TitleText = Annotated[str, Field(description="What is to be done, 1 to 200 characters")]
DescriptionText = Annotated[str | None, Field(description="Details, at most 1000 characters")]


class Receipt(BaseModel):
    """What was done to which task."""

    task_id: int
    status: Literal["created", "completed", "deleted", "updated"]
    title: str


class ListedTask(BaseModel):
    """A task as the assistant sees it."""

    id: int
    title: str
    description: str | None
    completed: bool


class TaskList(BaseModel):
    """MCP's structured content is an object; the array itself is also the text content."""

    result: list[ListedTask]


def add_tools(server: MCPServer[Any], sessions: Sessions) -> None:
    """Registers the five tools on `server`."""

    @asynccontextmanager
    async def as_caller(context: Context[Any, Any], user_id: str) -> AsyncIterator[AsyncSession]:
        """One transaction for the user the token belongs to; what goes wrong becomes a tool error."""
        request = context.request_context.request
        if request is None or request.state.user_id != user_id:
            raise ToolError("The token belongs to another user than user_id names.")
        try:
            async with sessions.begin() as session:
                yield session
        except TaskNotFound as error:
            raise ToolError(str(error)) from error
        except UNREACHABLE as error:
            raise ToolError("The database does not answer; try again shortly.") from error

    @server.tool()
    async def add_task(
        context: Context[Any, Any], user_id: UserId, title: TitleText, description: DescriptionText = None
    ) -> Receipt:
        """Add a task to the user's list."""
        new = check(NewTask, title=title, description=description)
        async with as_caller(context, user_id) as session:
            return receipt(await tasks.add_task(session, user_id, new), "created")

    @server.tool()
    async def list_tasks(
        context: Context[Any, Any],
        user_id: UserId,
        status: Annotated[Status, Field(description="Which tasks to list")] = "all",
    ) -> Annotated[CallToolResult, TaskList]:
        """List the user's tasks in the order they were added, at most the first 1000."""
        async with as_caller(context, user_id) as session:
            rows = await tasks.list_tasks(session, user_id, status, LONGEST_LIST)
        return listing(rows)

    @server.tool()
    async def complete_task(context: Context[Any, Any], user_id: UserId, task_id: TaskId) -> Receipt:
        """Mark a task as completed."""
        async with as_caller(context, user_id) as session:
            return receipt(await tasks.complete_task(session, user_id, task_id), "completed")

    @server.tool()
    async def delete_task(context: Context[Any, Any], user_id: UserId, task_id: TaskId) -> Receipt:
        """Delete a task for good."""
        async with as_caller(context, user_id) as session:
            return receipt(await tasks.delete_task(session, user_id, task_id), "deleted")

    @server.tool()
    async def update_task(
        context: Context[Any, Any],
        user_id: UserId,
        task_id: TaskId,
        title: Annotated[str | None, Field(description="The new title; leave out to keep it")] = None,
        description: Annotated[
            str | None, Field(description="The new details; leave out to keep them, empty to clear them")
        ] = None,
    ) -> Receipt:
        """Change a task's title or description."""
        given = {"title": title, "description": description}
        changes = check(TaskChanges, **{name: text for name, text in given.items() if text is not None})
        async with as_caller(context, user_id) as session:
            return receipt(await tasks.update_task(session, user_id, task_id, changes), "updated")


def check(model: type[Checked], **values: str | None) -> Checked:
    try:
        return model(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise ToolError(f"{first['loc'][0]}: {first['msg']}.") from error


def receipt(task: Task, status: Literal["created", "completed", "deleted", "updated"]) -> Receipt:
    return Receipt(task_id=task.id, status=status, title=task.title)


def listing(rows: list[Task]) -> CallToolResult:
    listed = TaskList(result=[ListedTask.model_validate(row, from_attributes=True) for row in rows])
    content = listed.model_dump()
    array = TypeAdapter(list[ListedTask]).dump_json(listed.result).decode()
    return CallToolResult(content=[TextContent(type="text", text=array)], structured_content=content)
