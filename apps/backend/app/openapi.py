"""`python -m app.openapi`: writes the description of the API that clients are made from."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel

from core.problems import DATABASE_AWAY, MEDIA_TYPE, UNEXPECTED, title_of

# In an image there is no such folder, and the path leads nowhere.
FILE = Path(__file__).parent / "../../../docs/contracts/openapi.yaml"
COMMAND = "python -m app.openapi"

DESCRIPTION = """\
A todo list that one can talk to.

Each request carries the user's token, which the frontend gives out at `/api/auth/token`; `user_id` is the
user the token belongs to. Each answer carries `x-request-id`, the one sent or a new one. Moments are RFC 3339
in UTC. Errors are problem details (RFC 9457). A user may send 100 requests a second, 200 at once, and chat
10 times a second, 20 at once, with 8 answers in progress, in each replica.
"""

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
ANYWHERE = (401, 403, 422, 429, 500, 503)
MEMBERS = {
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
PROBLEM = {
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


class DescribedApi(FastAPI):
    """FastAPI, whose description also has what the middleware answers, and every error as a problem."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = describe(self)
        return self.openapi_schema


def may_fail(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Returns `responses` for a route that can also answer with these statuses."""
    return {status: {"description": title_of(status)} for status in statuses}


def operation_id(route: APIRoute) -> str:
    return to_camel(route.name)


def describe(app: FastAPI) -> dict[str, Any]:
    """Returns the description of `app`, as OpenAPI 3.1 has it."""
    schema = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    components = schema["components"]
    for fastapis_own in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(fastapis_own, None)
    components["schemas"]["Problem"] = PROBLEM
    components["responses"] = {name_of(status): response(status) for status in DETAILS}
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "From the frontend's /api/auth/token"}
    }
    schema["security"] = [{"token": []}]
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["summary"], _, more = operation.pop("description").partition("\n\n")
            if more:
                operation["description"] = more
            answers = operation["responses"]
            failures = {int(status) for status in answers if int(status) >= 400} | set(ANYWHERE)
            if "requestBody" in operation:
                failures.add(413)
            for status in sorted(failures):
                answers.pop(str(status), None)
                answers[str(status)] = {"$ref": f"#/components/responses/{name_of(status)}"}
    return {
        **schema,
        "paths": tidied(schema["paths"]),
        "components": {**components, "schemas": tidied(components["schemas"])},
    }


def tidied(part: Any) -> Any:
    """Returns `part` without titles that only repeat a name, and without parameters that are null."""
    if isinstance(part, list):
        return [tidied(one) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("in") in ("query", "header"):
        schema = part["schema"]
        choices = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
        schema.update(*choices[:1])
        schema.pop("description", None)
    return {
        name: value if name in ("example", "examples") else tidied(value)
        for name, value in part.items()
        if not (name == "title" and isinstance(value, str))
    }


def response(status: int) -> dict[str, Any]:
    members = {**MEMBERS, "title": title_of(status), "status": status, "detail": DETAILS[status]}
    if status != 422:
        del members["errors"]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": members}}
    return {"description": title_of(status), "headers": HEADERS.get(status, {}), "content": content}


def name_of(status: int) -> str:
    return title_of(status).replace(" ", "")


def document() -> str:
    """Returns the description as YAML."""
    import yaml  # for development: at run time the description is JSON

    from app.api import Api

    class Plain(yaml.SafeDumper):
        """Writes a long text as a block, and what is used twice twice."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

        def represent_text(self, data: str) -> yaml.ScalarNode:
            return self.represent_scalar("tag:yaml.org,2002:str", data, "|" if "\n" in data else None)

    Plain.add_representer(str, Plain.represent_text)
    comment = f"# Generated: change the code, then run `{COMMAND}` in apps/backend/.\n"
    text: str = yaml.dump(Api().openapi(), Dumper=Plain, sort_keys=False, allow_unicode=True, width=110)
    return comment + text


if __name__ == "__main__":
    FILE.resolve().parent.mkdir(exist_ok=True)
    FILE.write_text(document(), encoding="utf-8")
