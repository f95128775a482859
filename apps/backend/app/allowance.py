"""How many tokens a user may spend in a day, where each of them costs money."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.failures import AssistantFailure
from core.models import TokensSpent
from core.sessions import Sessions


class Allowance(Protocol):
    """What is asked before a question to the model, and told after its answer."""

    async def check(self, user_id: str) -> None:
        """Raises AssistantFailure if the user has nothing left for today."""

    async def spend(self, user_id: str, tokens: int) -> None:
        """Takes note of what an answer cost."""


class Unlimited:
    """Lets everybody ask."""

    async def check(self, user_id: str) -> None:
        pass

    async def spend(self, user_id: str, tokens: int) -> None:
        pass


class TokensADay:
    """So many tokens a user and day, counted in the database for all replicas; a day is one of UTC.

    The answer that goes beyond it is still finished.
    """

    def __init__(self, sessions: Sessions, tokens: int) -> None:
        self.sessions = sessions
        self.tokens = tokens

    async def check(self, user_id: str) -> None:
        day = today()
        mine = select(TokensSpent.tokens).where(TokensSpent.user_id == user_id, TokensSpent.day == day)
        async with self.sessions() as session:
            spent = await session.scalar(mine) or 0
        if spent >= self.tokens:
            detail = f"You have used up your {self.tokens} tokens of the model for today: go on tomorrow."
            raise AssistantFailure(429, detail, seconds_left(day))

    async def spend(self, user_id: str, tokens: int) -> None:
        row = insert(TokensSpent).values(user_id=user_id, day=today(), tokens=tokens)
        more = {"tokens": TokensSpent.tokens + row.excluded.tokens}
        async with self.sessions.begin() as session:
            await session.execute(row.on_conflict_do_update(index_elements=["user_id", "day"], set_=more))


unlimited = Unlimited()


def today() -> date:
    return datetime.now(UTC).date()


def seconds_left(day: date) -> int:
    tomorrow = datetime.combine(day + timedelta(days=1), time(), UTC)
    return max(1, round((tomorrow - datetime.now(UTC)).total_seconds()))


async def forget_spent_tokens(session: AsyncSession) -> None:
    """Removes what was spent before yesterday."""
    await session.execute(delete(TokensSpent).where(TokensSpent.day < today() - timedelta(days=1)))
