"""Packages that are put in the place of those that serve are served at once, and no request is lost."""

import sysconfig
import threading
import time
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from reloader import PATIENCE, Reloader

SLOW_TO_LEAVE = """\
import asyncio
from pathlib import Path


async def app(scope, receive, send):
    while (await receive())["type"] == "lifespan.startup":
        await send({{"type": "lifespan.startup.complete"}})
    Path({mark!r}).touch()
    await asyncio.sleep(1)
    await send({{"type": "lifespan.shutdown.complete"}})
"""

NAME = sysconfig.get_path("purelib", vars={"base": "", "platbase": ""}).lstrip("/")


def environment(folder: Path, identity: str, **modules: str) -> Path:
    """Makes an environment with what the reloader needs, and these modules."""
    venv.create(folder, symlinks=True)
    (folder / NAME / "theirs.pth").write_text(sysconfig.get_path("purelib"))
    (folder / "id").write_text(identity)
    for name, text in modules.items():
        (folder / NAME / f"{name}.py").write_text(text)
    return folder


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return environment(tmp_path / "first", "one")


@pytest.fixture
def reloader(tmp_path: Path, first: Path) -> Iterator[Reloader]:
    folder = tmp_path / "program"
    folder.mkdir()
    reloader = Reloader(folder, str(first / "bin" / "python"))
    assert reloader.next("Started")["packages"] == "one"
    yield reloader
    reloader.process.kill()
    reloader.process.wait()
    assert reloader.gone()


def lead(first: Path, to: Path) -> None:
    part = first / "part"
    part.symlink_to(to)
    part.replace(first / "current")


def test_other_packages_are_served_by_the_same_process_and_taken_back(
    reloader: Reloader, first: Path, tmp_path: Path
) -> None:
    reloader.words.write_text("try:\n from other import WORDS\nexcept ImportError:\n WORDS = 'old'\n")
    reloader.next("Reloaded")
    assert reloader.get() == (200, "old")
    lead(first, environment(tmp_path / "second", "two", other="WORDS = 'new'"))
    assert reloader.next("Started")["packages"] == "two"
    assert reloader.get() == (200, "new")
    reloader.write("red")
    assert reloader.next("Reloaded")["files"] == ["tiny/words.py"]
    assert reloader.get() == (200, "red")
    reloader.words.write_text("from other import WORDS\n")
    reloader.next("Reloaded")
    lead(first, environment(tmp_path / "third", "three"))
    broken = reloader.next("Does not start: ModuleNotFoundError")
    assert (broken["event"], broken["packages"]) == ("broken", "three")
    lead(first, tmp_path / "second")
    assert reloader.next("Started")["packages"] == "two"
    assert reloader.get() == (200, "new")
    assert reloader.process.poll() is None


def test_packages_in_a_folder_of_the_same_name_are_served(
    reloader: Reloader, first: Path, tmp_path: Path
) -> None:
    second = environment(tmp_path / "second", "two")
    first.rename(tmp_path / "old")
    second.rename(first)
    assert reloader.next("Started")["packages"] == "two"
    assert reloader.get() == (200, "one")


def test_requests_wait_while_packages_change(reloader: Reloader, first: Path, tmp_path: Path) -> None:
    answers: set[tuple[int, str]] = set()
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answers.add(reloader.get())

    asking = threading.Thread(target=ask)
    asking.start()
    lead(first, environment(tmp_path / "second", "two"))
    reloader.next("Started")
    over.set()
    asking.join()
    assert answers == {(200, "one")}


def test_who_is_told_to_end_while_packages_change_ends(
    reloader: Reloader, first: Path, tmp_path: Path
) -> None:
    leaving = tmp_path / "leaving"
    (reloader.sources / "main.py").write_text(SLOW_TO_LEAVE.format(mark=str(leaving)))
    reloader.next("Reloaded")
    lead(first, environment(tmp_path / "second", "two"))
    deadline = time.monotonic() + PATIENCE
    while not leaving.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    reloader.process.terminate()
    assert reloader.process.wait(PATIENCE) == 0


def test_packages_that_are_there_at_the_start_are_served_from_the_start(first: Path, tmp_path: Path) -> None:
    lead(first, environment(tmp_path / "second", "two"))
    for python in (first, first / "current"):
        folder = tmp_path / f"program-{python.name}"
        folder.mkdir()
        reloader = Reloader(folder, str(python / "bin" / "python"))
        try:
            assert reloader.next("Started")["packages"] == "two"
            (first / "current").unlink()
            reloader.write("two")
            reloader.next("Reloaded")
            assert reloader.get() == (200, "two")
        finally:
            reloader.process.kill()
            reloader.process.wait()
        lead(first, tmp_path / "second")
