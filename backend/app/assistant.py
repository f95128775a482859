"""The assistant: a bounded loop between a model and the MCP server's tools."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from openai.types.chat import ChatCompletionAssistantMessageParam, ChatCompletionMessageParam

from app.answer import Answer, ToolCall, cleaned
from app.caller import Caller
from app.failures import AssistantFailure
from app.instructions import EXHAUSTED, INSTRUCTIONS
from app.model import Model
from app.reply import RequestedCall
from app.toolbox import Toolbox, failure_of, open_toolbox, read_arguments
from core.models import Role

ROUNDS = 8
MODEL_TIMEOUT = 60.0  # seconds that the model may say nothing, retry included

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Assistant:
    """An OpenAI-compatible model with the MCP server's tools; holds no conversation."""

    def __init__(
        self, base_url: str, api_key: str, model: str, mcp_url: str, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.model = Model(base_url, api_key, model, MODEL_TIMEOUT)
        self.mcp_url = mcp_url
        self.now = now

    async def answer(
        self, caller: Caller, history: list[tuple[Role, str]], answer: Answer | None = None
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
        self, toolbox: Toolbox, caller: Caller, history: list[tuple[Role, str]], answer: Answer
    ) -> None:
        tools = await toolbox.specifications()
        instructions = INSTRUCTIONS.format(
            now=self.now().astimezone(ZoneInfo(caller.time_zone)).isoformat(timespec="seconds"),
            time_zone=caller.time_zone,
        )
        messages: list[ChatCompletionMessageParam] = [{"role": "system", "content": instructions}]
        messages += [turn(role, text) for role, text in history]
        messages += made_before(answer.tool_calls)
        for _ in range(ROUNDS):
            answer.paragraph()
            before = len(answer.text)
            calls = await self.model.ask(messages, tools, caller.request_id, answer.say)
            if not calls:
                conclude(answer)
                return
            messages.append(asking(answer.text[before:].strip(), calls))
            for call in calls:
                done = await use(toolbox, call, answer)
                messages.append({"role": "tool", "tool_call_id": call.id, "content": done.text})
        log.warning("The model still called tools after %d rounds", ROUNDS)
        answer.paragraph()
        answer.say(EXHAUSTED)


async def use(toolbox: Toolbox, call: RequestedCall, answer: Answer) -> ToolCall:
    """Calls a tool, and tells so; a call that has begun is waited for even if nobody waits for the answer."""
    async with AsyncExitStack() as entered:
        await entered.enter_async_context(answer.during())
        making = asyncio.ensure_future(make(toolbox, call, answer, entered.pop_all()))
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        await making
        raise


async def make(
    toolbox: Toolbox, call: RequestedCall, answer: Answer, entered: AbstractAsyncContextManager[object]
) -> ToolCall:
    async with entered:
        name = cleaned(call.name)
        made = answer.call(name, cleaned(read_arguments(call.arguments) or {}))
        done = await toolbox.call(name, call.arguments)
        answer.returned(made, done)
    return done


def turn(role: Role, text: str) -> ChatCompletionMessageParam:
    return {"role": "user", "content": text} if role == "user" else {"role": "assistant", "content": text}


def asking(text: str, calls: Iterable[RequestedCall]) -> ChatCompletionAssistantMessageParam:
    return {
        "role": "assistant",
        "content": text or None,
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in calls
        ],
    }


def made_before(calls: list[ToolCall]) -> Iterator[ChatCompletionMessageParam]:
    """Yields calls of an earlier try with their results, so that the model goes on from there."""
    for number, call in enumerate(calls, 1):
        asked = RequestedCall(f"earlier_{number}", call.tool, json.dumps(call.input))
        yield asking("", [asked])
        yield {"role": "tool", "tool_call_id": asked.id, "content": call.text}


def conclude(answer: Answer) -> None:
    if answer.text:
        return
    if not answer.tool_calls:
        raise AssistantFailure(502, "The model answered nothing; try again.")
    answer.say("Done.")
