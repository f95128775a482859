"""How much may be sent: the length of texts, the size of a body, and how often."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from app.limits import LARGEST_BODY
from core.rates import USERS, Buckets
from tests.issuer import Issuer
from tests.servers import Server
from tests.stranger import stranger
from tests.test_mcp import Caller

MILLISECOND = 1_000_000


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("", 422),
        ("x", 201),
        ("x" * 200, 201),
        ("x" * 201, 422),
        ("😀" * 200, 201),
        ("😀" * 201, 422),
        (" " * 100_0 + "x" * 200 + "\n", 201),
        ("👩‍👩‍👧‍👦 family", 201),
        ("שלום עולם", 201),
        ("\u202eevil\u202c", 201),
        ("<script>alert(1)</script>", 201),
        ("a\u0001b\u001b[31mred", 201),
        ("line\nbreak", 201),
        ("e\u0301 stays two letters", 201),
        ("\ufffe\uffff", 201),
        ("a\u0000b", 422),
        ("\u200b", 201),
        ("\u00a0\u3000", 422),
    ],
)
async def test_titles(api: httpx2.AsyncClient, title: str, status: int) -> None:
    answer = await api.post("/tasks", json={"title": title})
    assert answer.status_code == status, answer.text
    expected = [title.strip()] if status == 201 else []
    assert [task["title"] for task in (await api.get("/tasks")).json()] == expected


def in_pieces(body: bytes) -> Any:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    return pieces()


@pytest.mark.parametrize("told_beforehand", [True, False])
@pytest.mark.parametrize("path", ["/tasks", "/chat"])
async def test_a_body_of_64_kb_is_read_and_a_larger_one_is_not(
    api: httpx2.AsyncClient, path: str, told_beforehand: bool
) -> None:
    start, end = b'{"title": "Fits", "message": " ', b'", "more": ""}'
    headers = {"content-type": "application/json"}
    for size, status in ((LARGEST_BODY, 422), (LARGEST_BODY + 1, 413), (10 * LARGEST_BODY, 413)):
        body = start + b" " * (size - len(start) - len(end)) + end
        if path == "/tasks" and status == 422:
            status = 201
        content = body if told_beforehand else in_pieces(body)
        answer = await api.post(path, content=content, headers=headers)
        assert answer.status_code == status, answer.text
        if status == 413:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"] == "The body is larger than 64 kB."
    assert (await api.get("/tasks")).status_code == 200


async def test_a_large_body_of_somebody_unknown_is_still_401(backend: Server) -> None:
    async with httpx2.AsyncClient(base_url=backend.url) as nobody:
        answer = await nobody.post("/api/alice/tasks", content=b"x" * (LARGEST_BODY + 1))
    assert answer.status_code == 401


async def test_chatting_without_a_pause_is_slowed_down_for_that_user_alone(
    api: httpx2.AsyncClient, backend: Server, issuer: Issuer
) -> None:
    # Each is refused at once, so that more are sent in a moment than a moment refills.
    statuses = []
    while 429 not in statuses:
        answer = await api.post("/chat", json={"message": ""})
        statuses.append(answer.status_code)
        assert len(statuses) < 1000
    assert set(statuses) == {422, 429}
    assert len(statuses) > 20
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "1"
    assert (await api.get("/tasks")).status_code == 200
    async with stranger(backend, issuer) as other:
        assert (await other.post("/chat", json={"message": ""})).status_code == 422


async def test_calling_tools_without_a_pause_is_slowed_down_for_that_user_alone(
    mcp: Server, issuer: Issuer
) -> None:
    headers = {"Authorization": f"Bearer {issuer.token('hasty')}"}
    statuses: list[int] = []

    async def knock(client: httpx2.AsyncClient) -> None:
        # Each is refused at once, so that more are sent in a moment than a moment refills.
        while 429 not in statuses:
            answer = await client.post("/mcp", content=b"")
            statuses.append(answer.status_code)
            assert len(statuses) < 10_000
            if answer.status_code == 429:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.headers["retry-after"] == "1"

    async with httpx2.AsyncClient(base_url=mcp.url, headers=headers, timeout=30) as client:
        await asyncio.gather(*(knock(client) for _ in range(8)))
    assert len(statuses) > 200
    assert (await Caller(mcp.url, "calm", issuer.token("calm")).post("tools/list", {})).status_code == 200


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    clock = [0]
    buckets = Buckets(rate=10, burst=20, now=lambda: clock[0])
    assert [buckets.take("ann") for _ in range(20)] == [0] * 20
    assert buckets.take("ann") == 0.1
    assert buckets.take("bob") == 0
    clock[0] = 350 * MILLISECOND
    assert [buckets.take("ann") > 0 for _ in range(5)] == [False, False, False, True, True]
    clock[0] = 1_000_000 * MILLISECOND
    assert [buckets.take("ann") > 0 for _ in range(21)] == [False] * 20 + [True]


def test_users_who_come_and_go_do_not_fill_the_memory() -> None:
    buckets = Buckets(rate=10, burst=1, now=lambda: 0)
    for number in range(3 * USERS):
        buckets.take(str(number))
        buckets.take("regular")
    assert len(buckets.full_at) == USERS
    assert buckets.take("regular") > 0
