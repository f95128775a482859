"""What a model is told of a conversation: turns that alternate, within a budget, in the vendor's dialect."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from app.answer import ToolCall
from app.arguments import name_to_tell
from app.sizes import for_model, to_json
from core.models import Role

Message = dict[str, Any]

LONGEST_HISTORY = 32_000  # characters of what was said before the message to answer
LONGEST_TURN = 8_000  # characters of one earlier answer
LONGEST_REQUEST = 20_000  # characters of a vendor's own that are kept with a call

UNANSWERED = "(This message got no answer: something failed.)"


class Utterance(NamedTuple):
    """Who said what, and which tools were called for it."""

    role: Role
    text: str
    calls: Sequence[ToolCall] = ()


@dataclass
class Exchange:
    """A message of the user and what was answered."""

    question: str
    answers: list[Utterance] = field(default_factory=list)


def conversation(utterances: Iterable[Utterance], by: str, ids: Iterator[str]) -> list[Message]:
    """Returns the end of a conversation as messages: the last one whole, of those before as many as fit.

    Users and answers alternate, as strict templates demand, also where a turn failed. Calls of earlier
    answers are told, with their results, if it was the same model, `by`, that asked for them: it may want
    something of its own back with them.
    """
    *earlier, last = exchanges(utterances)
    room = LONGEST_HISTORY
    kept: list[list[Message]] = []
    for exchange in reversed(earlier):
        for messages in (with_calls(exchange, by, ids), in_words(exchange)):
            if size(messages) <= room:
                kept.append(messages)
                room -= size(messages)
                break
        else:
            break
    past = [message for messages in reversed(kept) for message in messages]
    return [*past, {"role": "user", "content": last.question}]


def exchanges(utterances: Iterable[Utterance]) -> list[Exchange]:
    result: list[Exchange] = []
    for one in utterances:
        if one.role == "user":
            result.append(Exchange(one.text))
        elif result:
            result[-1].answers.append(one)
    return result


def in_words(exchange: Exchange) -> list[Message]:
    answer = "\n\n".join(answer.text for answer in exchange.answers) or UNANSWERED
    if len(answer) > LONGEST_TURN:
        answer = answer[:LONGEST_TURN] + "…"
    return [{"role": "user", "content": exchange.question}, {"role": "assistant", "content": answer}]


def with_calls(exchange: Exchange, by: str, ids: Iterator[str]) -> list[Message]:
    user, answer = in_words(exchange)
    calls = [call for one in exchange.answers for call in one.calls]
    if any(call.request.get("by") != by for call in calls):
        return [user, answer]
    return [user, *call_messages(calls, by, ids), answer]


def call_messages(calls: Iterable[ToolCall], by: str, ids: Iterator[str]) -> Iterator[Message]:
    """Yields calls that were made, as they were asked for together, each with its result."""
    for _, together in groupby(calls, lambda call: call.request.get("round") or id(call)):
        requests: list[Message] = []
        results: list[Message] = []
        beside: dict[str, Any] = {}
        for call in together:
            same = call.request.get("by") == by
            beside |= call.request.get("message", {}) if same else {}
            # Another model would refuse the ids of this one.
            name = next(ids)
            function = {"name": name_to_tell(call.tool), "arguments": json.dumps(call.input)}
            extra = call.request.get("call", {}) if same else {}
            requests.append({"id": name, "type": "function", "function": function, **extra})
            results.append(
                {"role": "tool", "tool_call_id": name, "content": for_model(call.output, call.text)}
            )
        yield {"role": "assistant", "content": "", "tool_calls": requests, **beside}
        yield from results


def size(messages: Iterable[Message]) -> int:
    return sum(len(to_json(message)) for message in messages)


def request_of(by: str, round_id: str, call: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """Returns what is kept of how a call was asked for.

    What a vendor adds may be huge: then it is left out, and so is the call when later turns are told.
    """
    request = {"by": by, "round": round_id, "call": call, "message": message}
    return request if len(to_json(request)) <= LONGEST_REQUEST else {"round": round_id}
