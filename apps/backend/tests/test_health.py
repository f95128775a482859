"""The probes of both servers, as the kubelet sees them, and what users see when something is away."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import asyncpg
import httpx2
import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from core.database import CONNECTIONS, UNREACHABLE, create_engine
from core.schema import lineage
from tests.conftest import Environment, fresh_database
from tests.issuer import Issuer
from tests.servers import PATIENCE, Listening, Replica, Server, environment, run
from tests.test_mcp import Caller

NOWHERE = "http://127.0.0.1:9"
PROBE_TIMEOUT = 5  # seconds, as k8s/pod.ts has it

Start = Callable[[str], Replica]


@pytest.fixture(params=["backend", "mcp"])
def start(
    request: pytest.FixtureRequest, backend_environment: Environment, mcp_environment: Environment
) -> Iterator[Start]:
    """Starts one of the two servers on a database of the test's choice."""
    started: list[Replica] = []

    def starter(dsn: str) -> Replica:
        if request.param == "mcp":
            server = Replica("mcp_server.main:app", mcp_environment(dsn))
        else:
            server = Replica("app.main:app", backend_environment(dsn, NOWHERE))
        started.append(server)
        return server

    yield starter
    for server in started:
        if server.process.poll() is None:
            assert server.stop() == 0


async def probe(server: Listening, path: str) -> tuple[int, str]:
    async with httpx2.AsyncClient(timeout=PATIENCE) as kubelet:
        answer = await kubelet.get(server.url + path)
    return answer.status_code, answer.json().get("cause", "")


async def test_ready_means_reachable_and_at_head_and_live_means_neither(start: Start) -> None:
    async with fresh_database() as dsn:
        server = start(dsn)
        status, cause = await probe(server, "/health/ready")
        assert (status, cause) == (
            503,
            f"The schema is at no revision, {lineage().head} is needed: migrate it.",
        )

        assert run(["-m", "app.migrate"], environment({"DATABASE_URL": dsn}, {})).returncode == 0
        assert await probe(server, "/health/ready") == (200, "")

        connection = await asyncpg.connect(dsn)
        await connection.execute("UPDATE alembic_version SET version_num = '0000'")
        assert (await probe(server, "/health/ready"))[0] == 503
        # In a rolling update the old pods meet the new schema, and must go on serving.
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        assert (await probe(server, "/health/ready"))[0] == 200
        await connection.close()

        name = make_url(dsn).database
        admin = await asyncpg.connect(make_url(dsn).set(database="postgres").render_as_string(False))
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        status, cause = await probe(server, "/health/ready")
        assert (status, cause.startswith("The database does not answer: ")) == (503, True)
        await admin.execute(f"CREATE DATABASE {name}")
        await admin.close()
    for path in ("/health", "/health/live"):
        assert await probe(server, path) == (200, "")


@asynccontextmanager
async def passed_on(dsn: str, silent: asyncio.Event) -> AsyncIterator[str]:
    """Yields another way to the database, on which nothing arrives any more once it is silent."""
    url = make_url(dsn)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream = await asyncio.open_connection(url.host, url.port)
        await asyncio.gather(copy(reader, upstream[1]), copy(upstream[0], writer))

    async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if not silent.is_set():
                sink.write(data)
        sink.close()

    way = await asyncio.start_server(accept, "127.0.0.1", 0)
    yield url.set(host="127.0.0.1", port=way.sockets[0].getsockname()[1]).render_as_string(False)
    way.close()


async def test_a_silent_database_is_told_of_while_the_probe_still_listens(
    start: Start, database: str
) -> None:
    silent = asyncio.Event()
    async with passed_on(database, silent) as dsn, httpx2.AsyncClient(timeout=PROBE_TIMEOUT) as kubelet:
        server = start(dsn)
        assert (await kubelet.get(f"{server.url}/health/ready")).status_code == 200
        silent.set()
        answer = await kubelet.get(f"{server.url}/health/ready")
        cause = "The database does not answer: no answer in time"
        assert (answer.status_code, answer.json()["cause"]) == (503, cause)
        assert await asyncio.to_thread(server.stop) == 0


@pytest.mark.parametrize("door", ["backend", "mcp"])
async def test_requests_that_wait_for_a_lock_do_not_make_a_server_unready(
    door: str,
    backend: Server,
    mcp: Server,
    database: str,
    issuer: Issuer,
    api: httpx2.AsyncClient,
    user_id: str,
) -> None:
    task_id = (await api.post("/tasks", json={"title": "Held"})).json()["id"]
    caller = Caller(mcp.url, user_id, issuer.token(user_id))
    holder, observer = await asyncpg.connect(database), await asyncpg.connect(database)
    held = holder.transaction()
    await held.start()
    await holder.execute("SELECT FROM tasks WHERE id = $1 FOR UPDATE", task_id)

    async def change(number: int) -> None:
        if door == "mcp":
            await caller.structured("update_task", task_id=task_id, title=f"Title {number}")
        else:
            assert (await api.put(f"/tasks/{task_id}", json={"title": f"Title {number}"})).status_code == 200

    waiting = [asyncio.create_task(change(number)) for number in range(6)]
    query = """
        SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()
    """
    while await observer.fetchval(query) < CONNECTIONS:
        assert not any(task.done() for task in waiting)
    ready = await probe(backend if door == "backend" else mcp, "/health/ready")
    await held.rollback()
    await asyncio.gather(*waiting)
    await holder.close()
    await observer.close()
    assert ready == (200, "")


async def test_mcp_is_ready_where_hosts_are_allowed_under_any_port(
    database: str, mcp_environment: Environment
) -> None:
    server = Replica("mcp_server.main:app", mcp_environment(database, MCP_ALLOWED_HOSTS="localhost:*"))
    ready = await probe(server, "/health/ready")
    server.stop()
    assert ready == (200, "")


async def test_mcp_is_not_ready_when_its_sessions_are_dead(
    database: str, mcp_environment: Environment
) -> None:
    server = Replica("mcp_server.main:app", mcp_environment(database), "--lifespan", "off")
    status, cause = await probe(server, "/health/ready")
    live = await probe(server, "/health/live")
    server.stop()
    assert (status, cause.startswith("The MCP session machinery does not run")) == (503, True)
    assert live == (200, "")


async def test_a_database_that_is_away_is_503_and_a_tool_error(
    backend_environment: Environment, mcp_environment: Environment, issuer: Issuer
) -> None:
    dsn = "postgresql://todo@127.0.0.1:9/todo"
    api = Replica("app.main:app", backend_environment(dsn, NOWHERE))
    mcp = Replica("mcp_server.main:app", mcp_environment(dsn))
    token = issuer.token("alice")
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE) as alice:
        answer = await alice.get(f"{api.url}/api/alice/tasks")
    error = await Caller(mcp.url, "alice", token).error("list_tasks")
    assert (api.stop(), mcp.stop()) == (0, 0)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["detail"] in error


async def test_connections_that_are_lost_as_soon_as_they_are_made_are_an_outage(database: str) -> None:
    engine = create_engine(database, "backend")
    async with engine.connect():
        pass
    event.listen(engine.sync_engine, "connect", lambda made, _: made.driver_connection.terminate())
    await engine.dispose()
    for _ in range(CONNECTIONS + 1):  # what fails gives its place in the pool back
        with pytest.raises(UNREACHABLE):
            async with engine.connect():
                pass
    await engine.dispose()


async def test_an_issuer_that_is_away_is_503_not_401(
    database: str, backend_environment: Environment, issuer: Issuer
) -> None:
    server = Replica("app.main:app", backend_environment(database, NOWHERE, JWKS_URL=f"{NOWHERE}/jwks"))
    user_id = uuid.uuid4().hex
    async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {issuer.token(user_id)}"}) as client:
        answer = await client.get(f"{server.url}/api/{user_id}/tasks")
    assert server.stop() == 0
    assert answer.status_code == 503
