"""The API server: tasks, chat, conversations and health."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

from fastapi import FastAPI

from app import background
from app.allowance import TokensADay, unlimited
from app.api import Api
from app.limits import AnswersAtOnce, BodyLimit
from app.push_key import PushKey
from app.push_services import PushServices
from app.reminders import reminding
from app.settings import Settings
from app.sweep import sweeping
from core.auth import BearerGate
from core.database import create_engine
from core.health import check_database, health_routes
from core.lifecycle import end_with_success, keep_imports, say_farewell, start_telemetry
from core.logs import configure_logging
from core.rates import RateLimit
from core.requests import RequestLog
from core.sessions import Sessions
from core.tokens import KeySet, TokenVerifier

if TYPE_CHECKING:
    from app.assistant import Assistant

WARM_UP_DELAY = 1.0  # seconds
CHATS = ("/chat", "/chat/stream")

settings = Settings.load()
configure_logging("backend", settings.log_level)
start_telemetry("backend")
engine = create_engine(settings.database_url, "backend")
probe_engine = create_engine(settings.database_url, "backend", size=1)
push_key = PushKey(settings.vapid_private_key) if settings.vapid_private_key else None


making = threading.Lock()  # the warm-up is another thread, and what an assistant learns is to be kept


def assistant() -> "Assistant":
    with making:
        return make_assistant()


@cache
def make_assistant() -> "Assistant":
    # The MCP client takes longer to import than all the rest: a reload does not wait for it.
    from app.assistant import Assistant

    keep_imports()
    tokens = settings.tokens_a_day
    return Assistant(
        settings.openai_base_url,
        settings.openai_api_key,
        settings.openai_model,
        settings.mcp_url,
        patience=settings.model_patience,
        allowance=TokensADay(app.state.sessions, tokens) if tokens else unlimited,
    )


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    keep_imports()
    say_farewell()
    # Nor does the first chat, if it comes a moment later. A daemon thread never holds up the next reload.
    warm_up = threading.Timer(WARM_UP_DELAY, assistant)
    warm_up.daemon = True
    warm_up.start()
    sessions = app.state.sessions
    async with sweeping(sessions), reminding(sessions, push_key, settings.push_contact):
        yield
    warm_up.cancel()
    await keys.close()
    await background.settle()
    await engine.dispose()
    await probe_engine.dispose()
    end_with_success()


app = Api(lifespan)
app.state.sessions = Sessions(engine, "backend")
app.state.assistant = assistant
app.state.push_key = push_key
app.state.push_services = PushServices(settings.push_hosts)
app.routes.extend(health_routes(partial(check_database, probe_engine)))
keys = KeySet(settings.jwks_url)
verifier = TokenVerifier(keys, settings.jwt_issuer, settings.jwt_audience)
# The last one added is the first to see a request.
app.add_middleware(BodyLimit)
app.add_middleware(AnswersAtOnce, paths=CHATS)
app.add_middleware(RateLimit, slow=CHATS)
app.add_middleware(BearerGate, verifier=verifier, prefix="/api/")
app.add_middleware(RequestLog, timed=settings.server_timing)
