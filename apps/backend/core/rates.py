"""How often one user may send: token buckets, and the answer to who sends faster."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from core.problems import problem

USERS = 10_000  # whose buckets are remembered; somebody who was forgotten starts with a full one
SECOND = 1_000_000_000  # nanoseconds, in which the buckets count


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
    """ASGI middleware behind the gate: 429 for who sends faster than a person with a few programs.

    Paths that end with one of `slow` take from a smaller bucket of their own.
    """

    def __init__(self, app: ASGIApp, slow: tuple[str, ...] = ()) -> None:
        self.app = app
        self.slow = slow
        self.few = Buckets(rate=10, burst=20)
        self.many = Buckets(rate=100, burst=200)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        user_id = scope.get("state", {}).get("user_id")
        if user_id is None:
            await self.app(scope, receive, send)
            return
        buckets = self.few if scope["path"].endswith(self.slow) else self.many
        if wait := buckets.take(user_id):
            headers = {"Retry-After": str(math.ceil(wait))}
            await problem(429, "Too many requests: wait a moment.", headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)
