"""Which revision of the database's schema this code needs: the newest one among its migrations."""

import ast
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"


class MigrationsBroken(Exception):
    """The migrations do not lead to one newest revision; says in one sentence why, and what to do."""


@dataclass(frozen=True)
class Lineage:
    """The revisions that the code knows, and the one that none of them follows."""

    known: frozenset[str]
    head: str

    def is_behind(self, revision: str | None) -> bool:
        """Tells whether a database at `revision` lacks what this code needs.

        A schema that is ahead is good enough: migrations only add, and in a rolling update the old pods
        meet the new schema, at a revision that they do not know.
        """
        if revision is None or revision in self.known:
            return revision != self.head
        return revision.isdecimal() and self.head.isdecimal() and int(revision) < int(self.head)


def lineage(versions: Path = VERSIONS) -> Lineage:
    """Returns what the folder `versions` holds, without running any of it; raises MigrationsBroken."""
    migrations = [read(path) for path in sorted(versions.glob("*.py"))]
    names: dict[str, str] = {revision: name for name, revision, _ in migrations}
    for revision, times in Counter(revision for _, revision, _ in migrations).items():
        if times > 1:
            raise MigrationsBroken(f"{times} migrations call themselves revision {revision}: renumber them.")
    followed = {before: name for name, _, earlier in migrations for before in earlier}
    for before, name in followed.items():
        if before not in names:
            raise MigrationsBroken(f"The migration {name} follows {before}, which there is not: correct it.")
    heads = sorted(names.keys() - followed.keys())
    if len(heads) > 1:
        several = " and ".join(names[head] for head in heads)
        raise MigrationsBroken(f"No migration follows {several}: let one of them follow the other.")
    if not heads:
        raise MigrationsBroken(f"There is no newest migration in {versions}: add one, or break their circle.")
    return Lineage(frozenset(names), heads[0])


@cache
def needed() -> Lineage:
    """Returns the lineage of this program: what is saved while it runs is the next one's."""
    return lineage()


def read(path: Path) -> tuple[str, str, tuple[str, ...]]:
    """Returns a migration's file name, its revision, and those it follows; raises MigrationsBroken."""
    values: dict[str, object] = {}
    try:
        for statement in ast.parse(path.read_bytes(), path.name).body:
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ) if name in ("revision", "down_revision"):
                    values[name] = literal(path, name, value)
    except (SyntaxError, ValueError) as error:
        raise MigrationsBroken(f"The migration {path.name} cannot be read: {error}. Correct it.") from error
    revision, earlier = values.get("revision"), values.get("down_revision") or ()
    if not isinstance(revision, str):
        raise MigrationsBroken(f"The migration {path.name} names no revision: give it one.")
    return path.name, revision, earlier if isinstance(earlier, tuple) else (str(earlier),)


def literal(path: Path, name: str, value: ast.expr) -> object:
    try:
        return ast.literal_eval(value)
    except ValueError:
        raise MigrationsBroken(f"The migration {path.name} computes its {name}: write it as text.") from None


async def current_revision(connection: AsyncConnection) -> str | None:
    """Returns the revision the database is at, or None if no migration has run yet."""
    if await connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
        return None
    revision: str | None = await connection.scalar(text("SELECT version_num FROM public.alembic_version"))
    return revision
