"""The assistant: a bounded loop between a model and the MCP server's tools."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from zoneinfo import ZoneInfo

from app.allowance import Allowance, unlimited
from app.answer import Answer, ToolCall, cleaned
from app.arguments import read_arguments
from app.caller import Caller
from app.failures import AssistantFailure
from app.history import Told, asked_by, conversation, made
from app.instructions import EXHAUSTED, INSTRUCTIONS
from app.model import Model
from app.reply import Message, Reply, RequestedCall
from app.sizes import fitting, make_room
from app.toolbox import Toolbox, failure_of, open_toolbox
from core.models import Role

ROUNDS = 8
MOST_CALLS = 20  # that one reply of the model may have made
MODEL_TIMEOUT = 60.0  # seconds that the model may say nothing, retry included, unless it is set

NOT_MADE = f"Not done: at most {MOST_CALLS} calls are made at once. Call it again if it is still needed."

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Assistant:
    """An OpenAI-compatible model with the MCP server's tools; holds no conversation."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        model: str,
        mcp_url: str,
        now: Callable[[], datetime] = utc_now,
        patience: float | None = None,
        allowance: Allowance = unlimited,
    ) -> None:
        self.model = Model(base_url, api_key, model, patience or MODEL_TIMEOUT)
        self.mcp_url = mcp_url
        self.now = now
        self.allowance = allowance

    async def answer(
        self, caller: Caller, history: Sequence[tuple[Role, str] | Told], answer: Answer | None = None
    ) -> Answer:
        """Answers the end of `history`, which is who said what, oldest first.

        Returns `answer`, which grows meanwhile and has what was said and done also when this raises
        AssistantFailure or is cancelled.
        """
        answer = answer or Answer()
        try:
            async with open_toolbox(self.mcp_url, caller) as toolbox:
                await self.converse(toolbox, caller, history, answer)
        except Exception as error:
            failure = failure_of(error)
            if failure is error:
                raise
            raise failure from error
        return answer

    async def converse(
        self,
        toolbox: Toolbox,
        caller: Caller,
        history: Sequence[tuple[Role, str] | Told],
        answer: Answer,
    ) -> None:
        tools = await toolbox.specifications()
        instructions = INSTRUCTIONS.format(
            now=self.now().astimezone(ZoneInfo(caller.time_zone)).isoformat(timespec="seconds"),
            time_zone=caller.time_zone,
        )
        # Mistral takes nothing but nine letters and digits.
        ids = (f"call{number:05d}" for number in count(1))
        messages: list[Message] = [{"role": "system", "content": instructions}]
        messages += conversation([Told(*one) for one in history], self.model.label, ids)
        this_turn = len(messages)
        messages += made(answer.tool_calls, self.model.label, ids)
        for _ in range(ROUNDS):
            answer.paragraph()
            before = len(answer.text)
            await self.allowance.check(caller.user_id)
            spend = partial(self.allowance.spend, caller.user_id)
            reply = await self.model.ask(messages, tools, caller.request_id, answer.say, ids, spend)
            if not reply.calls:
                conclude(answer)
                return
            messages.append(cleaned(reply.told(answer.text[before:].strip())))
            messages += [
                {"role": "tool", "tool_call_id": cleaned(call.id), "content": text}
                for call, text in await self.make(toolbox, reply, answer)
            ]
            messages[this_turn:] = make_room(messages[this_turn:])
        log.warning("The model still called tools after %d rounds", ROUNDS)
        answer.paragraph()
        answer.say(EXHAUSTED)

    async def make(self, toolbox: Toolbox, reply: Reply, answer: Answer) -> list[tuple[RequestedCall, str]]:
        """Makes the calls of a reply, as many as are let through, and returns what the model is told."""
        round_id = uuid.uuid4().hex[:9]
        told: list[tuple[RequestedCall, str]] = []
        for place, call in enumerate(reply.calls):
            if place >= MOST_CALLS:
                told.append((call, NOT_MADE))
                continue
            asked = asked_by(self.model.label, round_id, call.extra, {} if place else reply.extra)
            told.append((call, (await use(toolbox, call, answer, asked)).text))
        return told


async def use(toolbox: Toolbox, call: RequestedCall, answer: Answer, asked: dict[str, object]) -> ToolCall:
    """Calls a tool, and tells so; a call that has begun is waited for even if nobody waits for the answer."""
    async with AsyncExitStack() as entered:
        await entered.enter_async_context(answer.during())
        making = asyncio.ensure_future(make(toolbox, call, answer, asked, entered.pop_all()))
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        await making
        raise


async def make(
    toolbox: Toolbox,
    call: RequestedCall,
    answer: Answer,
    asked: dict[str, object],
    entered: AbstractAsyncContextManager[object],
) -> ToolCall:
    async with entered:
        name = cleaned(call.name)
        name_of_call = answer.call(name, fitting(cleaned(read_arguments(call.arguments) or {})))
        done = replace(await toolbox.call(name, call.arguments), asked=asked)
        answer.returned(name_of_call, done)
    return done


def conclude(answer: Answer) -> None:
    if answer.text:
        return
    if not answer.tool_calls:
        raise AssistantFailure(502, "The model answered nothing; try again.")
    answer.say("Done.")
