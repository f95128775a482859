"""What can be done with tasks; each function sees only the tasks of the user it is given."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    UnaryExpression,
    delete,
    func,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.fields import UNDATED, NewTask, Sort, Status, TaskChanges, TaskQuery
from core.models import LARGEST_ID, LETTERS, DeletedTask, Task
from core.recurrence import next_due

LONGEST_TAG_LIST = 1000
KEPT_FOR = timedelta(hours=24)  # how long a deletion can be undone

# What no tag contains, so that it can stand between texts that are searched as one.
SEPARATOR = "\x1f"


class TaskNotFound(Exception):
    """This user has no such task with that id."""

    def __init__(self, task_id: int, kind: str = "task") -> None:
        super().__init__(f"There is no {kind} {task_id}.")


class VersionConflict(Exception):
    """The task is not at the version that the caller knows."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"Task {task_id} has changed in the meantime: load it again.")


class PlanRefused(Exception):
    """The change would leave a recurring task without a due date."""

    def __init__(self) -> None:
        super().__init__(f"{UNDATED}: set one, or clear its recurrence too.")


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
    found = select(Task).where(*matching(user_id, query)).order_by(*ordering(query))
    return list(await session.scalars(found.limit(limit).offset(offset)))


async def count_tasks(session: AsyncSession, user_id: str, query: TaskQuery) -> int:
    """Returns how many tasks `query` asks for."""
    counted = select(func.count()).select_from(Task).where(*matching(user_id, query))
    return await session.scalar(counted) or 0


async def list_tags(session: AsyncSession, user_id: str) -> list[TagCount]:
    """Returns the user's tags, the most used first; spellings that differ only in case count as one."""
    given = select(func.unnest(Task.tags).label("tag")).where(Task.user_id == user_id).subquery()
    count, folded = func.count(), func.lower(given.c.tag.collate(LETTERS))
    used = select(func.min(given.c.tag), count).group_by(folded).order_by(count.desc(), folded)
    return [TagCount(*row) for row in await session.execute(used.limit(LONGEST_TAG_LIST))]


async def add_task(session: AsyncSession, user_id: str, new: NewTask) -> Task:
    """Adds a task and returns it."""
    task = Task(user_id=user_id, recurs_from=new.due_at if new.recurrence else None, **new.model_dump())
    session.add(task)
    await session.flush()
    return task


async def get_task(session: AsyncSession, user_id: str, task_id: int) -> Task:
    """Returns the task; raises TaskNotFound."""
    return found(await session.scalar(select(Task).where(*owned(user_id, task_id))), task_id)


async def update_task(
    session: AsyncSession,
    user_id: str,
    task_id: int,
    changes: TaskChanges,
    versions: Collection[int] | None = None,
) -> Task:
    """Changes the given fields and returns the task; raises TaskNotFound, VersionConflict or PlanRefused."""
    task = await locked(session, user_id, task_id, versions)
    values = changes.model_dump(exclude_unset=True)
    if not values:
        return task
    due_at = values.get("due_at", task.due_at)
    recurrence = values.get("recurrence", task.recurrence)
    if recurrence and due_at is None:
        raise PlanRefused
    # The same plan sent again must not make the 28th the first day of a series that began on the 31st.
    if (due_at, recurrence) != (task.due_at, task.recurrence):
        values["recurs_from"] = due_at if recurrence else None
    if due_at != task.due_at:
        values["reminded_at"] = None
    return await change(session, task_id, values)


async def toggle_task(
    session: AsyncSession, user_id: str, task_id: int, versions: Collection[int] | None = None
) -> Task:
    """Completes a pending task, reopens a completed one; raises TaskNotFound or VersionConflict."""
    task = await locked(session, user_id, task_id, versions)
    return await reopen(session, task) if task.completed else await complete(session, task)


async def complete_task(
    session: AsyncSession, user_id: str, task_id: int, versions: Collection[int] | None = None
) -> Task:
    """Completes the task, however often it is asked to; raises TaskNotFound or VersionConflict."""
    task = await locked(session, user_id, task_id, versions)
    return task if task.completed else await complete(session, task)


async def reopen_task(
    session: AsyncSession, user_id: str, task_id: int, versions: Collection[int] | None = None
) -> Task:
    """Reopens the task, however often it is asked to; raises TaskNotFound or VersionConflict."""
    task = await locked(session, user_id, task_id, versions)
    return await reopen(session, task) if task.completed else task


async def delete_task(
    session: AsyncSession, user_id: str, task_id: int, versions: Collection[int] | None = None
) -> Task:
    """Deletes the task and returns what it was; raises TaskNotFound or VersionConflict."""
    task = await locked(session, user_id, task_id, versions)
    following = await session.scalar(select(Task.id).where(Task.occurrence_of == task_id))
    row = func.to_jsonb(literal_column("tasks")).op("||")(func.jsonb_build_object("next", following))
    kept = select(Task.id, Task.user_id, row).where(Task.id == task_id)
    await session.execute(insert(DeletedTask).from_select(["id", "user_id", "task"], kept))
    await session.execute(delete(Task).where(Task.id == task_id))
    return task


async def restore_task(session: AsyncSession, user_id: str, task_id: int) -> Task:
    """Brings back a task deleted within the last 24 hours and returns it; raises TaskNotFound."""
    check_id(task_id)
    recent = DeletedTask.deleted_at >= func.now() - KEPT_FOR
    taken = delete(DeletedTask).where(DeletedTask.id == task_id, DeletedTask.user_id == user_id, recent)
    row = await session.scalar(taken.returning(DeletedTask.task))
    if row is None:
        raise TaskNotFound(task_id, "deleted task")
    if not await is_free(session, row["occurrence_of"]):
        row["occurrence_of"] = None
    # Only the columns it was kept with: one added since takes its default.
    columns = ", ".join(f'"{column.name}"' for column in Task.__table__.columns if column.name in row)
    restored = text(
        f"INSERT INTO tasks ({columns}) OVERRIDING SYSTEM VALUE"  # noqa: S608 - our own column names
        f" SELECT {columns} FROM jsonb_populate_record(NULL::tasks, CAST(:row AS jsonb))"
    )
    await session.execute(restored, {"row": json.dumps(row)})
    following = update(Task).where(Task.id == row["next"], Task.occurrence_of.is_(None))
    await session.execute(following.values(occurrence_of=task_id))
    return await change(session, task_id, {})


async def forget_deleted_tasks(session: AsyncSession) -> None:
    """Makes deletions final that can be undone no more."""
    await session.execute(delete(DeletedTask).where(DeletedTask.deleted_at < func.now() - KEPT_FOR))


async def complete(session: AsyncSession, task: Task) -> Task:
    done = await change(session, task.id, {"completed": True})
    if done.recurrence and done.due_at:
        # `updated_at` is now, by the database's clock.
        latest = max(done.due_at, done.updated_at)
        due_at = next_due(done.recurs_from or done.due_at, done.recurrence, done.time_zone, latest)
        if due_at:
            copied = ("user_id", "title", "description", "priority", "tags", "recurrence", "time_zone")
            values = {name: getattr(done, name) for name in (*copied, "recurs_from")}
            following = insert(Task).values(**values, due_at=due_at, occurrence_of=done.id)
            await session.execute(following.on_conflict_do_nothing(index_elements=["occurrence_of"]))
    return done


async def reopen(session: AsyncSession, task: Task) -> Task:
    untouched = (~Task.completed, Task.version == 1)
    await session.execute(delete(Task).where(Task.occurrence_of == task.id, *untouched))
    return await change(session, task.id, {"completed": False})


async def change(session: AsyncSession, task_id: int, values: dict[str, Any]) -> Task:
    newer = {"version": Task.version + 1, "updated_at": func.now()}
    changed = update(Task).where(Task.id == task_id).values(**values, **newer).returning(Task)
    return (await session.scalars(changed, execution_options={"populate_existing": True})).one()


async def locked(session: AsyncSession, user_id: str, task_id: int, versions: Collection[int] | None) -> Task:
    """Returns the task at one of `versions`, or at any; nobody else changes it until the transaction ends."""
    query = select(Task).where(*owned(user_id, task_id)).with_for_update()
    task = found(await session.scalar(query), task_id)
    if versions is not None and task.version not in versions:
        raise VersionConflict(task_id)
    return task


async def is_free(session: AsyncSession, task_id: int | None) -> bool:
    """Tells whether a task can be made the next occurrence of `task_id`, and keeps it so."""
    there = select(Task.id).where(Task.id == task_id).with_for_update()
    following = select(Task.id).where(Task.occurrence_of == task_id)
    return await session.scalar(there) is not None and await session.scalar(following) is None


def matching(user_id: str, query: TaskQuery) -> list[ColumnElement[bool]]:
    conditions = [Task.user_id == user_id]
    if query.status != "all":
        conditions.append(Task.completed.is_(query.status == "completed"))
    if query.priority:
        conditions.append(Task.priority.in_(query.priority))
    if query.due_after:
        conditions.append(Task.due_at >= query.due_after)
    if query.due_before:
        conditions.append(Task.due_at < query.due_before)
    tags = func.array_to_string(Task.tags, SEPARATOR)
    if query.q:
        texts = func.concat_ws(SEPARATOR, Task.title, Task.description, tags)
        conditions.append(contains(texts, query.q))
    for tag in query.tag:
        enclosed = func.concat(SEPARATOR, tags, SEPARATOR)
        conditions.append(contains(enclosed, f"{SEPARATOR}{tag}{SEPARATOR}"))
    return conditions


def contains(texts: ColumnElement[str], needle: str) -> ColumnElement[bool]:
    """Tells whether `texts` contain the letters of `needle`, large or small."""
    # For ASCII letters the plain rules are enough, and take a third of the time.
    letters = "C" if needle.isascii() else LETTERS
    pattern = literal("%" + re.sub("[%_/]", r"/\g<0>", needle) + "%").collate(letters)
    return func.lower(texts.collate(letters)).like(func.lower(pattern), escape="/")


def ordering(query: TaskQuery) -> tuple[UnaryExpression[Any], UnaryExpression[Any]]:
    columns: dict[Sort, Any] = {
        "created": Task.id,
        "title": Task.title,
        "due_date": Task.due_at,
        "priority": Task.priority,
        "updated": Task.updated_at,
    }
    column = columns[query.sort]
    if query.order == "asc":
        return column.asc(), Task.id.asc()
    first = column.desc().nulls_last() if query.sort == "due_date" else column.desc()
    return first, Task.id.desc()


def owned(user_id: str, task_id: int) -> tuple[Any, Any]:
    check_id(task_id)
    return Task.user_id == user_id, Task.id == task_id


def check_id(task_id: int) -> None:
    if not 1 <= task_id <= LARGEST_ID:
        raise TaskNotFound(task_id)


def found(task: Task | None, task_id: int) -> Task:
    if task is None:
        raise TaskNotFound(task_id)
    return task
