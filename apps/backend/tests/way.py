"""A way to a server that can be spoilt while it is in use."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

Fault = Literal["away", "slow", "silent"]
DELAY = 2.0  # seconds that each piece is late on a slow way, in each direction


class Way:
    """Passes bytes on to `host`:`port`; `attempts` are the connections that were asked for."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.own_port = 0
        self.attempts = 0
        self.fault: Fault | None = None
        self.open: set[asyncio.StreamWriter] = set()

    def break_(self, fault: Fault) -> None:
        self.fault = fault
        if fault == "away":
            for writer in self.open:
                writer.transport.abort()

    def mend(self) -> None:
        """Lets what is new through; what was lost stays lost."""
        if self.fault == "silent":
            for writer in self.open:
                writer.transport.abort()
        self.fault = None

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.attempts += 1
        if self.fault == "away":
            writer.transport.abort()
            return
        theirs, ours = await asyncio.open_connection(self.host, self.port)
        self.open |= {writer, ours}
        try:
            await asyncio.gather(self.copy(reader, ours), self.copy(theirs, writer), return_exceptions=True)
        finally:
            self.open -= {writer, ours}
            writer.close()
            ours.close()

    async def copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                if self.fault == "slow":
                    await asyncio.sleep(DELAY)
                if self.fault != "silent":
                    sink.write(data)
        finally:
            sink.close()


@asynccontextmanager
async def way_to(host: str | None, port: int | None) -> AsyncIterator[Way]:
    assert host
    assert port
    way = Way(host, port)
    passing: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        passing.add(task)
        await way.accept(reader, writer)
        passing.remove(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    way.own_port = server.sockets[0].getsockname()[1]
    yield way
    server.close()
    way.break_("away")
    if passing:
        await asyncio.wait(passing)
