"""Which packages serve: those of the environment that we were started from, or of one that took its place."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import NoReturn

LINK = "current"  # in an environment: leads to the one in its place
IDENTITY = "id"  # in an environment: the file that says which packages it has
ORIGIN = "RELOAD_ORIGIN"  # the environment that holds the link, once we run from another
LISTENER = "RELOAD_LISTENER"  # the number of the socket that goes along
LAST_BREATH = 1.0  # seconds in which what helped the server before us ends


def origin() -> Path:
    """Returns the environment that we were started from first."""
    start = Path(os.environ.get(ORIGIN, sys.prefix))
    return start.parent if start.name == LINK else start


def present() -> Path:
    """Returns the environment to serve from; where the link is gone, the one that serves stays."""
    link = origin() / LINK
    return link.resolve() if link.is_dir() else Path(sys.prefix)


def identity() -> str | None:
    """Returns which packages serve, as who installed them calls them."""
    with suppress(FileNotFoundError):
        return (Path(sys.prefix) / IDENTITY).read_text().strip()
    return None


FIRST = identity()


def has_changed() -> bool:
    """Tells whether others took their place: behind the link, or in a folder of the same name."""
    return present() != Path(sys.prefix) or identity() not in (None, FIRST)


def change(listener: socket | None = None) -> NoReturn:
    """Becomes the same program with the packages that are there now. Connections to `listener` wait."""
    os.environ[ORIGIN] = str(origin())
    if listener:
        listener.set_inheritable(True)
        os.environ[LISTENER] = str(listener.fileno())
    python = str(present() / "bin" / "python")
    # What is started is this program.
    os.execv(python, [python, *sys.orig_argv[1:]])  # noqa: S606


def inherited() -> socket | None:
    """Returns the socket that came along, and takes leave of what helped the server before us."""
    number = os.environ.pop(LISTENER, None)
    if number is None:
        return None
    listener = socket(fileno=int(number))
    listener.set_inheritable(False)
    deadline = time.monotonic() + LAST_BREATH
    with suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
    return listener
