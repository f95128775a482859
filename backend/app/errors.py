"""How exceptions of the domain and of the database become HTTP answers."""

import logging
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from app.conversations import ConversationNotFound
from core.database import UNREACHABLE, cause_of
from core.tasks import TaskNotFound

# These mean that we asked wrongly, not that the database is away.
OUR_FAULT = (DataError, IntegrityError, ProgrammingError)

log = logging.getLogger(__name__)


async def not_found(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 404)


async def invalid(_: Request, error: Exception) -> JSONResponse:
    # What was sent is not echoed: it may be huge, secret, or impossible to encode.
    refused = cast(RequestValidationError, error)
    problems = [{"loc": one["loc"], "msg": one["msg"], "type": one["type"]} for one in refused.errors()]
    return JSONResponse({"detail": problems}, 422)


async def unreachable(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, OUR_FAULT):
        raise error
    log.error("The database does not answer: %s", cause_of(error))
    return JSONResponse(
        {"detail": "The database does not answer; try again shortly."}, 503, {"Retry-After": "2"}
    )


def answer_errors(app: FastAPI) -> None:
    """Registers the handlers on `app`."""
    app.add_exception_handler(RequestValidationError, invalid)
    for missing in (TaskNotFound, ConversationNotFound):
        app.add_exception_handler(missing, not_found)
    for failure in UNREACHABLE:
        app.add_exception_handler(failure, unreachable)
