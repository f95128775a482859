"""Pages of a list, linked as RFC 8288 has it."""

from collections.abc import Sequence
from typing import TypeVar

from fastapi import Request, Response

Row = TypeVar("Row")

PAGED = {
    "Link": {
        "description": "The pages before and after this one, as RFC 8288 has it",
        "schema": {"type": "string"},
        "example": '</api/ziakhan/tasks?offset=200&limit=200>; rel="next"',
    }
}


def page(request: Request, response: Response, rows: Sequence[Row], limit: int, offset: int) -> Sequence[Row]:
    """Returns the first `limit` of `rows` and sets the Link header.

    `rows` is what was read from `offset` on with one row more than the limit, which tells whether there is a
    next page. The links are relative, so that they hold behind a proxy too.
    """
    links = []
    if offset > 0:
        links.append(link(request, max(0, offset - limit), limit, "prev"))
    if len(rows) > limit:
        links.append(link(request, offset + limit, limit, "next"))
    if links:
        response.headers["Link"] = ", ".join(links)
    return rows[:limit]


def link(request: Request, offset: int, limit: int, relation: str) -> str:
    url = request.url.include_query_params(offset=offset, limit=limit)
    return f'<{url.path}?{url.query}>; rel="{relation}"'
