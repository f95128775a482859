"""What a debugger has been told, and so the next server's has to be: https://microsoft.github.io/debug-adapter-protocol."""

import asyncio
import json
from contextlib import suppress
from itertools import count
from typing import Any

Message = dict[str, Any]

# What a client says once for all that follows.
STANDING = (
    "initialize",
    "attach",
    "setBreakpoints",
    "setFunctionBreakpoints",
    "setExceptionBreakpoints",
    "configurationDone",
)

# Told when a server ends; the program does not.
ENDINGS = ("terminated", "exited")


class Session:
    """One client, and the server that it is led to."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.client = client
        self.server: asyncio.StreamWriter | None = None
        self.listening: asyncio.Task[None] | None = None
        self.ready = False
        self.numbers = count(1)
        self.standing: dict[tuple[str, str], Message] = {}
        self.waiting: list[Message] = []
        self.asked: dict[int, Message | asyncio.Future[None]] = {}
        self.initialized = asyncio.Event()
        self.configurable = False
        self.threads: set[int] = set()
        self.stopped: int | None = None

    def hear(self, request: Message) -> None:
        """Passes on what the client asks, or keeps it until there is a server."""
        if not self.ready:
            self.waiting.append(request)
            return
        if request["command"] == "disconnect":
            # Who leaves does not end the program.
            request = {**request, "arguments": {"terminateDebuggee": False}}
        if request["command"] in STANDING:
            self.standing[key_of(request)] = request
        self.send(request, request)

    async def move(self, port: int) -> None:
        """Leads the client to the server of this port, which is told all that stands."""
        unanswered = self.leave()
        reader, self.server = await asyncio.open_connection("127.0.0.1", port)
        self.listening = asyncio.create_task(self.listen(reader))
        await self.repeat(unanswered)
        self.ready = True
        waiting, self.waiting = self.waiting, []
        for request in waiting:
            self.hear(request)

    async def repeat(self, unanswered: list[Message]) -> None:
        for request in list(self.standing.values()):
            answer = asyncio.get_running_loop().create_future()
            self.send(request, request if request in unanswered else answer)
            # The answer to `attach` comes last of all.
            if request["command"] == "attach":
                await self.initialized.wait()
            elif request not in unanswered:
                await answer
        for request in unanswered:
            if key_of(request) not in self.standing:
                self.tell({**answer_to(request), "success": False, "message": "the program was started anew"})

    def leave(self) -> list[Message]:
        """Ends what the client had of the server before. Returns what that has not answered."""
        self.ready = False
        self.initialized.clear()
        if self.listening:
            self.listening.cancel()
        if self.server:
            self.server.close()
        if self.stopped is not None:
            self.event("continued", threadId=self.stopped, allThreadsContinued=True)
        for thread in sorted(self.threads):
            self.event("thread", reason="exited", threadId=thread)
        self.stopped = None
        self.threads.clear()
        unanswered = [request for request in self.asked.values() if isinstance(request, dict)]
        self.asked.clear()
        return unanswered

    def end(self) -> None:
        self.leave()
        self.client.close()

    async def listen(self, server: asyncio.StreamReader) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                self.answer(await read(server))
        self.ready = False

    def answer(self, message: Message) -> None:
        """Passes on what the server says."""
        if message["type"] == "response":
            asked = self.asked.pop(message["request_seq"], None)
            if isinstance(asked, dict):
                if not message["success"]:
                    self.standing.pop(key_of(asked), None)
                self.tell({**message, "request_seq": asked["seq"]})
            elif asked and not asked.done():
                asked.set_result(None)
            return
        event, body = message.get("event"), message.get("body") or {}
        if event == "initialized":
            self.initialized.set()
            if self.configurable:
                return
            self.configurable = True
        if event == "thread":
            (self.threads.add if body["reason"] == "started" else self.threads.discard)(body["threadId"])
        if event in ("stopped", "continued"):
            self.stopped = body.get("threadId") if event == "stopped" else None
        if event not in ENDINGS:
            self.tell(message)

    def send(self, request: Message, asked: Message | asyncio.Future[None]) -> None:
        if self.server:
            number = next(self.numbers)
            self.asked[number] = asked
            write(self.server, {**request, "seq": number})

    def tell(self, message: Message) -> None:
        write(self.client, {**message, "seq": next(self.numbers)})

    def event(self, event: str, **body: object) -> None:
        self.tell({"type": "event", "event": event, "body": body})


def key_of(request: Message) -> tuple[str, str]:
    """Returns what a request takes the place of: that of its name, or of its name for one file."""
    source = (request.get("arguments") or {}).get("source", {})
    return request["command"], str(source.get("path", ""))


def answer_to(request: Message) -> Message:
    return {"type": "response", "request_seq": request["seq"], "command": request["command"]}


async def read(reader: asyncio.StreamReader) -> Message:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    message: Message = json.loads(await reader.readexactly(int(length.partition(b":")[2])))
    return message


def write(writer: asyncio.StreamWriter, message: Message) -> None:
    body = json.dumps(message).encode()
    writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
