"""The API server: tasks, chat, conversations and health."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

from fastapi import FastAPI

from app import chat, tasks
from app.errors import answer_errors
from app.settings import Settings
from core.auth import BearerGate
from core.database import create_engine, session_factory
from core.health import check_database, health_routes
from core.lifecycle import end_with_success, keep_imports, say_farewell
from core.logs import configure_logging
from core.requests import RequestLog
from core.tokens import KeySet, TokenVerifier

if TYPE_CHECKING:
    from app.assistant import Assistant

WARM_UP_DELAY = 1.0  # seconds

settings = Settings.load()
configure_logging("backend", settings.log_level)
engine = create_engine(settings.database_url, "backend")


@cache
def assistant() -> "Assistant":
    # openai and the MCP client take longer to import than all the rest: a reload does not wait for them.
    from app.assistant import Assistant

    keep_imports()
    return Assistant(
        settings.openai_base_url, settings.openai_api_key, settings.openai_model, settings.mcp_url
    )


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    keep_imports()
    say_farewell()
    # Nor does the first chat, if it comes a moment later. A daemon thread never holds up the next reload.
    warm_up = threading.Timer(WARM_UP_DELAY, assistant)
    warm_up.daemon = True
    warm_up.start()
    yield
    warm_up.cancel()
    await engine.dispose()
    end_with_success()


# The interactive pages load their scripts from a CDN; /openapi.json is what we serve.
app = FastAPI(title="Todo API", version="1.0.0", lifespan=lifespan, docs_url=None, redoc_url=None)
app.state.sessions = session_factory(engine)
app.state.assistant = assistant
app.include_router(tasks.router)
app.include_router(chat.router)
app.routes.extend(health_routes(partial(check_database, engine)))
answer_errors(app)
verifier = TokenVerifier(KeySet(settings.jwks_url), settings.jwt_issuer, settings.jwt_audience)
app.add_middleware(BearerGate, verifier=verifier, prefix="/api/")
app.add_middleware(RequestLog)
