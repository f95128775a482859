"""The chat as server-sent events: the answer as it is made, each tool call as it happens."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Self

import anyio
from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, StrictBool, model_validator
from pydantic_core import PydanticCustomError
from sse_starlette import EventSourceResponse, JSONServerSentEvent, ServerSentEvent
from starlette.responses import StreamingResponse

from app import background, turns
from app.answer import Answer, Event, TextEvent, ToolCallEvent, ToolResultEvent
from app.caller import Caller
from app.conversations import ConversationNotFound
from app.failures import AssistantFailure
from app.routes.chat import Words, response_of
from app.routes.dependencies import Database, UserId
from app.routes.responses import may_fail
from app.turns import NothingToAnswer, Turn
from core.database import UNREACHABLE, cause_of
from core.faults import AccountDeleted
from core.fields import Number, TimeZone
from core.problems import DATABASE_AWAY, UNEXPECTED, problem_members
from core.sessions import Sessions

if TYPE_CHECKING:
    from app.assistant import Assistant

KEEP_ALIVE = 10  # seconds; what stands between may close a connection on which nothing moves
FAREWELL = 15  # seconds that a stream in progress has when the server ends; uvicorn waits for 18
HEADERS = {"Cache-Control": "no-store, no-transform"}  # compressing would hold events back
LINE = "\n"
REPLACED = "The server is being replaced; try again."

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/{user_id}", tags=["chat"])


def event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return JSONServerSentEvent(data, event=name, sep=LINE)


CALL = {"tool": "add_task", "input": {"title": "Buy groceries"}}
RESULT = {"task_id": 5, "status": "created", "title": "Buy groceries"}
TEXT = "I've added task 5."
DONE = {"conversation_id": 7, "message_id": 12, "response": TEXT, "tool_calls": [{**CALL, "output": RESULT}]}
EXAMPLE = [
    event("start", {"conversation_id": 7}),
    event("tool_call", {"id": "call-1", **CALL}),
    event("tool_result", {"id": "call-1", "tool": "add_task", "output": RESULT}),
    event("text", {"delta": TEXT}),
    event("done", DONE),
]


class StreamRequest(BaseModel):
    """A message, in a conversation or to start one; or the wish to have the last one answered again."""

    conversation_id: Number | None = None
    message: Words | None = None
    retry: StrictBool = False
    time_zone: TimeZone = "UTC"

    @model_validator(mode="after")
    def either_message_or_retry(self) -> Self:
        if self.retry and self.conversation_id is None:
            raise PydanticCustomError("retry", "To have a message answered again, name its conversation")
        if self.retry == (self.message is not None):
            raise PydanticCustomError("retry", "Send either a message or retry")
        return self


@router.post(
    "/chat/stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "start, then tool_call, tool_result and text in any number, then done or error",
            "content": {
                "text/event-stream": {
                    "schema": {},
                    "example": "".join(one.encode().decode() for one in EXAMPLE),
                }
            },
        },
        **may_fail(404),
    },
)
async def stream_chat(
    user_id: UserId, database: Database, request: Request, body: StreamRequest
) -> EventSourceResponse:
    """Answers a message as server-sent events; a client that goes away stops the answer."""
    if body.message is not None:
        turn = await turns.begin(database, user_id, body.conversation_id, body.message)
    else:
        try:
            turn = await turns.begin_again(database, user_id, body.conversation_id or 0)
        except NothingToAnswer as error:
            raise HTTPException(422, str(error)) from error
    assistant = request.app.state.assistant()
    caller = Caller(user_id, request.state.token, request.state.request_id, body.time_zone)
    ending = anyio.Event()
    return event_stream(events(turn, assistant, database, caller, ending), ending)


def event_stream(
    content: AsyncIterator[ServerSentEvent], ending: anyio.Event, keep_alive: float = KEEP_ALIVE
) -> EventSourceResponse:
    """Returns the answer that sends `content`, with comments between; sets `ending` when the server ends."""
    return EventSourceResponse(
        content,
        headers=HEADERS,
        ping=keep_alive,
        ping_message_factory=lambda: ServerSentEvent(comment="keep-alive", sep=LINE),
        sep=LINE,
        shutdown_event=ending,
        shutdown_grace_period=FAREWELL + 2,
    )


async def events(
    turn: Turn, assistant: "Assistant", sessions: Sessions, caller: Caller, ending: anyio.Event
) -> AsyncIterator[ServerSentEvent]:
    """Yields what happens in the turn until it has ended; closing this earlier breaks the turn off."""
    happened: asyncio.Queue[ServerSentEvent | None] = asyncio.Queue()

    async def take() -> None:
        answer = Answer(lambda step: happened.put_nowait(event_of(step)), turn.done)
        try:
            message_id = await turn.take(assistant, sessions, caller, answer)
            happened.put_nowait(event("done", response_of(turn, answer, message_id).model_dump(mode="json")))
        except asyncio.CancelledError:
            happened.put_nowait(
                event("error", problem_members(503, REPLACED, conversation_id=turn.conversation_id))
            )
            raise
        except Exception as error:
            happened.put_nowait(event("error", problem_of(error, turn.conversation_id)))
        finally:
            happened.put_nowait(None)

    async def hurry() -> None:
        await ending.wait()
        await asyncio.sleep(FAREWELL)
        taking.cancel()

    taking = background.start(take())
    hurrying = asyncio.create_task(hurry())
    try:
        yield event("start", {"conversation_id": turn.conversation_id})
        while (step := await happened.get()) is not None:
            yield step
    finally:
        hurrying.cancel()
        await background.stop(taking)


def event_of(step: Event) -> ServerSentEvent:
    match step:
        case TextEvent(delta):
            return event("text", {"delta": delta})
        case ToolCallEvent(name, tool, given):
            return event("tool_call", {"id": name, "tool": tool, "input": given})
        case ToolResultEvent(name, tool, output):
            return event("tool_result", {"id": name, "tool": tool, "output": output})


def problem_of(error: Exception, conversation_id: int) -> dict[str, object]:
    status, detail = 500, UNEXPECTED
    members: dict[str, object] = {"conversation_id": conversation_id}
    if isinstance(error, AssistantFailure):
        log.warning("The assistant failed: %s", error.detail)
        status, detail = error.status, error.detail
        if error.wait is not None:
            members["retry_after"] = error.wait
    elif isinstance(error, ConversationNotFound):
        status, detail = 404, str(error)
    elif isinstance(error, AccountDeleted):
        status, detail = 401, str(error)
    elif isinstance(error, UNREACHABLE):
        log.error("The database does not answer: %s", cause_of(error))
        status, detail = 503, DATABASE_AWAY
    else:
        log.exception("The chat failed with an unexpected error")
    return problem_members(status, detail, **members)
