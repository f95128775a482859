"""The description of the API: FastAPI's, with what the middleware answers, and every error as a problem."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel

from app.openapi import problem

DESCRIPTION = """\
A todo list that one can talk to.

Each request carries the user's token, which the frontend gives out at `/api/auth/token`; `user_id` is the
user the token belongs to. Each answer carries `x-request-id`, the one sent or a new one. Moments are RFC 3339
in UTC. Errors are problem details (RFC 9457). A user may send 100 requests a second, 200 at once, and chat
10 times a second, 20 at once, with 8 answers in progress, in each replica.
"""
TOKEN = {"type": "http", "scheme": "bearer", "description": "From the frontend's /api/auth/token"}
ANYWHERE = (401, 403, 422, 429, 500, 503)


def operation_id(route: APIRoute) -> str:
    return to_camel(route.name)


def describe(app: FastAPI) -> dict[str, Any]:
    """Returns the description of `app`, as OpenAPI 3.1 has it."""
    schema = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    components = schema["components"]
    for fastapis_own in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(fastapis_own, None)
    components["schemas"]["Problem"] = problem.SCHEMA
    components["responses"] = problem.responses()
    components["securitySchemes"] = {"token": TOKEN}
    schema["security"] = [{"token": []}]
    for operations in schema["paths"].values():
        for operation in operations.values():
            summarize(operation)
            refer_to_problems(operation)
    return {
        **schema,
        "paths": tidy(schema["paths"]),
        "components": {**components, "schemas": tidy(components["schemas"])},
    }


def summarize(operation: dict[str, Any]) -> None:
    """Makes the first paragraph the summary."""
    operation["summary"], _, more = operation.pop("description").partition("\n\n")
    if more:
        operation["description"] = more


def refer_to_problems(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    failures = {int(status) for status in answers if int(status) >= 400} | set(ANYWHERE)
    if "requestBody" in operation:
        failures.add(413)
    for status in sorted(failures):
        answers.pop(str(status), None)
        answers[str(status)] = problem.reference(status)


def tidy(part: Any) -> Any:
    """Returns `part` without titles that only repeat a name, and without parameters that are null."""
    if isinstance(part, list):
        return [tidy(one) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("in") in ("query", "header"):
        schema = part["schema"]
        choices = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
        schema.update(*choices[:1])
        schema.pop("description", None)
    return {
        name: value if name in ("example", "examples") else tidy(value)
        for name, value in part.items()
        if not (name == "title" and isinstance(value, str))
    }
