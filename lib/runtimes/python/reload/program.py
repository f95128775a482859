"""What is served, and the log lines about it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Migration:
    """The module that brings the database to the newest migration, and Alembic's folder of them."""

    module: str
    folder: str


@dataclass(frozen=True)
class Program:
    """An ASGI app as `module:name`, the service it is, and the folders (packages) that hold its sources."""

    app: str
    service: str
    folders: tuple[str, ...]
    migration: Migration | None = None

    def say(self, level: str, message: str, **fields: object) -> None:
        """Writes a log line in the form of the program's own, which may be the very file that is broken."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": level, "service": self.service, "message": message, "request_id": None}
        print(json.dumps({**line, **fields}), flush=True)
