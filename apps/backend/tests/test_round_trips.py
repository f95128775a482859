"""With 40 ms to the database three round trips are 120: that is what a request may take."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.conftest import Environment
from tests.far_database import Line, far_away
from tests.issuer import Issuer
from tests.servers import Replica
from tests.test_mcp import Caller

MOST = 3
# What is done beside the requests waits until the test is over.
QUIET = {"app.sweep.FIRST_PAUSE": 600}
DAILY = {"due_at": "2026-01-31T09:00:00Z", "recurrence": "daily"}


@dataclass
class Far:
    """Both servers, far from their database."""

    line: Line
    api: httpx2.AsyncClient
    tools: Caller


@pytest.fixture(scope="module")
async def far(
    migrated: str,
    database: str,
    backend_environment: Environment,
    mcp_environment: Environment,
    issuer: Issuer,
) -> AsyncIterator[Far]:
    async with far_away(database) as (line, dsn):
        mcp = Replica("mcp_server.main:app", mcp_environment(dsn))
        backend = Replica("app.main:app", backend_environment(dsn, f"{mcp.url}/mcp"), constants=QUIET)
        headers = {"Authorization": f"Bearer {issuer.token('far')}"}
        async with httpx2.AsyncClient(base_url=f"{backend.url}/api/far", headers=headers) as api:
            yield Far(line, api, Caller(mcp.url, "far", issuer.token("far")))
        backend.stop()
        mcp.stop()


async def task_of(far: Far, **plan: Any) -> int:
    answer = await far.api.post("/tasks", json={"title": "Far away", **plan})
    task_id: int = answer.json()["id"]
    return task_id


async def round_trips(far: Far, run: Callable[[int], Awaitable[httpx2.Response]], **plan: Any) -> int:
    """Runs a request for a new task, once to have its statements prepared and once to be counted."""
    for _ in range(2):
        task_id = await task_of(far, **plan)
        far.line.flights = 0
        answer = await run(task_id)
        assert answer.is_success, answer.text
    return far.line.flights


REQUESTS: dict[str, tuple[str, str, Any]] = {
    "list": ("GET", "/tasks", None),
    "second page": ("GET", "/tasks?limit=1", None),
    "search": ("GET", "/tasks?q=far&status=pending&sort=due_date", None),
    "tags": ("GET", "/tags", None),
    "get": ("GET", "/tasks/{}", None),
    "add": ("POST", "/tasks", {"title": "Another", **DAILY}),
    "change": ("PUT", "/tasks/{}", {"title": "Changed", **DAILY}),
    "toggle": ("PATCH", "/tasks/{}/complete", None),
    "delete": ("DELETE", "/tasks/{}", None),
}


@pytest.mark.parametrize("request_name", REQUESTS)
@pytest.mark.parametrize("plan", [{}, DAILY], ids=["once", "daily"])
async def test_a_request_takes_few_round_trips(far: Far, request_name: str, plan: dict[str, Any]) -> None:
    method, path, body = REQUESTS[request_name]
    number = await round_trips(
        far, lambda task_id: far.api.request(method, path.format(task_id), json=body), **plan
    )
    assert 1 <= number <= MOST


async def test_reopening_takes_as_few(far: Far) -> None:
    for _ in range(2):
        path = f"/tasks/{await task_of(far, **DAILY)}/complete"
        assert (await far.api.patch(path)).json()["completed"]
        far.line.flights = 0
        assert not (await far.api.patch(path)).json()["completed"]
    assert 1 <= far.line.flights <= MOST


TOOLS: dict[str, dict[str, Any]] = {
    "add_task": {"title": "Another"},
    "list_tasks": {},
    "complete_task": {"task_id": int},
    "delete_task": {"task_id": int},
    "update_task": {"task_id": int, "title": "Changed"},
    "get_task": {"task_id": int},
    "find_tasks": {"query": "far"},
    "plan_task": {"task_id": int, "priority": "high"},
    "reopen_task": {"task_id": int},
}


@pytest.mark.parametrize("tool", TOOLS)
async def test_a_tool_takes_few_round_trips(far: Far, tool: str) -> None:
    async def call(task_id: int) -> httpx2.Response:
        given = {name: task_id if value is int else value for name, value in TOOLS[tool].items()}
        answer = await far.tools.post("tools/call", {"name": tool, "arguments": given})
        assert not json.loads(answer.text)["result"].get("isError"), answer.text
        return answer

    assert 1 <= await round_trips(far, call) <= MOST
