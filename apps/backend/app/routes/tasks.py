"""The task endpoints."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.routes.dependencies import PAGE, Database, Limit, Offset, UserId, Versions
from app.routes.paging import PAGED, page
from app.routes.responses import may_fail
from core import tasks
from core.fields import NewTask, Number, TaskChanges, TaskQuery
from core.models import Priority, Recurrence, Task
from core.tasks import TagCount

router = APIRouter(prefix="/api/{user_id}", tags=["tasks"])

TaskId = Annotated[Number, Path(description="The task's number", examples=[5])]

ETAG = {"ETag": {"description": "The version, to be sent as If-Match", "schema": {"type": "string"}}}
ONE: dict[int | str, dict[str, Any]] = {200: {"headers": ETAG}, **may_fail(404)}
TOTAL = {"X-Total-Count": {"description": "How many there are on all pages", "schema": {"type": "integer"}}}


class TaskView(BaseModel):
    """A task as the API shows it."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "id": 5,
                "user_id": "ziakhan",
                "title": "Buy groceries",
                "description": "Milk, eggs, bread",
                "completed": False,
                "priority": "high",
                "tags": ["home", "errands"],
                "due_at": "2026-01-31T09:00:00Z",
                "recurrence": "monthly",
                "time_zone": "Europe/Berlin",
                "version": 3,
                "created_at": "2026-01-02T07:15:00.123456Z",
                "updated_at": "2026-01-05T18:30:00.123456Z",
            }
        },
    )

    id: int
    user_id: str
    title: str
    description: str | None
    completed: bool
    priority: Priority
    tags: list[str]
    due_at: datetime | None
    recurrence: Recurrence | None
    time_zone: str
    version: int = Field(description="Grows with every change; also the ETag")
    created_at: datetime
    updated_at: datetime


class TagView(BaseModel):
    """A tag, and how many tasks have it."""

    model_config = ConfigDict(from_attributes=True)

    tag: str
    count: int


class TaskPage(TaskQuery):
    """Which tasks to list, in which order, and which page of them."""

    limit: Limit = PAGE
    offset: Offset = 0


def tagged(response: Response, task: Task) -> Task:
    response.headers["ETag"] = f'"{task.version}"'
    return task


@router.get("/tasks", response_model=list[TaskView], responses={200: {"headers": {**PAGED, **TOTAL}}})
async def list_tasks(
    user_id: UserId,
    database: Database,
    request: Request,
    response: Response,
    query: Annotated[TaskPage, Query()],
) -> Sequence[Task]:
    """The user's tasks, in the order they were added unless told otherwise.

    The Link header leads to further pages; X-Total-Count tells how many tasks there are on all of them.
    """
    limit, offset = query.limit, query.offset
    async with database() as session:
        rows = await tasks.find_tasks(session, user_id, query, limit + 1, offset)
        # Only where neither end of the list is in sight need they be counted.
        ends = len(rows) <= limit and (rows or not offset)
        total = offset + len(rows) if ends else await tasks.count_tasks(session, user_id, query)
    response.headers["X-Total-Count"] = str(total)
    return page(request, response, rows, limit, offset)


@router.post("/tasks", response_model=TaskView, status_code=201, responses={201: {"headers": ETAG}})
async def add_task(user_id: UserId, database: Database, response: Response, new: NewTask) -> Task:
    """Adds a task."""
    async with database() as session:
        return tagged(response, await tasks.add_task(session, user_id, new))


@router.get("/tasks/{task_id}", response_model=TaskView, responses=ONE)
async def get_task(user_id: UserId, database: Database, response: Response, task_id: TaskId) -> Task:
    """One task."""
    async with database() as session:
        return tagged(response, await tasks.get_task(session, user_id, task_id))


@router.put("/tasks/{task_id}", response_model=TaskView, responses={**ONE, **may_fail(412)})
async def update_task(
    user_id: UserId,
    database: Database,
    response: Response,
    task_id: TaskId,
    versions: Versions,
    changes: TaskChanges,
) -> Task:
    """Changes a task; what is not given keeps its value."""
    async with database() as session:
        return tagged(response, await tasks.update_task(session, user_id, task_id, changes, versions))


@router.patch("/tasks/{task_id}/complete", response_model=TaskView, responses={**ONE, **may_fail(412)})
async def toggle_task(
    user_id: UserId, database: Database, response: Response, task_id: TaskId, versions: Versions
) -> Task:
    """Completes a pending task, reopens a completed one.

    Completing a recurring task adds its next occurrence; reopening it removes that, if nobody has touched it.
    """
    async with database() as session:
        return tagged(response, await tasks.toggle_task(session, user_id, task_id, versions))


@router.delete("/tasks/{task_id}", status_code=204, responses=may_fail(404, 412))
async def delete_task(user_id: UserId, database: Database, task_id: TaskId, versions: Versions) -> None:
    """Deletes a task; for 24 hours it can be restored."""
    async with database() as session:
        await tasks.delete_task(session, user_id, task_id, versions)


@router.post("/tasks/{task_id}/restore", response_model=TaskView, responses=ONE)
async def restore_task(user_id: UserId, database: Database, response: Response, task_id: TaskId) -> Task:
    """Brings a deleted task back under its number."""
    async with database.begin() as session:
        return tagged(response, await tasks.restore_task(session, user_id, task_id))


@router.get("/tags", response_model=list[TagView])
async def list_tags(user_id: UserId, database: Database) -> list[TagCount]:
    """The user's tags, the most used first; at most 1000."""
    async with database() as session:
        return await tasks.list_tags(session, user_id)
