"""Logs as one JSON object a line on stdout, each line with the id of the request it belongs to."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from core.telemetry import telemetry

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

# At INFO these write message contents, or a line for each request that we log ourselves.
CHATTY = ("httpx2", "httpcore2", "mcp", "alembic.runtime.plugins")


class JsonLines(logging.Formatter):
    """Formats a record as JSON; `extra={"fields": {...}}` adds fields to the object."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self.service,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **telemetry().ids(),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def configure_logging(service: str, level: str) -> None:
    """Sends every logger of this process, uvicorn's included, to stdout as JSON lines.

    `level` is debug, info, warning or error; anything else ends the program with one sentence.
    """
    if level.lower() not in ("debug", "info", "warning", "error"):
        raise SystemExit(f"LOG_LEVEL is {level!r}: set it to debug, info, warning or error.")
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(service))
    logging.root.handlers = [handler]
    logging.root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
