"""One server process: imports the program as it is on the disk now, and serves it, or why it cannot be."""

import asyncio
import gc
import hashlib
import importlib
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Sequence
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
TURNS = 10  # of the event loop, in which such a connection is opened and what it asks is read
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


@dataclass(frozen=True)
class Lines:
    """What a server hears its parent and those before it by, and they it."""

    before: Sequence[Connection]  # of each older server, closed once nobody who comes is answered by it
    leaving: Connection  # its own such line
    answering: Connection  # is sent something once the program answers
    reports: Connection | None = None  # is sent the modules it took, in order
    debugging: Connection | None = None  # with it, a debugger can come to the program
    stuck: Connection | None = None  # goes with it: is written where the process stood, if none can
    gate: Connection | None = None  # says None, or why the schema is not right; it serves no sooner

    @property
    def given(self) -> list[Connection]:
        """Returns those that the parent needs no more once it has handed them over."""
        ends = (self.leaving, self.answering, self.reports, self.debugging, self.stuck, self.gate)
        return [end for end in ends if end]


class DevServer(uvicorn.Server):
    """Takes the port once all before it have left; leaves it when it is told to end, or its parent is gone.

    Its lines `before` and `leaving` say so by being closed, as they are too when a process ends.
    """

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None], lines: Lines) -> None:
        super().__init__(config)
        self.on_start = on_start
        self.lines = lines
        self.parting: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        # On a busy machine an old server may hear late that it is to end, and would answer whoever comes now.
        for one in self.lines.before:
            one.poll(None)
        if self.should_exit:
            return  # told to end meanwhile: a newer save is being started
        await super().startup(sockets)
        if self.should_exit:
            return
        if parent := multiprocessing.parent_process():
            self.loop.add_reader(parent.sentinel, self.leave)
        self.on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self.started:
            self.loop.call_soon_threadsafe(self.leave)

    def leave(self) -> None:
        if self.parting:
            return
        # uvicorn alone looks every 0.1 s whether it should end: until then, old code would answer.
        self.should_exit = True
        for listening in self.servers:
            listening.close()
        self.parting = self.loop.create_task(self.hang_up())
        if parent := multiprocessing.parent_process():
            self.loop.remove_reader(parent.sentinel)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        # uvicorn alone hangs up at once, also on who was taken and has not been heard.
        self.leave()
        if self.parting:
            await self.parting
        await super().shutdown(sockets)

    async def hang_up(self) -> None:
        await asyncio.sleep(LAST_WORDS)
        for _ in range(TURNS):  # on a busy machine that time may be over before anything was read
            await asyncio.sleep(0)
        for connection in list(self.server_state.connections):
            connection.shutdown()
        self.lines.leaving.close()


def serve(program: Program, listener: socket, occasion: Occasion, lines: Lines) -> None:
    """Serves `program` on `listener`, from when all before it have left that until SIGTERM."""
    gc.freeze()  # what is inherited from a fork is never garbage; looking at it would copy its pages
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which ends us
    if lines.debugging and lines.stuck:
        open_debugger(lines.debugging, lines.stuck)
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
    if lines.gate:
        failure = lines.gate.recv() or failure
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
            lines.answering.send(None)
        if lines.reports:
            asyncio.get_running_loop().call_later(SETTLED, report, lines.reports)

    config = uvicorn.Config(
        app or answer_503(failure or ""),
        lifespan="auto" if app else "off",
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE,
    )
    DevServer(config, started, lines).run([listener])


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
