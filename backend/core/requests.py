"""The outermost layer of both servers: request id in, request id out, one log line for each request."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.lifecycle import leaving
from core.logs import request_id

HEADER = "x-request-id"
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

log = logging.getLogger(__name__)


class RequestLog:
    """ASGI middleware that names, times and logs each request; a crash becomes a 500 that carries the id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        name = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = name
                if leaving.is_set():
                    headers["connection"] = "close"
            await send(message)

        scope.setdefault("state", {})["request_id"] = name
        reset = request_id.set(name)
        start = time.perf_counter()
        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            log.exception("The request failed with an unexpected error")
            if status == 0:
                failure = JSONResponse(
                    {"detail": "The server failed unexpectedly; its log has the cause."}, 500
                )
                await failure(scope, receive, send_with_id)
        finally:
            log.log(
                logging.DEBUG if scope["path"].startswith("/health") else logging.INFO,
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
            request_id.reset(reset)
