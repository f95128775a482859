"""How exceptions of the domain and of the database become HTTP answers."""

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.conversations import ConversationNotFound
from app.limits import TOO_LARGE
from core.auth import refuse
from core.database import UNREACHABLE, cause_of
from core.faults import AccountDeleted, Busy
from core.problems import DATABASE_AWAY, NOTHING_HERE, WRONG_METHOD, problem
from core.task_changes import PlanRefused
from core.tasks import TaskNotFound, VersionConflict

STATUSES = {TaskNotFound: 404, ConversationNotFound: 404, VersionConflict: 412, PlanRefused: 422}

# What the frameworks say in one word, or as 400 what is 422 everywhere else.
REWORDED = {
    (404, "Not Found"): (404, NOTHING_HERE),
    (405, "Method Not Allowed"): (405, WRONG_METHOD),
    (413, "Content Too Large"): (413, TOO_LARGE),
    (400, "There was an error parsing the body"): (422, "The body is not JSON that can be read."),
}

log = logging.getLogger(__name__)


async def answer_fault(status: int, _: Request, error: Exception) -> JSONResponse:
    return problem(status, str(error))


async def answer_http_exception(_: Request, error: Exception) -> JSONResponse:
    raised = cast(HTTPException, error)
    given = (raised.status_code, raised.detail)
    status, detail = REWORDED.get(given, given)
    return problem(status, detail, raised.headers)


async def answer_invalid(_: Request, error: Exception) -> JSONResponse:
    # What was sent is not echoed: it may be huge, secret, or impossible to encode.
    raised = cast(RequestValidationError, error)
    errors = [{"loc": one["loc"], "msg": one["msg"], "type": one["type"]} for one in raised.errors()]
    return problem(422, sentence(errors), errors=errors)


def sentence(errors: Sequence[dict[str, Any]]) -> str:
    first, more = errors[0], len(errors) - 1
    if first["type"] == "json_invalid":
        return "The body is not JSON that can be read."
    if first["type"] in ("model_attributes_type", "missing") and tuple(first["loc"]) == ("body",):
        return "The body must be a JSON object, sent as application/json."
    # Where it is, without the word that says it is in the body or the query.
    place = ".".join(str(step) for step in first["loc"][1:] or first["loc"])
    return f"{place}: {first['msg']}{f', and {more} more' if more else ''}."


async def answer_account_deleted(_: Request, error: Exception) -> JSONResponse:
    return refuse('Bearer error="invalid_token"', str(error))


async def answer_busy(_: Request, error: Exception) -> JSONResponse:
    return problem(503, str(error), {"Retry-After": "2"})


async def answer_outage(_: Request, error: Exception) -> JSONResponse:
    log.error("The database does not answer: %s", cause_of(error))
    return problem(503, DATABASE_AWAY, {"Retry-After": "2"})


def answer_errors(app: FastAPI) -> None:
    """Registers the handlers on `app`."""
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http_exception)
    app.add_exception_handler(AccountDeleted, answer_account_deleted)
    app.add_exception_handler(Busy, answer_busy)
    for kind, status in STATUSES.items():
        app.add_exception_handler(kind, partial(answer_fault, status))
    for failure in UNREACHABLE:
        app.add_exception_handler(failure, answer_outage)
