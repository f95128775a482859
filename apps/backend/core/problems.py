"""Errors as RFC 9457 has them: `application/problem+json`, the same members for each."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

from core.logs import request_id

MEDIA_TYPE = "application/problem+json"

UNEXPECTED = "The server failed unexpectedly; its log has the cause."
NOTHING_HERE = "There is nothing at this address."
WRONG_METHOD = "This address does not take this method."
DATABASE_AWAY = "The database does not answer; try again shortly."

# Python before 3.13 has the older words.
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **members: object
) -> JSONResponse:
    """Returns the answer that says in one sentence, `detail`, what is wrong; `members` are added to it."""
    return JSONResponse(problem_members(status, detail, **members), status, headers, MEDIA_TYPE)


def problem_members(status: int, detail: str, **members: object) -> dict[str, object]:
    """Returns what such an answer consists of."""
    return {
        "type": "about:blank",
        "title": title_of(status),
        "status": status,
        "detail": detail,
        "request_id": request_id.get(),
        **members,
    }


def title_of(status: int) -> str:
    """Returns the status in words."""
    return TITLES.get(status) or HTTPStatus(status).phrase
