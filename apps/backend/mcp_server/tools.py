"""The five tools: names, parameters and returns are a contract with other people's clients."""

from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import CallToolResult
from pydantic import BaseModel, Field

from core import tasks
from core.fields import NewTask, Status, TaskChanges
from mcp_server.calls import AsCaller, TaskId, UserId, check
from mcp_server.hints import ADDS, OVERWRITES, READS, SETS
from mcp_server.results import Receipt, listing, receipt

LONGEST_LIST = 1000

TitleText = Annotated[str, Field(description="What is to be done, 1 to 200 characters")]
DescriptionText = Annotated[str | None, Field(description="Details, at most 1000 characters")]


class ListedTask(BaseModel):
    """A task as the assistant sees it."""

    id: int
    title: str
    description: str | None
    completed: bool


class TaskList(BaseModel):
    """The user's tasks."""

    result: list[ListedTask]


def add_tools(server: MCPServer[Any], as_caller: AsCaller) -> None:
    """Registers the five tools on `server`."""

    @server.tool(annotations=ADDS)
    async def add_task(
        context: Context[Any, Any],
        *,
        user_id: UserId = None,
        title: TitleText,
        description: DescriptionText = None,
    ) -> Receipt:
        """Add a task to the user's list."""
        new = check(NewTask, title=title, description=description)
        async with as_caller(context, user_id) as (session, owner):
            return receipt(await tasks.add_task(session, owner, new), "created")

    @server.tool(annotations=READS)
    async def list_tasks(
        context: Context[Any, Any],
        *,
        user_id: UserId = None,
        status: Annotated[Status, Field(description="Which tasks to list")] = "all",
    ) -> Annotated[CallToolResult, TaskList]:
        """List the user's tasks in the order they were added, at most the first 1000."""
        async with as_caller(context, user_id) as (session, owner):
            rows = await tasks.list_tasks(session, owner, status, LONGEST_LIST)
        listed = [ListedTask.model_validate(row, from_attributes=True) for row in rows]
        return listing(TaskList(result=listed))

    @server.tool(annotations=SETS)
    async def complete_task(
        context: Context[Any, Any], *, user_id: UserId = None, task_id: TaskId
    ) -> Receipt:
        """Mark a task as completed."""
        async with as_caller(context, user_id) as (session, owner):
            return receipt(await tasks.complete_task(session, owner, task_id), "completed")

    @server.tool(annotations=OVERWRITES)
    async def delete_task(context: Context[Any, Any], *, user_id: UserId = None, task_id: TaskId) -> Receipt:
        """Delete a task; for 24 hours, restore_task brings it back."""
        async with as_caller(context, user_id) as (session, owner):
            return receipt(await tasks.delete_task(session, owner, task_id), "deleted")

    @server.tool(annotations=OVERWRITES)
    async def update_task(
        context: Context[Any, Any],
        *,
        user_id: UserId = None,
        task_id: TaskId,
        title: Annotated[str | None, Field(description="The new title; leave out to keep it")] = None,
        description: Annotated[
            str | None, Field(description="The new details; leave out to keep them, empty to clear them")
        ] = None,
    ) -> Receipt:
        """Change a task's title or description."""
        given = {"title": title, "description": description}
        changes = check(TaskChanges, **{name: text for name, text in given.items() if text is not None})
        async with as_caller(context, user_id) as (session, owner):
            return receipt(await tasks.update_task(session, owner, task_id, changes), "updated")
