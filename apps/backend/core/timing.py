"""The header Server-Timing: how long a request took, and how much of that the database."""

import time
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event

HEADER = "server-timing"

# Seconds of each statement of the request that is served, or None where nobody asks.
database_time: ContextVar[list[float] | None] = ContextVar("database_time", default=None)


def clock_statements(engine: Engine) -> None:
    """Has every statement of `engine` leave its seconds in `database_time`."""

    @event.listens_for(engine, "before_cursor_execute")
    def start(connection: Connection, *_: Any) -> None:
        connection.info["started"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def stop(connection: Connection, *_: Any) -> None:
        if (spent := database_time.get()) is not None:
            spent.append(time.perf_counter() - connection.info["started"])


def header(total: float, spent: list[float]) -> str:
    """Returns the header's value; what is given is in seconds, what it says in milliseconds."""
    return f"total;dur={total * 1000:.1f}, db;dur={sum(spent) * 1000:.1f}"
