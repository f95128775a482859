"""`python -m app.migrate`: brings the schema to head, however many replicas ask for it at once."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from ssl import SSLCertVerificationError

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.database import cause_of, create_engine, demands_tls, driver_error
from core.faults import Busy
from core.lifecycle import start_telemetry
from core.logs import configure_logging
from core.reasons import reason_of
from core.schema import Lineage, MigrationsBroken, current_revision, lineage
from core.settings import secret
from core.telemetry import telemetry

PATIENCE = 60.0  # seconds we wait for a database that is still starting, or for what others hold
PAUSE = 0.5  # seconds between two attempts
ANSWER = 5.0  # seconds for a first answer
# Reads queue behind a lock that waits, so it does not wait for long; but for longer than PostgreSQL's
# deadlock_timeout of one second, after which autovacuum makes room for it.
LOCK_WAIT = 1500  # milliseconds
LOCK_PAUSE = 3.0  # seconds in which others go on
LOCK = 7_306_511  # any number will do, as long as all replicas use the same
INI = Path(__file__).parent.parent / "alembic.ini"

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)

# Is given Alembic's configuration, with the connection of a transaction that holds the lock.
Step = Callable[[Config], None]

log = logging.getLogger("app.migrate")


def is_away(error: BaseException) -> bool:
    """Tells whether another attempt may meet a database that has started, or started again, since."""
    # Both are an OSError.
    if isinstance(error, SSLCertVerificationError):
        return False
    # asyncpg's word for a server without TLS. One that starts may be said so of, too.
    if "rejected SSL upgrade" in str(error):
        return not demands_tls(secret("DATABASE_URL"))
    return isinstance(error, AWAY)


def alembic_config() -> Config:
    config = Config(INI)
    # What an option says is read for `%` of its own, and this path is anybody's.
    config.set_main_option("script_location", str(INI.parent / "migrations").replace("%", "%%"))
    return config


def read_migrations() -> Lineage:
    """Returns where the migrations lead; ends the program if one of them cannot be run."""
    try:
        known = lineage(INI.parent / "migrations" / "versions")
    except MigrationsBroken as error:
        raise SystemExit(str(error)) from None
    try:
        list(ScriptDirectory.from_config(alembic_config()).walk_revisions())
    except Exception as error:
        raise SystemExit(f"A migration cannot be imported: {reason_of(error)}. Correct it.") from None
    return known


async def wait_for_database(engine: AsyncEngine, deadline: float) -> None:
    """Returns once the database answers; ends the program if it refuses us or stays away until `deadline`."""
    while True:
        try:
            async with asyncio.timeout(ANSWER), engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
                return
        except (OSError, TimeoutError, DBAPIError, asyncpg.PostgresError) as error:
            cause = cause_of(error)
            if not is_away(driver_error(error)):
                raise SystemExit(f"The database refuses us: {cause}. Check DATABASE_URL.") from None
        away = f"The database is still away after {PATIENCE:.0f} s: {cause}"
        await pause(PAUSE, deadline, f"{away}. Start it, or check DATABASE_URL.")


async def pause(seconds: float, deadline: float, otherwise: str) -> None:
    """Waits for the next attempt; ends the program with `otherwise` if there is no time for one."""
    if time.monotonic() > deadline:
        raise SystemExit(otherwise)
    await asyncio.sleep(seconds)


def upgrade(config: Config) -> None:
    command.upgrade(config, "head")


def take(step: Step, connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    step(config)


async def attempt(engine: AsyncEngine, known: Lineage, deadline: float, step: Step | None) -> None:
    """Runs in one transaction what is missing; raises Busy where others hold for too long what it needs."""
    # The lock belongs to the transaction, so that it works through a connection pooler and never outlives us.
    async with engine.begin() as connection:
        left = max(0.001, deadline - time.monotonic())
        # Only the migrations themselves may take longer than the server says: it may have fallen silent.
        async with asyncio.timeout(left + ANSWER):
            await set_lock_timeout(connection, round(left * 1000))
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            await set_lock_timeout(connection, LOCK_WAIT)
            before = await current_revision(connection)
        if step or known.is_behind(before):
            await connection.run_sync(partial(take, step or upgrade))
        after = await current_revision(connection)
    log.info("The schema was at %s and is at %s", before or "no revision", after)


async def set_lock_timeout(connection: AsyncConnection, milliseconds: int) -> None:
    await connection.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))


async def migrate(engine: AsyncEngine, step: Step | None = None) -> None:
    """Brings the schema to head, by `step` if given; ends the program if that is not possible in time."""
    known = read_migrations()
    deadline = time.monotonic() + PATIENCE
    while True:
        await wait_for_database(engine, deadline)
        try:
            return await attempt(engine, known, deadline, step)
        except (Busy, OSError, DBAPIError) as error:
            seconds = pause_after(error)
            if seconds is None:
                raise
            log.info("The migrations start anew in %s s: %s", seconds, cause_of(error))
            hindered = f"The migrations were hindered for {PATIENCE:.0f} s: {cause_of(error)}"
            cure = "End what holds their tables (pg_stat_activity names it), then migrate again."
            await pause(seconds, deadline, f"{hindered} {cure}")


def pause_after(error: BaseException) -> float | None:
    """Returns the seconds after which the migrations may succeed, or None where they fail by themselves."""
    cause = driver_error(error)
    if isinstance(error, Busy) or isinstance(cause, asyncpg.DeadlockDetectedError):
        return LOCK_PAUSE
    if is_away(cause) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return PAUSE
    return None


async def main(step: Step | None = None) -> None:
    configure_logging("migrate", os.environ.get("LOG_LEVEL", "info"))
    start_telemetry("backend")
    engine = create_engine(secret("DATABASE_URL"), "migrate", size=1, patience=None)
    try:
        with telemetry().span("migrate"):
            await migrate(engine, step)
    finally:
        await engine.dispose()
        telemetry().end()


def run(step: Step) -> None:
    """Has `step` bring the schema to head, with our lock and patience; what starts us in the loop has one."""
    asyncio.run(main(step))


if __name__ == "__main__":
    asyncio.run(main())
