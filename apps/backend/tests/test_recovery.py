"""What fails, who notices, and how soon all is well again: each arrow, away, slow and silent."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy.engine import make_url

from tests.conftest import Environment
from tests.issuer import Issuer
from tests.model import ScriptedModel, calls, text
from tests.servers import Replica
from tests.way import Fault, Way, way_to

RECOVERY = 30.0  # seconds within which a service is back once what it needs is
CROWD = 6  # requests at once while something is wrong
BACK = {200, 201}

# What is answered meanwhile. A slow way serves, or says in time that it does not.
EXPECTED: dict[str, dict[Fault, tuple[set[int], set[int]]]] = {
    "database": {
        "away": ({503}, {503}),
        "slow": ({200, 503}, {200, 503, 504}),
        "silent": ({503}, {503}),
    },
    "mcp": {
        "away": ({200}, {502}),
        "slow": ({200}, {200, 502, 504}),
        "silent": ({200}, {502, 504}),
    },
    "model": {
        "away": ({200}, {502}),
        "slow": ({200}, {200, 502, 504}),
        "silent": ({200}, {504}),
    },
}


class Stack:
    """A backend of its own whose ways to others can be spoilt."""

    def __init__(self, server: Replica, ways: dict[str, Way], client: httpx2.AsyncClient) -> None:
        self.server = server
        self.ways = ways
        self.client = client

    async def list(self) -> int:
        return (await self.client.get("/tasks")).status_code

    async def add(self, title: str) -> int:
        return (await self.client.post("/tasks", json={"title": title})).status_code

    async def chat(self) -> int:
        return (await self.client.post("/chat", json={"message": "What is there to do?"})).status_code


@pytest.fixture
async def stack(
    database: str,
    mcp: Replica,
    model: ScriptedModel,
    backend_environment: Environment,
    issuer: Issuer,
    user_id: str,
) -> AsyncIterator[Stack]:
    url = make_url(database)
    addresses = {
        "database": (url.host, url.port),
        "mcp": (urlsplit(mcp.url).hostname, urlsplit(mcp.url).port),
        "model": (urlsplit(model.base_url).hostname, urlsplit(model.base_url).port),
    }
    async with AsyncExitStack() as open_ways:
        ways = {
            name: await open_ways.enter_async_context(way_to(*address)) for name, address in addresses.items()
        }
        dsn = url.set(host="127.0.0.1", port=ways["database"].own_port).render_as_string(False)
        server = Replica(
            "app.main:app",
            backend_environment(
                dsn,
                f"http://127.0.0.1:{ways['mcp'].own_port}/mcp",
                OPENAI_BASE_URL=f"http://127.0.0.1:{ways['model'].own_port}/v1",
                MODEL_PATIENCE="5",
            ),
        )
        headers = {"Authorization": f"Bearer {issuer.token(user_id)}"}
        base_url = f"{server.url}/api/{user_id}"
        async with httpx2.AsyncClient(base_url=base_url, headers=headers, timeout=90) as client:
            yield Stack(server, ways, client)
        assert await asyncio.to_thread(server.stop) == 0


@pytest.mark.parametrize(
    ("arrow", "fault"), [(arrow, fault) for arrow in EXPECTED for fault in EXPECTED[arrow]]
)
async def test_it_is_said_what_is_wrong_and_all_is_well_again_within_half_a_minute(
    arrow: str,
    fault: Fault,
    stack: Stack,
    model: ScriptedModel,
    record_property: Callable[[str, object], None],
) -> None:
    def script() -> None:
        model.says(*[calls("list_tasks", {}), text("This.")] * 100, text("This."))

    script()
    assert await stack.add("Before") == 201
    assert await stack.chat() == 200
    way = stack.ways[arrow]
    before = way.attempts
    way.break_(fault)
    listed, chatted = EXPECTED[arrow][fault]
    answers = await asyncio.gather(
        *(stack.list() for _ in range(CROWD)), *(stack.chat() for _ in range(CROWD // 2))
    )
    assert set(answers[:CROWD]) <= listed, answers
    assert set(answers[CROWD:]) <= chatted, answers
    # Each request may try a few times; nobody knocks without end.
    assert way.attempts - before <= 5 * len(answers)

    script()
    way.mend()
    began = time.monotonic()
    while await stack.list() not in BACK or await stack.chat() not in BACK:
        assert time.monotonic() - began < RECOVERY
    took = time.monotonic() - began
    tasks = (await stack.client.get("/tasks")).json()
    assert [task["title"] for task in tasks] == ["Before"]
    statuses = "/".join(str(status) for status in sorted(set(answers)))
    record_property("figure", f"{arrow} {fault}: answered {statuses}, well again after {took:.1f} s")
