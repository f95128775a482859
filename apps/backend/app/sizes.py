"""How much of what tools return is passed on: to the model, to the page, and into the database."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.answer import ToolCall

LONGEST_RESULT = 16_000  # characters of JSON that one tool's result, or its input, may have
LONGEST_RESULTS = 64_000  # of all results of one answer, for the model; of the older ones a part is left
LONGEST_KEPT = 32_000  # of all results of one answer that are kept with it
SHORT = 500  # characters that are left of what is too much

CUT = "Only the first {shown} of {all} fit here. For others use find_tasks: by words, status, tag or date."
LEFT_OUT = "(Left out to save room: call the tool again if you need it.)"


def to_json(value: Any) -> str:
    """Returns JSON as tools write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fit(value: Any, room: int = LONGEST_RESULT) -> Any:
    """Returns as much of JSON data as `room` characters hold: the first of a list, the head of a text."""
    if len(to_json(value)) <= room:
        return value
    if isinstance(value, str):
        return value[: max(room - 1, 0)] + "…"
    if isinstance(value, list):
        fits: list[Any] = []
        for item in value:
            room -= len(to_json(item)) + 1
            if room < 0:
                break
            fits.append(item)
        return fits
    if isinstance(value, dict):
        return {name: fit(item, room // len(value)) for name, item in value.items()}
    return value


def for_model(output: Any, text: str) -> str:
    """Returns a tool's result for the model; one that is cut says so."""
    if len(text) <= LONGEST_RESULT:
        return text
    if isinstance(output, list):
        shown = fit(output)
        note = CUT.format(shown=len(shown), all=len(output))
        return to_json({"result": shown, "note": note})
    return f"{text[:LONGEST_RESULT]}\n(Cut: this is the beginning of {len(text)} characters.)"


def trim(calls: Sequence[ToolCall]) -> list[ToolCall]:
    """Returns calls as they are kept: of the older ones only the beginning, where all would be too much."""
    room, newest_first = LONGEST_KEPT, []
    for call in reversed(calls):
        size = len(to_json(call.output)) + len(to_json(call.input))
        if size > room:
            call = replace(call, input=fit(call.input, SHORT), output=fit(call.output, SHORT))
        room -= min(size, room)
        newest_first.append(call)
    return newest_first[::-1]


def make_room(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns messages of one answer with the older results shortened, where all would be too much.

    None is left out: each call keeps its result.
    """
    room, newest_first = LONGEST_RESULTS, []
    for message in reversed(messages):
        room -= len(to_json(message))
        newest_first.append(message if room >= 0 else shrink(message))
    return newest_first[::-1]


def shrink(message: dict[str, Any]) -> dict[str, Any]:
    if message["role"] == "tool":
        return message if len(message["content"]) <= SHORT else {**message, "content": LEFT_OUT}
    calls = [
        call
        if len(call["function"]["arguments"]) <= SHORT
        else {**call, "function": {**call["function"], "arguments": "{}"}}
        for call in message.get("tool_calls", ())
    ]
    return {**message, "tool_calls": calls}
