"""What can be done with tasks; each function sees only the tasks of the user it is given.

A change is one statement for the task as it was read, and is made anew where somebody else was faster: so it
needs no transaction, and no lock is held while the database is waited for.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.fields import NewTask, Status, TaskChanges, TaskQuery
from core.models import LARGEST_ID, LETTERS, DeletedTask, Task
from core.task_changes import NEWER, alter, complete, discard, plan, reopen
from core.task_search import conditions, ordering

LONGEST_TAG_LIST = 1000
KEPT_FOR = timedelta(hours=24)  # how long a deletion can be undone

# Of a task as it was read, and the time by the database's clock; None where there is nothing to do.
StatementFor = Callable[[Task, datetime], Select[Task] | None]


class TaskNotFound(Exception):
    """This user has no such task with that id."""

    def __init__(self, task_id: int, kind: str = "task") -> None:
        super().__init__(f"There is no {kind} {task_id}.")


class VersionConflict(Exception):
    """The task is not at the version that the caller knows."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"Task {task_id} has changed in the meantime: load it again.")


@dataclass(frozen=True)
class TagCount:
    """A tag, and how many tasks have it."""

    tag: str
    count: int


async def list_tasks(
    session: AsyncSession, user_id: str, status: Status, limit: int, offset: int = 0
) -> list[Task]:
    """Returns up to `limit` tasks in the order they were added, after skipping `offset` of them."""
    return await find_tasks(session, user_id, TaskQuery(status=status), limit, offset)


async def find_tasks(
    session: AsyncSession, user_id: str, query: TaskQuery, limit: int, offset: int = 0
) -> list[Task]:
    """Returns up to `limit` of the tasks that `query` asks for, in its order, after skipping `offset`."""
    tasks = select(Task).where(*conditions(user_id, query)).order_by(*ordering(query))
    return list(await session.scalars(tasks.limit(limit).offset(offset)))


async def count_tasks(session: AsyncSession, user_id: str, query: TaskQuery) -> int:
    """Returns how many tasks `query` asks for."""
    number = select(func.count()).select_from(Task).where(*conditions(user_id, query))
    return await session.scalar(number) or 0


async def list_tags(session: AsyncSession, user_id: str) -> list[TagCount]:
    """Returns the user's tags, the most used first; spellings that differ only in case count as one."""
    given = select(func.unnest(Task.tags).label("tag")).where(Task.user_id == user_id).subquery()
    count, folded = func.count(), func.lower(given.c.tag.collate(LETTERS))
    used = select(func.min(given.c.tag), count).group_by(folded).order_by(count.desc(), folded)
    return [TagCount(*row) for row in await session.execute(used.limit(LONGEST_TAG_LIST))]


async def add_task(session: AsyncSession, user_id: str, new: NewTask) -> Task:
    """Adds a task and returns it."""
    values = {**new.model_dump(), "recurs_from": new.due_at if new.recurrence else None}
    return (await session.scalars(insert(Task).values(user_id=user_id, **values).returning(Task))).one()


async def get_task(session: AsyncSession, user_id: str, task_id: int) -> Task:
    """Returns the task; raises TaskNotFound."""
    return require(await session.scalar(select(Task).where(*owned(user_id, task_id))), task_id)


async def update_task(
    session: AsyncSession,
    user_id: str,
    task_id: int,
    changes: TaskChanges,
    versions: Collection[int] | None = None,
) -> Task:
    """Changes the given fields and returns the task; raises TaskNotFound, VersionConflict or PlanRefused."""
    given = changes.model_dump(exclude_unset=True)
    return await change(
        session, user_id, task_id, versions, lambda task, _: alter(task, plan(task, given)) if given else None
    )


async def toggle_task(
    session: AsyncSession, user_id: str, task_id: int, versions: Collection[int] | None = None
) -> Task:
    """Completes a pending task, reopens a completed one; raises TaskNotFound or VersionConflict."""
    return await change(
        session,
        user_id,
        task_id,
        versions,
        lambda task, now: reopen(task) if task.completed else complete(task, now),
    )


async def complete_task(
    session: AsyncSession, user_id: str, task_id: int, versions: Collection[int] | None = None
) -> Task:
    """Completes the task, however often it is asked to; raises TaskNotFound or VersionConflict."""
    return await change(
        session, user_id, task_id, versions, lambda task, now: None if task.completed else complete(task, now)
    )


async def reopen_task(
    session: AsyncSession, user_id: str, task_id: int, versions: Collection[int] | None = None
) -> Task:
    """Reopens the task, however often it is asked to; raises TaskNotFound or VersionConflict."""
    return await change(
        session, user_id, task_id, versions, lambda task, _: reopen(task) if task.completed else None
    )


async def delete_task(
    session: AsyncSession, user_id: str, task_id: int, versions: Collection[int] | None = None
) -> Task:
    """Deletes the task and returns what it was; raises TaskNotFound or VersionConflict."""
    return await change(session, user_id, task_id, versions, lambda task, _: discard(task))


async def restore_task(session: AsyncSession, user_id: str, task_id: int) -> Task:
    """Brings back a task deleted within the last 24 hours and returns it; raises TaskNotFound.

    Needs a transaction.
    """
    check_id(task_id)
    recent = DeletedTask.deleted_at >= func.now() - KEPT_FOR
    kept = delete(DeletedTask).where(DeletedTask.id == task_id, DeletedTask.user_id == user_id, recent)
    row = await session.scalar(kept.returning(DeletedTask.task))
    if row is None:
        raise TaskNotFound(task_id, "deleted task")
    if not await is_free(session, row["occurrence_of"]):
        row["occurrence_of"] = None
    # Only the columns it was kept with: one added since takes its default.
    columns = ", ".join(f'"{column.name}"' for column in Task.__table__.columns if column.name in row)
    insertion = text(
        f"INSERT INTO tasks ({columns}) OVERRIDING SYSTEM VALUE"  # noqa: S608 - our own column names
        f" SELECT {columns} FROM jsonb_populate_record(NULL::tasks, CAST(:row AS jsonb))"
    )
    await session.execute(insertion, {"row": json.dumps(row)})
    following = update(Task).where(Task.id == row["next"], Task.occurrence_of.is_(None))
    await session.execute(following.values(occurrence_of=task_id))
    newer = update(Task).where(Task.id == task_id).values(**NEWER).returning(Task)
    return (await session.scalars(newer)).one()


async def forget_deleted_tasks(session: AsyncSession) -> None:
    """Makes deletions final that can be undone no more."""
    await session.execute(delete(DeletedTask).where(DeletedTask.deleted_at < func.now() - KEPT_FOR))


async def change(
    session: AsyncSession,
    user_id: str,
    task_id: int,
    versions: Collection[int] | None,
    statement_for: StatementFor,
) -> Task:
    """Reads the task, which must be at one of `versions` if any are given, and runs the statement for it.

    That gives the task as it is then, or nothing where its version is another by now: then it begins anew.
    """
    reading = select(Task, func.now()).where(*owned(user_id, task_id))
    afresh = {"populate_existing": True}
    while True:
        row = (await session.execute(reading, execution_options=afresh)).one_or_none()
        if row is None:
            raise TaskNotFound(task_id)
        task, now = row
        if versions is not None and task.version not in versions:
            raise VersionConflict(task_id)
        statement = statement_for(task, now)
        if statement is None:
            return task
        result: Task | None = await session.scalar(statement, execution_options=afresh)
        if result is not None:
            return result


async def is_free(session: AsyncSession, task_id: int | None) -> bool:
    """Tells whether a task can be made the next occurrence of `task_id`, and keeps it so."""
    there = select(Task.id).where(Task.id == task_id).with_for_update()
    following = select(Task.id).where(Task.occurrence_of == task_id)
    return await session.scalar(there) is not None and await session.scalar(following) is None


def owned(user_id: str, task_id: int) -> tuple[Any, Any]:
    check_id(task_id)
    return Task.user_id == user_id, Task.id == task_id


def check_id(task_id: int) -> None:
    if not 1 <= task_id <= LARGEST_ID:
        raise TaskNotFound(task_id)


def require(task: Task | None, task_id: int) -> Task:
    if task is None:
        raise TaskNotFound(task_id)
    return task
