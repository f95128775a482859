"""Every revision with data in it: up to the head, back, and with servers of the code before at work."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import asyncpg
import httpx2
import pytest
from alembic import command
from sqlalchemy import literal_column, select, table

from app import migrate
from core.schema import lineage
from tests.conftest import Environment
from tests.issuer import Issuer
from tests.servers import BACKEND, PATIENCE, UVICORN, Listening, environment, run, spawned
from tests.test_migrations import migrating, tables

HEAD = lineage().head
REVISIONS = [f"{number:04}" for number in range(1, int(HEAD) + 1)]
ROWS = 200

# What a user of that revision had, with the columns that it knew.
DATA = {
    "0001": """
        INSERT INTO tasks (user_id, title, description, completed)
            SELECT 'u' || n % 7, 'Task ' || n, 'Größe ' || n, n % 2 = 0 FROM generate_series(1, {rows}) n;
        INSERT INTO conversations (user_id) SELECT 'u' || n FROM generate_series(1, 7) n;
        INSERT INTO messages (user_id, conversation_id, role, content)
            SELECT c.user_id, c.id, 'user', 'Say ' || n FROM conversations c, generate_series(1, 10) n;
    """,
    "0002": """
        UPDATE tasks SET priority = id % 4, tags = ARRAY['a', 'ü'], due_at = now(), recurrence = 'daily';
        INSERT INTO deleted_tasks (id, user_id, task) VALUES (100000, 'u1', '{{"title": "Gone"}}');
        INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth) VALUES ('u1', 'https://e', 'p', 'a');
        UPDATE messages SET tool_calls = '[{{"tool": "list_tasks"}}]' WHERE id % 3 = 0;
    """,
    "0003": "INSERT INTO deleted_users (user_id, refused_until) VALUES ('gone', now() + interval '1 hour');",
    "0004": "INSERT INTO tokens_spent (user_id, day, tokens) VALUES ('u1', current_date, 1234);",
}


async def fill(dsn: str, revision: str) -> None:
    connection = await asyncpg.connect(dsn)
    for known in REVISIONS[: REVISIONS.index(revision) + 1]:
        await connection.execute(DATA[known].format(rows=ROWS))
    await connection.close()


async def contents(dsn: str) -> dict[str, list[dict[str, object]]]:
    """Returns every row of every table, column by column."""
    connection = await asyncpg.connect(dsn)
    found = {
        name: [
            dict(row)
            for row in await connection.fetch(str(select(literal_column("*")).select_from(table(name))))
        ]
        for name in await tables(dsn) - {"alembic_version"}
    }
    await connection.close()
    return found


def kept(before: dict[str, list[dict[str, object]]], after: dict[str, list[dict[str, object]]]) -> None:
    """Fails unless what was there is there, in the columns that are in both."""
    for name, rows in before.items():
        if name not in after or not rows:
            continue
        columns = [column for column in rows[0] if not after[name] or column in after[name][0]]

        def seen(all_rows: list[dict[str, object]], names: list[str] = columns) -> list[str]:
            return sorted(repr([row[column] for column in names]) for row in all_rows)

        assert seen(after[name]) == seen(rows), name


def test_each_revision_has_data_of_its_own() -> None:
    assert list(DATA) == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS)
async def test_from_each_revision_to_the_head_and_back_every_row_stays(
    revision: str, empty_database: str
) -> None:
    async with migrating(empty_database) as engine:
        await migrate.migrate(engine, partial(command.upgrade, revision=revision))
        await fill(empty_database, revision)
        before = await contents(empty_database)
        assert len(before["tasks"]) == ROWS
        await migrate.migrate(engine)
        at_head = await contents(empty_database)
        kept(before, at_head)
        await migrate.migrate(engine, partial(command.downgrade, revision=revision))
    back = await contents(empty_database)
    assert set(back) == set(before)
    kept(before, back)


def code_before(revision: str, folder: Path) -> Path | None:
    """Unpacks the backend as it was before `revision` came; returns None where the history is not there."""

    def git(*words: str) -> tuple[int, str]:
        process = spawned(["git", "-C", str(BACKEND.parent.parent), *words], BACKEND, {**os.environ})
        said, _ = process.communicate()
        return process.returncode, said

    name = next((BACKEND / "migrations" / "versions").glob(f"{revision}_*.py")).stem
    versions = f"*migrations/versions/{revision}_*.py"
    code, said = git("log", "--format=%H", "--diff-filter=A", "--", versions)
    added = said.split()
    if code or not added:
        return None
    for place in ("apps/backend", "backend"):
        packed = folder / "before.zip"
        code, _ = git("archive", f"--output={packed}", f"{added[-1]}^", place)
        if code == 0:
            shutil.unpack_archive(packed, folder)
            assert not list((folder / place).glob(f"migrations/versions/{name}.py"))
            return folder / place
    return None


async def test_the_code_before_serves_on_while_and_after_the_head_is_made(
    empty_database: str,
    tmp_path: Path,
    backend_environment: Environment,
    issuer: Issuer,
    record_property: Callable[[str, object], None],
) -> None:
    before = code_before(HEAD, tmp_path)
    if before is None:
        pytest.skip("not run: this clone has no history that the code before could be taken from")
    async with migrating(empty_database) as engine:
        await migrate.migrate(engine, partial(command.upgrade, revision=REVISIONS[-2]))
    await fill(empty_database, REVISIONS[-2])
    env = backend_environment(empty_database, "http://127.0.0.1:9")
    old = Listening(spawned([sys.executable, "-m", "uvicorn", *UVICORN, "app.main:app"], before, env))
    answers: list[int] = []
    at_work, over = asyncio.Event(), asyncio.Event()

    async def use(name: str) -> None:
        headers = {"Authorization": f"Bearer {issuer.token(name)}"}
        async with httpx2.AsyncClient(
            base_url=f"{old.url}/api/{name}", headers=headers, timeout=60
        ) as client:
            while not over.is_set() or len(answers) < 200:
                added = await client.post("/tasks", json={"title": "While it is migrated"})
                answers.append(added.status_code)
                answers.append((await client.get(f"/tasks/{added.json()['id']}")).status_code)
                at_work.set()

    using = [asyncio.create_task(use(name)) for name in ("u1", "u2", "u3")]
    await asyncio.wait([asyncio.create_task(at_work.wait()), *using], return_when=asyncio.FIRST_COMPLETED)
    ended = await asyncio.to_thread(
        run, ["-m", "app.migrate"], environment({"DATABASE_URL": empty_database}, {})
    )
    assert ended.returncode == 0, ended.stderr
    over.set()
    await asyncio.gather(*using)
    ready = httpx2.get(f"{old.url}/health/ready", timeout=PATIENCE).status_code
    old.stop()
    assert set(answers) == {200, 201}
    assert ready == 200
    record_property("figure", f"{len(answers)} requests of the code before, 0 failed")
