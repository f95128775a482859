"""A call as a model writes it: its arguments, and its name."""

import json
import re
from typing import Any

IDENTITY = "user_id"  # filled in by us from the token, hidden from the model

NO_NAME = re.compile(r"[^A-Za-z0-9_-]")


# What is around a tool's name: a namespace, a number, and how gpt-oss goes on talking to itself.
AROUND_NAME = re.compile(r"^(?:functions|default_api)\.|<\|.*|:\d+$", re.DOTALL)
# A fence of Markdown, and a model's own end of a call.
AROUND_ARGUMENTS = re.compile(r"^```(?:json)?\s*|(?<!\s)\s*(?:```|<\|\w+\|>)$")


def name_in(written: str) -> str:
    """Returns the name of the tool that a model means."""
    return AROUND_NAME.sub("", written)


def name_to_tell(name: str) -> str:
    """Returns a tool's name as it may be told to a model: one that no tool could have is refused."""
    return NO_NAME.sub("_", name)[:64] or "unknown"


def read_arguments(arguments: str) -> dict[str, Any] | None:
    """Returns the arguments a model wrote, without the user's identity; None if they are no JSON object."""
    try:
        # Not strict: some write the end of a line in a string as it is.
        given = json.loads(AROUND_ARGUMENTS.sub("", arguments.strip()) or "{}", strict=False)
        if isinstance(given, str):
            given = json.loads(given, strict=False)  # some write the object as text within text
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode()  # lone surrogates cannot be sent on
    except (ValueError, RecursionError):
        return None
    if given is None:
        return {}
    if not isinstance(given, dict):
        return None
    given.pop(IDENTITY, None)
    return given


def arguments_to_tell(arguments: str) -> str:
    """Returns arguments as they go back: what is no JSON object would be refused for ever."""
    usable = read_arguments(arguments) or {}
    try:
        # An object stays as it was written, to the letter.
        return arguments if usable and isinstance(json.loads(arguments), dict) else json.dumps(usable)
    except ValueError:
        return json.dumps(usable)
