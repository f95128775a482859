"""How large a body may be."""

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from core.problems import problem

LARGEST_BODY = 64 * 1024  # bytes
TOO_LARGE = "The body is larger than 64 kB."


class BodyLimit:
    """ASGI middleware that refuses a larger body, whether its length is told beforehand or not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = RequestBodyLimitMiddleware(app, LARGEST_BODY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Starlette's own answer to a length told beforehand is not a problem document.
        length = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        if length.isdecimal() and int(length) > LARGEST_BODY:
            await problem(413, TOO_LARGE)(scope, receive, send)
        else:
            await self.app(scope, receive, send)
