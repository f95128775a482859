"""A small HTTP server in a thread, for the stand-ins that the servers under test talk to."""

import json
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]


class LocalHttp:
    """Serves `respond(body, headers)` on a free port; `url` has no trailing slash.

    An answer is JSON, bytes as they are, or a generator of them: an event stream, closed when the client
    goes away. Headers may come with it. The path that was asked for is among the headers, as `:path`.
    """

    def __init__(self, respond: Callable[[Any, dict[str, str]], Answer]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply(None)

            def do_POST(self) -> None:
                self.reply(json.loads(self.rfile.read(int(self.headers["content-length"]))))

            def reply(self, body: Any) -> None:
                asked = {name.lower(): value for name, value in self.headers.items()}
                status, content, *more = respond(body, {**asked, ":path": self.path})
                self.send_response(status)
                for name, value in more[0].items() if more else ():
                    self.send_header(name, value)
                if isinstance(content, Generator):
                    self.send_header("content-type", "text/event-stream")
                    self.end_headers()
                    with closing(content), suppress(ConnectionError):
                        for piece in content:
                            self.wfile.write(piece)
                    return
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                kind = "text/html" if isinstance(content, bytes) else "application/json"
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
