"""What a model sends, read as JSON: an event stream, or one answer in one piece.

The stream is read as https://html.spec.whatwg.org/multipage/server-sent-events.html has it, so that comments
and events without data are nothing; some clients end on them (openai/openai-python#2722).
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

LONGEST = 16 * 1024 * 1024  # bytes of one answer
DONE = "[DONE]"
LINE_END = re.compile(rb"\r\n|\n|\r(?=[^\n])")  # a CR at the end may be half of a CRLF


class TooLong(Exception):
    """The answer does not end."""


class EventStream:
    """Takes bytes as they come and gives what the events have as data."""

    def __init__(self) -> None:
        self.rest = b""
        self.name = ""
        self.data: list[str] = []

    def feed(self, more: bytes) -> Iterator[Any]:
        *lines, self.rest = LINE_END.split(self.rest + more)
        for line in lines:
            yield from self.take(line.decode(errors="replace"))

    def end(self) -> Iterator[Any]:
        """Gives the last event where the empty line after it is missing; half an event is nothing."""
        for line in (self.rest.rstrip(b"\r").decode(errors="replace"), ""):
            try:
                yield from self.take(line)
            except ValueError:
                return

    def take(self, line: str) -> Iterator[Any]:
        if line:
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data":
                self.data.append(value)
            elif field == "event":
                self.name = value
            return
        name, data = self.name, "\n".join(self.data).strip()
        self.name, self.data = "", []
        if data == DONE:
            yield DONE
        elif data:
            read = json.loads(data)
            yield {"error": read} if name == "error" and not has_error(read) else read


def has_error(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("error"))


async def pieces(arriving: AsyncIterator[bytes]) -> AsyncIterator[Any]:
    """Yields the JSON values of an answer, and DONE where the vendor says so.

    Raises ValueError for what should be JSON and is not, TooLong, and what `arriving` raises.
    """
    stream, whole, size = EventStream(), b"", 0
    begun = in_one_piece = False
    async for part in arriving:
        size += len(part)
        if size > LONGEST:
            raise TooLong
        if not begun:
            part = part.lstrip(b"\xef\xbb\xbf \t\r\n")
            begun = bool(part)
            # Some answer in one piece although they are asked to stream, and not all of them say so.
            in_one_piece = part[:1] in (b"{", b"[", b'"')
        if in_one_piece:
            whole += part
            continue
        for piece in stream.feed(part):
            yield piece
    if in_one_piece:
        yield json.loads(whole)
    for piece in stream.end():
        yield piece
