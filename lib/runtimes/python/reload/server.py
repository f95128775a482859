"""One server process: imports the program as it is on the disk now, and serves it, or why it cannot be."""

import asyncio
import gc
import hashlib
import importlib
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from reload.broken import answer_503, reason_of, traceback_of
from reload.debugger import open_debugger
from reload.packages import identity
from reload.program import Program
from reload.sources import import_from_source

GRACE = 1  # seconds that requests in flight have to finish once a newer server is on its way
LAST_WORDS = 0.01  # seconds for requests on connections that were taken a moment before
SETTLED = 3.0  # seconds after its start by when a program has imported what it takes its time for


@dataclass(frozen=True)
class Occasion:
    """Why a server starts: `files` changed, seen at `since` by the monotonic clock; none at the first start.

    `unsettled` are those and what changed before, of which no server has told yet.
    With `failure`, the program is not tried: that is what is served.
    """

    since: float
    files: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    failure: str | None = None


class DevServer(uvicorn.Server):
    """Leaves the port at once when it is told to end, or when its parent is gone."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_start = on_start

    async def startup(self, sockets: list[socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.should_exit:
            return  # told to end meanwhile: a newer save is being started
        if parent := multiprocessing.parent_process():
            self.loop.add_reader(parent.sentinel, self.leave)
        self.on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self.started:
            self.loop.call_soon_threadsafe(self.leave)

    def leave(self) -> None:
        # uvicorn alone looks every 0.1 s whether it should end: until then, old code would answer.
        self.should_exit = True
        for listening in self.servers:
            listening.close()
        self.loop.call_later(LAST_WORDS, self.hang_up)
        if parent := multiprocessing.parent_process():
            self.loop.remove_reader(parent.sentinel)

    def hang_up(self) -> None:
        for connection in list(self.server_state.connections):
            connection.shutdown()


def serve(
    program: Program,
    listener: socket,
    occasion: Occasion,
    reports: Connection | None,
    answering: Connection,
    debugging: Connection | None,
    gate: Connection | None,
) -> None:
    """Serves `program` on `listener` until SIGTERM; sends the modules it took to `reports`, in order.

    Sends something to `answering` once the program answers. With `debugging`, a debugger can come to it. With
    a `gate` it is imported, and served as soon as that says None, or why the database's schema is not right.
    """
    gc.freeze()  # what is inherited from a fork is never garbage; looking at it would copy its pages
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends us
    if debugging:
        open_debugger(debugging)
    failure = occasion.failure
    app: ASGIApp | None = None
    # Before they are read: what changes in between starts the next server.
    loaded = {path: hash_of(Path(path)) for path in occasion.unsettled}
    if failure is None:
        try:
            app = load(program)
        except (Exception, SystemExit) as error:
            failure = f"Does not start: {reason_of(error)}"
            ms = round((time.monotonic() - occasion.since) * 1000)
            fields = {"exception": traceback_of(error), "ms": ms, **packages_of(occasion)}
            program.say("error", failure, event="broken", **fields)
    if gate:
        failure = gate.recv() or failure
        app = app if failure is None else None

    def started() -> None:
        if failure is not None:
            return
        ms = round((time.monotonic() - occasion.since) * 1000)
        if occasion.files:
            program.say("info", "Reloaded", files=occasion.files, ms=ms, loaded=loaded)
        else:
            program.say("info", "Started", ms=ms, **packages_of(occasion))
        with suppress(BrokenPipeError):
            answering.send(None)
        if reports:
            asyncio.get_running_loop().call_later(SETTLED, report, reports)

    config = uvicorn.Config(
        app or answer_503(failure or ""),
        lifespan="auto" if app else "off",
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE,
    )
    DevServer(config, started).run([listener])


def packages_of(occasion: Occasion) -> dict[str, str]:
    """Returns for the log which packages a first server has; those after it have the same."""
    has = None if occasion.files else identity()
    return {"packages": has} if has else {}


def report(reports: Connection) -> None:
    """Sends the names of the modules that were imported, in order, unless a newer server does so already."""
    with suppress(BrokenPipeError):
        reports.send(list(sys.modules))


def hash_of(path: Path) -> str:
    """Returns the SHA-256 of a file, or nothing where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def load(program: Program) -> ASGIApp:
    import_from_source(program.folders)
    module, _, name = program.app.partition(":")
    app: ASGIApp = getattr(importlib.import_module(module), name)
    return app
