"""Conversations and their messages in the database."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.failures import TurnLost
from core.accounts import check_account
from core.database import wait_briefly
from core.fields import Order
from core.models import LARGEST_ID, Conversation, Message, Role
from core.words import cut

TITLE_LENGTH = 80


class ConversationNotFound(Exception):
    """This user has no conversation with that id."""

    def __init__(self, conversation_id: int) -> None:
        super().__init__(f"There is no conversation {conversation_id}.")


async def start_conversation(session: AsyncSession, user_id: str, message: str) -> int:
    """Starts a conversation, named after its first message, and returns its id."""
    conversation = Conversation(user_id=user_id, title=cut(" ".join(message.split()), TITLE_LENGTH).rstrip())
    session.add(conversation)
    await session.flush()
    return conversation.id


async def check_owner(session: AsyncSession, user_id: str, conversation_id: int) -> None:
    """Raises ConversationNotFound unless the conversation is the user's."""
    if not 1 <= conversation_id <= LARGEST_ID:
        raise ConversationNotFound(conversation_id)
    owned = select(Conversation.id).where(Conversation.id == conversation_id, Conversation.user_id == user_id)
    if await session.scalar(owned) is None:
        raise ConversationNotFound(conversation_id)


async def take_turn(session: AsyncSession, user_id: str, conversation_id: int) -> int:
    """Begins the conversation's next turn and returns its number; raises ConversationNotFound or Busy.

    The turn before has lost it from then on. A tool that is at work for that one is waited for, for a moment.
    """
    await check_owner(session, user_id, conversation_id)
    await wait_briefly(session)
    turn: int | None = await session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(turn=Conversation.turn + 1)
        .returning(Conversation.turn)
    )
    if turn is None:
        raise ConversationNotFound(conversation_id)
    return turn


async def hold_turn(session: AsyncSession, user_id: str, conversation_id: int, turn: int) -> None:
    """Keeps others from taking the turn until the transaction ends.

    Raises TurnLost, ConversationNotFound, or AccountDeleted.
    """
    owned = select(Conversation.turn).where(
        Conversation.id == conversation_id, Conversation.user_id == user_id
    )
    latest = await session.scalar(owned.with_for_update(key_share=True))
    if latest is None:
        await check_account(session, user_id)
        raise ConversationNotFound(conversation_id)
    if latest != turn:
        raise TurnLost


async def list_conversations(
    session: AsyncSession, user_id: str, limit: int, offset: int
) -> list[Conversation]:
    """Returns up to `limit` conversations, the one last talked in first, after skipping `offset` of them."""
    query = select(Conversation).where(Conversation.user_id == user_id)
    newest_first = query.order_by(Conversation.updated_at.desc(), Conversation.id.desc())
    return list(await session.scalars(newest_first.limit(limit).offset(offset)))


async def list_messages(
    session: AsyncSession, user_id: str, conversation_id: int, limit: int, offset: int, order: Order
) -> list[Message]:
    """Returns up to `limit` messages by age, after skipping `offset`; raises ConversationNotFound."""
    await check_owner(session, user_id, conversation_id)
    by_age = Message.id.desc() if order == "desc" else Message.id.asc()
    query = select(Message).where(Message.conversation_id == conversation_id).order_by(by_age)
    return list(await session.scalars(query.limit(limit).offset(offset)))


async def latest_messages(session: AsyncSession, conversation_id: int, limit: int) -> list[Message]:
    """Returns the last `limit` messages of a conversation, oldest first."""
    query = select(Message).where(Message.conversation_id == conversation_id)
    latest = await session.scalars(query.order_by(Message.id.desc()).limit(limit))
    return list(latest)[::-1]


async def add_message(
    session: AsyncSession,
    user_id: str,
    conversation_id: int,
    role: Role,
    content: str,
    tool_calls: Sequence[dict[str, Any]] = (),
    interrupted: bool = False,
) -> int:
    """Adds a message and returns its id; raises ConversationNotFound if the conversation is gone."""
    touched = await session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.user_id == user_id)
        .values(updated_at=func.now())
        .returning(Conversation.id)
    )
    if touched is None:
        raise ConversationNotFound(conversation_id)
    message = Message(
        user_id=user_id,
        conversation_id=conversation_id,
        role=role,
        content=content,
        tool_calls=list(tool_calls),
        interrupted=interrupted,
    )
    session.add(message)
    await session.flush()
    return message.id


async def delete_messages(session: AsyncSession, user_id: str, ids: Collection[int]) -> None:
    """Deletes these messages, as far as they are the user's and still there."""
    await session.execute(delete(Message).where(Message.user_id == user_id, Message.id.in_(ids)))


async def delete_conversation(session: AsyncSession, user_id: str, conversation_id: int) -> None:
    """Deletes a conversation with its messages; raises ConversationNotFound or Busy."""
    await check_owner(session, user_id, conversation_id)
    await wait_briefly(session)
    await session.execute(delete(Conversation).where(Conversation.id == conversation_id))
