"""The assistant: a bounded loop between a model and the MCP server's tools."""

import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from app.allowance import Allowance, unlimited
from app.answer import Answer, ToolCall, clean
from app.arguments import read_arguments
from app.background import finish
from app.caller import Caller
from app.failures import AssistantFailure
from app.history import Utterance, call_messages, conversation, request_of
from app.instructions import EXHAUSTED, INSTRUCTIONS
from app.model import Model
from app.reply import Message, Reply, RequestedCall
from app.sizes import fit, make_room
from app.toolbox import Toolbox, failure_of, open_toolbox
from core.models import Role
from core.telemetry import telemetry

ROUNDS = 8
MOST_CALLS = 20  # that one reply of the model may have made
MODEL_TIMEOUT = 60.0  # seconds that the model may say nothing, retry included, unless it is set

# https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-agent-spans/
AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "todo"}

NOT_MADE = f"Not done: at most {MOST_CALLS} calls are made at once. Call it again if it is still needed."

# Has a call made, when it may be, to its end; or refuses it.
Work = Callable[[Coroutine[Any, Any, ToolCall]], Awaitable[ToolCall]]

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
        self,
        caller: Caller,
        history: Sequence[tuple[Role, str] | Utterance],
        answer: Answer | None = None,
        work: Work = finish,
    ) -> Answer:
        """Answers the end of `history`, which is who said what, oldest first; each call goes through `work`.

        Returns `answer`, which grows meanwhile and has what was said and done also when this raises
        AssistantFailure or is cancelled.
        """
        answer = answer or Answer()
        try:
            with telemetry().span("invoke_agent todo", AGENT):
                async with open_toolbox(self.mcp_url, caller) as toolbox:
                    await self.converse(toolbox, caller, history, answer, work)
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
        history: Sequence[tuple[Role, str] | Utterance],
        answer: Answer,
        work: Work,
    ) -> None:
        tools = await toolbox.specifications()
        instructions = INSTRUCTIONS.format(
            now=self.now().astimezone(ZoneInfo(caller.time_zone)).isoformat(timespec="seconds"),
            time_zone=caller.time_zone,
        )
        # Mistral takes nothing but nine letters and digits.
        ids = (f"call{number:05d}" for number in count(1))
        messages: list[Message] = [{"role": "system", "content": instructions}]
        messages += conversation([Utterance(*one) for one in history], self.model.label, ids)
        this_turn = len(messages)
        messages += call_messages(answer.tool_calls, self.model.label, ids)
        spend = partial(self.allowance.spend, caller.user_id)
        for number in range(1, ROUNDS + 1):
            with telemetry().span(f"round {number}"):
                answer.paragraph()
                before = len(answer.text)
                await self.allowance.check(caller.user_id)
                reply = await self.model.ask(messages, tools, caller.request_id, answer, ids, spend)
                if not reply.calls:
                    conclude(answer)
                    return
                messages.append(clean(reply.as_message(answer.text[before:].strip())))
                for call, result in await self.make_calls(toolbox, reply, answer, work):
                    messages.append({"role": "tool", "tool_call_id": clean(call.id), "content": result})
                messages[this_turn:] = make_room(messages[this_turn:])
        log.warning("The model still called tools after %d rounds", ROUNDS)
        answer.paragraph()
        answer.say(EXHAUSTED)

    async def make_calls(
        self, toolbox: Toolbox, reply: Reply, answer: Answer, work: Work
    ) -> list[tuple[RequestedCall, str]]:
        """Makes the calls of a reply, as many as are let through; returns the results for the model."""
        round_id = uuid.uuid4().hex[:9]
        results: list[tuple[RequestedCall, str]] = []
        for place, call in enumerate(reply.calls):
            if place >= MOST_CALLS:
                results.append((call, NOT_MADE))
                continue
            request = request_of(self.model.label, round_id, call.extra, {} if place else reply.extra)
            result = await work(make_call(toolbox, call, request, answer))
            results.append((call, result.text))
        return results


async def make_call(
    toolbox: Toolbox, call: RequestedCall, request: dict[str, Any], answer: Answer
) -> ToolCall:
    """Calls a tool; the answer has it, and tells so, when it begins and when it ends."""
    tool = clean(call.name)
    call_id = answer.begin_call(tool, fit(clean(read_arguments(call.arguments) or {})))
    result = replace(await toolbox.call(tool, call.arguments), request=request)
    answer.end_call(call_id, result)
    return result


def conclude(answer: Answer) -> None:
    if answer.text:
        return
    if not answer.tool_calls:
        raise AssistantFailure(502, "The model answered nothing; try again.")
    answer.say("Done.")
