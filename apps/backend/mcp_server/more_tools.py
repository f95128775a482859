"""Tools beside the five: they find tasks, plan them, and take back what was done."""

from datetime import datetime
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import CallToolResult
from pydantic import BaseModel, ConfigDict, Field

from core import tasks
from core.fields import Number, Sort, Status, TaskChanges, TaskQuery
from core.models import Priority, Recurrence, Task
from core.recurrence import local
from mcp_server.calls import AsCaller, TaskId, UserId, check
from mcp_server.hints import OVERWRITES, READS, SETS
from mcp_server.results import Receipt, listing, receipt

MOST_FOUND = 200

Moment = Annotated[
    str | None, Field(description="An RFC 3339 moment with its offset, such as 2026-12-01T09:00:00+01:00")
]


class Plan(BaseModel):
    """A task's plan after it was changed."""

    model_config = ConfigDict(from_attributes=True)

    task_id: int
    status: Literal["planned"] = "planned"
    title: str
    priority: Priority
    tags: list[str]
    due_at: datetime | None
    recurrence: Recurrence | None
    time_zone: str


class WholeTask(BaseModel):
    """All that is known about a task; `due_at` is in its own time zone."""

    id: int
    title: str
    description: str | None
    completed: bool
    priority: Priority
    tags: list[str]
    due_at: datetime | None
    recurrence: Recurrence | None
    time_zone: str
    created_at: datetime
    updated_at: datetime


class FoundTasks(BaseModel):
    """The tasks that were found."""

    result: list[WholeTask]


def add_more_tools(server: MCPServer[Any], as_caller: AsCaller) -> None:
    """Registers the tools on `server`."""

    @server.tool(annotations=READS)
    async def get_task(context: Context[Any, Any], *, user_id: UserId = None, task_id: TaskId) -> WholeTask:
        """Show everything about one task."""
        async with as_caller(context, user_id) as (session, owner):
            return WholeTask(**facts(await tasks.get_task(session, owner, task_id)))

    @server.tool(annotations=READS)
    async def find_tasks(
        context: Context[Any, Any],
        *,
        user_id: UserId = None,
        query: Annotated[
            str | None, Field(description="A part of the title, the description or a tag, whatever its case")
        ] = None,
        status: Annotated[Status, Field(description="Which tasks to find")] = "all",
        priority: Annotated[Priority | None, Field(description="Only tasks of this priority")] = None,
        tag: Annotated[str | None, Field(description="Only tasks with this tag")] = None,
        due_before: Moment = None,
        due_after: Moment = None,
        sort: Annotated[Sort, Field(description="By what to order them")] = "created",
    ) -> Annotated[CallToolResult, FoundTasks]:
        """Search the user's tasks, at most the first 200. Overdue ones are pending and due before now."""
        wanted = check(
            TaskQuery,
            q=query,
            status=status,
            priority=[priority] if priority else [],
            tag=[tag] if tag else [],
            due_before=due_before or None,
            due_after=due_after or None,
            sort=sort,
        )
        async with as_caller(context, user_id) as (session, owner):
            rows = await tasks.find_tasks(session, owner, wanted, MOST_FOUND)
        return listing(FoundTasks(result=[WholeTask(**facts(row)) for row in rows]))

    @server.tool(annotations=OVERWRITES)
    async def plan_task(
        context: Context[Any, Any],
        *,
        user_id: UserId = None,
        task_id: TaskId,
        priority: Annotated[Priority | None, Field(description="Leave out to keep it")] = None,
        tags: Annotated[
            list[str] | None, Field(description="All its tags from now on; leave out to keep them")
        ] = None,
        due_at: Annotated[
            str | None,
            Field(
                description="When it is due, an RFC 3339 moment with its offset such as"
                " 2026-12-01T09:00:00+01:00; leave out to keep it, empty to clear it"
            ),
        ] = None,
        recurrence: Annotated[
            Recurrence | Literal[""] | None,
            Field(
                description="How often it comes back once completed, which needs a due date;"
                " leave out to keep it, empty to clear it"
            ),
        ] = None,
        time_zone: Annotated[
            str | None, Field(description="The user's IANA time zone, such as Europe/Berlin")
        ] = None,
    ) -> Plan:
        """Set a task's priority, tags, due date or recurrence."""
        given = {"priority": priority, "tags": tags, "time_zone": time_zone}
        cleared = {"due_at": due_at, "recurrence": recurrence}
        changes = check(
            TaskChanges,
            **{name: value for name, value in given.items() if value is not None},
            **{name: value or None for name, value in cleared.items() if value is not None},
        )
        async with as_caller(context, user_id) as (session, owner):
            task = await tasks.update_task(session, owner, task_id, changes)
            return Plan(task_id=task.id, **facts(task))

    @server.tool(annotations=SETS)
    async def reopen_task(context: Context[Any, Any], *, user_id: UserId = None, task_id: TaskId) -> Receipt:
        """Mark a completed task as pending again."""
        async with as_caller(context, user_id) as (session, owner):
            return receipt(await tasks.reopen_task(session, owner, task_id), "reopened")

    @server.tool(annotations=SETS)
    async def restore_task(
        context: Context[Any, Any],
        *,
        user_id: UserId = None,
        task_id: Annotated[Number, Field(description="The number the task had")],
    ) -> Receipt:
        """Bring back a task that was deleted within the last 24 hours."""
        async with as_caller(context, user_id, transaction=True) as (session, owner):
            return receipt(await tasks.restore_task(session, owner, task_id), "restored")


def facts(task: Task) -> dict[str, Any]:
    row = {name: getattr(task, name) for name in WholeTask.model_fields}
    return {**row, "due_at": task.due_at and local(task.due_at, task.time_zone)}
