"""Brings a database to what a folder of Alembic's migrations says, also where the newest was edited."""

import ast
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.schema import CreateSchema

from reload.broken import reason_of

RESET = "→ npm run db -- reset"

# In the database, because it is about that one: a backup and an emptied one have what is theirs. In a schema
# of its own, where Alembic does not look for what the models lack.
APPLIED = Table(
    "migrations",
    MetaData(schema="loop"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("revision", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("source", Text, nullable=False),
)


class Revision(NamedTuple):
    """A migration: as what Alembic knows it, and its file's name and text."""

    revision: str
    file: str
    source: str


def bring(config: Config, tell: Callable[[str], None], *, saved: bool) -> None:
    """Brings the database of `config.attributes["connection"]`, whose transaction is the caller's, to head.

    A newest revision that reads otherwise than when it was applied is taken back by the text that was
    applied, and applied anew; so is what another branch applied. Of an older one, `tell` is told. A newest
    one that is not there any more is taken back after a save alone: others may have applied it before.
    """
    connection: Connection = config.attributes["connection"]
    while True:
        with connection.begin_nested() as attempt:
            wanted = revisions_of(ScriptDirectory.from_config(config))
            bring_to(wanted, config, tell, saved=saved)
            # Alembic read them after us: what it did of one saved in between, nobody could take back.
            if revisions_of(ScriptDirectory.from_config(config)) == wanted:
                return
            attempt.rollback()


def bring_to(wanted: Sequence[Revision], config: Config, tell: Callable[[str], None], *, saved: bool) -> None:
    connection: Connection = config.attributes["connection"]
    at = MigrationContext.configure(connection).get_current_revision()
    kept = kept_in(connection)
    applied = until(at, kept) or until(at, wanted)
    if not wanted or (at and not applied):
        return  # there are none, or none knows where it is: whether that will do, the program knows
    common = len(list(takewhile(lambda pair: same(*pair), zip(applied, wanted, strict=False))))
    back, known = applied[common:], {one.revision: one for one in wanted}
    if common == len(wanted) and not (back and saved):
        keep(connection, applied, kept)  # at head, or ahead, where another branch has been
        return
    if any(one.revision in known for one in back[1:]):
        for one in back:
            if one.revision in known and not same(one, known[one.revision]):
                fault = f"The migration {known[one.revision].file} was edited after others had followed it"
                tell(f"{fault}: the database has what it said before. {RESET}")
        if at not in known:
            raise SystemExit(f"The database is at {at}, to which these migrations do not lead. {RESET}")
        command.upgrade(config, "head")
        keep(connection, [*applied, *wanted[len(until(at, wanted)) :]], kept)
        return
    if back:
        take_back(config, applied, common)
    command.upgrade(config, "head")
    keep(connection, wanted, kept)


def revisions_of(scripts: ScriptDirectory) -> list[Revision]:
    """Returns what the folder holds, the oldest first; raises what a migration raises when it is imported."""
    paths = [(script.revision, Path(script.path)) for script in scripts.walk_revisions()]
    return [Revision(revision, path.name, path.read_text("utf-8")) for revision, path in reversed(paths)]


def until(at: str | None, revisions: Sequence[Revision]) -> list[Revision]:
    """Returns the revisions up to `at`; none where it is not among them."""
    for number, one in enumerate(revisions, 1):
        if one.revision == at:
            return list(revisions[:number])
    return []


def same(one: Revision, other: Revision) -> bool:
    """Tells whether two revisions are one that does the same: comments and blanks do nothing."""
    if one.revision != other.revision:
        return False
    return one.source == other.source or ast.dump(ast.parse(one.source)) == ast.dump(ast.parse(other.source))


def take_back(config: Config, applied: Sequence[Revision], common: int) -> None:
    """Undoes all but the first `common` of `applied`, the way that their own text says."""
    newest = applied[-1]
    with TemporaryDirectory() as folder:
        for one in applied:
            Path(folder, one.file).write_text(one.source, "utf-8")
        before = Config()
        for name, value in (
            ("script_location", config.get_main_option("script_location")),
            ("version_locations", folder),
            ("path_separator", "newline"),
        ):
            before.set_main_option(name, str(value).replace("%", "%%"))
        before.attributes.update(config.attributes)
        try:
            command.downgrade(before, applied[common - 1].revision if common else "base")
        except Exception as error:
            cannot = f"What was applied of the migration {newest.file} cannot be taken back"
            raise SystemExit(f"{cannot}: {reason_of(error)}. {RESET}") from error


def kept_in(connection: Connection) -> list[Revision]:
    """Returns what was applied in a loop, the oldest first."""
    if not inspect(connection).has_table(APPLIED.name, schema=APPLIED.schema):
        return []
    columns = select(APPLIED.c.revision, APPLIED.c.file, APPLIED.c.source).order_by(APPLIED.c.position)
    return [Revision(*row) for row in connection.execute(columns)]


def keep(connection: Connection, applied: Sequence[Revision], kept: Sequence[Revision]) -> None:
    """Keeps what was applied, where the database lets us; without it, an edit of the newest stays unseen."""
    if not applied or list(applied) == list(kept):
        return
    if not inspect(connection).has_table(APPLIED.name, schema=APPLIED.schema):
        if not connection.scalar(text("SELECT has_database_privilege(current_database(), 'CREATE')")):
            return
        connection.execute(CreateSchema(str(APPLIED.schema), if_not_exists=True))
        APPLIED.create(connection)
    connection.execute(delete(APPLIED))
    rows = [{"position": number, **one._asdict()} for number, one in enumerate(applied)]
    connection.execute(insert(APPLIED), rows)
