"""Which tasks have come due, so that each is said once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import PushSubscription, Task

STALE = timedelta(days=1)  # after a long outage nobody wants to hear of it any more


@dataclass(frozen=True)
class Reminder:
    """A task that has come due."""

    task_id: int
    user_id: str
    title: str
    due_at: datetime


async def claim(session: AsyncSession, limit: int) -> list[Reminder]:
    """Marks up to `limit` due tasks as reminded of, and returns them; each replica gets others."""
    return await mark(session, worth_it(), limit)


async def pass_over(session: AsyncSession, limit: int) -> int:
    """Marks up to `limit` due tasks that nobody is to hear of as reminded of, and returns how many."""
    return len(await mark(session, not_(worth_it()), limit))


def worth_it() -> ColumnElement[bool]:
    subscribed = exists().where(PushSubscription.user_id == Task.user_id)
    return and_(subscribed, Task.due_at >= func.now() - STALE)


async def mark(session: AsyncSession, which: ColumnElement[bool], limit: int) -> list[Reminder]:
    due = (
        select(Task.id)
        .where(Task.due_at <= func.now(), Task.reminded_at.is_(None), ~Task.completed, which)
        .order_by(Task.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    marked = update(Task).where(Task.id.in_(select(due.c.id))).values(reminded_at=func.now())
    rows = await session.execute(marked.returning(Task.id, Task.user_id, Task.title, Task.due_at))
    return [Reminder(task_id, user_id, title, due_at) for task_id, user_id, title, due_at in rows if due_at]


async def release(session: AsyncSession, reminder: Reminder) -> None:
    """Lets another replica remind of the task, unless it has been planned anew since."""
    query = update(Task).where(Task.id == reminder.task_id, Task.due_at == reminder.due_at)
    await session.execute(query.values(reminded_at=None).execution_options(synchronize_session=False))
