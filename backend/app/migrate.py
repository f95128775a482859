"""`python -m app.migrate`: brings the schema to head, however many replicas ask for it at once."""

import asyncio
import logging
import os
import time
from pathlib import Path
from ssl import SSLCertVerificationError

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from core.database import cause_of, create_engine, driver_error
from core.logs import configure_logging
from core.schema import current_revision, is_behind
from core.settings import secret

PATIENCE = 60.0  # seconds we wait for a database that is still starting
PAUSE = 0.5  # seconds between two attempts
LOCK = 7_306_511  # any number will do, as long as all replicas use the same
INI = Path(__file__).parent.parent / "alembic.ini"

STILL_STARTING = (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError)

log = logging.getLogger("app.migrate")


def may_be_starting(error: BaseException) -> bool:
    """Tells whether another attempt may meet a database that has started since."""
    # Both are an OSError; the second is asyncpg's word for a server without TLS.
    if isinstance(error, SSLCertVerificationError) or "rejected SSL upgrade" in str(error):
        return False
    return isinstance(error, STILL_STARTING)


async def wait_for_database(engine: AsyncEngine) -> None:
    """Returns once the database answers; ends the program if it refuses us or stays away."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            async with engine.connect():
                return
        except (OSError, TimeoutError, DBAPIError, asyncpg.PostgresError) as error:
            cause = cause_of(error)
            if not may_be_starting(driver_error(error)):
                raise SystemExit(f"The database refuses us: {cause}. Check DATABASE_URL.") from None
            if time.monotonic() > deadline:
                away = f"The database is still away after {PATIENCE:.0f} s: {cause}"
                raise SystemExit(f"{away}. Start it, or check DATABASE_URL.") from None
        await asyncio.sleep(PAUSE)


def upgrade(connection: Connection) -> None:
    config = Config(INI)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def migrate(engine: AsyncEngine) -> None:
    await wait_for_database(engine)
    # The lock belongs to the transaction, so that it works through a connection pooler and never outlives us.
    async with engine.begin() as connection:
        await connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE:.0f}s'"))
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        before = await current_revision(connection)
        if is_behind(before):
            await connection.run_sync(upgrade)
        after = await current_revision(connection)
    log.info("The schema was at %s and is at %s", before or "no revision", after)


async def main() -> None:
    configure_logging("migrate", os.environ.get("LOG_LEVEL", "info"))
    engine = create_engine(secret("DATABASE_URL"), "migrate")
    try:
        await migrate(engine)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
