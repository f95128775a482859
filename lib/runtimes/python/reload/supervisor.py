"""The parent: holds the port, watches the sources, puts a new server in the old one's place after a save."""

import multiprocessing
import os
import re
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import replace
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event
from typing import NamedTuple

from reload.broken import ending_of
from reload.debugger import OPENED, Keeper, read_stuck
from reload.packages import change, has_changed, inherited
from reload.program import Program
from reload.saves import saves
from reload.schema import Context, Outcome, Schema
from reload.server import Lines, Occasion, serve
from reload.sources import FOLDERS

LAST_MOMENT = 2.0  # seconds after which an old server that does not end is killed
PATIENCE = 60  # seconds for which a connection that asks nothing waits for no server in particular

# A debugger that was loaded before a fork would take the new process for the old one.
DEBUGGER = re.compile(r"_?(debugpy|pydevd?)(_|\b)")

SPAWN = multiprocessing.get_context("spawn")
FORK = multiprocessing.get_context("forkserver")


def supervise(program: Program, host: str, port: int, debug: str | None) -> None:
    """Serves until SIGTERM or SIGINT; ends the program if a port cannot be had.

    At `debug`, as `host:port`, a debugger may come. From SIGUSR1 to SIGUSR2, what is saved waits.
    """
    ending, paused = Event(), Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    signal.signal(signal.SIGUSR1, lambda *_: paused.set())
    signal.signal(signal.SIGUSR2, lambda *_: paused.clear())
    with inherited() or listen(program, host, port) as listener:
        parent = Parent(program, listener, keeper_at(debug) if debug else None)
        held: set[Path] = set()
        for paths in saves([Path(folder).resolve() for folder in program.folders], ending):
            held |= paths
            if paused.is_set():
                parent.look(set())
                continue
            if has_changed():
                break
            parent.look(held)
            held = set()
        parent.end()
        # Whoever told us to end meanwhile has told this process.
        if not ending.is_set():
            change(listener)


def listen(program: Program, host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise SystemExit(f"Port {port} of {host} cannot be had: {os.strerror(error.errno or 0)}.") from error
    if sys.platform == "linux":
        # A server is given who has asked, not who has only connected: none that leaves hangs up on anybody.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, PATIENCE)
    program.say("info", f"Listening on http://{host}:{listener.getsockname()[1]}")
    return listener


def keeper_at(address: str) -> Keeper:
    host, _, port = address.rpartition(":")
    return Keeper(host, int(port))


class Leaving(NamedTuple):
    """A server that has been told to end."""

    process: BaseProcess
    left: Connection  # closed at its other end once nobody who comes is answered by it
    deadline: float


class Parent:
    """The one server that holds the place, and those that still leave it."""

    def __init__(self, program: Program, listener: socket.socket, keeper: Keeper | None) -> None:
        self.program = program
        self.listener = listener
        self.keeper = keeper
        self.server: BaseProcess | None = None
        self.occasion = Occasion(0.0)
        self.stuck: Connection | None = None
        self.failed = False
        self.left: Connection | None = None
        self.leaving: list[Leaving] = []
        self.reports: Connection | None = None
        self.warm = False
        self.saved: set[str] = set()
        self.since = 0.0
        self.unsettled: set[str] = set()
        self.answers: Connection | None = None
        self.schema = Schema(program, program.migration) if program.migration else None
        self.gate: Connection | None = None
        self.took: list[str] = []

    def look(self, paths: set[Path]) -> None:
        """Starts the first server, a new one because `paths` changed, or one that says why there is none.

        After a save of a migration the old one serves until that is done, and on where it cannot be.
        """
        now = time.monotonic()
        if not self.saved:
            self.since = now
        self.saved |= {str(path.relative_to(Path.cwd())) for path in paths}
        if self.schema:
            self.look_at_schema(self.schema, paths)
        if self.server is None or (self.saved and (self.gate or not self.schema or self.schema.done)):
            self.start(Occasion(self.since, *self.take_saved()))
        elif not self.server.is_alive() and (where := self.where_stuck()):
            message = f"Starts anew: within {OPENED:.0f} s no debugger could come to it."
            self.program.say("warning", message, exception=where)
            self.start(self.occasion)
        elif not self.server.is_alive() and not self.failed:
            failure = ending_of(self.server.exitcode)
            self.program.say("error", failure, event="broken")
            self.start(Occasion(now, failure=failure))
        for one in self.leaving:
            if now > one.deadline:
                one.process.kill()
            if not one.process.is_alive():
                one.left.close()
        self.leaving = [one for one in self.leaving if not one.left.closed]
        self.warm_up()

    def look_at_schema(self, schema: Schema, paths: set[Path]) -> None:
        """Has what was saved of the migrations applied, and acts upon how that went."""
        if self.server is None or schema.concerns(paths):
            schema.begin(self.context, saved=bool(paths))
        outcome = schema.outcome(self.context)
        if not outcome:
            return
        self.took = outcome.modules
        if self.gate:
            self.failed = outcome.failure is not None
            self.occasion = replace(self.occasion, failure=outcome.failure)
            self.open_gate(outcome)
        elif self.failed and (outcome.failure or not self.saved):
            self.start(Occasion(time.monotonic(), failure=outcome.failure))

    def open_gate(self, outcome: Outcome) -> None:
        """Lets the server that waits for the schema serve, or say why not."""
        with suppress(BrokenPipeError):
            if self.gate:
                self.gate.send(outcome.failure)
                self.gate.close()
        self.gate = None

    def take_saved(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Returns what was saved since the last server began, and with it what none has told of."""
        files, self.saved = self.saved, set()
        self.unsettled = files if self.has_answered() else self.unsettled | files
        return tuple(sorted(files)), tuple(sorted(self.unsettled))

    @property
    def context(self) -> Context:
        return FORK if self.warm else SPAWN

    def start(self, occasion: Occasion) -> None:
        if self.server and self.left:
            self.server.terminate()
            self.leaving.append(Leaving(self.server, self.left, occasion.since + LAST_MOMENT))
        self.left, leaving = SPAWN.Pipe(duplex=False)
        self.occasion = occasion
        self.failed = occasion.failure is not None
        theirs: Connection | None = None
        gated: Connection | None = None
        self.gate = None
        if not self.warm:
            self.reports, theirs = SPAWN.Pipe(duplex=False)
        if self.schema and self.schema.busy and not self.failed:
            gated, self.gate = SPAWN.Pipe(duplex=False)
        self.answers, answering = SPAWN.Pipe(duplex=False)
        debugging: Connection | None = None
        stuck: Connection | None = None
        if self.keeper:
            ours, debugging = SPAWN.Pipe()
            self.keeper.expect(ours)
            self.stuck, stuck = SPAWN.Pipe(duplex=False)
        before = [one.left for one in self.leaving]
        lines = Lines(before, leaving, answering, theirs, debugging, stuck, gated)
        process = self.context.Process(target=serve, args=(self.program, self.listener, occasion, lines))
        process.start()
        for end in lines.given:
            end.close()
        self.server = process

    def where_stuck(self) -> str:
        """Returns once, of a server that ended because no debugger could come to it, where that stood."""
        stuck, self.stuck = self.stuck, None
        return read_stuck(stuck) if stuck else ""

    def has_answered(self) -> bool:
        """Tells whether the last server began to answer, and so told what it had read."""
        with suppress(EOFError):
            if self.answers and self.answers.poll():
                self.answers.recv()
                return True
        return False

    def warm_up(self) -> None:
        """Has a process to fork from import what a server has imported from elsewhere."""
        # macOS's own libraries do not survive a fork once they are loaded: there, each server starts anew.
        if sys.platform != "linux" or self.warm or not self.reports or not self.reports.poll():
            return
        with suppress(EOFError):
            modules = dict.fromkeys([*self.reports.recv(), *self.took])
            ours = {*self.program.folders, "__main__", "__mp_main__", *sys.stdlib_module_names}
            theirs = [
                name for name in modules if name.partition(".")[0] not in ours and not DEBUGGER.match(name)
            ]
            # Before Python 3.13, that process does not look for modules where this one does.
            folders = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
            os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, folders))
            multiprocessing.set_forkserver_preload([*theirs, serve.__module__, "reload.ahead"])
            os.environ[FOLDERS] = os.pathsep.join(self.program.folders)
            forkserver.ensure_running()
            del os.environ[FOLDERS]
            self.warm = True

    def end(self) -> None:
        if self.schema:
            self.schema.end()
        processes = [one.process for one in self.leaving] + ([self.server] if self.server else [])
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + LAST_MOMENT
        for process in processes:
            process.join(max(0, deadline - time.monotonic()))
            process.kill()
            process.join()
