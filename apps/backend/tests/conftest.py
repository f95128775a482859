"""The stack under test: a fresh database, an issuer of tokens, a scripted model, and both real servers."""

import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import asyncpg
import httpx2
import pytest
from sqlalchemy.engine import make_url

from tests.issuer import Issuer
from tests.model import ScriptedModel
from tests.servers import PATIENCE, SECRETS, Replica, Server, environment, run

Environment = Callable[..., dict[str, str]]


def pytest_configure() -> None:
    if not os.environ.get("TEST_DATABASE_URL"):
        raise pytest.UsageError(
            "TEST_DATABASE_URL is missing: set it to a PostgreSQL server on which databases can be created,"
            " postgresql://user:password@host:5432/postgres."
        )
    # The tests' own clients speak plain HTTP: each would read all authorities of the system for 25 ms.
    os.environ.pop("SSL_CERT_FILE", None)
    os.environ["SSL_CERT_DIR"] = SECRETS.name


def pytest_unconfigure() -> None:
    SECRETS.cleanup()


@asynccontextmanager
async def fresh_database(template: str = "template1") -> AsyncIterator[str]:
    """Creates a database, empty or as the template is, yields its connection string, drops it."""
    server = os.environ["TEST_DATABASE_URL"]
    name = f"todo_test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


@pytest.fixture
async def empty_database() -> AsyncIterator[str]:
    async with fresh_database() as dsn:
        yield dsn


@pytest.fixture(scope="session")
async def migrated() -> AsyncIterator[str]:
    """The name of a database at head, to make others from; nobody connects to it."""
    async with fresh_database() as dsn:
        ended = run(["-m", "app.migrate"], environment({"DATABASE_URL": dsn}, {}))
        assert ended.returncode == 0, ended.stdout + ended.stderr
        yield str(make_url(dsn).database)


@pytest.fixture(scope="session")
async def database(migrated: str) -> AsyncIterator[str]:
    async with fresh_database(migrated) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.http.stop()


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedModel]:
    model = ScriptedModel()
    yield model
    model.http.stop()


@pytest.fixture(scope="session")
def mcp_environment(issuer: Issuer) -> Environment:
    def settings(dsn: str, **changed: str) -> dict[str, str]:
        plain = {
            "JWKS_URL": issuer.jwks_url,
            "JWT_ISSUER": "todo",
            "JWT_AUDIENCE": "todo",
            "MCP_ALLOWED_HOSTS": "mcp:8001,localhost:*,127.0.0.1:*",
        }
        return environment({"DATABASE_URL": dsn}, {**plain, **changed})

    return settings


@pytest.fixture(scope="session")
def backend_environment(issuer: Issuer, model: ScriptedModel) -> Environment:
    def settings(dsn: str, mcp_url: str, **changed: str) -> dict[str, str]:
        plain = {
            "JWKS_URL": issuer.jwks_url,
            "JWT_ISSUER": "todo",
            "JWT_AUDIENCE": "todo",
            "MCP_URL": mcp_url,
            "OPENAI_BASE_URL": model.base_url,
            "OPENAI_MODEL": "scripted",
        }
        return environment({"DATABASE_URL": dsn}, {**plain, **changed})

    return settings


@pytest.fixture(scope="session")
def mcp(database: str, mcp_environment: Environment) -> Iterator[Server]:
    server = Replica("mcp_server.main:app", mcp_environment(database))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def backend(database: str, backend_environment: Environment, mcp: Server) -> Iterator[Server]:
    server = Replica("app.main:app", backend_environment(database, f"{mcp.url}/mcp"))
    yield server
    server.stop()


@pytest.fixture
def user_id() -> str:
    return uuid.uuid4().hex


@pytest.fixture
async def api(backend: Server, issuer: Issuer, user_id: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The API as one new user sees it; paths are relative to /api/{user_id}."""
    headers = {"Authorization": f"Bearer {issuer.token(user_id)}"}
    base_url = f"{backend.url}/api/{user_id}"
    async with httpx2.AsyncClient(base_url=base_url, headers=headers, timeout=PATIENCE) as client:
        yield client
