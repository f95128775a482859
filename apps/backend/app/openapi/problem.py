"""What the description says of errors: one schema for all, and an example of each status."""

from typing import Any

from core.problems import DATABASE_AWAY, MEDIA_TYPE, UNEXPECTED, title_of

# What can go wrong, as its sentence would say it.
DETAILS = {
    401: "Sign in again: the token is not valid here.",
    403: "This token belongs to another user.",
    404: "There is no task 5.",
    409: "Reminders are switched off here.",
    412: "Task 5 has changed in the meantime: load it again.",
    413: "The body is larger than 64 kB.",
    422: "title: String should have at least 1 character.",
    429: "Too many requests: wait a moment.",
    500: UNEXPECTED,
    502: "The model cannot be reached: check OPENAI_BASE_URL.",
    503: DATABASE_AWAY,
    504: "The model did not answer within 60 s; try again.",
}
HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "example": 'Bearer error="invalid_token"'}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait"}},
}
EXAMPLE = {
    "type": "about:blank",
    "title": title_of(422),
    "status": 422,
    "detail": DETAILS[422],
    "request_id": "3b1f6f0c5f5a4c2c9d5e6b7a8c9d0e1f",
    "errors": [
        {
            "loc": ["body", "title"],
            "msg": "String should have at least 1 character",
            "type": "string_too_short",
        }
    ],
}
SCHEMA = {
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 has it.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "The status in words"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for people"},
        "request_id": {"type": "string", "description": "Stands in the log lines of every service"},
        "errors": {
            "type": "array",
            "description": "With 422: each thing that is wrong",
            "items": {
                "type": "object",
                "required": ["loc", "msg", "type"],
                "properties": {
                    "loc": {
                        "type": "array",
                        "description": "Where: body, query, path or header, then the way from there",
                        "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                    },
                    "msg": {"type": "string"},
                    "type": {"type": "string"},
                },
            },
        },
        "conversation_id": {
            "type": "integer",
            "description": "When a chat failed: the conversation that keeps the message",
        },
        "retry_after": {
            "type": "integer",
            "description": "In an error event of a chat: seconds to wait, as Retry-After has them elsewhere",
        },
    },
}


def reference(status: int) -> dict[str, str]:
    """Returns what stands in an operation for the response with this status."""
    return {"$ref": f"#/components/responses/{name_of(status)}"}


def responses() -> dict[str, Any]:
    """Returns the responses that are referred to, by name."""
    return {name_of(status): response(status) for status in DETAILS}


def response(status: int) -> dict[str, Any]:
    members = {**EXAMPLE, "title": title_of(status), "status": status, "detail": DETAILS[status]}
    if status != 422:
        del members["errors"]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": members}}
    return {"description": title_of(status), "headers": HEADERS.get(status, {}), "content": content}


def name_of(status: int) -> str:
    return title_of(status).replace(" ", "")
