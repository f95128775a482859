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
        if not line:
            yield from self.dispatch()
            return
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line.startswith("{"):
            yield json.loads(line)  # as it is, without a field (lemonade-sdk/lemonade#2826)
        elif field == "data":
            if self.data and is_json("\n".join(self.data)):
                yield from self.dispatch()  # the empty line between is missing (anomalyco/opencode#27365)
            self.data.append(value)
        elif field == "event":
            self.name = value
        elif field == "error":
            self.name, self.data = "error", [value]  # llama.cpp's own

    def dispatch(self) -> Iterator[Any]:
        name, data = self.name, "\n".join(self.data).strip()
        self.name, self.data = "", []
        if data.strip('"') == DONE:
            yield DONE
        elif data and name == "error":
            yield error_in(data)
        elif data.startswith(("{", "[")):  # anything else is a sign of life, like `ping`
            yield json.loads(data)


def is_json(data: str) -> bool:
    """Tells whether this is a JSON value, and not the beginning of one."""
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def error_in(data: str) -> dict[str, Any]:
    """Returns an error as JSON, however it was written."""
    try:
        read = json.loads(data)
    except ValueError:
        read = data
    return read if isinstance(read, dict) and read.get("error") else {"error": read}


async def pieces(arriving: AsyncIterator[bytes]) -> AsyncIterator[Any]:
    """Yields the JSON values of an answer, and DONE where the vendor says so.

    Raises ValueError for what should be JSON and is not, TooLong, and what `arriving` raises.
    """
    stream, whole, size = EventStream(), b"", 0
    begun = in_one_piece = first_line = False
    async for part in arriving:
        size += len(part)
        if size > LONGEST:
            raise TooLong
        if not begun:
            part = part.lstrip(b"\xef\xbb\xbf \t\r\n")
            begun = bool(part)
            # Some answer in one piece although they are asked to stream, and not all of them say so.
            in_one_piece = first_line = part[:1] in (b"{", b"[", b'"')
        if in_one_piece:
            whole += part
            if not first_line or b"\n" not in part:
                continue
            first_line = False
            if not is_json(whole.partition(b"\n")[0].decode(errors="replace")):
                continue
            # Some send a JSON value a line instead of events, or an event behind the one piece.
            in_one_piece, part = False, whole
        for piece in stream.feed(part):
            yield piece
    if in_one_piece:
        # Some end it as they end an event stream.
        yield json.JSONDecoder().raw_decode(whole.decode(errors="replace"))[0]
    for piece in stream.end():
        yield piece
