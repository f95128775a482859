"""Servers forked from a process that has imported what they need: most of a start is the imports."""

import atexit
import multiprocessing
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from typing import IO

import uvicorn

# Of ours, what reads no settings: those are each server's own.
IMPORTED = ["app.api", "app.assistant", "app.reminders", "mcp_server.more_tools", "mcp_server.tools"]
ELSEWHERE = ["uvicorn.lifespan.on", "uvicorn.loops.uvloop", "uvicorn.protocols.http.httptools_impl"]

# macOS's own libraries do not survive a fork once they are loaded: there, each server starts anew.
CONTEXT = (
    multiprocessing.get_context("forkserver")
    if sys.platform == "linux"
    else multiprocessing.get_context("spawn")
)
CONTEXT.set_forkserver_preload([__name__, *IMPORTED, *ELSEWHERE])


@atexit.register
def end_all() -> None:
    """Ends what tests that failed have left: multiprocessing would wait for it without end."""
    for process in multiprocessing.active_children():
        process.kill()


class Forked:
    """`uvicorn <words>` with what the tests use of a `Popen`."""

    def __init__(self, words: list[str], env: dict[str, str], constants: Mapping[str, float]) -> None:
        ours, theirs = CONTEXT.Pipe(duplex=False)
        self.process = CONTEXT.Process(target=serve, args=(words, env, constants, theirs))
        self.process.start()
        theirs.close()
        self.stdout: IO[str] = os.fdopen(os.dup(ours.fileno()))
        ours.close()

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        assert self.process.exitcode is not None, "the server does not end"
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        assert self.process.pid
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        self.process.kill()


def serve(words: list[str], env: dict[str, str], constants: Mapping[str, float], output: Connection) -> None:
    """Serves in this process, which says what it has to say to `output`."""
    for standard in (1, 2):
        os.dup2(output.fileno(), standard)
    output.close()
    sys.stdout = os.fdopen(1, "w", buffering=1)
    os.environ.clear()
    os.environ.update(env)
    for name, value in constants.items():
        module, _, constant = name.rpartition(".")
        assert hasattr(import_module(module), constant), name
        setattr(import_module(module), constant, value)
    uvicorn.main(words)
