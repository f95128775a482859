"""A test that fails leaves no server, and none that the run of the tests waits for."""

import os
import socket
from urllib.parse import urlsplit

import pytest

from tests.servers import run

FAILING = """
import signal
from tests.forked import CONTEXT
from tests.servers import {kind}, environment

CONTEXT.set_forkserver_preload([])
server = {kind}("tests.test_servers:silence", environment({{}}, {{}}))
print(server.url, flush=True)
server.process.send_signal(signal.SIGSTOP)  # as one that does not hear that it is to end
assert False
"""


async def silence(*_: object) -> None:
    """Serves nothing."""


@pytest.mark.parametrize("kind", ["Replica", "Production"])
def test_what_fails_leaves_no_server(kind: str) -> None:
    ended = run(["-c", FAILING.format(kind=kind)], dict(os.environ))
    assert ended.stderr.endswith("AssertionError\n")
    address = urlsplit(ended.stdout.strip())
    with pytest.raises(ConnectionRefusedError):
        while True:  # until it has ended
            socket.create_connection((str(address.hostname), address.port or 0)).close()
