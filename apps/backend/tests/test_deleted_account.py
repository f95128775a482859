"""After an account is deleted its tokens live on for minutes: nothing may be stored with them any more."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx2
import pytest

from tests.issuer import Issuer
from tests.model import ScriptedModel
from tests.servers import Server
from tests.streamed import STOP, calls, heard, says, streams
from tests.test_mcp import Caller

DELETED = "This account has been deleted."

STORED = """
    SELECT id FROM tasks WHERE user_id = $1
    UNION ALL SELECT id FROM deleted_tasks WHERE user_id = $1
    UNION ALL SELECT id FROM conversations WHERE user_id = $1
    UNION ALL SELECT id FROM messages WHERE user_id = $1
    UNION ALL SELECT id FROM push_subscriptions WHERE user_id = $1
"""
WAITING_FOR_LOCK = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = $1"
)


@pytest.fixture
async def connection(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


async def test_each_table_with_a_user_refuses_one_who_is_deleted(connection: asyncpg.Connection) -> None:
    unguarded = await connection.fetch("""
        SELECT table_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'user_id' AND table_name NOT IN (
            SELECT event_object_table FROM information_schema.triggers
            WHERE trigger_name = 'refuse_deleted_user'
        )
        ORDER BY table_name
    """)
    # Messages need a conversation; the other one is where it is written who is deleted.
    assert [row["table_name"] for row in unguarded] == ["deleted_users", "messages"]


@pytest.fixture
async def observer(database: str) -> AsyncIterator[asyncpg.Connection]:
    """A second connection, for when the first is in a transaction."""
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


def check_deleted(answer: httpx2.Response) -> None:
    assert (answer.status_code, answer.json()["detail"]) == (401, DELETED)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_nothing_is_stored_with_a_token_that_outlives_its_account(
    api: httpx2.AsyncClient, mcp: Server, issuer: Issuer, connection: asyncpg.Connection, user_id: str
) -> None:
    series = {"title": "Daily", "due_at": "2031-01-31T09:00:00Z", "recurrence": "daily"}
    await api.post("/tasks", json=series)
    assert (await api.delete("/data")).status_code == 204
    check_deleted(await api.post("/tasks", json={"title": "Too late"}))
    check_deleted(await api.post("/chat", json={"message": "Hello"}))
    check_deleted(await api.post("/chat/stream", json={"message": "Hello"}))
    assert await Caller(mcp.url, user_id, issuer.token(user_id)).error("add_task", title="x") == DELETED
    with pytest.raises(asyncpg.PostgresError, match="the account was deleted"):
        await connection.execute(
            "INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth) VALUES ($1, $1, '', '')",
            user_id,
        )
    assert (await api.get("/tasks")).json() == []
    assert await connection.fetch(STORED, user_id) == []


async def test_an_account_whose_deletion_went_no_further_works_again_after_a_while(
    api: httpx2.AsyncClient, connection: asyncpg.Connection, user_id: str
) -> None:
    for _ in range(2):
        assert (await api.delete("/data")).status_code == 204
        until = await connection.fetchval(
            "SELECT refused_until FROM deleted_users WHERE user_id = $1", user_id
        )
        assert until > datetime.now(UTC) + timedelta(minutes=20)
        await connection.execute("UPDATE deleted_users SET refused_until = now() WHERE user_id = $1", user_id)
        assert (await api.post("/tasks", json={"title": "Back"})).status_code == 201


async def test_what_is_being_stored_when_the_account_goes_goes_too(
    api: httpx2.AsyncClient, connection: asyncpg.Connection, observer: asyncpg.Connection, user_id: str
) -> None:
    async with connection.transaction():
        await connection.execute("INSERT INTO tasks (user_id, title) VALUES ($1, 'Just in time')", user_id)
        deleting = asyncio.create_task(api.delete("/data"))
        while not await observer.fetchval(WAITING_FOR_LOCK, "advisory"):
            assert not deleting.done()
    assert (await deleting).status_code == 204
    assert await connection.fetch(STORED, user_id) == []


async def test_what_is_to_be_stored_while_the_account_goes_is_refused_without_waiting(
    api: httpx2.AsyncClient, connection: asyncpg.Connection, observer: asyncpg.Connection, user_id: str
) -> None:
    await api.post("/tasks", json={"title": "Somebody holds it"})
    async with connection.transaction():
        await connection.execute("SELECT FROM tasks WHERE user_id = $1 FOR UPDATE", user_id)
        deleting = asyncio.create_task(api.delete("/data"))
        while not await observer.fetchval(WAITING_FOR_LOCK, "transactionid"):
            assert not deleting.done()
        check_deleted(await api.post("/tasks", json={"title": "Too late"}))
        assert not deleting.done()
    assert (await deleting).status_code == 204
    assert await connection.fetch(STORED, user_id) == []


async def test_a_chat_in_progress_ends_with_an_error_and_its_tools_store_nothing(
    api: httpx2.AsyncClient, model: ScriptedModel, connection: asyncpg.Connection, user_id: str
) -> None:
    go_on = threading.Event()
    model.says(streams(*says("I ad"), go_on, *calls("add_task", title="Too late"), STOP))
    chat = asyncio.create_task(heard(api, message="Buy stamps"))
    await asyncio.to_thread(model.wait_for, 1)
    assert (await api.delete("/data")).status_code == 204
    go_on.set()
    name, problem = (await chat)[-1]
    assert (name, problem["status"], problem["detail"]) == ("error", 401, DELETED)
    assert await connection.fetch(STORED, user_id) == []


async def test_somebody_else_is_not_held_up(api: httpx2.AsyncClient, backend: Server, issuer: Issuer) -> None:
    assert (await api.delete("/data")).status_code == 204
    headers = {"Authorization": f"Bearer {issuer.token('bystander')}"}
    async with httpx2.AsyncClient(base_url=backend.url, headers=headers) as bystander:
        assert (await bystander.post("/api/bystander/tasks", json={"title": "Mine"})).status_code == 201
