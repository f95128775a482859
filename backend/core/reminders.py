"""Which tasks have come due, so that each is said once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Task

STALE = timedelta(days=1)  # after a long outage nobody wants to hear of it any more


@dataclass(frozen=True)
class Reminder:
    """A task that has come due."""

    task_id: int
    user_id: str
    title: str
    due_at: datetime


async def claim(session: AsyncSession, limit: int) -> Sequence[Reminder]:
    """Marks up to `limit` due tasks as reminded of, and returns those worth it; each replica gets others."""
    due = (
        select(Task.id)
        .where(Task.due_at <= func.now(), Task.reminded_at.is_(None), ~Task.completed)
        .order_by(Task.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    query = (
        update(Task)
        .where(Task.id.in_(select(due.c.id)))
        .values(reminded_at=func.now())
        .returning(Task, (Task.due_at < func.now() - STALE).label("stale"))
    )
    return [
        Reminder(task.id, task.user_id, task.title, task.due_at)
        for task, stale in await session.execute(query)
        if task.due_at and not stale
    ]


async def release(session: AsyncSession, reminder: Reminder) -> None:
    """Lets another replica remind of the task, unless it has been planned anew since."""
    query = update(Task).where(Task.id == reminder.task_id, Task.due_at == reminder.due_at)
    await session.execute(query.values(reminded_at=None).execution_options(synchronize_session=False))
