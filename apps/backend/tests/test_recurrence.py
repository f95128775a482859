"""When a recurring task comes back: the reckoning itself, and what completing and reopening do over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx2
import pytest

from core.models import Recurrence
from core.recurrence import next_due
from tests.issuer import Issuer
from tests.servers import Server
from tests.stranger import stranger


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def series(first: str, recurrence: Recurrence, zone: str, length: int) -> list[str]:
    due, made = moment(first), []
    for _ in range(length):
        following = next_due(moment(first), recurrence, zone, due)
        assert following is not None
        due = following
        made.append(due.isoformat())
    return made


def test_the_31st_comes_back_after_shorter_months() -> None:
    assert [due[:10] for due in series("2026-01-31T09:00:00+00:00", "monthly", "UTC", 5)] == [
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
        "2026-06-30",
    ]


def test_the_leap_day_comes_back_after_four_years() -> None:
    assert [due[:10] for due in series("2028-02-29T09:00:00+00:00", "yearly", "UTC", 4)] == [
        "2029-02-28",
        "2030-02-28",
        "2031-02-28",
        "2032-02-29",
    ]


@pytest.mark.parametrize(("recurrence", "days"), [("daily", 1), ("weekly", 7)])
def test_the_time_of_day_stays_when_the_clocks_change(recurrence: Recurrence, days: int) -> None:
    # In Berlin the clocks go forward on 29 March 2026, and back on 25 October.
    spring = moment("2026-03-29T09:00:00+02:00") - timedelta(days=days, hours=-1)
    assert next_due(spring, recurrence, "Europe/Berlin", spring) == moment("2026-03-29T09:00:00+02:00")
    autumn = moment("2026-10-25T09:00:00+01:00") - timedelta(days=days, hours=1)
    assert next_due(autumn, recurrence, "Europe/Berlin", autumn) == moment("2026-10-25T09:00:00+01:00")


def test_a_time_that_the_clocks_skip_is_an_hour_later_that_day_only() -> None:
    assert series("2026-03-28T02:30:00+01:00", "daily", "Europe/Berlin", 2) == [
        "2026-03-29T01:30:00+00:00",  # 03:30 in Berlin
        "2026-03-30T00:30:00+00:00",  # 02:30 again
    ]


def test_a_time_that_comes_twice_is_meant_the_first_time() -> None:
    assert series("2026-10-24T02:30:00+02:00", "daily", "Europe/Berlin", 2) == [
        "2026-10-25T00:30:00+00:00",
        "2026-10-26T01:30:00+00:00",
    ]


def test_a_month_begins_where_the_user_is() -> None:
    # 31 January in Tokyo is still the 30th in UTC.
    first = "2026-01-31T01:00:00+09:00"
    assert series(first, "monthly", "Asia/Tokyo", 2) == [
        "2026-02-27T16:00:00+00:00",
        "2026-03-30T16:00:00+00:00",
    ]


@pytest.mark.parametrize("recurrence", ["daily", "weekly", "monthly", "yearly"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/St_Johns"])
def test_the_next_is_the_earliest_one_later_than_a_moment(recurrence: Recurrence, zone: str) -> None:
    first = moment("2024-02-29T23:30:00+00:00")
    expected = first
    for day in range(0, 1500, 11):
        after = first + timedelta(days=day, hours=day % 24)
        while expected <= after:
            following = next_due(first, recurrence, zone, expected)
            assert following is not None
            assert following > expected
            expected = following
        assert next_due(first, recurrence, zone, after) == expected


@pytest.mark.parametrize("recurrence", ["daily", "weekly", "monthly", "yearly"])
def test_time_ends_with_the_year_9999(recurrence: Recurrence) -> None:
    last = moment("9999-12-31T12:00:00+00:00")
    assert next_due(last, recurrence, "Asia/Tokyo", last) is None
    assert next_due(last, recurrence, "America/New_York", last) is None


async def add(api: httpx2.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/tasks", json={"title": "Pay the rent", **fields})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def toggle(api: httpx2.AsyncClient, task: dict[str, Any]) -> dict[str, Any]:
    answer = await api.patch(f"/tasks/{task['id']}/complete")
    assert answer.status_code == 200, answer.text
    toggled: dict[str, Any] = answer.json()
    return toggled


async def pending(api: httpx2.AsyncClient) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await api.get("/tasks", params={"status": "pending"})).json()
    return listed


RENT = {
    "description": "By transfer",
    "priority": "high",
    "tags": ["money"],
    "due_at": "2091-01-31T08:00:00Z",
    "recurrence": "monthly",
    "time_zone": "Europe/Berlin",
}


async def test_completing_makes_the_next_occurrence(api: httpx2.AsyncClient) -> None:
    task = await add(api, **RENT)
    done = await toggle(api, task)
    assert (done["completed"], done["due_at"]) == (True, RENT["due_at"])
    [following] = await pending(api)
    assert following["id"] != task["id"]
    assert {**RENT, "due_at": "2091-02-28T08:00:00Z"}.items() <= following.items()
    assert (following["title"], following["version"]) == ("Pay the rent", 1)
    await toggle(api, following)
    [after_that] = await pending(api)
    assert after_that["due_at"] == "2091-03-31T07:00:00Z"


async def test_an_unchanged_plan_sent_again_keeps_the_series(api: httpx2.AsyncClient) -> None:
    await toggle(api, await add(api, **RENT))
    [february] = await pending(api)
    same = {name: february[name] for name in ("title", *RENT)}
    assert (await api.put(f"/tasks/{february['id']}", json=same)).status_code == 200
    await toggle(api, february)
    assert (await pending(api))[0]["due_at"].startswith("2091-03-31")


async def test_a_moved_date_begins_a_new_series(api: httpx2.AsyncClient) -> None:
    await toggle(api, await add(api, **RENT))
    [february] = await pending(api)
    moved = {"due_at": "2091-02-27T08:00:00Z"}
    assert (await api.put(f"/tasks/{february['id']}", json=moved)).status_code == 200
    await toggle(api, february)
    assert (await pending(api))[0]["due_at"].startswith("2091-03-27")


async def test_an_overdue_task_comes_back_in_the_future(api: httpx2.AsyncClient) -> None:
    await toggle(api, await add(api, due_at="2020-02-29T09:00:00Z", recurrence="yearly"))
    [following] = await pending(api)
    due, now = moment(following["due_at"]), datetime.now(UTC)
    assert now < due <= now + timedelta(days=367)
    assert (due.month, due.hour) == (2, 9)


async def test_reopening_takes_the_untouched_next_occurrence_back(api: httpx2.AsyncClient) -> None:
    task = await add(api, **RENT)
    await toggle(api, task)
    reopened = await toggle(api, task)
    assert await pending(api) == [reopened]
    await toggle(api, task)
    assert len(await pending(api)) == 1


async def test_a_touched_next_occurrence_stays_and_is_not_made_twice(api: httpx2.AsyncClient) -> None:
    task = await add(api, **RENT)
    await toggle(api, task)
    [following] = await pending(api)
    await api.put(f"/tasks/{following['id']}", json={"title": "Pay less rent"})
    await toggle(api, task)
    assert [one["title"] for one in await pending(api)] == ["Pay the rent", "Pay less rent"]
    await toggle(api, task)
    assert [one["title"] for one in await pending(api)] == ["Pay less rent"]


async def test_however_many_complete_it_at_once_there_is_one_next_occurrence(
    api: httpx2.AsyncClient,
) -> None:
    task = await add(api, **RENT)
    await asyncio.gather(*(toggle(api, task) for _ in range(9)))
    [following] = await pending(api)
    assert following["due_at"].startswith("2091-02-28")


async def test_a_deleted_and_restored_task_still_knows_its_next_occurrence(api: httpx2.AsyncClient) -> None:
    task = await add(api, **RENT)
    await toggle(api, task)
    await api.delete(f"/tasks/{task['id']}")
    assert (await api.post(f"/tasks/{task['id']}/restore")).json()["completed"] is True
    reopened = await toggle(api, task)
    assert await pending(api) == [reopened]


async def test_a_restored_occurrence_leaves_its_place_to_one_made_meanwhile(api: httpx2.AsyncClient) -> None:
    task = await add(api, **RENT)
    await toggle(api, task)
    [following] = await pending(api)
    await api.delete(f"/tasks/{following['id']}")
    await toggle(api, task)
    await toggle(api, task)
    [other] = await pending(api)
    assert (await api.post(f"/tasks/{following['id']}/restore")).status_code == 200
    assert [one["id"] for one in await pending(api)] == [following["id"], other["id"]]
    await toggle(api, task)
    assert [one["id"] for one in await pending(api)] == [task["id"], following["id"]]


async def test_an_occurrence_survives_what_it_came_from(api: httpx2.AsyncClient) -> None:
    task = await add(api, **RENT)
    await toggle(api, task)
    [following] = await pending(api)
    await api.delete(f"/tasks/{task['id']}")
    await api.delete(f"/tasks/{following['id']}")
    assert (await api.post(f"/tasks/{following['id']}/restore")).status_code == 200
    await toggle(api, following)
    assert (await pending(api))[0]["due_at"].startswith("2091-03-31")


async def test_a_moved_task_is_reminded_of_again(api: httpx2.AsyncClient, database: str) -> None:
    connection = await asyncpg.connect(database)
    reminded = "SELECT reminded_at IS NOT NULL FROM tasks WHERE id = $1"
    task = await add(api, **RENT)
    await connection.execute("UPDATE tasks SET reminded_at = now() WHERE id = $1", task["id"])
    await api.put(f"/tasks/{task['id']}", json={"title": "Still due then", "due_at": RENT["due_at"]})
    assert await connection.fetchval(reminded, task["id"]) is True
    await api.put(f"/tasks/{task['id']}", json={"due_at": "2091-01-31T09:00:00Z"})
    assert await connection.fetchval(reminded, task["id"]) is False
    await connection.close()


async def test_nobody_can_complete_anothers_series(
    api: httpx2.AsyncClient, backend: Server, issuer: Issuer
) -> None:
    task = await add(api, **RENT)
    async with stranger(backend, issuer) as mallory:
        assert (await mallory.patch(f"/tasks/{task['id']}/complete")).status_code == 404
    assert await pending(api) == [task]
