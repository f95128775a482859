"""The task endpoints."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from app.dependencies import PAGE, Database, Limit, Offset, UserId
from app.paging import page
from core import tasks
from core.fields import NewTask, TaskChanges
from core.models import Task
from core.tasks import Status

router = APIRouter(prefix="/api/{user_id}/tasks", tags=["tasks"])


class TaskView(BaseModel):
    """A task as the API shows it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    user_id: str
    title: str
    description: str | None
    completed: bool
    created_at: datetime
    updated_at: datetime


@router.get("", response_model=list[TaskView])
async def list_tasks(
    user_id: UserId,
    database: Database,
    request: Request,
    response: Response,
    status: Status = "all",
    limit: Limit = PAGE,
    offset: Offset = 0,
) -> Sequence[Task]:
    """The user's tasks in the order they were added; the Link header leads to further pages."""
    async with database() as session:
        rows = await tasks.list_tasks(session, user_id, status, limit + 1, offset)
    return page(request, response, rows, limit, offset)


@router.post("", response_model=TaskView, status_code=201)
async def add_task(user_id: UserId, database: Database, new: NewTask) -> Task:
    """Adds a task."""
    async with database.begin() as session:
        return await tasks.add_task(session, user_id, new)


@router.get("/{task_id}", response_model=TaskView)
async def get_task(user_id: UserId, database: Database, task_id: int) -> Task:
    """One task."""
    async with database() as session:
        return await tasks.get_task(session, user_id, task_id)


@router.put("/{task_id}", response_model=TaskView)
async def update_task(user_id: UserId, database: Database, task_id: int, changes: TaskChanges) -> Task:
    """Changes title or description; what is not given keeps its value."""
    async with database.begin() as session:
        return await tasks.update_task(session, user_id, task_id, changes)


@router.patch("/{task_id}/complete", response_model=TaskView)
async def toggle_task(user_id: UserId, database: Database, task_id: int) -> Task:
    """Completes a pending task, reopens a completed one."""
    async with database.begin() as session:
        return await tasks.toggle_task(session, user_id, task_id)


@router.delete("/{task_id}", status_code=204)
async def delete_task(user_id: UserId, database: Database, task_id: int) -> None:
    """Deletes a task."""
    async with database.begin() as session:
        await tasks.delete_task(session, user_id, task_id)
