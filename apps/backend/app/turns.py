"""One turn of a conversation: a user's message, and the answer to it, kept whatever becomes of the answer.

The message, each tool call and the answer are stored in transactions of their own, so that no connection
waits for the model. A message or a retry takes the conversation over from the turn before, in whichever
server that is: it finds what that one has done, and that one does nothing more.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import anyio

from app import conversations
from app.answer import Answer, ToolCall
from app.caller import Caller
from app.failures import TurnLost
from app.history import Told
from app.sizes import kept, written
from core.database import Sessions
from core.models import Message

if TYPE_CHECKING:
    from app.assistant import Assistant

HISTORY = 40  # messages of a conversation that the model gets to see
LAST_WORDS = 5.0  # seconds that answers broken off by the end of the server have to be stored
AT_WORK = 2  # tools that may hold a connection each; two of a pool are left if the MCP server falls silent

Result = TypeVar("Result")

running: set[asyncio.Task[Any]] = set()
at_work = asyncio.Semaphore(AT_WORK)


class NothingToAnswer(Exception):
    """The conversation has no message that could be answered again."""

    def __init__(self) -> None:
        super().__init__("This conversation has no message to answer again.")


@dataclass(frozen=True)
class Turn:
    """What there is to answer; a turn that is tried again also knows what the earlier try left behind."""

    conversation_id: int
    number: int
    history: list[Told]
    done: list[ToolCall] = field(default_factory=list)
    replaces: list[int] = field(default_factory=list)

    async def take(self, assistant: "Assistant", sessions: Sessions, caller: Caller, answer: Answer) -> int:
        """Has `answer` grow to its end and keeps it; returns its message's id, raises AssistantFailure.

        Of an answer that fails or is cancelled, what there is by then is kept; of one whose turn is lost,
        what was there at its last tool call.
        """
        answer.during = partial(self.hold, sessions, caller, answer)
        try:
            await assistant.answer(caller, self.history, answer)
        except BaseException:
            if answer.text or len(answer.tool_calls) > len(self.done):
                with suppress(TurnLost):
                    await whole(self.keep(sessions, caller, answer, interrupted=True))
            raise
        return await whole(self.keep(sessions, caller, answer, interrupted=False))

    @asynccontextmanager
    async def hold(self, sessions: Sessions, caller: Caller, answer: Answer) -> AsyncIterator[None]:
        """Holds the turn while a tool is at work, and keeps what it did; raises TurnLost."""
        async with at_work, self.storing(sessions, caller, answer, interrupted=True):
            yield

    async def keep(self, sessions: Sessions, caller: Caller, answer: Answer, *, interrupted: bool) -> int:
        async with self.storing(sessions, caller, answer, interrupted=interrupted):
            pass
        return self.replaces[0]

    @asynccontextmanager
    async def storing(
        self, sessions: Sessions, caller: Caller, answer: Answer, *, interrupted: bool
    ) -> AsyncIterator[None]:
        """Holds the turn and, at the end, puts the answer as it is then in the place of what it replaces."""
        async with sessions.begin() as session:
            await conversations.hold_turn(session, caller.user_id, self.conversation_id, self.number)
            yield
            await conversations.delete_messages(session, caller.user_id, self.replaces)
            message_id = await conversations.add_message(
                session,
                caller.user_id,
                self.conversation_id,
                "assistant",
                answer.text,
                [stored(call) for call in kept(answer.tool_calls)],
                interrupted,
            )
        self.replaces[:] = [message_id]


async def begin(sessions: Sessions, user_id: str, conversation_id: int | None, message: str) -> Turn:
    """Stores the user's message, in a new conversation if none is named; raises ConversationNotFound."""
    async with sessions.begin() as session:
        if conversation_id is None:
            conversation_id = await conversations.start_conversation(session, user_id, message)
        number = await conversations.take_turn(session, user_id, conversation_id)
        past = await conversations.latest_messages(session, conversation_id, HISTORY)
        await conversations.add_message(session, user_id, conversation_id, "user", message)
    return Turn(conversation_id, number, [*map(told, past), Told("user", message)])


async def begin_again(sessions: Sessions, user_id: str, conversation_id: int) -> Turn:
    """Goes back to the user's last message; raises ConversationNotFound and NothingToAnswer."""
    async with sessions.begin() as session:
        number = await conversations.take_turn(session, user_id, conversation_id)
        past = await conversations.latest_messages(session, conversation_id, HISTORY)
    asked = [place for place, message in enumerate(past) if message.role == "user"]
    if not asked:
        raise NothingToAnswer
    earlier = past[asked[-1] + 1 :]
    return Turn(
        conversation_id,
        number,
        [*map(told, past[: asked[-1] + 1])],
        [call for message in earlier for call in asked_with_changes(message)],
        [message.id for message in earlier],
    )


def told(message: Message) -> Told:
    """Returns a message as the model gets to see it."""
    if not message.interrupted:
        return Told(message.role, message.content, list(map(made, message.tool_calls)))
    done = json.dumps([[call.tool, call.input, call.output] for call in changes_in(message)])
    note = f"{message.content}\n\n(This answer was interrupted. Done until then: {done})"
    return Told(message.role, note.strip())


def changes_in(message: Message) -> list[ToolCall]:
    """Returns the calls that changed something: to repeat them would change it twice."""
    return [call for call in map(made, message.tool_calls) if changed(call)]


def asked_with_changes(message: Message) -> list[ToolCall]:
    """Returns the changes with what was asked for beside them: the first call may bear the marks of all."""
    calls = list(map(made, message.tool_calls))
    rounds = {call.asked.get("round", id(call)) for call in calls if changed(call)}
    return [call for call in calls if call.asked.get("round", id(call)) in rounds]


def changed(call: ToolCall) -> bool:
    return isinstance(call.output, dict) and "status" in call.output


def stored(call: ToolCall) -> dict[str, Any]:
    return {"tool": call.tool, "input": call.input, "output": call.output, "asked": call.asked}


def made(call: dict[str, Any]) -> ToolCall:
    """Returns a call as it was stored."""
    output = call["output"]
    failed = isinstance(output, dict) and isinstance(output.get("error"), str)
    text = output["error"] if failed else written(output)
    return ToolCall(call["tool"], call["input"], output, text, call.get("asked", {}))


def start(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Starts `work` in a task of its own, which the end of its request does not end."""
    task = asyncio.create_task(work)
    running.add(task)
    task.add_done_callback(running.discard)
    return task


async def whole(work: Coroutine[Any, Any, Result]) -> Result:
    """Awaits `work` to its end, even if it is told to stop meanwhile; then it stops."""
    task = start(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def stop(task: asyncio.Task[Any]) -> None:
    """Stops a task that has been started, and waits until it has put its things in order."""
    task.cancel()
    with anyio.CancelScope(shield=True):
        await asyncio.wait([task])


async def settle() -> None:
    """Waits for turns that the end of the server broke off; to be called before the database is let go."""
    if running:
        await asyncio.wait(running, timeout=LAST_WORDS)
