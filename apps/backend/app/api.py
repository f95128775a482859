"""What the API offers, without what runs it: so it can be described without settings."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from app.errors import answer_errors
from app.openapi.describe import describe, operation_id
from app.routes import chat, chat_stream, data, push, tasks


class Api(FastAPI):
    """All routes and what they answer when they fail."""

    def __init__(self, lifespan: Callable[[Any], Any] | None = None) -> None:
        # The interactive pages load their scripts from a CDN; /openapi.json is what we serve.
        super().__init__(
            title="Todo API",
            version="1.0.0",
            lifespan=lifespan,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            generate_unique_id_function=operation_id,
            # core.requests traces and measures both servers alike: without probes, and with the request's id.
            telemetry={"tracing": False, "metrics": False, "logs": False},
        )
        for module in (tasks, chat, chat_stream, push, data):
            self.include_router(module.router)
        answer_errors(self)

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = describe(self)
        return self.openapi_schema
