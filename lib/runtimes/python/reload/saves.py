"""Which files were saved."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change, DefaultFilter, watch

QUIET = 10  # milliseconds without another change after which a save counts as complete
PATIENCE = 200  # milliseconds after which we stop waiting for that quiet
LOOK = 50  # milliseconds between two looks at everything else


def saves(folders: list[Path], ending: Event) -> Iterator[set[Path]]:
    """Yields the paths that changed below `folders`, which are absolute, and every LOOK an empty set.

    From the first one on no change is missed, also when a folder goes and comes back. Ends with `ending`.
    """
    unseen: set[Path] = set()
    by_rule = DefaultFilter()

    def is_source(change: Change, path: str) -> bool:
        # By what is below the folders: the checkout itself may be in a `.venv` or in `node_modules`.
        inside = [Path(path).relative_to(folder) for folder in folders if Path(path).is_relative_to(folder)]
        return by_rule(change, str(inside[0]) if inside else path)

    while not ending.is_set():
        present = [folder for folder in folders if folder.is_dir()]
        for changes in watch(
            *present,
            watch_filter=is_source,
            step=QUIET,
            debounce=PATIENCE,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            stop_event=ending,
        ):
            yield unseen | {Path(path) for _, path in changes}
            unseen = set()
            # The watch of a folder ends with it, and does not come back with a new one of its name.
            gone = {folder for folder in present if (Change.deleted, str(folder)) in changes}
            unseen = gone | {folder for folder in folders if folder.is_dir() != (folder in present)}
            if unseen:
                break
