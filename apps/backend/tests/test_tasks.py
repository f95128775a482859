"""The task endpoints, over HTTP against the real server and PostgreSQL."""

from datetime import datetime
from typing import Any

import httpx2
import pytest

from tests.issuer import Issuer
from tests.servers import Server


async def add(api: httpx2.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/tasks", json={"title": "Buy groceries", **fields})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def test_a_task_is_added_as_pending_with_all_its_fields(api: httpx2.AsyncClient, user_id: str) -> None:
    task = await add(api, description="Milk, eggs, bread")
    assert task["user_id"] == user_id
    assert (task["title"], task["description"], task["completed"]) == (
        "Buy groceries",
        "Milk, eggs, bread",
        False,
    )
    assert isinstance(task["id"], int)
    for moment in ("created_at", "updated_at"):
        assert datetime.fromisoformat(task[moment]).tzinfo is not None
    assert (await api.get(f"/tasks/{task['id']}")).json() == task
    assert (await api.get("/tasks")).json() == [task]


async def test_put_keeps_what_is_not_given(api: httpx2.AsyncClient) -> None:
    task = await add(api, description="Milk")
    path = f"/tasks/{task['id']}"
    renamed = (await api.put(path, json={"title": "Buy fruits"})).json()
    assert (renamed["title"], renamed["description"]) == ("Buy fruits", "Milk")
    assert renamed["updated_at"] > task["updated_at"]
    described = (await api.put(path, json={"description": "Apples"})).json()
    assert (described["title"], described["description"]) == ("Buy fruits", "Apples")
    cleared = (await api.put(path, json={"description": None})).json()
    assert (cleared["title"], cleared["description"]) == ("Buy fruits", None)
    assert (await api.put(path, json={})).json() == cleared


async def test_complete_toggles(api: httpx2.AsyncClient) -> None:
    path = f"/tasks/{(await add(api))['id']}"
    once = await api.patch(f"{path}/complete")
    assert (once.status_code, once.json()["completed"]) == (200, True)
    assert (await api.patch(f"{path}/complete")).json()["completed"] is False


async def test_a_deleted_task_is_gone(api: httpx2.AsyncClient) -> None:
    path = f"/tasks/{(await add(api))['id']}"
    deleted = await api.delete(path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (await api.get(path)).status_code == 404
    assert (await api.delete(path)).status_code == 404


async def test_the_list_is_filtered_by_status(api: httpx2.AsyncClient) -> None:
    done, pending = await add(api, title="Done"), await add(api, title="Pending")
    await api.patch(f"/tasks/{done['id']}/complete")

    async def ids(status: str) -> list[int]:
        return [task["id"] for task in (await api.get("/tasks", params={"status": status})).json()]

    assert await ids("all") == [done["id"], pending["id"]]
    assert await ids("completed") == [done["id"]]
    assert await ids("pending") == [pending["id"]]


async def test_pages_are_linked_and_the_links_work(api: httpx2.AsyncClient, backend: Server) -> None:
    ids = [(await add(api, title=f"Task {number}"))["id"] for number in range(5)]
    seen: list[int] = []
    answer = await api.get("/tasks", params={"limit": 2, "status": "pending"})
    assert "prev" not in answer.links
    while True:
        seen += [task["id"] for task in answer.json()]
        if "next" not in answer.links:
            break
        address = answer.links["next"]["url"]
        assert address.startswith("/api/")
        assert "status=pending" in address
        answer = await api.get(backend.url + address)
    assert seen == ids
    assert "offset=2" in answer.links["prev"]["url"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "  \t\n "},
        {"title": "x" * 201},
        {"title": "nul \x00"},
        {"title": None},
        {"title": 7},
        {"title": "ok", "description": "x" * 1001},
        {"title": "ok", "description": "nul \x00"},
        ["title"],
    ],
)
async def test_what_is_not_a_task_is_refused(api: httpx2.AsyncClient, body: Any) -> None:
    assert (await api.post("/tasks", json=body)).status_code == 422
    path = f"/tasks/{(await add(api))['id']}"
    assert (await api.put(path, json=body)).status_code == (200 if body == {} else 422)


@pytest.mark.parametrize(
    "raw", [b'{"title": "\\ud800"}', b'{"title": NaN}', b"{", b"\xff\xfe", b"[" * 50_000]
)
async def test_what_is_not_even_text_or_json_is_refused(api: httpx2.AsyncClient, raw: bytes) -> None:
    answer = await api.post("/tasks", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


async def test_text_is_trimmed_and_the_limits_are_inclusive(api: httpx2.AsyncClient) -> None:
    task = await add(api, title="  " + "é" * 200 + "\n", description=" " + "😀" * 1000 + " ")
    assert (task["title"], task["description"]) == ("é" * 200, "😀" * 1000)
    assert (await add(api, description="   "))["description"] is None


@pytest.mark.parametrize(
    "query", ["status=done", "limit=0", "limit=201", "limit=x", "offset=-1", f"offset={2**63}"]
)
async def test_a_wrong_query_is_refused(api: httpx2.AsyncClient, query: str) -> None:
    assert (await api.get(f"/tasks?{query}")).status_code == 422


@pytest.mark.parametrize("task_id", ["0", "-1", "999999999", str(2**31), str(2**63), "9" * 5000, "x", "1.5"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_impossible_id_finds_nothing(api: httpx2.AsyncClient, method: str, task_id: str) -> None:
    answer = await api.request(method, f"/tasks/{task_id}", json={"title": "x"})
    assert answer.status_code in (404, 422)


async def test_another_users_task_does_not_exist(
    api: httpx2.AsyncClient, backend: Server, issuer: Issuer
) -> None:
    task = await add(api)
    headers = {"Authorization": f"Bearer {issuer.token('mallory')}"}
    async with httpx2.AsyncClient(base_url=f"{backend.url}/api/mallory", headers=headers) as mallory:
        path = f"/tasks/{task['id']}"
        answers = [
            await mallory.get(path),
            await mallory.put(path, json={"title": "Mine"}),
            await mallory.patch(f"{path}/complete"),
            await mallory.delete(path),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
        assert (await mallory.get("/tasks")).json() == []
    assert (await api.get(f"/tasks/{task['id']}")).json() == task


async def test_openapi_describes_the_contract_and_nothing_loads_from_elsewhere(backend: Server) -> None:
    async with httpx2.AsyncClient(base_url=backend.url) as anyone:
        paths = (await anyone.get("/openapi.json")).json()["paths"]
        assert set(paths["/api/{user_id}/tasks"]) == {"get", "post"}
        assert set(paths["/api/{user_id}/tasks/{task_id}"]) == {"get", "put", "delete"}
        assert set(paths["/api/{user_id}/tasks/{task_id}/complete"]) == {"patch"}
        assert set(paths["/api/{user_id}/chat"]) == {"post"}
        assert (await anyone.get("/docs")).status_code == 404
