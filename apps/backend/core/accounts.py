"""The end of an account: everything of the user goes, and nothing comes after it."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import wait_briefly
from core.faults import AccountDeleted
from core.models import Conversation, DeletedTask, DeletedUser, PushSubscription, Task, TokensSpent

REFUSED_FOR = timedelta(minutes=30)  # twice as long as a token lives

# Messages go with their conversation.
OWNED = (PushSubscription, Conversation, DeletedTask, Task, TokensSpent)


async def delete_account(session: AsyncSession, user_id: str) -> None:
    """Deletes all that is stored for the user; for a while, the database refuses anything new.

    Raises Busy while somebody is at work on it.
    """
    await wait_briefly(session)
    # What is being stored holds the lock shared until it is there to be deleted; what comes later, a trigger
    # refuses without waiting: a chat whose row is deleted below may be waiting for it.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(user_id, 0))))
    until = {"refused_until": func.now() + REFUSED_FOR}
    gone = insert(DeletedUser).values(user_id=user_id, **until)
    await session.execute(gone.on_conflict_do_update(index_elements=["user_id"], set_=until))
    for table in OWNED:
        await session.execute(delete(table).where(table.user_id == user_id))


async def forget_deleted_users(session: AsyncSession) -> None:
    """Removes the rows that refuse nothing any more."""
    await session.execute(delete(DeletedUser).where(DeletedUser.refused_until <= func.now()))


async def check_account(session: AsyncSession, user_id: str) -> None:
    """Raises AccountDeleted if the user's account was deleted a short while ago."""
    recent = DeletedUser.refused_until > func.now()
    gone = select(DeletedUser.user_id).where(DeletedUser.user_id == user_id, recent)
    if await session.scalar(gone) is not None:
        raise AccountDeleted
