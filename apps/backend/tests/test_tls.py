"""TLS to the database, by the `sslmode` of DATABASE_URL, as an external PostgreSQL has it."""

import asyncio
import os

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from core.database import create_engine
from tests.servers import environment, run

USES_TLS = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")


@pytest.fixture(scope="session")
def authority() -> str:
    """Returns the file of the one authority that vouches for the tests' PostgreSQL."""
    file = os.environ.get("TEST_DATABASE_CA")
    if not file:
        pytest.fail("TEST_DATABASE_CA is missing: name the authority's file; scripts/test/tls.ts makes one.")
    return file


def with_mode(dsn: str, mode: str) -> str:
    """Returns `dsn` with this sslmode, and under the name that the server's certificate has."""
    url = make_url(dsn).set(host="localhost", query={"sslmode": mode})
    return url.render_as_string(hide_password=False)


async def uses_tls(dsn: str) -> bool:
    engine = create_engine(dsn, "test")
    try:
        async with engine.connect() as connection:
            return bool(await connection.scalar(USES_TLS))
    finally:
        await engine.dispose()


async def test_disable_sends_everything_in_the_clear(database: str) -> None:
    assert not await uses_tls(with_mode(database, "disable"))


async def test_require_encrypts_whoever_vouches_for_the_server(database: str) -> None:
    assert await uses_tls(with_mode(database, "require"))


async def test_verify_full_trusts_the_systems_authorities(
    database: str, authority: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", authority)
    assert await uses_tls(with_mode(database, "verify-full"))


def test_verify_full_refuses_another_name_of_the_same_authority(empty_database: str, authority: str) -> None:
    by_address = make_url(with_mode(empty_database, "verify-full")).set(host="127.0.0.1")
    dsn = by_address.render_as_string(hide_password=False)
    ended = run(["-m", "app.migrate"], environment({"DATABASE_URL": dsn}, {"SSL_CERT_FILE": authority}))
    assert ended.returncode == 1
    assert "its certificate is not trusted (IP address mismatch" in ended.stderr


def test_verify_full_refuses_a_stranger_at_once_and_in_one_sentence(empty_database: str) -> None:
    ended = run(
        ["-m", "app.migrate"], environment({"DATABASE_URL": with_mode(empty_database, "verify-full")}, {})
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "The database refuses us: its certificate is not trusted (unable to get local issuer certificate)."
        " Check DATABASE_URL.\n"
    )


async def test_require_refuses_a_server_without_tls_at_once() -> None:
    async def refuse_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(
            8
        )  # SSLRequest, https://www.postgresql.org/docs/17/protocol-message-formats.html
        writer.write(b"N")
        await reader.read()
        writer.close()

    plain = await asyncio.start_server(refuse_tls, "127.0.0.1", 0)
    dsn = f"postgresql://todo@127.0.0.1:{plain.sockets[0].getsockname()[1]}/todo?sslmode=require"
    ended = await asyncio.to_thread(run, ["-m", "app.migrate"], environment({"DATABASE_URL": dsn}, {}))
    plain.close()
    assert ended.returncode == 1
    assert ended.stderr.startswith("The database refuses us: ")
    assert "SSL" in ended.stderr


async def test_a_server_that_answers_otherwise_while_it_starts_is_asked_again(empty_database: str) -> None:
    database = make_url(empty_database)
    answers = [b"?"]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        writer.write(answers.pop() if answers else b"N")
        await writer.drain()
        to, there = await asyncio.open_connection(database.host, database.port)
        await asyncio.gather(carry(reader, there), carry(to, writer), return_exceptions=True)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    starting = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = starting.sockets[0].getsockname()[1]
    dsn = database.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    ended = await asyncio.to_thread(run, ["-m", "app.migrate"], environment({"DATABASE_URL": dsn}, {}))
    starting.close()
    assert (ended.returncode, answers) == (0, []), ended.stderr
