"""A call as a model writes it: its arguments, and its name."""

import json
import re
from typing import Any

IDENTITY = "user_id"  # filled in by us from the token, hidden from the model

NO_NAME = re.compile(r"[^A-Za-z0-9_-]")


def name_to_tell(name: str) -> str:
    """Returns a tool's name as it may be told to a model: one that no tool could have is refused."""
    return NO_NAME.sub("_", name)[:64] or "unknown"


def read_arguments(arguments: str) -> dict[str, Any] | None:
    """Returns the arguments a model wrote, without the user's identity; None if they are no JSON object."""
    try:
        given = json.loads(arguments.strip() or "{}")
        if isinstance(given, str):
            given = json.loads(given)  # some write the object as text within text
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode()  # lone surrogates cannot be sent on
    except (ValueError, RecursionError):
        return None
    if given is None:
        return {}
    if not isinstance(given, dict):
        return None
    given.pop(IDENTITY, None)
    return given
