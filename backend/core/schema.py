"""Which revision of the database's schema this code needs."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Revisions are zero-padded numbers, so that a later one compares as greater. A schema that is ahead is
# good enough: migrations only add, and in a rolling update the old pods meet the new schema.
HEAD = "0003"


async def current_revision(connection: AsyncConnection) -> str | None:
    """Returns the revision the database is at, or None if no migration has run yet."""
    if await connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
        return None
    revision: str | None = await connection.scalar(text("SELECT version_num FROM public.alembic_version"))
    return revision


def is_behind(revision: str | None) -> bool:
    """Tells whether a database at `revision` lacks what this code needs."""
    return revision is None or revision < HEAD
