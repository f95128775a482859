"""Turns of one conversation that overlap, in one server and in two: what tools do, they do once."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import pytest

from app import background, turns
from app.answer import Answer
from app.assistant import Assistant
from app.caller import Caller
from app.record import AT_WORK
from core.database import create_engine
from core.sessions import Sessions
from tests.conftest import Environment
from tests.issuer import Issuer
from tests.model import ScriptedModel, text
from tests.servers import Listening, Replica, Server
from tests.streamed import STOP, calls, heard, listening, says, streams

# Of a user's conversations, those that a tool is at work for.
STUCK = """
    SELECT id FROM conversations WHERE user_id = $1 AND id NOT IN (
        SELECT id FROM conversations WHERE user_id = $1 FOR NO KEY UPDATE SKIP LOCKED
    )
"""
TOOK_OVER = "A newer request in this conversation took over: load it again."


@pytest.fixture(scope="module")
def replica(database: str, backend_environment: Environment, mcp: Server) -> Iterator[Replica]:
    server = Replica("app.main:app", backend_environment(database, f"{mcp.url}/mcp"))
    yield server
    server.stop()


@asynccontextmanager
async def client_of(server: Listening, issuer: Issuer, user_id: str) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {issuer.token(user_id)}"}
    base_url = f"{server.url}/api/{user_id}"
    async with httpx2.AsyncClient(base_url=base_url, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(params=["same server", "another server"])
async def other(
    request: pytest.FixtureRequest, backend: Server, replica: Replica, issuer: Issuer, user_id: str
) -> AsyncIterator[httpx2.AsyncClient]:
    """The API as the same user sees it, through the same server and through another."""
    async with client_of(backend if request.param == "same server" else replica, issuer, user_id) as client:
        yield client


async def kept(api: httpx2.AsyncClient, conversation_id: int) -> list[tuple[str, str, bool, list[str]]]:
    rows = (await api.get(f"/conversations/{conversation_id}/messages")).json()
    return [
        (row["role"], row["content"], row["interrupted"], [call["tool"] for call in row["tool_calls"]])
        for row in rows
    ]


async def titles(api: httpx2.AsyncClient) -> list[str]:
    return [task["title"] for task in (await api.get("/tasks")).json()]


async def asked(model: ScriptedModel, times: int) -> None:
    await asyncio.to_thread(model.wait_for, times)


def told(model: ScriptedModel, request: int) -> list[tuple[str, Any]]:
    return [(one["role"], one["content"]) for one in model.requests[request]["messages"][1:]]


async def test_a_retry_takes_over_from_an_answer_that_is_still_being_made(
    api: httpx2.AsyncClient, other: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    go_on = threading.Event()
    model.says(
        streams(*calls("add_task", title="Stamps"), STOP),
        streams(*says("I ad"), go_on, *calls("add_task", title="Too late"), STOP),
        streams(*says("Added."), STOP),
    )
    first = asyncio.create_task(heard(api, message="Buy stamps"))
    await asked(model, 2)
    (conversation,) = (await api.get("/conversations")).json()
    again = await heard(other, conversation_id=conversation["id"], retry=True)
    go_on.set()
    assert (await first)[-1][0] == "error"
    assert ((await first)[-1][1]["status"], (await first)[-1][1]["detail"]) == (409, TOOK_OVER)
    assert again[-1][0] == "done"
    assert [call["tool"] for call in again[-1][1]["tool_calls"]] == ["add_task"]
    assert [role for role, _ in told(model, 2)] == ["user", "assistant", "tool"]
    assert await titles(api) == ["Stamps"]
    assert await kept(api, conversation["id"]) == [
        ("user", "Buy stamps", False, []),
        ("assistant", "Added.", False, ["add_task"]),
    ]


async def test_a_retry_waits_for_a_tool_that_is_at_work(
    api: httpx2.AsyncClient, other: httpx2.AsyncClient, model: ScriptedModel, database: str
) -> None:
    model.says(streams(*calls("add_task", title="Stamps"), STOP), streams(*says("Added."), STOP))
    holder, onlooker = await asyncpg.connect(database), await asyncpg.connect(database)
    waiting = """
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1
    """
    async with holder.transaction():
        await holder.execute("LOCK TABLE tasks IN SHARE MODE")
        async with listening(api, message="Buy stamps") as events:
            async for name, data in events:
                if name == "start":
                    conversation_id = data["conversation_id"]
                if name == "tool_call":
                    break
        again = asyncio.create_task(heard(other, conversation_id=conversation_id, retry=True))
        while await onlooker.fetchrow(waiting, "UPDATE conversations%") is None:
            assert not again.done()
    await holder.close()
    await onlooker.close()
    assert (await again)[-1][1]["response"] == "Added."
    assert [role for role, _ in told(model, 1)] == ["user", "assistant", "tool"]
    assert await titles(api) == ["Stamps"]
    assert await kept(api, conversation_id) == [
        ("user", "Buy stamps", False, []),
        ("assistant", "Added.", False, ["add_task"]),
    ]


async def test_a_tool_at_work_is_waited_for_however_often_its_answer_is_cancelled(
    api: httpx2.AsyncClient, mcp: Server, issuer: Issuer, model: ScriptedModel, database: str, user_id: str
) -> None:
    model.says(streams(*calls("add_task", title="Stamps"), STOP), text("Added."))
    assistant = Assistant(model.base_url, "none", "scripted", f"{mcp.url}/mcp")
    engine = create_engine(database, "test")
    sessions = Sessions(engine, "test")
    turn = await turns.begin(sessions, user_id, None, "Buy stamps")
    holder, onlooker = await asyncpg.connect(database), await asyncpg.connect(database)
    waiting = """
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO tasks%'
    """
    async with holder.transaction():
        await holder.execute("LOCK TABLE tasks IN SHARE MODE")
        caller = Caller(user_id, issuer.token(user_id), "id")
        taking = background.start(turn.take(assistant, sessions, caller, Answer()))
        while await onlooker.fetchrow(waiting) is None:
            assert not taking.done()
        for _ in range(3):
            taking.cancel()
            # Meanwhile it is told.
            await onlooker.fetchrow(waiting)
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert await titles(api) == ["Stamps"]
    assert await kept(api, turn.conversation_id) == [
        ("user", "Buy stamps", False, []),
        ("assistant", "", True, ["add_task"]),
    ]
    await holder.close()
    await onlooker.close()
    await engine.dispose()


async def test_a_new_message_takes_over_and_the_model_knows_what_was_done(
    api: httpx2.AsyncClient, other: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    go_on = threading.Event()
    model.says(
        streams(*calls("add_task", title="Stamps"), STOP),
        streams(go_on, *says("I added them."), STOP),
        text("Only those."),
    )
    first = asyncio.create_task(api.post("/chat", json={"message": "Buy stamps"}))
    await asked(model, 2)
    (conversation,) = (await api.get("/conversations")).json()
    body = {"message": "And nothing else", "conversation_id": conversation["id"]}
    answer = await other.post("/chat", json=body)
    go_on.set()
    refused = await first
    assert (answer.status_code, answer.json()["response"]) == (200, "Only those.")
    assert (refused.status_code, refused.json()["detail"]) == (409, TOOK_OVER)
    assert refused.json()["conversation_id"] == conversation["id"]
    roles, contents = zip(*told(model, 2), strict=True)
    assert roles == ("user", "assistant", "user")
    seen = contents[1]
    assert seen.startswith("(This answer was interrupted. Done until then: ")
    assert "Stamps" in seen
    assert await titles(api) == ["Stamps"]
    assert await kept(api, conversation["id"]) == [
        ("user", "Buy stamps", False, []),
        ("assistant", "", True, ["add_task"]),
        ("user", "And nothing else", False, []),
        ("assistant", "Only those.", False, []),
    ]


async def test_what_a_server_did_before_it_was_killed_is_not_done_again(
    api: httpx2.AsyncClient,
    database: str,
    backend_environment: Environment,
    mcp: Server,
    issuer: Issuer,
    model: ScriptedModel,
    user_id: str,
) -> None:
    go_on = threading.Event()
    model.says(
        streams(*calls("add_task", title="Stamps"), STOP), streams(go_on), streams(*says("Added."), STOP)
    )
    doomed = Replica("app.main:app", backend_environment(database, f"{mcp.url}/mcp"))
    async with client_of(doomed, issuer, user_id) as client:
        first = asyncio.create_task(heard(client, message="Buy stamps"))
        await asked(model, 2)
        doomed.process.kill()
        with pytest.raises(httpx2.RemoteProtocolError):
            await first
    doomed.process.wait()
    doomed.reader.join()
    go_on.set()
    (conversation,) = (await api.get("/conversations")).json()
    await heard(api, conversation_id=conversation["id"], retry=True)
    assert [role for role, _ in told(model, 2)] == ["user", "assistant", "tool"]
    assert await titles(api) == ["Stamps"]


async def test_tasks_are_served_although_the_mcp_server_falls_silent_in_many_answers(
    database: str,
    backend_environment: Environment,
    mcp_environment: Environment,
    issuer: Issuer,
    model: ScriptedModel,
    user_id: str,
) -> None:
    # What has waited in its silence is not closed for having been idle.
    silent = Replica("mcp_server.main:app", mcp_environment(database), "--timeout-keep-alive", "600")
    # The silence lasts as long as this test looks on.
    patience = {"app.toolbox.TIMEOUT": 600}
    settings = backend_environment(database, f"{silent.url}/mcp")
    server = Replica("app.main:app", settings, constants=patience)
    go_on = threading.Event()
    chats = 6  # more than the pool has connections
    model.says(*(streams(go_on, *calls("add_task", title="Stamps"), STOP) for _ in range(chats)), text("Ok"))
    connection = await asyncpg.connect(database)
    held = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'idle in transaction'
            AND query LIKE '%FOR NO KEY UPDATE'
    """
    waiting = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
            AND query ~ '^(UPDATE|DELETE FROM) conversations'
    """
    async with client_of(server, issuer, user_id) as client:
        answers = [
            asyncio.create_task(client.post("/chat", json={"message": "Stamps"})) for _ in range(chats)
        ]
        await asked(model, chats)
        silent.process.send_signal(signal.SIGSTOP)
        go_on.set()
        while await connection.fetchval(held) < AT_WORK:
            assert not any(answer.done() for answer in answers)
        assert [await titles(client) for _ in range(20)] == [[]] * 20
        # Nor do those take the last connections who wait for what the silent server is at work on.
        stuck = [row["id"] for row in await connection.fetch(STUCK, user_id)]
        message = {"message": "More", "conversation_id": stuck[0]}
        more = [
            asyncio.create_task(client.post("/chat", json=message)),
            asyncio.create_task(client.delete(f"/conversations/{stuck[1]}")),
        ]
        while await connection.fetchval(waiting) < 2:
            assert not any(one.done() for one in more)
        assert await titles(client) == []
        for refused in [await one for one in more]:
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        silent.process.send_signal(signal.SIGCONT)
        assert [(await answer).status_code for answer in answers] == [200] * chats
        assert await titles(client) == ["Stamps"] * chats
    await connection.close()
    assert (server.stop(), silent.stop()) == (0, 0)
