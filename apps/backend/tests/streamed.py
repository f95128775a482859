"""What a scripted model streams, piece by piece, and how a test listens to a streamed chat."""

import json
import threading
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from tests.local_http import Answer
from tests.servers import PATIENCE

Events = AsyncIterator[tuple[str, Any]]

STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
STILL_THERE = ": still there\n\n"


def streams(*pieces: Any) -> Answer:
    """The model streams these: chunks, text as it is on the wire, or events that it waits for."""
    return 200, written(*pieces)


def written(*pieces: Any) -> Generator[bytes]:
    for piece in pieces:
        if isinstance(piece, threading.Event):
            assert piece.wait(PATIENCE)
        else:
            yield (piece if isinstance(piece, str) else f"data: {json.dumps(piece)}\n\n").encode()


def says(*deltas: str) -> list[dict[str, Any]]:
    """Returns the chunks of a text, without the end."""
    return [chunk(content=delta) for delta in deltas]


def chunk(**delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def fragment(arguments: Any = None, name: str | None = None, **where: Any) -> dict[str, Any]:
    """Returns a chunk with a piece of a tool call; `where` is its index and id, as far as it has them."""
    function = {"name": name, "arguments": arguments}
    given = {key: value for key, value in function.items() if value is not None}
    return chunk(tool_calls=[{**where, "type": "function", "function": given}])


def calls(name: str, **arguments: Any) -> list[dict[str, Any]]:
    """Returns the chunks of a tool call, without the end."""
    return [fragment("", name, index=0, id="call_1"), fragment(json.dumps(arguments), index=0)]


@asynccontextmanager
async def listening(api: httpx2.AsyncClient, **body: Any) -> AsyncIterator[Events]:
    """Opens a streamed chat and gives its events, with their data, as they come."""
    async with api.stream("POST", "/chat/stream", json=body) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events_of(answer)


async def events_of(answer: httpx2.Response) -> Events:
    name = ""
    async for line in answer.aiter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


async def heard(api: httpx2.AsyncClient, **body: Any) -> list[tuple[str, Any]]:
    """Returns all events of a streamed chat."""
    async with listening(api, **body) as events:
        return [event async for event in events]
