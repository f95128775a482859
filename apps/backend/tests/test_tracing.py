"""Where a request's time goes, and how to find it in PostgreSQL."""

import asyncio
import re

import asyncpg
import httpx2
import pytest

from tests.conftest import Environment
from tests.issuer import Issuer
from tests.model import ScriptedModel, calls, text
from tests.servers import PATIENCE, Replica, Server, ending

NAMED = "SELECT application_name FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = $1"
NAMES = (
    "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"
)


@pytest.mark.parametrize("service", ["backend", "mcp"])
async def test_a_transaction_carries_the_id_of_its_request(
    api: httpx2.AsyncClient, database: str, model: ScriptedModel, service: str
) -> None:
    task = (await api.post("/tasks", json={"title": "Water the plants"})).json()
    path, trace = f"/tasks/{task['id']}", f"trace-{service}-{'x' * 100}"
    model.says(calls("complete_task", {"task_id": task["id"]}), text("Done."))
    holder, observer = await asyncpg.connect(database), await asyncpg.connect(database)
    own = await observer.fetchval("SELECT current_database()")
    # A row that is held keeps the transaction waiting until it has been looked at.
    async with holder.transaction():
        await holder.execute("SELECT FROM tasks WHERE id = $1 FOR UPDATE", task["id"])
        headers = {"x-request-id": trace}
        waiting = asyncio.create_task(
            api.post("/chat", json={"message": "Watered"}, headers=headers)
            if service == "mcp"
            else api.patch(f"{path}/complete", headers=headers)
        )
        while not (named := await observer.fetchval(NAMED, own)):
            assert not waiting.done(), waiting.result().text
    assert (await waiting).status_code == 200
    assert named == f"{service} {trace}"[:63]
    left = {row["application_name"] for row in await observer.fetch(NAMES, own)}
    await holder.close()
    await observer.close()
    assert not [name for name in left if "trace" in name]
    assert service in left


async def test_server_timing_is_told_where_it_is_wanted(
    api: httpx2.AsyncClient,
    database: str,
    backend_environment: Environment,
    mcp: Server,
    issuer: Issuer,
    user_id: str,
) -> None:
    assert "server-timing" not in (await api.get("/tasks")).headers
    settings = backend_environment(database, f"{mcp.url}/mcp", SERVER_TIMING="on")
    server = Replica("app.main:app", settings)
    headers = {"Authorization": f"Bearer {issuer.token(user_id)}"}
    async with httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as client:
        listed = await client.get(f"{server.url}/api/{user_id}/tasks")
        missing = await client.get(f"{server.url}/api/{user_id}/nothing")
    server.stop()
    times = []
    for answer in (listed, missing):
        told = re.fullmatch(r"total;dur=([\d.]+), db;dur=([\d.]+)", answer.headers["server-timing"])
        assert told
        times.append((float(told[1]), float(told[2])))
    (total, spent), (_, nothing) = times
    assert 0 < spent < total
    assert nothing == 0


@pytest.mark.parametrize("application", ["app.main:app", "mcp_server.main:app"])
def test_server_timing_is_on_or_off(
    application: str,
    database: str,
    backend_environment: Environment,
    mcp_environment: Environment,
    mcp: Server,
) -> None:
    wrong = {"SERVER_TIMING": "maybe"}
    settings = (
        mcp_environment(database, **wrong)
        if application.startswith("mcp")
        else backend_environment(database, f"{mcp.url}/mcp", **wrong)
    )
    assert ending(application, settings) == (1, "SERVER_TIMING is 'maybe': set it to on or off.\n")
