"""`python -m app.migrate`: on an empty database, again, many at once, and when it cannot."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from app import migrate
from core.database import create_engine
from core.schema import lineage
from tests.conftest import fresh_database
from tests.servers import environment, run

HEAD = lineage().head
BEFORE = f"{int(HEAD) - 1:04}"


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


MIGRATION = """
from alembic import op

revision = "{revision}"
down_revision = {follows!r}


def upgrade() -> None:
    op.execute("{statement}")
"""

ADD_COLUMN = "ALTER TABLE tasks ADD COLUMN colour text"


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Saves a migration beside the others, in a copy of them that the program then takes for its own."""
    shutil.copy(migrate.INI, tmp_path)
    shutil.copytree(migrate.INI.parent / "migrations", tmp_path / "migrations")
    monkeypatch.setattr(migrate, "INI", tmp_path / "alembic.ini")

    def save(revision: str, follows: object, statement: str = ADD_COLUMN, name: str = "") -> Path:
        path = tmp_path / "migrations" / "versions" / f"{name or revision}.py"
        path.write_text(MIGRATION.format(revision=revision, follows=follows, statement=statement))
        return path

    return save


@asynccontextmanager
async def migrating(dsn: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(dsn, "migrate", size=1, patience=None)
    yield engine
    await engine.dispose()


async def lock_awaited(observer: asyncpg.Connection, program: asyncio.Task[None]) -> None:
    """Returns once `program` waits for a lock."""
    waiting = """
        SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE datname = current_database() AND application_name = 'migrate' AND NOT granted
    """
    while not await observer.fetchval(waiting):
        assert not program.done(), program


# Names that a tool gives do not sort.
@pytest.mark.parametrize("names", [("9001",), ("9001", "9002"), ("c0ffee123456",), ("c0ffee", "0a11ce")])
async def test_a_migration_is_applied_because_it_is_there(
    empty_database: str, saved: Callable[..., Path], names: tuple[str, ...]
) -> None:
    async with migrating(empty_database) as engine:
        before = HEAD
        for name in names:
            saved(name, before, f"CREATE TABLE t_{name} ()")
            await migrate.migrate(engine)
            assert await revisions(empty_database) == [name]
            before = name


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("import no_such_module", r"A migration cannot be imported: .*no_such_module.*broken\.py:3"),
        (
            "def upgrade(:",
            r"The migration broken\.py cannot be read: .*\(broken\.py, line 3\)\. Correct it\.",
        ),
        (
            'down_revision = "".join("a")',
            r"The migration broken\.py computes its down_revision: write it as text\.",
        ),
        ("revision = 4", r"The migration broken\.py names no revision: give it one\."),
        (
            "down_revision = '0099'",
            r"The migration broken\.py follows 0099, which there is not: correct it\.",
        ),
        (
            f"down_revision = '{BEFORE}'",
            rf"No migration follows {HEAD}_\w+\.py and broken\.py: let one of them follow",
        ),
        (f"revision = '{HEAD}'", rf"2 migrations call themselves revision {HEAD}: renumber them\."),
        ("down_revision = '9001'", r"A migration cannot be imported: .*Self-loop"),
    ],
)
async def test_migrations_that_lead_nowhere_end_in_one_sentence(
    saved: Callable[..., Path], text: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = saved("9001", HEAD, name="broken")
    head = f"revision = '9001'\ndown_revision = '{HEAD}'\n{text}\n"
    broken.write_text(head)
    monkeypatch.chdir(migrate.INI.parent)
    async with migrating("postgresql://todo@127.0.0.1:9/todo") as engine:
        with pytest.raises(SystemExit, match=sentence) as ended:
            await migrate.migrate(engine)
    assert "\n" not in str(ended.value)


async def test_two_migrations_may_meet_in_a_third(empty_database: str, saved: Callable[..., Path]) -> None:
    saved("9001", HEAD)
    saved("9001b", HEAD, "SELECT 1")
    saved("9002", ("9001", "9001b"), "SELECT 1")
    async with migrating(empty_database) as engine:
        await migrate.migrate(engine)
    assert await revisions(empty_database) == ["9002"]


@pytest.mark.parametrize(
    ("revision", "behind"),
    [(None, True), ("0000", True), ("0002", True), (HEAD, False), ("9999", False), ("c0ffee", False)],
)
def test_a_schema_is_behind_at_what_came_before_and_ahead_at_what_is_unknown(
    revision: str | None, behind: bool
) -> None:
    assert lineage().is_behind(revision) is behind


async def test_reads_pass_a_migration_that_waits_for_its_table(
    empty_database: str, saved: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_WAIT", 50)
    monkeypatch.setattr(migrate, "LOCK_PAUSE", 0.05)
    async with migrating(empty_database) as engine:
        await migrate.migrate(engine)
        saved("9001", HEAD)
        holder, reader = await asyncpg.connect(empty_database), await asyncpg.connect(empty_database)
        held = holder.transaction()
        await held.start()
        await holder.execute("LOCK TABLE tasks IN ACCESS SHARE MODE")
        program = asyncio.create_task(migrate.migrate(engine))
        for _ in range(3):
            await lock_awaited(holder, program)
            assert await reader.fetchval("SELECT count(*) FROM tasks") == 0
        await held.rollback()
        await program
        assert await revisions(empty_database) == ["9001"]
        await holder.close()
        await reader.close()


async def test_a_lock_that_is_never_given_back_ends_in_one_sentence(
    empty_database: str, saved: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with migrating(empty_database) as engine:
        await migrate.migrate(engine)
        saved("9001", HEAD)
        monkeypatch.setattr(migrate, "LOCK_WAIT", 1)
        monkeypatch.setattr(migrate, "PATIENCE", 0.0)
        holder = await asyncpg.connect(empty_database)
        async with holder.transaction():
            await holder.execute("LOCK TABLE tasks IN ACCESS SHARE MODE")
            with pytest.raises(SystemExit, match=r"hindered for 0 s: .*End what holds their tables"):
                await migrate.migrate(engine)
        await holder.close()


async def test_a_statement_of_a_migration_may_take_as_long_as_it_likes(
    empty_database: str, saved: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(create_engine, "__defaults__", (1, 0.2))
    saved("9001", HEAD, "SELECT pg_sleep(0.5)")
    settings = environment({"DATABASE_URL": empty_database}, {})
    monkeypatch.setenv("SECRETS_DIR", settings["SECRETS_DIR"])
    await migrate.main()
    assert await revisions(empty_database) == ["9001"]


async def test_a_migration_whose_server_goes_away_is_made_by_the_next_one(
    empty_database: str, saved: Callable[..., Path]
) -> None:
    saved("9001", HEAD)
    first_in_line = await asyncpg.connect(empty_database)
    await first_in_line.execute("SELECT pg_advisory_lock($1)", migrate.LOCK)
    async with migrating(empty_database) as engine:
        program = asyncio.create_task(migrate.migrate(engine))
        await lock_awaited(first_in_line, program)
        ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        assert await first_in_line.fetchval(ended)
        await lock_awaited(first_in_line, program)
        await first_in_line.close()
        await program
    assert await revisions(empty_database) == ["9001"]


async def test_a_server_that_falls_silent_after_the_greeting_is_asked_again(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "ANSWER", 0.2)
    url = make_url(empty_database)
    ready = b"Z\x00\x00\x00\x05I"
    greeted = 0

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal greeted
        upstream = await asyncio.open_connection(url.host, url.port)
        await asyncio.gather(copy(reader, upstream[1], False), copy(upstream[0], writer, greeted == 0))

    async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter, falls_silent: bool) -> None:
        nonlocal greeted
        silent = False
        while data := await source.read(65536):
            if not silent:
                sink.write(data)
            if ready in data:
                greeted += 1
                silent = falls_silent
        sink.close()

    stalling = await asyncio.start_server(accept, "127.0.0.1", 0)
    dsn = url.set(host="127.0.0.1", port=stalling.sockets[0].getsockname()[1])
    plain = dsn.update_query_dict({"sslmode": "disable"}).render_as_string(hide_password=False)
    async with migrating(plain) as engine:
        await migrate.migrate(engine)
    stalling.close()
    assert greeted > 1
    assert await revisions(empty_database) == [HEAD]


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
        "tokens_spent",
    }
    assert sum("Running upgrade" in program.stdout for program in ended) == 1


def test_at_head_nothing_happens_and_the_models_have_nothing_to_add(database: str) -> None:
    again = migrate_program(database)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"The schema was at {HEAD} and is at {HEAD}" in again.stdout
    check = run(["-m", "alembic", "check"], environment({"DATABASE_URL": database}, {}))
    assert check.returncode == 0, check.stdout + check.stderr


async def test_the_newest_migrations_can_be_taken_back_and_made_again(migrated: str) -> None:
    async with fresh_database(migrated) as dsn, migrating(dsn) as engine:
        made = await tables(dsn)
        for steps in range(1, int(HEAD) + 1):
            await migrate.migrate(engine, partial(command.downgrade, revision=f"-{steps}"))
            assert await tables(dsn) < made, steps
            await migrate.migrate(engine)
            assert await tables(dsn) == made, steps


async def test_a_newer_schema_is_left_alone(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    await connection.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    await connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    await connection.close()
    async with migrating(empty_database) as engine:
        await migrate.migrate(engine)
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
    async with migrating(dsn.render_as_string(hide_password=False)) as engine:
        await migrate.migrate(engine)
    starting.close()
    assert connections > 2
    assert await revisions(empty_database) == [HEAD]


async def test_a_database_that_stays_away_ends_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "PATIENCE", 0.0)
    engine = create_engine("postgresql://todo@127.0.0.1:9/todo", "test")
    with pytest.raises(SystemExit, match=r"still away after 0 s: .*Start it, or check DATABASE_URL"):
        await migrate.migrate(engine)


@pytest.mark.parametrize("wrong", ["password", "database"])
def test_a_database_that_refuses_us_is_not_waited_for(database: str, wrong: str) -> None:
    url = make_url(database)
    broken = url.set(password="wrong-one") if wrong == "password" else url.set(database="no_such")  # noqa: S106
    ended = migrate_program(broken.render_as_string(hide_password=False))
    assert ended.returncode == 1
    assert ended.stderr.startswith("The database refuses us: ")
    assert ended.stderr.count("\n") == 1
    assert "wrong-one" not in ended.stderr + ended.stdout
