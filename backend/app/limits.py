"""How much one user may send: the size of a body, and how often."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from core.problems import problem

LARGEST_BODY = 64 * 1024  # bytes
TOO_LARGE = "The body is larger than 64 kB."
USERS = 10_000  # whose buckets are remembered; somebody who was forgotten starts with a full one

SECOND = 1_000_000_000  # nanoseconds, in which the buckets count
CHAT = ("/chat", "/chat/stream")


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


class Buckets:
    """A token bucket for each key: `burst` at once, then `rate` a second."""

    def __init__(self, rate: int, burst: int, now: Callable[[], int] = time.monotonic_ns) -> None:
        self.step = SECOND // rate
        self.room = burst * self.step
        self.now = now
        self.full_at: OrderedDict[str, int] = OrderedDict()

    def take(self, key: str) -> float:
        """Takes a token; returns 0, or how many seconds to wait for one."""
        now = self.now()
        full_at = max(self.full_at.get(key, now), now) + self.step
        wait = full_at - now - self.room
        if wait > 0:
            return wait / SECOND
        self.full_at[key] = full_at
        self.full_at.move_to_end(key)
        if len(self.full_at) > USERS:
            self.full_at.popitem(last=False)
        return 0


class RateLimit:
    """ASGI middleware behind the gate: 429 for who sends faster than a person with a few programs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.chat = Buckets(rate=10, burst=20)
        self.other = Buckets(rate=100, burst=200)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        user_id = scope.get("state", {}).get("user_id")
        if user_id is None:
            await self.app(scope, receive, send)
            return
        buckets = self.chat if scope["path"].endswith(CHAT) else self.other
        if wait := buckets.take(user_id):
            headers = {"Retry-After": str(math.ceil(wait))}
            await problem(429, "Too many requests: wait a moment.", headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)
