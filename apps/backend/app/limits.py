"""How large a body may be, and how many answers one user may have made at once."""

from collections import Counter

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from core.problems import problem

LARGEST_BODY = 64 * 1024  # bytes
TOO_LARGE = "The body is larger than 64 kB."
MOST_ANSWERS = 8  # of one user at once, in each replica
TOO_MANY = f"You have {MOST_ANSWERS} answers in progress: wait for one of them, or stop it."


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


class AnswersAtOnce:
    """ASGI middleware behind the gate: 429 for who has too many answers of the assistant in progress.

    `paths` are how the paths end that are answered by it.
    """

    def __init__(self, app: ASGIApp, paths: tuple[str, ...]) -> None:
        self.app = app
        self.paths = paths
        self.in_progress: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        user_id = scope.get("state", {}).get("user_id")
        if user_id is None or scope["method"] != "POST" or not scope["path"].endswith(self.paths):
            await self.app(scope, receive, send)
            return
        if self.in_progress[user_id] >= MOST_ANSWERS:
            await problem(429, TOO_MANY, {"Retry-After": "5"})(scope, receive, send)
            return
        self.in_progress[user_id] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.in_progress[user_id] -= 1
            if not self.in_progress[user_id]:
                del self.in_progress[user_id]
