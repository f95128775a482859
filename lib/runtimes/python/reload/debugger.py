"""The one address of a program's debugger: who has come to it stays, whichever server runs."""

import asyncio
import faulthandler
import importlib
import os
import socket
import sys
import sysconfig
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Thread
from types import ModuleType

from reload.packages import origin
from reload.session import Session, read

PATIENCE = 10.0  # seconds in which a server has been told what a client waits for
SAID = 65536  # bytes, which is what a pipe holds
OPENED = 60.0  # seconds in which it is open, on a very busy machine too: there it takes half of them


def open_debugger(keeper: Connection, stuck: Connection) -> None:
    """Makes this process one that can be debugged; goes on once it has its breakpoints.

    Where that does not come to pass, ends the process and says to `stuck` where it stood.
    """
    # It would warn, at each start, that it cannot see into Python's own modules.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    debugpy = debugger()
    debugpy.configure(subProcess=False)
    # It waits for a process of its own, three times without end.
    faulthandler.dump_traceback_later(OPENED, exit=True, file=stuck.fileno())
    _, port = debugpy.listen(("127.0.0.1", 0))
    faulthandler.cancel_dump_traceback_later()
    stuck.close()
    with suppress(EOFError, BrokenPipeError):
        keeper.send(port)
        if keeper.poll(PATIENCE):
            keeper.recv()


def debugger() -> ModuleType:
    """Imports debugpy, also where others took the place of the packages that came with it."""
    first = str(origin())
    sys.path.append(sysconfig.get_path("purelib", vars={"base": first, "platbase": first}))
    try:
        return importlib.import_module("debugpy")
    finally:
        sys.path.pop()


def read_stuck(stuck: Connection) -> str:
    """Returns where a process that has ended stood, if it could not be made one to debug."""
    with stuck:
        return os.read(stuck.fileno(), SAID).decode() if stuck.poll() else ""


class Keeper:
    """Listens for a client, and leads it to the newest server."""

    def __init__(self, host: str, port: int) -> None:
        try:
            self.listener = socket.create_server((host, port))
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise SystemExit(f"Port {port} of {host}, for a debugger, cannot be had: {reason}.") from error
        self.address = f"{host}:{self.listener.getsockname()[1]}"
        self.loop = asyncio.new_event_loop()
        self.port: int | None = None
        self.session: Session | None = None
        Thread(target=asyncio.run, args=(self.serve(),), daemon=True).start()

    async def serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        async with await asyncio.start_server(self.welcome, sock=self.listener) as server:
            await server.serve_forever()

    def expect(self, server: Connection) -> None:
        """Hears of a new server at this end of a pipe, as soon as it says something."""
        Thread(target=self.introduce, args=(server,), daemon=True).start()

    def introduce(self, server: Connection) -> None:
        with server, suppress(EOFError, OSError):
            taken = asyncio.run_coroutine_threadsafe(self.take(server.recv()), self.loop)
            with suppress(TimeoutError):
                taken.result(PATIENCE)
            server.send(None)

    async def take(self, port: int) -> None:
        self.port = port
        if self.session:
            await self.session.move(port)

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves a client to its end. One that came before is gone, though its connection may not know it."""
        if self.session:
            self.session.end()
        session = self.session = Session(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            if self.port:
                await session.move(self.port)
            while True:
                session.hear(await read(reader))
        session.end()
        if self.session is session:
            self.session = None
