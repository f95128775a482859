"""Clears away what has been kept for its time, beside the requests: in whichever replica, again and again."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.allowance import forget_spent_tokens
from core.accounts import forget_deleted_users
from core.sessions import Sessions
from core.tasks import forget_deleted_tasks

FIRST_PAUSE = 2.0  # seconds, so that a start is not slowed down
PAUSE = 3600.0  # seconds

log = logging.getLogger(__name__)


async def sweep(sessions: Sessions) -> None:
    await asyncio.sleep(FIRST_PAUSE)
    while True:
        try:
            async with sessions.begin() as session:
                await forget_deleted_tasks(session)
                await forget_deleted_users(session)
                await forget_spent_tokens(session)
        except Exception as error:
            log.warning("What is to be cleared away stays for an hour more: %s", error)
        await asyncio.sleep(PAUSE)


@asynccontextmanager
async def sweeping(sessions: Sessions) -> AsyncIterator[None]:
    """Clears away for as long as the block lasts."""
    sweeper = asyncio.create_task(sweep(sessions))
    try:
        yield
    finally:
        sweeper.cancel()
        await asyncio.wait([sweeper])
