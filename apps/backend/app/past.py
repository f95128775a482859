"""What stands in the database of a conversation, as its next turn needs it."""

import json
from typing import Any

from app.answer import ToolCall
from app.history import Utterance
from app.sizes import to_json
from core.models import Message


def utterance_of(message: Message) -> Utterance:
    """Returns a message as the model gets to see it."""
    calls = list(map(call_of, message.tool_calls))
    if not message.interrupted:
        return Utterance(message.role, message.content, calls)
    # To repeat what changed something would change it twice.
    done = json.dumps([[call.tool, call.input, call.output] for call in calls if is_change(call)])
    note = f"{message.content}\n\n(This answer was interrupted. Done until then: {done})"
    return Utterance(message.role, note.strip())


def rounds_with_changes(message: Message) -> list[ToolCall]:
    """Returns the changes with what was asked for beside them: the first call may bear the marks of all."""
    calls = list(map(call_of, message.tool_calls))
    rounds = {round_of(call) for call in calls if is_change(call)}
    return [call for call in calls if round_of(call) in rounds]


def round_of(call: ToolCall) -> object:
    return call.request.get("round", id(call))


def is_change(call: ToolCall) -> bool:
    return isinstance(call.output, dict) and "status" in call.output


def row_of(call: ToolCall) -> dict[str, Any]:
    """Returns a call as it is stored with its message."""
    return {"tool": call.tool, "input": call.input, "output": call.output, "asked": call.request}


def call_of(row: dict[str, Any]) -> ToolCall:
    """Returns a call that was stored."""
    output = row["output"]
    is_error = isinstance(output, dict) and isinstance(output.get("error"), str)
    text = output["error"] if is_error else to_json(output)
    return ToolCall(row["tool"], row["input"], output, text, row.get("asked", {}))
