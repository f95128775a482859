"""Runs the programs under test in processes of their own, with settings and secrets as in production."""

import atexit
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from tests.forked import Forked

PATIENCE = 180  # seconds that anything may take on a very busy machine
SECRETS = tempfile.TemporaryDirectory(prefix="todo-test-")  # removed when the tests end
BACKEND = Path(__file__).parent.parent
UVICORN = ["--host", "127.0.0.1", "--port", "0", "--no-access-log", "--timeout-graceful-shutdown", "18"]
# After five idle seconds it would hang up, and the clients of tests keep a connection for as long.
UVICORN += ["--timeout-keep-alive", "600"]
ADDRESS = re.compile(r"(?:running|Listening) on (http://[\d.]+:\d+)")


def environment(secrets: dict[str, str], settings: dict[str, str]) -> dict[str, str]:
    """Returns a process environment with `settings`, and `secrets` in a new folder."""
    folder = Path(tempfile.mkdtemp(dir=SECRETS.name))
    for name, value in secrets.items():
        (folder / name).write_text(value)
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**inherited, "SECRETS_DIR": str(folder), "PYTHONUNBUFFERED": "1", **settings}


def run(arguments: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs `python <arguments>` to its end."""
    command = [sys.executable, *arguments]
    return subprocess.run(  # noqa: S603
        command, cwd=BACKEND, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def spawned(command: list[str], folder: Path, env: dict[str, str]) -> subprocess.Popen[str]:
    """Starts a command whose output can be read; it ends with the tests, also where one fails."""
    process = subprocess.Popen(  # noqa: S603
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    atexit.register(process.kill)
    return process


def ending(application: str, env: dict[str, str]) -> tuple[int, str]:
    """Starts a server that ends by itself; returns its exit code and what it said."""
    process = Forked([application], env, {})
    with process.stdout as said:
        output = said.read()
    return process.wait(PATIENCE), output


class Listening:
    """A process that says at which address it listens; `lines` are its log so far."""

    def __init__(self, process: subprocess.Popen[str] | Forked) -> None:
        self.process = process
        self.lines: list[str] = []
        self.more = Condition()
        self.url = self.wait_for_address()
        self.reader = Thread(target=self.read, daemon=True)
        self.reader.start()

    def wait_for_address(self) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if address := ADDRESS.search(line):
                return address[1]
        raise AssertionError("the server ended at start: " + "".join(self.lines))

    def read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                with self.more:
                    self.lines.append(line)
                    self.more.notify_all()

    def log(self) -> list[dict[str, Any]]:
        """Returns what the server has logged so far; fails if a line is not JSON."""
        return [json.loads(line) for line in self.lines]

    def logged(self, **fields: Any) -> dict[str, Any]:
        """Waits for the log line that has these fields, and returns it."""

        def matching() -> list[dict[str, Any]]:
            return [line for line in self.log() if fields.items() <= line.items()]

        with self.more:
            assert self.more.wait_for(matching, PATIENCE), f"no log line with {fields}"
        return matching()[0]

    def stop(self) -> int:
        """Sends SIGTERM and returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.reader.join()
        return code


class Server(Listening):
    """One of the two servers, on a free port."""


class Production(Server):
    """A server by the command that runs it in production."""

    def __init__(self, application: str, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "uvicorn", *UVICORN, application]
        super().__init__(spawned(command, BACKEND, env))


class Replica(Server):
    """A server without the cost of a start, which leaves without a farewell as in a reload.

    `constants` are changed in it, named like app.reminders.PAUSE.
    """

    def __init__(
        self,
        application: str,
        env: dict[str, str],
        *options: str,
        constants: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(Forked([*UVICORN, *options, application], env, constants or {}))
