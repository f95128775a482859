"""A tiny program of two files, served by the reloader as in `dev`."""

import http.client
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlsplit

RELOAD = Path(__file__).parents[4] / "lib" / "runtimes" / "python" / "reload"
PATIENCE = 60  # seconds that anything may take on a busy machine
ADDRESS = re.compile(r"Listening on (http://[\d.]+:\d+)")

MAIN = """\
import asyncio
import logging
import os

import elsewhere
from tiny.words import WORDS

logging.basicConfig(format='{"level": "%(levelname)s", "message": "%(message)s"}')


async def app(scope, receive, send):
    assert scope["type"] == "http"
    if scope["path"] == "/crash":
        os._exit(7)
    if scope["path"] == "/wait":
        await asyncio.sleep(600)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
    await send({"type": "http.response.body", "body": WORDS.encode()})
"""

ELSEWHERE = """\
from pathlib import Path

with Path(__file__).with_name("imports").open("a") as imports:
    imports.write("x")
"""


def start(
    folder: Path, port: str, *words: str, path: str = "", python: str = sys.executable
) -> subprocess.Popen[str]:
    """Starts the reloader for `tiny` where `folder` is, with `path` to import from beside it."""
    where = ["--service", "tiny", "--host", "127.0.0.1", "--port", port, "--watch", "tiny", *words]
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.Popen(  # noqa: S603
        [python, str(RELOAD), *where, "tiny.main:app"],
        cwd=folder,
        env={**inherited, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


class Reloader:
    """Serves the package `tiny` of `folder`; its answer is the three letters of WORDS, its log `lines`."""

    def __init__(self, folder: Path, python: str = sys.executable, words: tuple[str, ...] = ()) -> None:
        self.sources = folder / "tiny"
        self.words = self.sources / "words.py"
        self.elsewhere = folder / "elsewhere"
        self.imports = self.elsewhere / "imports"
        for new in (self.sources, self.elsewhere):
            new.mkdir()
        (self.elsewhere / "elsewhere.py").write_text(ELSEWHERE)
        (self.sources / "main.py").write_text(MAIN)
        self.write("one")
        self.lines: list[str] = []
        self.read_lines = 0
        self.more = Condition()
        self.process = start(folder, "0", *words, path=str(self.elsewhere), python=python)
        self.url = self.wait_for_address()
        self.reader = Thread(target=self.read, daemon=True)
        self.reader.start()

    def wait_for_address(self) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if address := ADDRESS.search(line):
                return address[1]
        raise AssertionError("the reloader ended at start: " + "".join(self.lines))

    def read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                with self.more:
                    self.lines.append(line)
                    self.more.notify_all()

    def log(self) -> list[dict[str, Any]]:
        """Returns what was logged so far; fails if a line is not JSON."""
        return [json.loads(line) for line in self.lines]

    def write(self, words: str) -> None:
        self.words.write_text(f"WORDS = {words!r}\n")

    def next(self, message: str) -> dict[str, Any]:
        """Waits for the next log line whose message starts like this, and returns it."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            log = self.log()
            for number in range(self.read_lines, len(log)):
                self.read_lines = number + 1
                if log[number]["message"].startswith(message):
                    found.append(log[number])
                    return True
            return False

        with self.more:
            assert self.more.wait_for(look, PATIENCE), f"no line {message!r}: {self.lines}"
        return found[0]

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)

    def get(self, path: str = "/") -> tuple[int, str]:
        """Asks on a connection of its own."""
        connection = self.connect()
        try:
            return ask(connection, path)
        finally:
            connection.close()

    def gone(self) -> bool:
        """Tells whether all its processes end: each of them holds the pipe of its log open."""
        self.reader.join(PATIENCE)
        return not self.reader.is_alive()


def ask(connection: http.client.HTTPConnection, path: str = "/") -> tuple[int, str]:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()
