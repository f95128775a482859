"""One turn of a conversation: a user's message, and the answer to it, kept whatever becomes of the answer.

The message, each tool call and the answer are stored in transactions of their own, so that no connection
waits for the model. A message or a retry takes the conversation over from the turn before, in whichever
server that is: it finds what that one has done, and that one does nothing more.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app import conversations
from app.answer import Answer, ToolCall
from app.background import finish
from app.caller import Caller
from app.failures import TurnLost
from app.history import Utterance
from app.past import rounds_with_changes, utterance_of
from app.record import Record
from core.sessions import Sessions

if TYPE_CHECKING:
    from app.assistant import Assistant

HISTORY = 40  # messages of a conversation that the model gets to see


class NothingToAnswer(Exception):
    """The conversation has no message that could be answered again."""

    def __init__(self) -> None:
        super().__init__("This conversation has no message to answer again.")


@dataclass(frozen=True)
class Turn:
    """What there is to answer; a turn that is tried again also knows what the earlier try left behind."""

    conversation_id: int
    number: int
    history: list[Utterance]
    done: list[ToolCall] = field(default_factory=list)
    replaces: list[int] = field(default_factory=list)

    async def take(self, assistant: "Assistant", sessions: Sessions, caller: Caller, answer: Answer) -> int:
        """Has `answer` grow to its end and keeps it; returns its message's id, raises AssistantFailure.

        Of an answer that fails or is cancelled, what there is by then is kept; of one whose turn is lost,
        what was there at its last tool call.
        """
        record = Record(sessions, caller.user_id, self.conversation_id, self.number, answer, self.replaces)
        try:
            await assistant.answer(caller, self.history, answer, record.work)
        except BaseException:
            if answer.text or len(answer.tool_calls) > len(self.done):
                with suppress(TurnLost):
                    await finish(record.keep(interrupted=True))
            raise
        return await finish(record.keep(interrupted=False))


async def begin(sessions: Sessions, user_id: str, conversation_id: int | None, message: str) -> Turn:
    """Stores the user's message, in a new conversation if none is named; raises ConversationNotFound."""
    async with sessions.begin() as session:
        if conversation_id is None:
            conversation_id = await conversations.start_conversation(session, user_id, message)
        number = await conversations.take_turn(session, user_id, conversation_id)
        past = await conversations.latest_messages(session, conversation_id, HISTORY)
        await conversations.add_message(session, user_id, conversation_id, "user", message)
    return Turn(conversation_id, number, [*map(utterance_of, past), Utterance("user", message)])


async def begin_again(sessions: Sessions, user_id: str, conversation_id: int) -> Turn:
    """Goes back to the user's last message; raises ConversationNotFound and NothingToAnswer."""
    async with sessions.begin() as session:
        number = await conversations.take_turn(session, user_id, conversation_id)
        past = await conversations.latest_messages(session, conversation_id, HISTORY)
    questions = [place for place, message in enumerate(past) if message.role == "user"]
    if not questions:
        raise NothingToAnswer
    end = questions[-1] + 1
    return Turn(
        conversation_id,
        number,
        [*map(utterance_of, past[:end])],
        [call for message in past[end:] for call in rounds_with_changes(message)],
        [message.id for message in past[end:]],
    )
