"""What no client of ours sends: requests in requests, headers and bodies that do not come to their end."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx2
import pytest

from core.database import CONNECTIONS
from tests.issuer import Issuer
from tests.servers import Server

SMUGGLED = b"GET /health/ready?smuggled HTTP/1.1\r\nHost: backend\r\n\r\n"
SLOW = 200  # connections, far beyond what a server has of anything else

FRAMES = {
    "a length beside chunks": (b"Content-Length: 6\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    "chunks beside a length": (b"Transfer-Encoding: chunked\r\nContent-Length: 6", b"0\r\n\r\n"),
    "two lengths": (b"Content-Length: 0\r\nContent-Length: 40", b""),
    "a length with a sign": (b"Content-Length: +2", b"{}"),
    "a length in hexadecimals": (b"Content-Length: 0x2", b"{}"),
    "chunks by another name": (b"Transfer-Encoding: xchunked", b"0\r\n\r\n"),
    "chunks that are not last": (b"Transfer-Encoding: chunked, identity", b"0\r\n\r\n"),
    "a blank before the colon": (b"Transfer-Encoding : chunked", b"0\r\n\r\n"),
    "a folded header": (b"X: y\r\n Transfer-Encoding: chunked", b"0\r\n\r\n"),
}

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(params=["backend", "mcp"])
def door(request: pytest.FixtureRequest, backend: Server, mcp: Server) -> tuple[Server, bytes]:
    """One of the two servers, and a path of it behind the gate."""
    return (backend, b"/api/alice/tasks") if request.param == "backend" else (mcp, b"/mcp")


async def dial(server: Server) -> Connection:
    address = urlsplit(server.url)
    return await asyncio.open_connection(address.hostname, address.port)


@pytest.mark.parametrize("frame", FRAMES)
async def test_a_request_whose_length_can_be_read_in_two_ways_is_refused_with_what_follows_it(
    frame: str, door: tuple[Server, bytes]
) -> None:
    server, path = door
    headers, body = FRAMES[frame]
    reader, writer = await dial(server)
    head = b"POST %b HTTP/1.1\r\nHost: backend\r\n%b\r\n\r\n" % (path, headers)
    writer.write(head + body + SMUGGLED)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert answer.count(b"HTTP/1.1 ") == 1, answer


async def test_who_sends_slowly_takes_nothing_that_others_need(
    backend: Server,
    issuer: Issuer,
    api: httpx2.AsyncClient,
    user_id: str,
    record_property: Callable[[str, object], None],
) -> None:
    assert SLOW > 10 * CONNECTIONS
    token = issuer.token("sluggish").encode()
    unfinished = [
        b"GET /api/sluggish/tasks HTTP/1.1\r\nHost: backend\r\nAuthoriz",
        b"POST /api/sluggish/tasks HTTP/1.1\r\nHost: backend\r\nAuthorization: Bearer %b\r\n"
        b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{" % token,
    ]
    slow = [await dial(backend) for _ in range(SLOW)]
    for number, (_, writer) in enumerate(slow):
        writer.write(unfinished[number % 2])
        await writer.drain()
    added = [await api.post("/tasks", json={"title": f"In time {number}"}) for number in range(10)]
    assert [answer.status_code for answer in added] == [201] * 10
    async with httpx2.AsyncClient(base_url=backend.url) as kubelet:
        assert (await kubelet.get("/health/ready")).status_code == 200
    for _, writer in slow:
        writer.close()
    record_property("figure", f"{SLOW} slow connections")
