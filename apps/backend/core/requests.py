"""The outermost layer of both servers: request id in, request id out, one log line for each request."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import timing
from core.lifecycle import leaving
from core.logs import request_id
from core.problems import UNEXPECTED, problem
from core.telemetry import telemetry

HEADER = "x-request-id"
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

log = logging.getLogger(__name__)


class RequestLog:
    """ASGI middleware that names, times, traces and logs each request; a crash becomes a 500 with the id.

    With `timed` each answer says in Server-Timing how long it took, up to its first byte.
    """

    def __init__(self, app: ASGIApp, timed: bool) -> None:
        self.app = app
        self.timed = timed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        name = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = name
        reset = request_id.set(name)
        try:
            if is_probe(scope):
                with telemetry().hide():
                    await self.answer(scope, receive, send, name)
            else:
                await self.trace(scope, receive, send, name)
        finally:
            request_id.reset(reset)

    async def trace(self, scope: Scope, receive: Receive, send: Send, name: str) -> None:
        """Answers, and says so in the terms of https://opentelemetry.io/docs/specs/semconv/http/"""
        method = {"http.request.method": scope["method"]}
        asked = {**method, "url.path": scope["path"], "url.scheme": scope["scheme"]}
        start = time.perf_counter()
        with telemetry().span(scope["method"], asked, "server", Headers(scope=scope)) as span:
            status = await self.answer(scope, receive, send, name)
            route = getattr(scope.get("route"), "path", None)
            answered = {"http.route": route, "http.response.status_code": status}
            span.set(answered)
            if route:
                span.name(f"{scope['method']} {route}")
            if status >= 500:
                span.fail(f"answered {status}")
        seconds = time.perf_counter() - start
        telemetry().measure("http.server.request.duration", "s", seconds, {**method, **answered})

    async def answer(self, scope: Scope, receive: Receive, send: Send, name: str) -> int:
        """Answers, logs that, and returns the status; 0 where there was none."""
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = name
                if self.timed:
                    headers[timing.HEADER] = timing.header(time.perf_counter() - start, spent)
                if leaving.is_set():
                    headers["connection"] = "close"
            await send(message)

        spent: list[float] = []
        timing.database_time.set(spent if self.timed else None)
        start = time.perf_counter()
        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            log.exception("The request failed with an unexpected error")
            if status == 0:
                await problem(500, UNEXPECTED)(scope, receive, send_with_id)
        finally:
            log.log(
                logging.DEBUG if is_probe(scope) else logging.INFO,
                "%s %s %s",
                scope["method"],
                scope["path"],
                status,
                extra={
                    "fields": {
                        "method": scope["method"],
                        "path": scope["path"],
                        "status": status,
                        "duration_ms": round((time.perf_counter() - start) * 1000, 1),
                    }
                },
            )
        return status


def is_probe(scope: Scope) -> bool:
    """Tells whether Kubernetes asks, and not a client."""
    return bool(scope["path"].startswith("/health"))
