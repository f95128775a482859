"""The arguments of a call as a model writes them."""

import json
from typing import Any

IDENTITY = "user_id"  # filled in by us from the token, hidden from the model


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
