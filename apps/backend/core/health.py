"""The probes of both servers: alive without looking at anything, ready only if the own database is."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.database import UNREACHABLE, cause_of
from core.faults import StatementRefused
from core.schema import MigrationsBroken, current_revision, needed

# SQLAlchemy takes two seconds more to close a connection that stays silent, and the probe waits for five.
TIMEOUT = 2.0  # seconds


class NotReady(Exception):
    """Why the service cannot serve at the moment, as one sentence."""


async def check_database(engine: AsyncEngine) -> None:
    """Raises NotReady unless the database answers and its schema is at least at the head revision.

    The engine is the probe's own, of one connection: requests that wait keep no answer from it, and a crowd
    of probes takes turns.
    """
    try:
        lineage = needed()
        async with asyncio.timeout(TIMEOUT), engine.connect() as connection:
            revision = await current_revision(connection)
    except (*UNREACHABLE, StatementRefused) as error:
        raise NotReady(f"The database does not answer: {cause_of(error)}") from error
    except MigrationsBroken as error:
        raise NotReady(str(error)) from error
    if lineage.is_behind(revision):
        raise NotReady(f"The schema is at {revision or 'no revision'}, {lineage.head} is needed: migrate it.")


def health_routes(check_ready: Callable[[], Awaitable[None]]) -> list[Route]:
    """Returns /health, /health/live and /health/ready, which is 503 when `check_ready` raises NotReady."""

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> JSONResponse:
        try:
            await check_ready()
        except NotReady as error:
            return JSONResponse({"status": "not ready", "cause": str(error)}, 503)
        return JSONResponse({"status": "ready"})

    return [Route("/health", live), Route("/health/live", live), Route("/health/ready", ready)]
