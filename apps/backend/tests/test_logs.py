"""Logs and request ids across the services, and how a server ends."""

import asyncio
import signal
import threading
from typing import Any

import httpx2
import pytest

from tests.conftest import Environment
from tests.issuer import Issuer
from tests.local_http import Answer, LocalHttp
from tests.model import ScriptedModel, calls, text
from tests.servers import PATIENCE, Production, Server


async def test_one_request_id_goes_through_every_service(
    api: httpx2.AsyncClient, backend: Server, mcp: Server, model: ScriptedModel, user_id: str
) -> None:
    model.says(calls("add_task", {"title": "Water the plants"}), text("Watered words."))
    trace = f"trace-{user_id}"
    answer = await api.post("/chat", json={"message": "Plants!"}, headers={"x-request-id": trace})
    assert answer.headers["x-request-id"] == trace
    assert [headers["x-request-id"] for headers in model.headers] == [trace, trace]
    line = backend.logged(request_id=trace, status=200)
    assert line["service"] == "backend"
    assert line["level"] == "info"
    assert line["method"] == "POST"
    assert line["path"] == f"/api/{user_id}/chat"
    assert line["duration_ms"] > 0
    assert mcp.logged(request_id=trace, path="/mcp")["service"] == "mcp"
    written = "".join(backend.lines + mcp.lines)
    for secret in ("Plants!", "Water", api.headers["authorization"].removeprefix("Bearer ")):
        assert secret not in written


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", 'x"}', "naïve".encode()])
async def test_an_unsuitable_request_id_is_replaced(backend: Server, given: Any) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.get(f"{backend.url}/api/x/tasks", headers={"x-request-id": given})
    name = answer.headers["x-request-id"]
    assert len(name) == 32
    assert backend.logged(request_id=name)["status"] == 401


async def test_probes_are_not_logged_at_info(backend: Server, mcp: Server) -> None:
    async with httpx2.AsyncClient(timeout=PATIENCE) as kubelet:
        for server in (backend, mcp):
            for path in ("/health", "/health/live", "/health/ready"):
                answer = await kubelet.get(server.url + path)
                assert answer.headers["x-request-id"]
            last = await kubelet.get(f"{server.url}/unknown")
            server.logged(request_id=last.headers["x-request-id"])
            assert not [line for line in server.log() if str(line.get("path")).startswith("/health")]


async def test_sigterm_lets_the_request_in_flight_finish_and_ends_with_0(
    database: str, backend_environment: Environment, mcp: Server, issuer: Issuer, user_id: str
) -> None:
    asked, release = threading.Event(), threading.Event()

    def respond(_: Any, __: dict[str, str]) -> Answer:
        asked.set()
        assert release.wait(30)
        return text("Just in time.")

    slow = LocalHttp(respond)
    changed = {"OPENAI_BASE_URL": f"{slow.url}/v1"}
    server = Production("app.main:app", backend_environment(database, f"{mcp.url}/mcp", **changed))
    headers = {"Authorization": f"Bearer {issuer.token(user_id)}"}
    async with httpx2.AsyncClient(
        base_url=f"{server.url}/api/{user_id}", headers=headers, timeout=60
    ) as client:
        request = asyncio.create_task(client.post("/chat", json={"message": "Slow"}))
        assert await asyncio.to_thread(asked.wait, 30)
        server.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(server.logged, message="Shutting down")
        release.set()
        answer = await request
    slow.stop()
    assert (answer.status_code, answer.json()["response"]) == (200, "Just in time.")
    assert server.process.wait(20) == 0
    server.stop()


@pytest.mark.parametrize("application", ["app.main:app", "mcp_server.main:app"])
def test_a_server_about_to_end_asks_its_clients_to_connect_anew(
    application: str,
    database: str,
    backend_environment: Environment,
    mcp_environment: Environment,
    mcp: Server,
) -> None:
    settings = (
        mcp_environment(database)
        if application.startswith("mcp")
        else backend_environment(database, f"{mcp.url}/mcp")
    )
    server = Production(application, settings)
    with httpx2.Client(base_url=server.url) as client:
        assert "connection" not in client.get("/health").headers
        server.process.send_signal(signal.SIGTERM)
        # uvicorn alone would close this connection at once, under the next request.
        while client.get("/health").headers.get("connection") != "close":
            pass
    assert server.process.wait(20) == 0
    server.stop()
