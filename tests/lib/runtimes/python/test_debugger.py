"""A debugger that never opens holds up no start for good."""

from pathlib import Path

from reloader import Reloader

NEVER_OPENS = """\
import socket
from pathlib import Path

import reload.debugger

reload.debugger.OPENED = 0.5  # who is late is only started once more
UNANSWERED = Path(__file__).with_name("unanswered")


def configure(**settings):
    pass


def listen(address):
    if UNANSWERED.exists():
        UNANSWERED.unlink()
        ours, theirs = socket.socketpair()
        ours.recv(1)
    return address[0], 1
"""


def test_a_server_whose_debugger_never_opens_says_where_it_stands_and_another_serves(tmp_path: Path) -> None:
    unanswered = tmp_path / "unanswered"
    unanswered.touch()
    (tmp_path / "debugpy.py").write_text(NEVER_OPENS)
    reloader = Reloader(tmp_path, words=("--debug", "127.0.0.1:0"))
    try:
        assert "in listen" in reloader.next("Starts anew: ")["exception"]
        reloader.next("Started")
        assert reloader.get() == (200, "one")
        unanswered.touch()
        reloader.write("two")
        assert "in listen" in reloader.next("Starts anew: ")["exception"]
        assert reloader.next("Reloaded")["files"] == ["tiny/words.py"]
        assert reloader.get() == (200, "two")
    finally:
        reloader.process.kill()
        reloader.process.wait()
    assert reloader.gone()
