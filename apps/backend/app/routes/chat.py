"""The chat endpoints. The server holds no state: each request reads the conversation from the database."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app import background, conversations, turns
from app.answer import Answer
from app.caller import Caller
from app.failures import AssistantFailure
from app.routes.dependencies import PAGE, Database, Limit, Offset, UserId
from app.routes.paging import page
from app.routes.responses import may_fail
from app.turns import Turn
from core.fields import Number, Order, TimeZone, refuse_blank, refuse_nul
from core.models import Conversation, Message, Role
from core.problems import problem

if TYPE_CHECKING:
    from app.assistant import Assistant

log = logging.getLogger(__name__)
CLIENT_GONE = 499  # for the log: nobody is there to be answered

router = APIRouter(prefix="/api/{user_id}", tags=["chat"])

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=8000),
    AfterValidator(refuse_nul),
    AfterValidator(refuse_blank),
    Field(description="What the user says", examples=["Add a task to buy groceries"]),
]


class ChatRequest(BaseModel):
    """A message, in a conversation or to start one."""

    conversation_id: Number | None = None
    message: Words
    time_zone: TimeZone = "UTC"


class ToolCallView(BaseModel):
    """A tool that the assistant called."""

    model_config = ConfigDict(from_attributes=True)

    tool: str
    input: dict[str, Any]
    output: Any


class ChatResponse(BaseModel):
    """The assistant's answer."""

    conversation_id: int
    message_id: int
    response: str
    tool_calls: list[ToolCallView]


class ConversationView(BaseModel):
    """A conversation in the list of them."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    user_id: str
    title: str = Field(description="Its first message, cut to 80 characters")
    created_at: datetime
    updated_at: datetime


class MessageView(BaseModel):
    """What the user or the assistant said."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    user_id: str
    conversation_id: int
    role: Role
    content: str
    tool_calls: list[ToolCallView]
    interrupted: bool = Field(description="Whether it is an answer that was stopped or failed half-way")
    created_at: datetime


@router.post("/chat", response_model=ChatResponse, responses=may_fail(404, 409, 502, 504))
async def chat(
    user_id: UserId, database: Database, request: Request, body: ChatRequest
) -> ChatResponse | Response:
    """Answers a message; the tools that were called on the way are part of the answer."""
    turn = await turns.begin(database, user_id, body.conversation_id, body.message)
    assistant: Assistant = request.app.state.assistant()
    caller = Caller(user_id, request.state.token, request.state.request_id, body.time_zone)
    answer = Answer()
    taking = background.start(turn.take(assistant, database, caller, answer))
    leaving = asyncio.create_task(disconnect(request))
    try:
        await asyncio.wait([taking, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not taking.done():
            return Response(status_code=CLIENT_GONE)
        return response_of(turn, answer, taking.result())
    except AssistantFailure as failure:
        log.warning("The assistant failed: %s", failure.detail)
        # The user's message is kept: the id lets the client try again in the same conversation.
        members = {"conversation_id": turn.conversation_id}
        return problem(failure.status, failure.detail, failure.headers, **members)
    finally:
        leaving.cancel()
        await background.stop(taking)


async def disconnect(request: Request) -> None:
    """Waits until the client goes away: then nobody waits for the answer any more."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def response_of(turn: Turn, answer: Answer, message_id: int) -> ChatResponse:
    """Returns an answer that has been kept under `message_id`."""
    return ChatResponse(
        conversation_id=turn.conversation_id,
        message_id=message_id,
        response=answer.text,
        tool_calls=[ToolCallView.model_validate(call) for call in answer.tool_calls],
    )


@router.get("/conversations", response_model=list[ConversationView])
async def list_conversations(
    user_id: UserId,
    database: Database,
    request: Request,
    response: Response,
    limit: Limit = PAGE,
    offset: Offset = 0,
) -> Sequence[Conversation]:
    """The user's conversations, the one last talked in first."""
    async with database() as session:
        rows = await conversations.list_conversations(session, user_id, limit + 1, offset)
    return page(request, response, rows, limit, offset)


@router.get(
    "/conversations/{conversation_id}/messages", response_model=list[MessageView], responses=may_fail(404)
)
async def list_messages(
    user_id: UserId,
    database: Database,
    request: Request,
    response: Response,
    conversation_id: Number,
    limit: Limit = PAGE,
    offset: Offset = 0,
    order: Order = "asc",
) -> Sequence[Message]:
    """A conversation's messages, oldest first unless asked otherwise."""
    async with database() as session:
        rows = await conversations.list_messages(session, user_id, conversation_id, limit + 1, offset, order)
    return page(request, response, rows, limit, offset)


@router.delete("/conversations/{conversation_id}", status_code=204, responses=may_fail(404))
async def delete_conversation(user_id: UserId, database: Database, conversation_id: Number) -> None:
    """Deletes a conversation with its messages."""
    async with database.begin() as session:
        await conversations.delete_conversation(session, user_id, conversation_id)
