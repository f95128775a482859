"""How much may be sent: the length of texts, the size of a body, and how often."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from app.limits import LARGEST_BODY
from core.rates import SECOND, USERS, Buckets
from core.words import is_blank
from tests.conftest import Environment
from tests.issuer import Issuer
from tests.servers import PATIENCE, Replica, Server
from tests.stranger import stranger
from tests.test_mcp import Caller

MILLISECOND = 1_000_000


# Nothing can be seen of these. https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
BLANK = [
    "\u00ad",  # soft hyphen
    "\u034f",  # combining grapheme joiner
    "\u061c",  # Arabic letter mark
    "\u115f\u1160",  # Hangul fillers, which are letters
    "\u17b4\u17b5",  # Khmer inherent vowels
    "\u180e",  # Mongolian vowel separator
    "\u200b",  # zero width space
    "\u200c\u200d",  # joiners alone
    "\u202e\u202c",  # directions alone
    "\u2060",  # word joiner
    "\u2064\u2065",  # invisible plus, and one that is reserved
    "\u2800",  # the Braille cell without dots
    "\u3164",  # Hangul filler
    "\ufe0f",  # variation selector
    "\ufeff",  # byte order mark
    "\uffa0",  # half-width Hangul filler
    "\u0301\u20dd",  # marks without a letter
    "\x01\x9b",  # controls
    "\U0001d173",  # beam of a music that is not there
    "\U000e0061\U000e007f",  # tags
    " \u200b\t\u2800\n",
]
# These stay as they are typed.
SEEN = [
    "👩‍👩‍👧‍👦",
    "❤️",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "می‌خواهم",  # Persian with a zero width non-joiner
    "क्‍ष",  # Devanagari with a zero width joiner
    "e\u0301",
    "\u2801",
    "\u0600",  # an Arabic number sign, a format character that is drawn
    "\U0001fae9",  # an emoji that an older Python does not know
    "\ue000",  # private use, drawn by somebody's font
    "\u200bx",
    "...",
]


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
        ("\u00a0\u3000", 422),
        *((blank, 422) for blank in BLANK),
        *((seen, 201) for seen in SEEN),
    ],
)
async def test_titles(api: httpx2.AsyncClient, title: str, status: int) -> None:
    answer = await api.post("/tasks", json={"title": title})
    assert answer.status_code == status, answer.text
    expected = [title.strip()] if status == 201 else []
    assert [task["title"] for task in (await api.get("/tasks")).json()] == expected


def test_blank_is_what_shows_nothing() -> None:
    assert [text for text in (*BLANK, "", " \u00a0\u3000\n") if not is_blank(text)] == []
    assert [text for text in SEEN if is_blank(text)] == []


async def test_what_shows_nothing_is_no_text_anywhere(
    api: httpx2.AsyncClient, mcp: Server, issuer: Issuer, user_id: str
) -> None:
    task = (await api.post("/tasks", json={"title": "ok", "description": "More"})).json()
    place = f"/tasks/{task['id']}"
    alice = Caller(mcp.url, user_id, issuer.token(user_id))
    for blank in ("\u200b", "\u2060", "\u3164", "\u2800", "\u0301", " \ufeff "):
        assert (await api.post("/tasks", json={"title": "ok", "tags": [blank]})).status_code == 422
        assert (await api.put(place, json={"title": blank})).status_code == 422
        assert (await api.post("/chat", json={"message": blank})).status_code == 422
        assert (await api.post("/chat/stream", json={"message": blank})).status_code == 422
        assert "title: " in await alice.error("add_task", title=blank)
        assert "title: " in await alice.error("update_task", task_id=task["id"], title=blank)
        assert "tags: " in await alice.error("plan_task", task_id=task["id"], tags=[blank])
    assert (await api.get("/tasks")).json() == [task]
    cleared = await api.put(place, json={"description": "\u200b"})
    assert cleared.json()["description"] is None


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


# Nothing refills meanwhile, however slow the machine is.
STILL = {"core.rates.SECOND": 10_000 * SECOND}


@asynccontextmanager
async def hasty(server: Replica, issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {issuer.token('hasty')}"}
    async with httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=PATIENCE) as client:
        yield client
    server.stop()


def assert_slowed_down(answer: httpx2.Response) -> None:
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "1"


async def test_chatting_without_a_pause_is_slowed_down_for_that_user_alone(
    database: str, backend_environment: Environment, mcp: Server, issuer: Issuer
) -> None:
    server = Replica("app.main:app", backend_environment(database, f"{mcp.url}/mcp"), constants=STILL)
    async with hasty(server, issuer) as user:
        for _ in range(20):
            assert (await user.post("/api/hasty/chat", json={"message": ""})).status_code == 422
        assert_slowed_down(await user.post("/api/hasty/chat", json={"message": ""}))
        assert (await user.get("/api/hasty/tasks")).status_code == 200
        async with stranger(server, issuer) as other:
            assert (await other.post("/chat", json={"message": ""})).status_code == 422


async def test_calling_tools_without_a_pause_is_slowed_down_for_that_user_alone(
    database: str, mcp_environment: Environment, issuer: Issuer
) -> None:
    server = Replica("mcp_server.main:app", mcp_environment(database), constants=STILL)
    async with hasty(server, issuer) as user:
        for _ in range(200):
            assert (await user.post("/mcp", content=b"")).status_code not in (200, 401, 429)
        assert_slowed_down(await user.post("/mcp", content=b""))
        calm = Caller(server.url, "calm", issuer.token("calm"))
        assert (await calm.post("tools/list", {})).status_code == 200


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
