"""Undo of a deletion, and the deletion of everything, which has none."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx2
import pytest

from tests.conftest import Environment
from tests.issuer import Issuer
from tests.model import ScriptedModel, text
from tests.servers import Replica, Server
from tests.stranger import stranger

FULL = {
    "title": "Çay 🍵 <b>",
    "description": "With\nmilk",
    "priority": "medium",
    "tags": ["home", "🏠"],
    "due_at": "2031-01-31T09:00:00.123Z",
    "recurrence": "weekly",
    "time_zone": "Asia/Kathmandu",
}


async def add(api: httpx2.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/tasks", json={"title": "Buy groceries", **fields})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def test_a_deleted_task_comes_back_as_it_was(api: httpx2.AsyncClient) -> None:
    await add(api, title="Before")
    task = await add(api, **FULL)
    await add(api, title="After")
    path = f"/tasks/{task['id']}"
    assert (await api.delete(path)).status_code == 204
    restored = await api.post(f"{path}/restore")
    assert restored.status_code == 200
    assert restored.json() == {**task, "version": 2, "updated_at": restored.json()["updated_at"]}
    assert restored.json()["updated_at"] > task["updated_at"]
    assert [one["title"] for one in (await api.get("/tasks")).json()] == ["Before", FULL["title"], "After"]


async def test_what_is_not_deleted_cannot_be_restored(api: httpx2.AsyncClient) -> None:
    path = f"/tasks/{(await add(api))['id']}"
    assert (await api.post(f"{path}/restore")).status_code == 404
    await api.delete(path)
    answers = await asyncio.gather(*(api.post(f"{path}/restore") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]


@pytest.mark.parametrize("task_id", ["0", "-1", str(2**31), "9" * 5000, "x"])
async def test_an_impossible_id_restores_nothing(api: httpx2.AsyncClient, task_id: str) -> None:
    assert (await api.post(f"/tasks/{task_id}/restore")).status_code in (404, 422)


async def test_after_a_day_a_deletion_is_final(
    api: httpx2.AsyncClient, database: str, backend_environment: Environment
) -> None:
    old, older = await add(api), await add(api)
    connection = await asyncpg.connect(database)
    for task, age in ((old, timedelta(hours=24, minutes=-1)), (older, timedelta(hours=24, minutes=1))):
        await api.delete(f"/tasks/{task['id']}")
        aged = "UPDATE deleted_tasks SET deleted_at = now() - $2::interval WHERE id = $1"
        await connection.execute(aged, task["id"], age)
    assert (await api.post(f"/tasks/{older['id']}/restore")).status_code == 404
    # Whether the user comes back or not, each replica sweeps what is too old.
    await connection.execute("INSERT INTO deleted_users VALUES ('long ago', now()), ('lately', 'infinity')")
    replica = Replica("app.main:app", backend_environment(database, "http://127.0.0.1:9"))
    kept = "SELECT id FROM deleted_tasks WHERE user_id = $1"
    while len(await connection.fetch(kept, old["user_id"])) == 2:
        assert replica.process.poll() is None
    refused = await connection.fetch("SELECT user_id FROM deleted_users")
    await connection.close()
    assert replica.stop() == 0
    assert "lately" in {row["user_id"] for row in refused}
    assert "long ago" not in {row["user_id"] for row in refused}
    assert (await api.post(f"/tasks/{old['id']}/restore")).status_code == 200


async def test_a_column_added_since_takes_its_default(api: httpx2.AsyncClient, database: str) -> None:
    task = await add(api)
    await api.delete(f"/tasks/{task['id']}")
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE deleted_tasks SET task = task - 'tags' WHERE id = $1", task["id"])
    await connection.close()
    assert (await api.post(f"/tasks/{task['id']}/restore")).json()["tags"] == []


async def test_nobody_restores_or_removes_what_is_anothers(
    api: httpx2.AsyncClient, backend: Server, issuer: Issuer, user_id: str
) -> None:
    task, kept = await add(api), await add(api)
    await api.delete(f"/tasks/{task['id']}")
    async with stranger(backend, issuer) as mallory:
        assert (await mallory.post(f"/tasks/{task['id']}/restore")).status_code == 404
        assert (await mallory.delete("/data")).status_code == 204
        for method, path in (("DELETE", "/data"), ("POST", f"/tasks/{task['id']}/restore")):
            answer = await mallory.request(method, f"{backend.url}/api/{user_id}{path}")
            assert answer.status_code == 403
    assert (await api.get("/tasks")).json() == [kept]
    assert (await api.post(f"/tasks/{task['id']}/restore")).status_code == 200


async def test_all_data_of_a_user_can_be_removed(
    api: httpx2.AsyncClient, database: str, model: ScriptedModel, user_id: str
) -> None:
    connection = await asyncpg.connect(database)
    held = """
        SELECT (SELECT count(*) FROM tasks WHERE user_id = $1) AS tasks,
               (SELECT count(*) FROM deleted_tasks WHERE user_id = $1) AS deleted_tasks,
               (SELECT count(*) FROM conversations WHERE user_id = $1) AS conversations,
               (SELECT count(*) FROM messages WHERE user_id = $1) AS messages,
               (SELECT count(*) FROM push_subscriptions WHERE user_id = $1) AS push_subscriptions,
               (SELECT count(*) FROM tokens_spent WHERE user_id = $1) AS tokens_spent
    """
    model.says(text("Hello."))
    assert (await api.post("/chat", json={"message": "Hello"})).status_code == 200
    series = await add(api, due_at="2031-01-31T09:00:00Z", recurrence="daily")
    await api.patch(f"/tasks/{series['id']}/complete")
    await api.delete(f"/tasks/{(await add(api))['id']}")
    await connection.execute(
        "INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth) VALUES ($1, $2, 'k', 'a')",
        user_id,
        f"https://push.example/{user_id}",
    )
    spent = "INSERT INTO tokens_spent (user_id, day, tokens) VALUES ($1, '2031-01-31', 7)"
    await connection.execute(spent, user_id)
    tables = dict(await connection.fetchrow(held, user_id) or {})
    assert len(tables) == 6
    assert all(tables.values())
    for _ in range(2):
        assert (await api.delete("/data")).status_code == 204
        assert not any(dict(await connection.fetchrow(held, user_id) or {1: 1}).values())
    owned = await connection.fetch(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'user_id'"
    )
    assert {row["table_name"] for row in owned} == {*tables, "deleted_users"}
    await connection.close()
