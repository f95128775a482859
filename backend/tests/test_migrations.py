"""`python -m app.migrate`: on an empty database, again, many at once, and when it cannot."""

import asyncio
import subprocess

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from app import migrate
from core.database import create_engine
from core.schema import HEAD
from tests.servers import BACKEND, environment, run


def migrate_program(dsn: str) -> subprocess.CompletedProcess[str]:
    return run(["-m", "app.migrate"], environment({"DATABASE_URL": dsn}, {}))


async def tables(dsn: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    return {row["tablename"] for row in rows}


async def revisions(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT version_num FROM alembic_version")
    await connection.close()
    return [row["version_num"] for row in rows]


def test_the_code_needs_the_newest_revision_and_revisions_sort_by_name() -> None:
    script = ScriptDirectory.from_config(Config(BACKEND / "alembic.ini"))
    newest_first = [revision.revision for revision in script.walk_revisions()]
    assert newest_first == sorted(newest_first, reverse=True)
    assert newest_first[0] == HEAD


async def test_replicas_that_migrate_at_once_take_turns(empty_database: str) -> None:
    first_in_line = await asyncpg.connect(empty_database)
    await first_in_line.execute("SELECT pg_advisory_lock($1)", migrate.LOCK)
    replicas = [asyncio.create_task(asyncio.to_thread(migrate_program, empty_database)) for _ in range(3)]
    waiting = """
        SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
    """
    while await first_in_line.fetchval(waiting) < len(replicas):
        assert not any(replica.done() for replica in replicas)
    assert await tables(empty_database) == set()
    await first_in_line.close()

    ended = await asyncio.gather(*replicas)
    assert [program.returncode for program in ended] == [0] * 3, ended
    assert await revisions(empty_database) == [HEAD]
    assert await tables(empty_database) == {
        "alembic_version",
        "tasks",
        "deleted_tasks",
        "deleted_users",
        "conversations",
        "messages",
        "push_subscriptions",
    }
    assert sum("Running upgrade" in program.stdout for program in ended) == 1


def test_at_head_nothing_happens_and_the_models_have_nothing_to_add(database: str) -> None:
    again = migrate_program(database)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"The schema was at {HEAD} and is at {HEAD}" in again.stdout
    check = run(["-m", "alembic", "check"], environment({"DATABASE_URL": database}, {}))
    assert check.returncode == 0, check.stdout + check.stderr


async def test_the_newest_migration_can_be_taken_back_and_made_again(empty_database: str) -> None:
    env = environment({"DATABASE_URL": empty_database}, {})
    assert migrate_program(empty_database).returncode == 0
    made = await tables(empty_database)
    back = run(["-m", "alembic", "downgrade", "-1"], env)
    assert back.returncode == 0, back.stderr
    assert await tables(empty_database) < made
    again = migrate_program(empty_database)
    assert again.returncode == 0, again.stderr
    assert await tables(empty_database) == made


async def test_a_newer_schema_is_left_alone(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    await connection.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    await connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    await connection.close()
    ended = migrate_program(empty_database)
    assert ended.returncode == 0, ended.stderr
    assert await revisions(empty_database) == ["9999"]


async def test_a_database_that_is_still_starting_is_waited_for(empty_database: str) -> None:
    url = make_url(empty_database)
    connections = 0

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if connections > 2:
            upstream = await asyncio.open_connection(url.host, url.port)
            await asyncio.gather(copy(reader, upstream[1]), copy(upstream[0], writer))
        writer.close()

    async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
        sink.close()

    starting = await asyncio.start_server(accept, "127.0.0.1", 0)
    dsn = url.set(host="127.0.0.1", port=starting.sockets[0].getsockname()[1])
    ended = await asyncio.to_thread(migrate_program, dsn.render_as_string(hide_password=False))
    starting.close()
    assert ended.returncode == 0, ended.stderr
    assert connections > 2
    assert await revisions(empty_database) == [HEAD]


async def test_a_database_that_stays_away_ends_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "PATIENCE", 0.0)
    engine = create_engine("postgresql://todo@127.0.0.1:9/todo", "test")
    with pytest.raises(SystemExit, match=r"still away after 0 s: .*Start it, or check DATABASE_URL"):
        await migrate.wait_for_database(engine)


@pytest.mark.parametrize("wrong", ["password", "database"])
def test_a_database_that_refuses_us_is_not_waited_for(database: str, wrong: str) -> None:
    url = make_url(database)
    broken = url.set(password="wrong-one") if wrong == "password" else url.set(database="no_such")  # noqa: S106
    ended = migrate_program(broken.render_as_string(hide_password=False))
    assert ended.returncode == 1
    assert ended.stderr.startswith("The database refuses us: ")
    assert ended.stderr.count("\n") == 1
    assert "wrong-one" not in ended.stderr + ended.stdout
