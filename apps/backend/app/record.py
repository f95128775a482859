"""The record of a turn's answer in the database, kept step by step while nobody else has taken the turn."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import conversations
from app.answer import Answer, ToolCall
from app.background import finish
from app.past import row_of
from app.sizes import trim
from core.sessions import Sessions

AT_WORK = 2  # tools that may hold a connection each; two of a pool are left if the MCP server falls silent

at_work = asyncio.Semaphore(AT_WORK)


class Record:
    """What there is so far of `answer`, in the place of the messages `replaces`.

    All functions raise TurnLost, ConversationNotFound or AccountDeleted where the turn is not to be had.
    """

    def __init__(
        self,
        sessions: Sessions,
        user_id: str,
        conversation_id: int,
        turn: int,
        answer: Answer,
        replaces: list[int],
    ) -> None:
        self.sessions = sessions
        self.user_id = user_id
        self.conversation_id = conversation_id
        self.turn = turn
        self.answer = answer
        self.replaces = replaces

    async def work(self, tool: Coroutine[Any, Any, ToolCall]) -> ToolCall:
        """Has `tool` work while nobody else can take the turn, and keeps what it did.

        Until it begins this can be cancelled; then it is kept to its end, for it may have been done.
        """
        try:
            async with at_work, self.sessions.begin() as session:
                await self.hold(session)
                return await finish(self.work_and_store(session, tool))
        finally:
            tool.close()  # without a warning, where it is not to begin any more

    async def work_and_store(self, session: AsyncSession, tool: Coroutine[Any, Any, ToolCall]) -> ToolCall:
        call = await tool
        await self.store(session, interrupted=True)
        return call

    async def keep(self, *, interrupted: bool) -> int:
        """Stores the answer as it is, and returns its message's id."""
        async with self.sessions.begin() as session:
            await self.hold(session)
            return await self.store(session, interrupted=interrupted)

    async def hold(self, session: AsyncSession) -> None:
        await conversations.hold_turn(session, self.user_id, self.conversation_id, self.turn)

    async def store(self, session: AsyncSession, *, interrupted: bool) -> int:
        await conversations.delete_messages(session, self.user_id, self.replaces)
        message_id = await conversations.add_message(
            session,
            self.user_id,
            self.conversation_id,
            "assistant",
            self.answer.text,
            [row_of(call) for call in trim(self.answer.tool_calls)],
            interrupted,
        )
        await session.commit()
        self.replaces = [message_id]
        return message_id
