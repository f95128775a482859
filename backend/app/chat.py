"""The chat endpoints. The server holds no state: each request reads the conversation from the database."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from app import conversations
from app.caller import Caller
from app.dependencies import PAGE, Database, Limit, Offset, UserId
from app.failures import AssistantFailure
from app.paging import page
from core.fields import refuse_nul
from core.models import Conversation, Message, Role

if TYPE_CHECKING:
    from app.assistant import Assistant

HISTORY = 40  # messages of a conversation that the model gets to see

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/{user_id}", tags=["chat"])


class ChatRequest(BaseModel):
    """A message, in a conversation or to start one."""

    conversation_id: int | None = None
    message: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=8000),
        AfterValidator(refuse_nul),
    ]


class ToolCallView(BaseModel):
    """A tool that the assistant called."""

    model_config = ConfigDict(from_attributes=True)

    tool: str
    input: dict[str, Any]
    output: Any


class ChatResponse(BaseModel):
    """The assistant's answer."""

    conversation_id: int
    response: str
    tool_calls: list[ToolCallView]


class ConversationView(BaseModel):
    """A conversation in the list of them."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    user_id: str
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
    created_at: datetime


@router.post("/chat", response_model=ChatResponse)
async def chat(
    user_id: UserId, database: Database, request: Request, said: ChatRequest
) -> ChatResponse | JSONResponse:
    """Answers a message; the tools that were called on the way are part of the answer."""
    # Two short transactions, so that no connection waits for the model.
    async with database.begin() as session:
        if said.conversation_id is None:
            conversation_id = await conversations.start_conversation(session, user_id)
        else:
            conversation_id = said.conversation_id
            await conversations.check_owner(session, user_id, conversation_id)
        past = await conversations.latest_messages(session, conversation_id, HISTORY)
        await conversations.add_message(session, user_id, conversation_id, "user", said.message)
    history: list[tuple[Role, str]] = [(message.role, message.content) for message in past]
    history.append(("user", said.message))
    assistant: Assistant = request.app.state.assistant()
    caller = Caller(user_id, request.state.token, request.state.request_id)
    try:
        answer = await assistant.answer(caller, history)
    except AssistantFailure as failure:
        log.warning("The assistant failed: %s", failure.detail)
        # The user's message is kept: the id lets the client try again in the same conversation.
        body = {"detail": failure.detail, "conversation_id": conversation_id}
        return JSONResponse(body, failure.status)
    async with database.begin() as session:
        await conversations.add_message(session, user_id, conversation_id, "assistant", answer.text)
    return ChatResponse(
        conversation_id=conversation_id,
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


@router.get("/conversations/{conversation_id}/messages", response_model=list[MessageView])
async def list_messages(
    user_id: UserId,
    database: Database,
    request: Request,
    response: Response,
    conversation_id: int,
    limit: Limit = PAGE,
    offset: Offset = 0,
) -> Sequence[Message]:
    """A conversation's messages, oldest first."""
    async with database() as session:
        rows = await conversations.list_messages(session, user_id, conversation_id, limit + 1, offset)
    return page(request, response, rows, limit, offset)


@router.delete("/conversations/{conversation_id}", status_code=204)
async def delete_conversation(user_id: UserId, database: Database, conversation_id: int) -> None:
    """Deletes a conversation with its messages."""
    async with database.begin() as session:
        await conversations.delete_conversation(session, user_id, conversation_id)
