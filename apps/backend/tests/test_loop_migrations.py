"""In the loop: a saved migration is applied, an edited one anew, and what cannot be says why."""

import http.client
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from core.schema import lineage
from tests.conftest import fresh_database
from tests.servers import BACKEND, Listening, environment, spawned

RELOAD = BACKEND.parents[1] / "lib" / "runtimes" / "python" / "reload"
HEAD = lineage().head

# Answers with the newest revision it knew when it started, and its own words.
TINY = """\
from core.schema import needed

WORDS = "one"


async def app(scope, receive, send):
    body = f"{needed().head} {WORDS}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
"""

MIGRATION = """\
from alembic import op

revision = "{revision}"
down_revision = "{follows}"


def upgrade() -> None:
    op.execute("ALTER TABLE tasks ADD COLUMN {column} text")


def downgrade() -> None:
    op.execute("ALTER TABLE tasks DROP COLUMN {column}")
"""


class Loop:
    """The reloader with our own migrations, in a copy of them, and a tiny program."""

    def __init__(self, folder: Path, dsn: str) -> None:
        self.folder = folder
        self.dsn = dsn
        self.versions = folder / "migrations" / "versions"
        self.said = 0
        self.running: list[Listening] = []

    def start(self) -> None:
        self.said = 0
        where = ["--service", "tiny", "--host", "127.0.0.1", "--port", "0"]
        watched = ["--watch", "tiny", "--watch", "migrations", "--migrate", "app.migrate", "migrations"]
        env = environment({"DATABASE_URL": self.dsn}, {})
        command = [sys.executable, str(RELOAD), *where, *watched, "tiny.main:app"]
        self.running = [Listening(spawned(command, self.folder, env))]

    def stop(self) -> None:
        for running in self.running:
            running.stop()
        self.running = []

    def save(self, revision: str, follows: str = HEAD, **parts: str) -> Path:
        path = self.versions / f"{revision}_saved.py"
        path.write_text(MIGRATION.format(revision=revision, follows=follows, **parts))
        return path

    def next(self, message: str) -> dict[str, object]:
        """Waits for the next line of the log whose message starts like this, and returns it."""
        running = self.running[0]
        found: list[dict[str, object]] = []

        def look() -> bool:
            log = running.log()
            for number in range(self.said, len(log)):
                self.said = number + 1
                if str(log[number]["message"]).startswith(message):
                    found.append(log[number])
                    return True
            return False

        with running.more:
            assert running.more.wait_for(look, 30), f"no line {message!r}: {running.lines}"
        return found[0]

    def get(self) -> tuple[int, str]:
        connection = http.client.HTTPConnection(urlsplit(self.running[0].url).netloc, timeout=30)
        connection.request("GET", "/")
        answer = connection.getresponse()
        try:
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    async def schema(self) -> tuple[str, set[str]]:
        """The revision the database is at, and the columns that only our migrations here make."""
        connection = await asyncpg.connect(self.dsn)
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
        columns = "SELECT attname FROM pg_attribute WHERE attrelid = 'tasks'::regclass AND attname ~ '^new_'"
        rows = await connection.fetch(columns)
        await connection.close()
        return revision, {row["attname"] for row in rows}


@pytest.fixture
async def dsn(request: pytest.FixtureRequest, migrated: str) -> AsyncIterator[str]:
    async with fresh_database(getattr(request, "param", migrated)) as dsn:
        yield dsn


@pytest.fixture
def loop(tmp_path: Path, dsn: str) -> Iterator[Loop]:
    for name in ("app", "core", "migrations"):
        shutil.copytree(BACKEND / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(BACKEND / "alembic.ini", tmp_path)
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "main.py").write_text(TINY)
    loop = Loop(tmp_path, dsn)
    loop.start()
    yield loop
    loop.stop()


@pytest.mark.parametrize("dsn", ["template1"], indirect=True)
async def test_a_start_brings_the_schema_to_head_and_a_saved_migration_is_applied(loop: Loop) -> None:
    loop.next("Started")
    assert loop.get() == (200, f"{HEAD} one")
    assert await loop.schema() == (HEAD, set())
    loop.save("9001", column="new_a")
    line = loop.next("Reloaded")
    assert line["files"] == ["migrations/versions/9001_saved.py"]
    assert loop.get() == (200, "9001 one")
    assert await loop.schema() == ("9001", {"new_a"})


async def test_the_newest_one_edited_is_taken_back_as_it_was_and_applied_anew(loop: Loop) -> None:
    loop.next("Started")
    loop.save("9001", column="new_a")
    loop.next("Reloaded")
    loop.save("9001", column="new_b")
    loop.next("Reloaded")
    assert await loop.schema() == ("9001", {"new_b"})

    # A new pod, too, knows what was applied.
    loop.stop()
    loop.save("9001", column="new_c")
    loop.start()
    loop.next("Started")
    assert await loop.schema() == ("9001", {"new_c"})


async def test_one_that_is_saved_while_it_is_applied_can_be_taken_back(loop: Loop) -> None:
    loop.next("Started")
    loop.stop()
    saved = loop.save("9001", "8001", column="new_a")
    edit = f"path = pathlib.Path({str(saved)!r})\n    path.write_text(path.read_text().replace('_a', '_b'))"
    seen = f"seen = pathlib.Path({str(loop.folder / 'seen')!r})\nseen.open('a').write('x')"
    # Read to be looked at, to be compared, and to be applied: then, ahead of the one that it edits.
    third = f"\nimport pathlib\n{seen}\nif seen.read_text() == 'xxx':\n    {edit}\n"
    first = loop.save("8001", column="new_8")
    first.write_text(first.read_text() + third)
    loop.start()
    assert loop.get() == (200, "9001 one")
    assert len((loop.folder / "seen").read_text()) > len("xxx")
    loop.save("9001", "8001", column="new_c")
    while (await loop.schema())[1] != {"new_8", "new_c"}:
        loop.next("Reloaded")


async def test_a_comment_is_no_edit(loop: Loop) -> None:
    loop.next("Started")
    path = loop.save("9001", column="new_a")
    loop.next("Reloaded")
    connection = await asyncpg.connect(loop.dsn)
    await connection.execute("COMMENT ON COLUMN tasks.new_a IS 'kept'")
    path.write_text(f"# why\n{path.read_text()}")
    loop.next("Reloaded")
    column = "SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attname = 'new_a'"
    assert await connection.fetchval(column) == "kept"
    await connection.close()


async def test_what_is_not_there_any_more_is_taken_back_and_another_branch_is_followed(loop: Loop) -> None:
    loop.next("Started")
    ours = [loop.save("9001", column="new_a"), loop.save("9002", "9001", column="new_b")]
    while (await loop.schema())[0] != "9002":
        loop.next("Reloaded")
    for path in ours:
        path.unlink()
    while (await loop.schema()) != (HEAD, set()):
        loop.next("Reloaded")
    assert loop.get() == (200, f"{HEAD} one")

    first = loop.save("9001", column="new_c")
    while loop.get() != (200, "9001 one"):
        loop.next("Reloaded")
    assert await loop.schema() == ("9001", {"new_c"})
    # As `git switch` does.
    first.unlink()
    loop.save("9001", column="new_d")
    while loop.get() != (200, "9001 one"):
        loop.next("Reloaded")
    while (await loop.schema()) != ("9001", {"new_d"}):
        loop.next("Reloaded")


async def test_what_is_not_there_at_a_start_is_left_alone(loop: Loop) -> None:
    loop.next("Started")
    path = loop.save("9001", column="new_a")
    loop.next("Reloaded")
    loop.stop()
    path.unlink()
    loop.start()
    loop.next("Started")
    assert loop.get() == (200, f"{HEAD} one")
    assert await loop.schema() == ("9001", {"new_a"})


async def test_an_older_one_edited_is_told_with_its_cure(loop: Loop) -> None:
    loop.next("Started")
    loop.save("9001", column="new_a")
    loop.save("9002", "9001", column="new_b")
    while (await loop.schema())[0] != "9002":
        loop.next("Reloaded")
    loop.save("9001", column="new_c")
    line = loop.next("The migration 9001_saved.py was edited after others had followed it")
    assert (line["level"], line["event"]) == ("warning", "edited")
    assert str(line["message"]).endswith("→ npm run db -- reset")
    loop.next("Reloaded")
    assert await loop.schema() == ("9002", {"new_a", "new_b"})


BROKEN = {
    "\nimport no_such_module\n": "no_such_module",
    "\ndef upgrade(:\n": "invalid syntax",
    "\ndef upgrade() -> None:\n    op.execute('ALTER TABLE nothing ADD a text')\n": "does not exist",
}


async def test_one_that_fails_leaves_schema_and_server_as_they_are_and_says_why(loop: Loop) -> None:
    loop.next("Started")
    path = loop.save("9001", column="new_a")
    loop.next("Reloaded")
    right = path.read_text()
    for text, reason in BROKEN.items():
        path.write_text(right + text)
        # Of one save, the watcher may tell twice.
        while reason not in str((line := loop.next("Does not migrate: "))["message"]):
            pass
        assert (line["level"], line["event"]) == ("error", "broken")
        assert "9001_saved.py" in str(line["message"])
        assert await loop.schema() == ("9001", {"new_a"})
        assert loop.get() == (200, "9001 one")

    # What is saved beside it waits for it.
    (loop.folder / "tiny" / "main.py").write_text(TINY.replace('"one"', '"two"'))
    loop.next("Does not migrate: ")
    assert loop.get() == (200, "9001 one")
    path.write_text(right)
    assert "tiny/main.py" in str(loop.next("Reloaded")["files"])
    assert loop.get() == (200, "9001 two")


async def test_one_that_fails_at_a_start_is_answered_for_until_it_is_mended(loop: Loop) -> None:
    loop.next("Started")
    loop.stop()
    path = loop.save("9001", column="new_a")
    right = path.read_text()
    path.write_text(right.replace("ADD COLUMN", "ADD A"))
    loop.start()
    line = loop.next("Does not migrate: ")
    status, body = loop.get()
    assert status == 503
    assert str(line["message"])[:60] in body
    assert await loop.schema() == (HEAD, set())
    path.write_text(right)
    loop.next("Reloaded")
    assert loop.get() == (200, "9001 one")
    assert await loop.schema() == ("9001", {"new_a"})
