"""Each SQL statement as a part of what is traced, in the terms of https://opentelemetry.io/docs/specs/semconv/db/"""

import re
import time
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from core.telemetry import telemetry

LONGEST = 2000  # characters of a statement; it holds no values, which are apart from it
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|TABLE)\s+([\w.]+)")


def trace_statements(engine: Engine) -> None:
    """Has every statement of `engine` traced, and its connections counted."""
    pool: Any = engine.pool
    telemetry().watch(
        "db.client.connection.count",
        "{connection}",
        "db.client.connection.state",
        lambda: {"used": pool.checkedout(), "idle": pool.checkedin()},
    )

    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection: Connection, *_: Any) -> None:
        connection.info["begun"] = time.time_ns()

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        trace(connection, statement)

    @event.listens_for(engine, "handle_error")
    def fail(context: ExceptionContext) -> None:
        if context.connection and context.statement:
            trace(context.connection, context.statement, type(context.original_exception).__name__)


def trace(connection: Connection, statement: str, why: str | None = None) -> None:
    # What asks beside all requests, as probes do, would fill the screen.
    if not telemetry().is_tracing():
        return
    operation = statement.split(None, 1)[0].upper()
    table = TABLE.search(statement)
    name = f"{operation} {table[1]}" if table else operation
    attributes = {
        "db.system.name": "postgresql",
        "db.operation.name": operation,
        "db.collection.name": table[1] if table else None,
        "db.query.text": statement[:LONGEST],
    }
    telemetry().past(name, connection.info["begun"], attributes, why)
