"""Finding tasks: search, filters, order and pages of the list."""

from typing import Any

import httpx2
import pytest

from tests.issuer import Issuer
from tests.servers import Server
from tests.stranger import stranger


async def add(api: httpx2.AsyncClient, title: str, **fields: Any) -> int:
    answer = await api.post("/tasks", json={"title": title, **fields})
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


async def titles(api: httpx2.AsyncClient, **query: Any) -> list[str]:
    answer = await api.get("/tasks", params=query)
    assert answer.status_code == 200, answer.text
    found = [task["title"] for task in answer.json()]
    assert answer.headers["x-total-count"] == str(len(found))
    return found


async def test_a_part_of_the_title_the_description_or_a_tag_is_enough(api: httpx2.AsyncClient) -> None:
    await add(api, "Buy groceries")
    await add(api, "Dinner", description="Needs GROCERIES\nand wine")
    await add(api, "Car", tags=["Groceries-run"])
    await add(api, "Else", description="Nothing")
    assert await titles(api, q="grocer") == ["Buy groceries", "Dinner", "Car"]
    assert await titles(api, q="  Grocer ") == ["Buy groceries", "Dinner", "Car"]
    assert await titles(api, q="wine") == ["Dinner"]
    assert await titles(api, q="groceries buy") == []
    assert len(await titles(api, q="  ")) == 4


@pytest.mark.parametrize(
    ("needle", "hit", "miss"),
    [
        ("100%", "100% sure", "100 sure"),
        ("a_b", "a_b", "axb"),
        ("a\\b", "a\\b", "ab"),
        ("\\", "back\\slash", "slash"),
        ("\\%", "a\\%", "a%"),
        ("/", "a/b", "ab"),
        ("'; DROP TABLE tasks; --", "Say '; DROP TABLE tasks; --", "Say"),
        ("🥦", "Buy 🥦🥦", "Buy 🥕"),
        ("👩‍👩‍👧", "Call 👩‍👩‍👧", "Call 👩"),
        ("حليب", "شراء حليب", "شراء خبز"),
        ("ä", "ÄPFEL", "APFEL"),
        ("ÉTÉ", "cet été", "ete"),
        ("жук", "ЖУК", "ЖАБА"),
        ("<b>", "<b>bold</b>", "bold"),
        ("+", "1+1", "1 1"),
        ("&q=", "a&q=b", "a"),
    ],
)
async def test_what_is_searched_for_is_taken_literally(
    api: httpx2.AsyncClient, needle: str, hit: str, miss: str
) -> None:
    await add(api, hit)
    await add(api, miss)
    assert await titles(api, q=needle) == [hit]
    await add(api, "Described", description=hit)
    await add(api, "Tagged", tags=[hit[:30]])
    assert await titles(api, q=needle) == [hit, "Described", "Tagged"]


async def test_a_tag_is_matched_whole_and_all_of_them(api: httpx2.AsyncClient) -> None:
    await add(api, "Both", tags=["Home", "a_b"])
    await add(api, "One", tags=["home", "axb"])
    await add(api, "Longer", tags=["homework"])
    assert await titles(api, tag="HOME") == ["Both", "One"]
    assert await titles(api, tag="a_b") == ["Both"]
    assert await titles(api, tag=["home", "a_b"]) == ["Both"]
    assert await titles(api, tag="hom") == []
    assert await titles(api, tag="%") == []


async def test_filters_narrow_each_other(api: httpx2.AsyncClient) -> None:
    done = await add(api, "Done", priority="high", due_at="2031-01-01T00:00:00Z")
    await api.patch(f"/tasks/{done}/complete")
    await add(api, "High", priority="high", due_at="2031-01-02T00:00:00Z")
    await add(api, "Low", priority="low", due_at="2031-01-03T00:00:00Z")
    await add(api, "None")
    assert await titles(api, priority="high") == ["Done", "High"]
    assert await titles(api, priority=["high", "low"]) == ["Done", "High", "Low"]
    assert await titles(api, priority="high", status="pending") == ["High"]
    assert await titles(api, due_after="2031-01-02T00:00:00Z") == ["High", "Low"]
    assert await titles(api, due_before="2031-01-02T00:00:00Z") == ["Done"]
    assert await titles(api, due_after="2031-01-02T01:00:00+01:00", due_before="2031-01-03T00:00:00Z") == [
        "High"
    ]
    assert await titles(api, q="o", priority=["high", "none"], status="pending") == ["None"]


@pytest.mark.parametrize(
    ("sort", "ascending"),
    [
        ("created", ["banana", "Äpfel", "Apfel", "cherry"]),
        ("title", ["Apfel", "Äpfel", "banana", "cherry"]),
        ("due_date", ["cherry", "banana", "Äpfel", "Apfel"]),
        ("priority", ["Apfel", "cherry", "banana", "Äpfel"]),
    ],
)
async def test_the_list_is_sorted_either_way(
    api: httpx2.AsyncClient, sort: str, ascending: list[str]
) -> None:
    await add(api, "banana", due_at="2031-01-02T00:00:00Z", priority="medium")
    await add(api, "Äpfel", priority="high")
    await add(api, "Apfel")
    await add(api, "cherry", due_at="2031-01-01T00:00:00Z", priority="low")
    assert await titles(api, sort=sort) == ascending
    descending = ascending[::-1]
    if sort == "due_date":
        # What is not due at all comes last in either order.
        descending = ["banana", "cherry", "Apfel", "Äpfel"]
    assert await titles(api, sort=sort, order="desc") == descending


async def test_what_was_changed_last_can_come_first(api: httpx2.AsyncClient) -> None:
    numbers = [await add(api, title) for title in ("one", "two", "three")]
    await api.patch(f"/tasks/{numbers[1]}/complete")
    assert await titles(api, sort="updated", order="desc") == ["two", "three", "one"]


async def test_pages_keep_the_query_and_the_total(api: httpx2.AsyncClient, backend: Server) -> None:
    for number in range(7):
        await add(api, f"Task & {number}", tags=["a", "b"], priority="low")
    await add(api, "Other")
    filters = {"q": "task &", "tag": ["a", "b"], "priority": ["low", "high"]}
    query: dict[str, Any] = {**filters, "sort": "title", "limit": 3}
    answer = await api.get("/tasks", params=query)
    seen = [task["title"] for task in answer.json()]
    while "next" in answer.links:
        assert answer.headers["x-total-count"] == "7"
        answer = await api.get(backend.url + answer.links["next"]["url"])
        seen += [task["title"] for task in answer.json()]
    assert seen == [f"Task & {number}" for number in range(7)]
    assert answer.headers["x-total-count"] == "7"
    beyond = await api.get("/tasks", params={**query, "offset": 2**31 - 1})
    assert (beyond.json(), beyond.headers["x-total-count"]) == ([], "7")


@pytest.mark.parametrize(
    "query",
    [
        {"q": "x" * 201},
        {"q": "a\x00b"},
        {"sort": "id"},
        {"order": "up"},
        {"priority": "urgent"},
        {"tag": "a,b"},
        {"tag": [str(number) for number in range(11)]},
        {"due_before": "2031-01-01"},
        {"due_after": "now"},
        {"due_after": "2031-01-01T00:00:00 02:00"},
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(api: httpx2.AsyncClient, query: Any) -> None:
    answer = await api.get("/tasks", params=query)
    assert answer.status_code == 422
    assert next(iter(query)) in answer.json()["detail"]


async def test_nobody_finds_anothers_tasks(api: httpx2.AsyncClient, backend: Server, issuer: Issuer) -> None:
    await add(api, "Secret plan", tags=["secret"], priority="high", due_at="2031-01-01T00:00:00Z")
    async with stranger(backend, issuer) as mallory:
        for query in ({"q": "secret"}, {"tag": "secret"}, {"priority": "high"}, {"sort": "due_date"}):
            assert await titles(mallory, **query) == []
