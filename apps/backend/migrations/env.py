"""Alembic's entry: runs on the connection app.migrate hands over, or its own for `alembic revision`."""

import asyncio

from alembic import context
from sqlalchemy import Connection, MetaData

from core.database import create_engine
from core.models import Base
from core.settings import secret

metadata: MetaData = Base.metadata


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_run() -> None:
    engine = create_engine(secret("DATABASE_URL"), "alembic", size=1, patience=None)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


handed_over = context.config.attributes.get("connection")
if handed_over is None:
    asyncio.run(connect_and_run())
else:
    run(handed_over)
