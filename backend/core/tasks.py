"""What can be done with tasks; each function sees only the tasks of the user it is given."""

from typing import Any, Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.fields import NewTask, TaskChanges
from core.models import Task

Status = Literal["all", "pending", "completed"]

LARGEST_ID = 2**31 - 1


class TaskNotFound(Exception):
    """This user has no task with that id."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"There is no task {task_id}.")


async def list_tasks(
    session: AsyncSession, user_id: str, status: Status, limit: int, offset: int = 0
) -> list[Task]:
    """Returns up to `limit` tasks in the order they were added, after skipping `offset` of them."""
    query = select(Task).where(Task.user_id == user_id)
    if status != "all":
        query = query.where(Task.completed.is_(status == "completed"))
    return list(await session.scalars(query.order_by(Task.id).limit(limit).offset(offset)))


async def add_task(session: AsyncSession, user_id: str, new: NewTask) -> Task:
    """Adds a task and returns it."""
    task = Task(user_id=user_id, title=new.title, description=new.description)
    session.add(task)
    await session.flush()
    await session.refresh(task)
    return task


async def get_task(session: AsyncSession, user_id: str, task_id: int) -> Task:
    """Returns the task; raises TaskNotFound."""
    query = select(Task).where(*owned(user_id, task_id))
    return found(await session.scalar(query), task_id)


async def update_task(session: AsyncSession, user_id: str, task_id: int, changes: TaskChanges) -> Task:
    """Changes the given fields and returns the task; raises TaskNotFound."""
    values = changes.model_dump(exclude_unset=True)
    if not values:
        return await get_task(session, user_id, task_id)
    return await change(session, user_id, task_id, values)


async def toggle_task(session: AsyncSession, user_id: str, task_id: int) -> Task:
    """Completes a pending task, reopens a completed one, and returns it; raises TaskNotFound."""
    return await change(session, user_id, task_id, {"completed": ~Task.completed})


async def complete_task(session: AsyncSession, user_id: str, task_id: int) -> Task:
    """Completes the task, however often it is asked to, and returns it; raises TaskNotFound."""
    return await change(session, user_id, task_id, {"completed": True})


async def delete_task(session: AsyncSession, user_id: str, task_id: int) -> Task:
    """Deletes the task and returns what it was; raises TaskNotFound."""
    query = delete(Task).where(*owned(user_id, task_id)).returning(Task)
    return found(await session.scalar(query), task_id)


async def change(session: AsyncSession, user_id: str, task_id: int, values: dict[str, Any]) -> Task:
    query = update(Task).where(*owned(user_id, task_id)).values(**values, updated_at=func.now())
    return found(await session.scalar(query.returning(Task)), task_id)


def owned(user_id: str, task_id: int) -> tuple[Any, Any]:
    # PostgreSQL refuses a number that does not fit the column instead of finding nothing.
    if not 1 <= task_id <= LARGEST_ID:
        raise TaskNotFound(task_id)
    return Task.user_id == user_id, Task.id == task_id


def found(task: Task | None, task_id: int) -> Task:
    if task is None:
        raise TaskNotFound(task_id)
    return task
