"""A way to PostgreSQL on which each round trip can be counted, as if it were far away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.engine import make_url


class Line:
    """Passes bytes on, both ways; `flights` are how often a client has sent something and then waited."""

    def __init__(self, dsn: str) -> None:
        self.url = make_url(dsn)
        self.flights = 0

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection(self.url.host, self.url.port)
        answered = True

        async def ask() -> None:
            nonlocal answered
            while data := await reader.read(65536):
                self.flights += answered
                answered = False
                ours.write(data)
            ours.close()

        async def answer() -> None:
            nonlocal answered
            while data := await theirs.read(65536):
                answered = True
                writer.write(data)
            writer.close()

        await asyncio.gather(ask(), answer(), return_exceptions=True)


@asynccontextmanager
async def far_away(dsn: str) -> AsyncIterator[tuple[Line, str]]:
    """Opens a line to the database; gives it, and the connection string that leads through it."""
    line = Line(dsn)
    async with await asyncio.start_server(line.connect, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield line, line.url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
