"""After a save, what is served is what is on the disk, or the reason why nothing is."""

import hashlib
import http.client
import json
import os
import py_compile
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from reloader import PATIENCE, Reloader, ask, start

WHAT_A_CLOSED_CONNECTION_RAISES = (http.client.HTTPException, OSError)


@pytest.fixture
def reloader(tmp_path: Path) -> Iterator[Reloader]:
    reloader = Reloader(tmp_path)
    reloader.next("Started")
    yield reloader
    reloader.process.kill()
    reloader.process.wait()
    assert reloader.gone()


def cause(answer: tuple[int, str]) -> str:
    assert answer[0] == 503
    body = json.loads(answer[1])
    assert body["cause"] == body["detail"]
    return str(body["cause"])


def test_a_save_is_served(reloader: Reloader) -> None:
    assert reloader.get() == (200, "one")
    reloader.write("two")
    line = reloader.next("Reloaded")
    assert (line["level"], line["service"], line["files"]) == ("info", "tiny", ["tiny/words.py"])
    assert reloader.get() == (200, "two")


def test_a_save_is_told_as_served_once_no_older_server_can_answer(reloader: Reloader) -> None:
    pid = reloader.elsewhere / "pid"
    reloader.words.write_text(
        f"import os\nwith open({str(pid)!r}, 'w') as pid: print(os.getpid(), file=pid)\nWORDS = 'old'\n"
    )
    reloader.next("Reloaded")
    # As on a machine so busy that it does not hear that it is to end: it is killed after two seconds.
    os.kill(int(pid.read_text()), signal.SIGSTOP)
    reloader.write("two")
    assert reloader.next("Reloaded")["ms"] >= 2000
    assert reloader.get() == (200, "two")


def test_what_is_saved_in_a_pause_waits_for_its_end(reloader: Reloader) -> None:
    reloader.process.send_signal(signal.SIGUSR1)
    reloader.words.write_text("this is no Python")
    assert reloader.get() == (200, "one")
    reloader.write("two")
    reloader.process.send_signal(signal.SIGUSR2)
    assert reloader.next("Reloaded")["files"] == ["tiny/words.py"]
    assert reloader.get() == (200, "two")
    assert not [line for line in reloader.log() if "event" in line]


def test_what_was_read_is_told_with_its_hash_and_that_of_a_save_just_before(reloader: Reloader) -> None:
    other = reloader.words.with_name("other.py")
    reloader.write("two")
    other.write_text("")
    loaded: dict[str, str] = {}
    while len(loaded) < 2:
        loaded = reloader.next("Reloaded")["loaded"]
    for path in (reloader.words, other):
        assert loaded[f"tiny/{path.name}"] == hashlib.sha256(path.read_bytes()).hexdigest()
    other.unlink()
    assert reloader.next("Reloaded")["loaded"]["tiny/other.py"] == ""


def test_what_was_saved_while_nothing_started_is_told_once_it_does(reloader: Reloader) -> None:
    other = reloader.words.with_name("other.py")
    other.write_text("this is no Python")
    reloader.words.write_text("this neither")
    reloader.next("Does not start")
    other.write_text("")
    reloader.write("two")
    loaded: dict[str, str] = {}
    while f"tiny/{reloader.words.name}" not in loaded:
        loaded = reloader.next("Reloaded")["loaded"]
    assert set(loaded) >= {"tiny/other.py", f"tiny/{reloader.words.name}"}


def test_a_save_is_served_where_the_checkout_is_in_a_folder_of_packages(tmp_path: Path) -> None:
    folder = tmp_path / ".venv" / "node_modules" / "Zoë's #1"
    folder.mkdir(parents=True)
    reloader = Reloader(folder)
    try:
        reloader.next("Started")
        reloader.write("two")
        assert reloader.next("Reloaded")["files"] == ["tiny/words.py"]
        assert reloader.get() == (200, "two")
    finally:
        reloader.process.kill()
        reloader.process.wait()


def test_bytecode_that_looks_new_is_not_served(reloader: Reloader) -> None:
    py_compile.compile(str(reloader.words))
    before = reloader.words.stat()
    reloader.write("two")
    os.utime(reloader.words, ns=(before.st_atime_ns, before.st_mtime_ns))
    reloader.next("Reloaded")
    assert reloader.get() == (200, "two")


def test_a_broken_save_says_what_and_where_and_the_next_one_heals_it(reloader: Reloader) -> None:
    reloader.words.write_text("\nWORDS = (\n")
    line = reloader.next("Does not start")
    assert line["message"] == "Does not start: SyntaxError: '(' was never closed (tiny/words.py:2)"
    assert (line["level"], line["event"]) == ("error", "broken")
    assert 'words.py", line 2' in line["exception"]
    assert "reload" not in line["exception"].replace(str(reloader.words.parent), "")
    for path in ("/", "/health/ready"):
        assert cause(reloader.get(path)) == line["message"]

    reloader.words.write_text("from tiny import nothing\n")
    reloader.next("Does not start: ImportError: cannot import name 'nothing' from 'tiny'")
    assert "(tiny/words.py:1)" in cause(reloader.get())
    reloader.words.write_text("raise SystemExit('The setting X is missing.')\n")
    reloader.next("Does not start: The setting X is missing.")

    reloader.write("two")
    reloader.next("Reloaded")
    assert reloader.get() == (200, "two")
    assert len([line for line in reloader.log() if "exception" in line]) == 3


def test_the_last_of_many_quick_saves_is_served(reloader: Reloader) -> None:
    for number in range(300):
        reloader.write(f"{number:03}")
    while reloader.get() != (200, "299"):
        reloader.next("Reloaded")
    assert reloader.get() == (200, "299")


def test_a_file_that_goes_is_missed_and_one_that_comes_is_found(reloader: Reloader) -> None:
    away = reloader.words.with_name("other.py")
    reloader.words.rename(away)
    reloader.next("Does not start: ModuleNotFoundError: No module named 'tiny.words'")
    away.rename(reloader.words)
    reloader.next("Reloaded")
    reloader.words.unlink()
    reloader.next("Does not start: ModuleNotFoundError")
    reloader.words.mkdir()
    (reloader.sources / "words").mkdir()
    (reloader.sources / "words" / "__init__.py").write_text("WORDS = 'new'\n")
    while reloader.get() != (200, "new"):
        reloader.next("Reloaded")


def test_a_folder_that_goes_and_comes_back_is_watched_again(reloader: Reloader) -> None:
    away = reloader.sources.with_name("away")
    reloader.sources.rename(away)
    reloader.next("Does not start")
    away.rename(reloader.sources)
    reloader.next("Reloaded")
    shutil.copytree(reloader.sources, away)
    shutil.rmtree(reloader.sources)
    away.rename(reloader.sources)
    while reloader.get() != (200, "one"):
        reloader.next("Reloaded")
    reloader.write("two")
    while reloader.get() != (200, "two"):
        reloader.next("Reloaded")


def test_what_editors_leave_beside_the_sources_changes_nothing(reloader: Reloader) -> None:
    for name in (".words.py.swp", "words.py~", "__pycache__/words.pyc"):
        path = reloader.sources / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    reloader.write("two")
    assert reloader.next("Reloaded")["files"] == ["tiny/words.py"]
    assert len([line for line in reloader.log() if line["message"] == "Reloaded"]) == 1


def test_no_connection_is_refused_and_no_answer_is_older_than_the_one_before(reloader: Reloader) -> None:
    answers: list[tuple[int, str]] = []
    enough = threading.Event()

    def go_on_asking() -> None:
        while not enough.is_set():
            answers.append(reloader.get())

    reloader.write("000")
    reloader.next("Reloaded")
    client = threading.Thread(target=go_on_asking)
    client.start()
    for number in range(1, 11):
        reloader.write(f"{number:03}")
        reloader.next("Reloaded")
    enough.set()
    client.join()
    assert {status for status, _ in answers} == {200}
    assert [words for _, words in answers] == sorted(words for _, words in answers)


def test_who_has_connected_and_not_asked_yet_is_answered_by_the_newest(reloader: Reloader) -> None:
    early = reloader.connect()
    early.connect()
    # Who came later is answered: there was time to take the first.
    assert reloader.get() == (200, "one")
    reloader.write("two")
    reloader.next("Reloaded")
    assert reloader.get() == (200, "two")
    assert ask(early) == (200, "two")
    early.close()


def test_neither_an_idle_nor_a_waiting_client_delays_the_restart(reloader: Reloader) -> None:
    idle, waiting = reloader.connect(), reloader.connect()
    assert ask(idle) == (200, "one")
    waiting.request("GET", "/wait")
    reloader.write("two")
    reloader.next("Reloaded")
    assert reloader.get() == (200, "two")
    with pytest.raises(WHAT_A_CLOSED_CONNECTION_RAISES):
        ask(idle)
    with pytest.raises(WHAT_A_CLOSED_CONNECTION_RAISES):
        waiting.getresponse()
    idle.close()
    waiting.close()


def test_a_server_that_ends_by_itself_leaves_the_reason(reloader: Reloader) -> None:
    with pytest.raises(WHAT_A_CLOSED_CONNECTION_RAISES):
        reloader.get("/crash")
    line = reloader.next("Ended with exit code 7")
    assert line["event"] == "broken"
    assert cause(reloader.get()) == line["message"]
    reloader.write("two")
    reloader.next("Reloaded")
    assert reloader.get() == (200, "two")


def test_a_program_stuck_in_its_import_is_replaced_by_the_next_save(reloader: Reloader) -> None:
    reloader.words.write_text("while True: pass\n")
    # Nobody answers; the connection waits for the next server.
    waiting = reloader.connect()
    waiting.request("GET", "/")
    reloader.write("two")
    reloader.next("Reloaded")
    assert reloader.get() == (200, "two")
    waiting.close()


def test_packages_from_elsewhere_are_not_imported_again(reloader: Reloader) -> None:
    # Once by the first server, once by the process that the others are forked from.
    while reloader.imports.read_text() != "xx":
        assert len(reloader.imports.read_text()) <= 2
    for words in ("two", "six"):
        reloader.write(words)
        reloader.next("Reloaded")
        assert reloader.get() == (200, words)
    assert reloader.imports.read_text() == "xx"


LOOKS_FOR_MAIN = """\
import sys
from importlib.util import find_spec
from pathlib import Path

main = find_spec("tiny.main")
compiled = Path({compiled!r})
sys.addaudithook(lambda event, of: event == "compile" and of[1] == main.origin and compiled.touch())
main.loader.get_code("tiny.main")
WORDS = {words!r}
"""


def test_what_was_not_saved_is_not_compiled_again(reloader: Reloader) -> None:
    while reloader.imports.read_text() != "xx":
        assert len(reloader.imports.read_text()) <= 2
    compiled = reloader.sources / "compiled.txt"
    reloader.words.write_text(LOOKS_FOR_MAIN.format(compiled=str(compiled), words="two"))
    reloader.next("Reloaded")
    assert reloader.get() == (200, "two")
    assert not compiled.exists()
    main = reloader.sources / "main.py"
    main.write_text(main.read_text() + "\n")
    reloader.next("Reloaded")
    assert compiled.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_reloader(reloader: Reloader, number: signal.Signals) -> None:
    reloader.process.send_signal(number)
    assert reloader.process.wait(PATIENCE) == (-number if number == signal.SIGKILL else 0)
    assert reloader.gone()


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = start(tmp_path, port)
        said, _ = ended.communicate(timeout=90)
    assert ended.returncode == 1
    assert said == f"Port {port} of 127.0.0.1 cannot be had: Address already in use.\n"
