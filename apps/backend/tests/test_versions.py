"""Two tabs with the same task: If-Match keeps one from undoing what the other did."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.issuer import Issuer
from tests.servers import Server
from tests.stranger import stranger


async def add(api: httpx2.AsyncClient) -> httpx2.Response:
    answer = await api.post("/tasks", json={"title": "Buy groceries"})
    assert answer.status_code == 201, answer.text
    return answer


async def test_every_change_makes_a_new_version_and_says_so(api: httpx2.AsyncClient) -> None:
    added = await add(api)
    path = f"/tasks/{added.json()['id']}"
    answers = [
        added,
        await api.put(path, json={"title": "Buy fruits"}),
        await api.patch(f"{path}/complete"),
        await api.patch(f"{path}/complete"),
    ]
    await api.delete(path)
    answers += [await api.post(f"{path}/restore"), await api.get(path)]
    assert [answer.json()["version"] for answer in answers] == [1, 2, 3, 4, 5, 5]
    for answer in answers:
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'


async def test_a_change_of_nothing_makes_no_version(api: httpx2.AsyncClient) -> None:
    added = await add(api)
    assert (await api.put(f"/tasks/{added.json()['id']}", json={})).json() == added.json()


@pytest.mark.parametrize("second", ["put", "complete", "delete"])
async def test_the_second_tab_is_told_instead_of_undoing_the_first(
    api: httpx2.AsyncClient, second: str
) -> None:
    added = await add(api)
    path, seen = f"/tasks/{added.json()['id']}", {"If-Match": added.headers["etag"]}
    first = await api.put(path, json={"title": "Buy fruits"}, headers=seen)
    assert first.status_code == 200

    async def send(headers: dict[str, str]) -> httpx2.Response:
        if second == "put":
            return await api.put(path, json={"title": "Buy vegetables"}, headers=headers)
        if second == "complete":
            return await api.patch(f"{path}/complete", headers=headers)
        return await api.delete(path, headers=headers)

    refused = await send(seen)
    assert (refused.status_code, refused.json()["title"]) == (412, "Precondition Failed")
    assert (await api.get(path)).json() == first.json()
    assert (await send({"If-Match": first.headers["etag"]})).is_success


async def test_of_two_tabs_at_once_one_wins(api: httpx2.AsyncClient) -> None:
    added = await add(api)
    path, seen = f"/tasks/{added.json()['id']}", {"If-Match": added.headers["etag"]}
    titles = [f"Title {number}" for number in range(8)]
    answers = await asyncio.gather(*(api.put(path, json={"title": title}, headers=seen) for title in titles))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    [won] = [answer for answer in answers if answer.status_code == 200]
    assert (await api.get(path)).json() == won.json()


async def test_without_if_match_no_toggle_is_lost(api: httpx2.AsyncClient) -> None:
    path = f"/tasks/{(await add(api)).json()['id']}"
    await asyncio.gather(*(api.patch(f"{path}/complete") for _ in range(9)))
    task = (await api.get(path)).json()
    assert (task["completed"], task["version"]) == (True, 10)


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        ("*", 200),
        ('"1"', 200),
        ('W/"1"', 200),
        ('"7", "1"', 200),
        ('"2"', 412),
        ('"11"', 412),
        ('"1x"', 412),
        ("1", 412),
        ("", 412),
        ('"' + "9" * 5000 + '"', 412),
        ("naïve".encode(), 412),
    ],
)
async def test_what_if_match_can_say(api: httpx2.AsyncClient, if_match: Any, status: int) -> None:
    path = f"/tasks/{(await add(api)).json()['id']}"
    answer = await api.put(path, json={"title": "New"}, headers={"If-Match": if_match})
    assert answer.status_code == status
    unchanged = await api.put(path, json={}, headers={"If-Match": '"99"'})
    assert unchanged.status_code == 412


async def test_anothers_task_is_not_there_at_any_version(
    api: httpx2.AsyncClient, backend: Server, issuer: Issuer
) -> None:
    task = (await add(api)).json()
    async with stranger(backend, issuer) as mallory:
        for tag in ('"1"', '"2"'):
            answer = await mallory.put(
                f"/tasks/{task['id']}", json={"title": "Mine"}, headers={"If-Match": tag}
            )
            assert answer.status_code == 404
