"""The parent: holds the port, watches the sources, puts a new server in the old one's place after a save."""

import multiprocessing
import os
import re
import signal
import socket
import sys
import time
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event

from reload.broken import ending_of
from reload.debugger import Keeper
from reload.program import Program
from reload.saves import saves
from reload.server import Occasion, serve

LAST_MOMENT = 2.0  # seconds after which an old server that does not end is killed

# A debugger that was loaded before a fork would take the new process for the old one.
DEBUGGER = re.compile(r"_?(debugpy|pydevd?)(_|\b)")

SPAWN = multiprocessing.get_context("spawn")
FORK = multiprocessing.get_context("forkserver")


def supervise(program: Program, host: str, port: int, debug: str | None) -> None:
    """Serves until SIGTERM or SIGINT; ends the program if a port cannot be had.

    At `debug`, as `host:port`, a debugger may come.
    """
    ending = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    try:
        listener = socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise SystemExit(f"Port {port} of {host} cannot be had: {os.strerror(error.errno or 0)}.") from error
    with listener:
        program.say("info", f"Listening on http://{host}:{listener.getsockname()[1]}")
        parent = Parent(program, listener, keeper_at(debug) if debug else None)
        for paths in saves([Path(folder).resolve() for folder in program.folders], ending):
            parent.look(paths)
        parent.end()


def keeper_at(address: str) -> Keeper:
    host, _, port = address.rpartition(":")
    return Keeper(host, int(port))


class Parent:
    """The one server that holds the place, and those that still leave it."""

    def __init__(self, program: Program, listener: socket.socket, keeper: Keeper | None) -> None:
        self.program = program
        self.listener = listener
        self.keeper = keeper
        self.server: BaseProcess | None = None
        self.failed = False
        self.leaving: list[tuple[BaseProcess, float]] = []
        self.reports: Connection | None = None
        self.warm = False
        self.unsettled: set[str] = set()
        self.answers: Connection | None = None

    def look(self, paths: set[Path]) -> None:
        """Starts the first server, a new one because `paths` changed, or one that says why there is none."""
        now = time.monotonic()
        if self.server is None or paths:
            files = {str(path.relative_to(Path.cwd())) for path in paths}
            self.unsettled = files if self.has_answered() else self.unsettled | files
            self.start(Occasion(now, tuple(sorted(files)), tuple(sorted(self.unsettled))))
        elif not self.server.is_alive() and not self.failed:
            failure = ending_of(self.server.exitcode)
            self.program.say("error", failure, event="broken")
            self.start(Occasion(now, failure=failure))
        for process, deadline in self.leaving:
            if now > deadline:
                process.kill()
        self.leaving = [(process, deadline) for process, deadline in self.leaving if process.is_alive()]
        self.warm_up()

    def start(self, occasion: Occasion) -> None:
        if self.server:
            self.server.terminate()
            self.leaving.append((self.server, occasion.since + LAST_MOMENT))
        self.failed = occasion.failure is not None
        theirs: Connection | None = None
        if not self.warm:
            self.reports, theirs = SPAWN.Pipe(duplex=False)
        self.answers, answering = SPAWN.Pipe(duplex=False)
        debugging: Connection | None = None
        if self.keeper:
            ours, debugging = SPAWN.Pipe()
            self.keeper.expect(ours)
        process = (FORK if self.warm else SPAWN).Process(
            target=serve, args=(self.program, self.listener, occasion, theirs, answering, debugging)
        )
        process.start()
        for end in (theirs, answering, debugging):
            if end:
                end.close()
        self.server = process

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
            modules = self.reports.recv()
            ours = {*self.program.folders, "__main__", "__mp_main__", *sys.stdlib_module_names}
            theirs = [
                name for name in modules if name.partition(".")[0] not in ours and not DEBUGGER.match(name)
            ]
            # Before Python 3.13, that process does not look for modules where this one does.
            folders = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
            os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, folders))
            multiprocessing.set_forkserver_preload([*theirs, serve.__module__])
            forkserver.ensure_running()
            self.warm = True

    def end(self) -> None:
        processes = [process for process, _ in self.leaving] + ([self.server] if self.server else [])
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + LAST_MOMENT
        for process in processes:
            process.join(max(0, deadline - time.monotonic()))
            process.kill()
            process.join()
