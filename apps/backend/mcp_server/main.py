"""The MCP server: tools over stateless streamable HTTP at /mcp, each call with the caller's token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NoReturn, cast

import httpx2
from mcp.server.transport_security import TransportSecuritySettings
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.auth import BearerGate
from core.database import create_engine
from core.health import NotReady, check_database, health_routes
from core.lifecycle import end_with_success, keep_imports, say_farewell, start_telemetry
from core.logs import configure_logging
from core.problems import NOTHING_HERE, WRONG_METHOD, problem
from core.rates import RateLimit
from core.requests import RequestLog
from core.sessions import Sessions
from core.tokens import KeySet, TokenVerifier
from mcp_server.calls import callers_of
from mcp_server.more_tools import add_more_tools
from mcp_server.server import VERSION, TodoServer
from mcp_server.settings import Settings
from mcp_server.tools import add_tools

PATH = "/mcp"
ALL_BUT_POST = ["GET", "DELETE", "OPTIONS", "PATCH", "PUT"]
LIST_TOOLS = {"jsonrpc": "2.0", "id": "ready", "method": "tools/list"}
REFUSALS = {404: NOTHING_HERE, 405: WRONG_METHOD}
BOTH_TYPES = {"Accept": "application/json, text/event-stream"}

settings = Settings.load()
configure_logging("mcp", settings.log_level)
start_telemetry("mcp")
engine = create_engine(settings.database_url, "mcp")
probe_engine = create_engine(settings.database_url, "mcp", size=1)


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    keep_imports()
    say_farewell()
    yield
    await keys.close()
    await engine.dispose()
    await probe_engine.dispose()
    end_with_success()


async def check_ready() -> None:
    """Raises NotReady unless the database is at head and the MCP session machinery lists the tools."""
    await check_database(probe_engine)
    # Straight to the session manager, behind the gate: a server can be up while its sessions are dead.
    sessions = httpx2.ASGITransport(app=server.session_manager.asgi_app, raise_app_exceptions=True)
    host = settings.allowed_hosts[0].replace(":*", ":8001")
    try:
        async with httpx2.AsyncClient(transport=sessions, base_url=f"http://{host}") as client:
            answer = await client.post(PATH, json=LIST_TOOLS, headers=BOTH_TYPES)
    except RuntimeError as error:
        raise NotReady(f"The MCP session machinery does not run: {error}") from error
    if answer.status_code != 200 or not answer.json().get("result", {}).get("tools"):
        raise NotReady(f"tools/list answered {answer.status_code}: {answer.text[:200]}")


async def no_stream(_: Request) -> NoReturn:
    """There is no session: nothing to listen to, and nothing to end."""
    raise HTTPException(405, headers={"Allow": "POST"})


async def answer_http_exception(_: Request, error: Exception) -> JSONResponse:
    raised = cast(HTTPException, error)
    detail = REFUSALS.get(raised.status_code, raised.detail)
    return problem(raised.status_code, detail, raised.headers)


server = TodoServer("todo", version=VERSION, lifespan=lifespan)
as_caller = callers_of(Sessions(engine, "mcp"))
add_tools(server, as_caller)
add_more_tools(server, as_caller)

app = server.streamable_http_app(
    streamable_http_path=PATH,
    stateless_http=True,
    json_response=True,
    transport_security=TransportSecuritySettings(allowed_hosts=settings.allowed_hosts),
)
app.routes.insert(0, Route(PATH, no_stream, methods=ALL_BUT_POST))
app.routes.extend(health_routes(check_ready))
app.add_exception_handler(HTTPException, answer_http_exception)
keys = KeySet(settings.jwks_url)
verifier = TokenVerifier(keys, settings.jwt_issuer, settings.jwt_audience)
# As many as the API takes, so that the backend never meets it for a user that it lets through.
app.add_middleware(RateLimit)
app.add_middleware(BearerGate, verifier=verifier, prefix=PATH)
app.add_middleware(RequestLog, timed=settings.server_timing)
