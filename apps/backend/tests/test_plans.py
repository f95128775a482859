"""What a task can be planned with: priority, tags, a due date, how often it comes back."""

from typing import Any

import httpx2
import pytest

from tests.issuer import Issuer
from tests.servers import Server
from tests.stranger import stranger

PLAN = {
    "priority": "high",
    "tags": ["home", "errands"],
    "due_at": "2031-01-31T09:00:00Z",
    "recurrence": "monthly",
    "time_zone": "Europe/Berlin",
}


async def add(api: httpx2.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/tasks", json={"title": "Pay the rent", **fields})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def test_a_task_without_a_plan_has_none(api: httpx2.AsyncClient) -> None:
    task = await add(api)
    assert {name: task[name] for name in PLAN} == {
        "priority": "none",
        "tags": [],
        "due_at": None,
        "recurrence": None,
        "time_zone": "UTC",
    }


async def test_a_plan_is_kept_and_shown(api: httpx2.AsyncClient) -> None:
    task = await add(api, **PLAN)
    assert PLAN.items() <= task.items()
    assert (await api.get(f"/tasks/{task['id']}")).json() == task
    assert (await api.get("/tasks")).json() == [task]


@pytest.mark.parametrize("name", PLAN)
async def test_put_changes_one_thing_and_keeps_the_rest(api: httpx2.AsyncClient, name: str) -> None:
    planned = await add(api, description="On time", **PLAN)
    other = {
        "priority": "low",
        "tags": ["office"],
        "due_at": "2031-03-01T08:30:00Z",
        "recurrence": "weekly",
        "time_zone": "Asia/Tokyo",
    }[name]
    changed = (await api.put(f"/tasks/{planned['id']}", json={name: other})).json()
    assert changed == {**planned, name: other, "version": 2, "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > planned["updated_at"]


async def test_null_clears(api: httpx2.AsyncClient) -> None:
    task = await add(api, description="On time", **PLAN)
    path = f"/tasks/{task['id']}"
    assert (await api.put(path, json={"recurrence": None})).json()["recurrence"] is None
    assert (await api.put(path, json={"due_at": None, "tags": []})).json()["due_at"] is None
    cleared = (await api.get(path)).json()
    assert (cleared["tags"], cleared["description"], cleared["priority"]) == ([], "On time", "high")


async def test_a_recurring_task_keeps_its_due_date(api: httpx2.AsyncClient) -> None:
    assert (await api.post("/tasks", json={"title": "x", "recurrence": "daily"})).status_code == 422
    task = await add(api)
    undated = await api.put(f"/tasks/{task['id']}", json={"recurrence": "daily"})
    assert (undated.status_code, "due date" in undated.json()["detail"]) == (422, True)
    path = f"/tasks/{(await add(api, **PLAN))['id']}"
    assert (await api.put(path, json={"due_at": None})).status_code == 422
    assert (await api.get(path)).json()["due_at"] == PLAN["due_at"]
    both = await api.put(path, json={"due_at": None, "recurrence": None})
    assert (both.status_code, both.json()["due_at"]) == (200, None)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2031-01-31T09:00:00+05:30", "2031-01-31T03:30:00Z"),
        ("2031-01-31T09:00Z", "2031-01-31T09:00:00Z"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999000Z"),
    ],
)
async def test_a_due_date_is_a_moment(api: httpx2.AsyncClient, given: str, kept: str) -> None:
    task = await add(api, due_at=given)
    assert task["due_at"] == kept
    assert (await api.get("/tasks", params={"sort": "due_date"})).json() == [task]


async def test_tags_are_trimmed_and_said_once(api: httpx2.AsyncClient) -> None:
    task = await add(api, tags=[" Home ", "été", "home", "ÉTÉ", "مرحبا", "🏠", "HOME", "a" * 30])
    assert task["tags"] == ["Home", "été", "مرحبا", "🏠", "a" * 30]


@pytest.mark.parametrize(
    "plan",
    [
        {"priority": "urgent"},
        {"priority": None},
        {"priority": 3},
        {"tags": None},
        {"tags": "home"},
        {"tags": [""]},
        {"tags": [" \t "]},
        {"tags": ["a,b"]},
        {"tags": ["a\nb"]},
        {"tags": ["a\x00b"]},
        {"tags": ["a\x9bb"]},
        {"tags": ["a" * 31]},
        {"tags": [str(number) for number in range(11)]},
        {"due_at": "2031-01-31"},
        {"due_at": "2031-01-31T09:00:00"},
        {"due_at": "tomorrow"},
        {"due_at": "2031-02-30T09:00:00Z"},
        {"due_at": "1969-12-31T23:59:59Z"},
        {"due_at": "9999-12-31T23:59:59-05:00"},
        {"due_at": "0001-01-01T00:00:00+05:00"},
        {"due_at": 1893456000},
        {"due_at": "1893456000"},
        {"due_at": "2031-01-31T09:00:00Z", "recurrence": "hourly"},
        {"time_zone": "Mars/Olympus_Mons"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "/usr/share/zoneinfo/Europe/Berlin"},
        {"time_zone": "Europe"},
        {"time_zone": ""},
        {"time_zone": "+02:00"},
        {"time_zone": None},
    ],
)
async def test_what_is_not_a_plan_is_refused(api: httpx2.AsyncClient, plan: dict[str, Any]) -> None:
    assert (await api.post("/tasks", json={"title": "ok", **plan})).status_code == 422
    task = await add(api)
    assert (await api.put(f"/tasks/{task['id']}", json=plan)).status_code == 422
    assert (await api.get("/tasks")).json() == [task]


async def test_tags_are_counted_whatever_their_case(api: httpx2.AsyncClient) -> None:
    for tags in (["home", "Été"], ["Home", "office"], ["HOME", "été"]):
        await add(api, tags=tags)
    counted = (await api.get("/tags")).json()
    assert [(one["tag"].casefold(), one["count"]) for one in counted] == [
        ("home", 3),
        ("été", 2),
        ("office", 1),
    ]


async def test_nobody_sees_or_counts_anothers_tags(
    api: httpx2.AsyncClient, backend: Server, issuer: Issuer, user_id: str
) -> None:
    await add(api, tags=["secret"])
    async with stranger(backend, issuer) as mallory:
        assert (await mallory.get("/tags")).json() == []
        assert (await mallory.get("/tasks", params={"tag": "secret"})).json() == []
        forbidden = await mallory.get(f"{backend.url}/api/{user_id}/tags")
    assert forbidden.status_code == 403
