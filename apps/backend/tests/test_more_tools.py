"""The tools beside the five: what they take and give, and that nobody uses them for another user."""

import uuid
from datetime import datetime
from typing import Any

import httpx2
import pytest

from tests.issuer import Issuer
from tests.servers import Server
from tests.test_mcp import Caller

# Name → parameters, required ones first; `user_id`, which each takes too, may be left out.
TOOLS: dict[str, tuple[list[str], list[str]]] = {
    "get_task": (["task_id"], []),
    "find_tasks": (
        [],
        ["query", "status", "priority", "tag", "due_before", "due_after", "sort"],
    ),
    "plan_task": (["task_id"], ["priority", "tags", "due_at", "recurrence", "time_zone"]),
    "reopen_task": (["task_id"], []),
    "restore_task": (["task_id"], []),
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "get_task": {},
    "plan_task": {"priority": "high"},
    "reopen_task": {},
    "restore_task": {},
}
UNPLANNED: dict[str, Any] = {
    "priority": "none",
    "tags": [],
    "due_at": None,
    "recurrence": None,
    "time_zone": "UTC",
}


@pytest.fixture
def alice(mcp: Server, issuer: Issuer) -> Caller:
    user_id = uuid.uuid4().hex
    return Caller(mcp.url, user_id, issuer.token(user_id))


async def add(caller: Caller, title: str, **plan: Any) -> int:
    task_id: int = (await caller.structured("add_task", title=title))["task_id"]
    if plan:
        await caller.structured("plan_task", task_id=task_id, **plan)
    return task_id


async def found(caller: Caller, **wanted: Any) -> list[str]:
    result = await caller.call("find_tasks", **wanted)
    assert not result.get("isError"), result
    return [task["title"] for task in result["structuredContent"]["result"]]


async def test_they_are_listed_with_their_parameters(alice: Caller) -> None:
    tools = (await alice.post("tools/list", {})).json()["result"]["tools"]
    listed = {tool["name"]: tool["inputSchema"] for tool in tools}
    assert len(listed) == 10
    for name, (required, optional) in TOOLS.items():
        assert set(listed[name].get("required", [])) == set(required)
        assert set(listed[name]["properties"]) == {"user_id", *required, *optional}


EDGES = ["1970-01-01T00:00:00Z", "9999-12-31T00:30:00Z", "9999-12-31T23:30:00Z", "9999-12-31T23:59:59.999Z"]
ZONES = ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/Los_Angeles", "Asia/Kathmandu"]


@pytest.fixture
def me(mcp: Server, api: httpx2.AsyncClient, user_id: str) -> Caller:
    """The user of `api`."""
    return Caller(mcp.url, user_id, api.headers["authorization"].split()[1])


@pytest.mark.parametrize("due_at", EDGES)
async def test_the_ends_of_time_can_be_told_given_back_and_searched_for(
    me: Caller, api: httpx2.AsyncClient, due_at: str
) -> None:
    for zone in ZONES:
        given = {"due_at": due_at, "time_zone": zone, "recurrence": "daily"}
        task = (await api.post("/tasks", json={"title": "Edge", **given})).json()
        number = task["id"]
        planned = await me.structured("plan_task", task_id=number, **given)
        for told in (planned, await me.structured("get_task", task_id=number)):
            assert datetime.fromisoformat(told["due_at"]) == datetime.fromisoformat(task["due_at"])
        await me.structured("plan_task", task_id=number, due_at=planned["due_at"])
        assert await found(me, due_after=due_at) != []
        assert (await api.get("/tasks", params={"due_after": due_at})).status_code == 200


@pytest.mark.parametrize("recurrence", [None, "daily", "weekly", "monthly", "yearly"])
async def test_a_task_at_an_end_of_time_is_completed_reopened_deleted_and_restored(
    me: Caller, api: httpx2.AsyncClient, recurrence: str | None
) -> None:
    for due_at in EDGES:
        for zone in ZONES:
            given = {"due_at": due_at, "time_zone": zone, "recurrence": recurrence}
            number = (await api.post("/tasks", json={"title": "Edge", **given})).json()["id"]
            await me.structured("complete_task", task_id=number)
            await me.structured("reopen_task", task_id=number)
            assert (await api.delete(f"/tasks/{number}")).status_code == 204, given
            assert (await api.post(f"/tasks/{number}/restore")).status_code == 200, given


async def test_a_plan_is_set_kept_and_cleared(alice: Caller) -> None:
    task_id = await add(alice, "Water the plants")
    planned = await alice.structured(
        "plan_task",
        task_id=task_id,
        priority="high",
        tags=[" home ", "Garden"],
        due_at="2026-12-01T09:00:00+01:00",
        recurrence="weekly",
        time_zone="Europe/Berlin",
    )
    plan = {
        "priority": "high",
        "tags": ["home", "Garden"],
        "due_at": "2026-12-01T09:00:00+01:00",
        "recurrence": "weekly",
        "time_zone": "Europe/Berlin",
    }
    assert planned == {"task_id": task_id, "status": "planned", "title": "Water the plants", **plan}
    assert (await alice.structured("plan_task", task_id=task_id, priority="low"))["tags"] == plan["tags"]
    whole = await alice.structured("get_task", task_id=task_id)
    assert {name: whole[name] for name in plan} == {**plan, "priority": "low"}
    assert (whole["id"], whole["description"], whole["completed"]) == (task_id, None, False)
    cleared = await alice.structured(
        "plan_task", task_id=task_id, priority="none", tags=[], due_at="", recurrence="", time_zone="UTC"
    )
    assert {name: cleared[name] for name in UNPLANNED} == UNPLANNED


async def test_tasks_are_found_by_words_and_plan(alice: Caller) -> None:
    await add(alice, "Buy MILK", priority="high", tags=["shop"], due_at="2026-12-01T09:00:00Z")
    await add(alice, "Call mom", priority="low", due_at="2026-11-01T09:00:00Z")
    done = await add(alice, "Milk the cow", tags=["Farm"])
    await alice.structured("complete_task", task_id=done)
    assert await found(alice) == ["Buy MILK", "Call mom", "Milk the cow"]
    assert await found(alice, query="milk") == ["Buy MILK", "Milk the cow"]
    assert await found(alice, query="milk", status="pending") == ["Buy MILK"]
    assert await found(alice, query="100%") == []
    assert await found(alice, priority="low") == ["Call mom"]
    assert await found(alice, tag="farm") == ["Milk the cow"]
    assert await found(alice, due_before="2026-11-21T00:00:00Z") == ["Call mom"]
    assert await found(alice, due_after="2026-11-21T00:00:00Z") == ["Buy MILK"]
    assert await found(alice, sort="due_date") == ["Call mom", "Buy MILK", "Milk the cow"]


async def test_what_was_done_can_be_taken_back(alice: Caller) -> None:
    task_id = await add(alice, "Walk", priority="medium")
    await alice.structured("complete_task", task_id=task_id)
    for _ in range(2):
        reopened = await alice.structured("reopen_task", task_id=task_id)
        assert reopened == {"task_id": task_id, "status": "reopened", "title": "Walk"}
    assert (await alice.structured("get_task", task_id=task_id))["completed"] is False
    await alice.structured("delete_task", task_id=task_id)
    restored = await alice.structured("restore_task", task_id=task_id)
    assert restored == {"task_id": task_id, "status": "restored", "title": "Walk"}
    assert (await alice.structured("get_task", task_id=task_id))["priority"] == "medium"
    assert f"deleted task {task_id}" in await alice.error("restore_task", task_id=task_id)


@pytest.mark.parametrize("tool", ARGUMENTS)
@pytest.mark.parametrize("task_id", [999_999_999, 0, -1, 2**31, 2**80])
async def test_a_missing_task_is_a_tool_error(alice: Caller, tool: str, task_id: int) -> None:
    error = await alice.error(tool, task_id=task_id, **ARGUMENTS[tool])
    assert "There is no" in error
    assert f"task {task_id}." in error


@pytest.mark.parametrize(
    "wrong",
    [
        {"priority": "urgent"},
        {"tags": ["a,b"]},
        {"tags": ["x" * 31]},
        {"tags": [str(number) for number in range(11)]},
        {"due_at": "tomorrow"},
        {"due_at": "2026-12-01T09:00:00"},
        {"recurrence": "hourly"},
        {"recurrence": "daily"},
        {"time_zone": "Moon/Sea"},
    ],
)
async def test_a_plan_that_cannot_be_is_a_tool_error_and_changes_nothing(
    alice: Caller, wrong: dict[str, Any]
) -> None:
    task_id = await add(alice, "Walk")
    assert await alice.error("plan_task", task_id=task_id, **wrong)
    whole = await alice.structured("get_task", task_id=task_id)
    assert {name: whole[name] for name in UNPLANNED} == UNPLANNED


@pytest.mark.parametrize(
    "wrong",
    [
        {"query": "x" * 201},
        {"query": "nul \x00"},
        {"status": "done"},
        {"sort": "colour"},
        {"due_before": "soon"},
    ],
)
async def test_a_search_that_cannot_be_is_a_tool_error(alice: Caller, wrong: dict[str, Any]) -> None:
    assert await alice.error("find_tasks", **wrong)


async def test_nobody_acts_for_another_user(alice: Caller, mcp: Server, issuer: Issuer) -> None:
    task_id = await add(alice, "Mine", priority="low")
    deleted = await add(alice, "Mine too")
    await alice.structured("delete_task", task_id=deleted)
    mallory = Caller(mcp.url, "mallory", issuer.token("mallory"))
    assert "another user" in await mallory.error("find_tasks", user_id=alice.user_id)
    for tool, arguments in ARGUMENTS.items():
        number = deleted if tool == "restore_task" else task_id
        foreign = await mallory.error(tool, user_id=alice.user_id, task_id=number, **arguments)
        assert "another user" in foreign
        assert "There is no" in await mallory.error(tool, task_id=number, **arguments)
    assert await found(mallory) == []
    assert (await alice.structured("get_task", task_id=task_id))["priority"] == "low"
    assert (await alice.structured("restore_task", task_id=deleted))["status"] == "restored"
