"""The browsers that take a user's reminders."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import PushSubscription

MOST = 20  # of one user; the one that was renewed longest ago makes room


async def keep(session: AsyncSession, user_id: str, endpoint: str, p256dh: str, auth: str) -> None:
    """Adds or renews a subscription; an endpoint belongs to who named it last."""
    values = {"user_id": user_id, "p256dh": p256dh, "auth": auth, "created_at": func.now()}
    new = insert(PushSubscription).values(endpoint=endpoint, **values)
    await session.execute(new.on_conflict_do_update(index_elements=["endpoint"], set_=values))
    latest_first = (PushSubscription.created_at.desc(), PushSubscription.id.desc())
    surplus = select(PushSubscription.id).where(PushSubscription.user_id == user_id).order_by(*latest_first)
    await session.execute(
        delete(PushSubscription).where(PushSubscription.id.in_(surplus.offset(MOST).scalar_subquery()))
    )


async def forget(session: AsyncSession, user_id: str, endpoint: str) -> None:
    """Removes a subscription, if this user has it."""
    await session.execute(
        delete(PushSubscription).where(
            PushSubscription.user_id == user_id, PushSubscription.endpoint == endpoint
        )
    )


async def subscriptions_of(session: AsyncSession, user_id: str) -> Sequence[PushSubscription]:
    """Returns every subscription of the user."""
    query = select(PushSubscription).where(PushSubscription.user_id == user_id).order_by(PushSubscription.id)
    return (await session.scalars(query)).all()
