"""From a libpq connection string to an SQLAlchemy engine on asyncpg."""

import ssl
import time
from typing import cast

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import AdaptedConnection, DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from core.faults import fault_of
from core.statements import trace_statements
from core.timing import clock_statements

# What a connection raises that is no more.
LOST = (OSError, TimeoutError, PostgresError, InterfaceError)

DSN_FORM = "postgresql://user:password@host:5432/database"
TLS_MODES = ("disable", "require", "verify-full")

# What a query raises when the database went away, refuses, or is too busy.
UNREACHABLE = (DBAPIError, PoolTimeout, OSError, TimeoutError)

# Backend, MCP server and frontend have at most six pods each, five and a new one in a rolling update, with
# five connections each: 90 of the 100 that PostgreSQL takes. One of a server's five is its probe's.
CONNECTIONS = 4  # of requests: they serve hundreds of short transactions a second
STATEMENT_PATIENCE = 15.0  # seconds for a statement of a request

LONGEST_TRUST = 1.0  # seconds without use after which a connection is asked whether it is there
LONGEST_WAIT = "2s"  # for what a tool that stays silent holds; longer, and the pool would run dry


def parse_dsn(dsn: str) -> tuple[URL, dict[str, object]]:
    """Returns asyncpg's URL and connect arguments for a libpq `dsn`; ends the program if it is wrong."""
    try:
        url = make_url(dsn)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in ("postgresql", "postgres") or not (url.host and url.database):
        raise SystemExit(f"DATABASE_URL does not parse: write it as {DSN_FORM}.")
    query = dict(url.query)
    mode = query.pop("sslmode", None)
    query.pop("channel_binding", None)  # asyncpg has no channel binding; SCRAM works without it
    if query:
        raise SystemExit(f"DATABASE_URL has the unknown parameter {next(iter(query))}: remove it.")
    if mode is not None and mode not in TLS_MODES:
        raise SystemExit(f"DATABASE_URL has sslmode={mode}: use one of {', '.join(TLS_MODES)}.")
    arguments: dict[str, object] = {}
    if mode == "verify-full":
        # asyncpg's own verify-full wants a file in the home folder; we trust the system's authorities.
        arguments["ssl"] = ssl.create_default_context()
    elif mode is not None:
        arguments["ssl"] = mode
    return url.set(drivername="postgresql+asyncpg", query={}), arguments


def demands_tls(dsn: str) -> bool:
    """Tells whether `dsn` has us leave a server that has no TLS."""
    return parse_dsn(dsn)[1].get("ssl", "disable") != "disable"


def create_engine(
    dsn: str, service: str, size: int = CONNECTIONS, patience: float | None = STATEMENT_PATIENCE
) -> AsyncEngine:
    """Returns an engine for `dsn` that names its connections `service`; nothing connects yet.

    It keeps up to `size` connections, and gives up a statement after `patience` seconds, or never.
    """
    url, arguments = parse_dsn(dsn)
    engine = create_async_engine(
        url,
        connect_args={
            **arguments,
            "timeout": 5,
            "command_timeout": patience,
            "server_settings": {"application_name": service},
        },
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        pool_timeout=10,
    )

    event.listen(engine.sync_engine, "checkin", note_return)
    event.listen(engine.sync_engine, "checkout", check_alive)
    event.listen(engine.sync_engine, "handle_error", fault_of)
    clock_statements(engine.sync_engine)
    trace_statements(engine.sync_engine)
    return engine


def note_return(_: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info["returned_at"] = time.monotonic()


def check_alive(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
    """Has the pool replace a connection that was lost while nobody used it.

    The pool's own way, `pool_pre_ping`, takes four round trips with this driver, in a transaction of its own.
    """
    driver = cast(AdaptedConnection, connection)
    returned_at = record.info.get("returned_at")
    if returned_at is None and driver.driver_connection.is_closed():
        # The pool has just made it, and takes a second loss in a row for a fault of ours.
        raise ConnectionResetError("The connection was lost as soon as it was made")
    idle = time.monotonic() - (returned_at or time.monotonic())
    try:
        # That it was closed, the driver has seen; that it leads nowhere any more, an answer alone can tell.
        if driver.driver_connection.is_closed():
            raise DisconnectionError
        if idle > LONGEST_TRUST:
            driver.run_async(lambda asyncpg_connection: asyncpg_connection.execute("SELECT"))
    except LOST as error:
        raise DisconnectionError from error


def driver_error(error: BaseException) -> BaseException:
    """Returns asyncpg's own exception where SQLAlchemy wrapped it, else `error`."""
    wrapped = getattr(error, "orig", None)
    return error if wrapped is None else wrapped.__cause__ or wrapped


def cause_of(error: BaseException) -> str:
    """Returns in words why the database cannot be used."""
    cause = driver_error(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({cause.verify_message})"
    return str(cause) or "no answer in time"


async def wait_briefly(session: AsyncSession) -> None:
    """Has the rest of the transaction raise Busy where it would wait for others for more than a moment."""
    await session.execute(select(func.set_config("lock_timeout", LONGEST_WAIT, True)))
