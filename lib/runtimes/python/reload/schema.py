"""The database's schema: a process of its own brings it to what the migrations say, beside what is served."""

import gc
import importlib
import os
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

from reload.broken import reason_of, traceback_of
from reload.program import Migration, Program
from reload.sources import import_from_source

Context = SpawnContext | ForkServerContext

WAITED = 10.0  # seconds after which a failure was one of what it waited for: that may be there now


class Outcome(NamedTuple):
    """How a migration went: why not, if it did not, and the modules that it took."""

    failure: str | None
    modules: list[str]


class Schema:
    """The one process that migrates, if any does, and how the one before it went."""

    def __init__(self, program: Program, migration: Migration) -> None:
        self.program = program
        self.migration = migration
        self.folder = Path(migration.folder).resolve()
        self.process: BaseProcess | None = None
        self.outcomes: Connection | None = None
        self.began = 0.0
        self.saved = False
        self.behind = True

    @property
    def busy(self) -> bool:
        return self.process is not None

    @property
    def done(self) -> bool:
        return not self.busy and not self.behind

    def concerns(self, paths: set[Path]) -> bool:
        """Tells whether `paths` have to be followed by a migration: of a failed one, any may be the cure.

        Also of one that is about to fail: how it went is heard of a moment after it.
        """
        retried = bool(paths) and self.behind
        return retried or any(path.is_relative_to(self.folder) for path in paths)

    def begin(self, context: Context, *, saved: bool) -> None:
        """Starts to migrate, because of a save or not; what is being done for an earlier one is undone."""
        self.end()
        self.saved = saved
        self.behind = True
        self.began = time.monotonic()
        self.outcomes, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=migrate, args=(self.program, self.migration, saved, theirs))
        self.process.start()
        theirs.close()

    def outcome(self, context: Context) -> Outcome | None:
        """Returns how it went, once; begins anew where it had waited in vain."""
        if not self.process or not self.outcomes or not self.outcomes.poll():
            return None
        try:
            outcome: Outcome = self.outcomes.recv()
        except EOFError:
            self.process.join()
            outcome = Outcome(f"The migration ended with exit code {self.process.exitcode}.", [])
        self.end()
        self.behind = outcome.failure is not None
        if self.behind and time.monotonic() - self.began > WAITED:
            self.begin(context, saved=self.saved)
        return outcome

    def end(self) -> None:
        if self.process:
            self.process.kill()  # its transaction ends with its connection
            self.process.join()
        self.process = None


def migrate(program: Program, migration: Migration, saved: bool, outcomes: Connection) -> None:
    """Has the module's `run` do our step, under its lock and in its transaction; sends an Outcome."""
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import_from_source(program.folders)
    try:
        # A program without migrations need not have Alembic.
        from reload.revisions import bring

        module = importlib.import_module(migration.module)
        # Alembic imports migrations by their paths: of two quick saves, bytecode would be the first.
        sys.pycache_prefix = os.devnull
        told = partial(program.say, "warning", event="edited")
        module.run(partial(bring, tell=told, saved=saved))
        failure = None
    except (Exception, SystemExit) as error:
        failure = f"Does not migrate: {reason_of(error)}"
        program.say("error", failure, event="broken", exception=traceback_of(error))
    with suppress(BrokenPipeError):
        outcomes.send(Outcome(failure, list(sys.modules)))
