"""A scripted stand-in for the model: speaks chat completions, says what a test put into `script`."""

import json
from threading import Condition
from typing import Any

from tests.local_http import Answer, LocalHttp
from tests.servers import PATIENCE


class ScriptedModel:
    """Answers request after request with the next entry of `script`, the last one for ever."""

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.more = Condition()
        self.http = LocalHttp(self.answer)
        self.base_url = f"{self.http.url}/v1"

    def says(self, *script: Answer) -> None:
        """Starts over with a new script."""
        self.script = list(script)
        self.requests = []
        self.headers = []

    def answer(self, body: Any, headers: dict[str, str]) -> Answer:
        with self.more:
            self.requests.append(body)
            self.headers.append(headers)
            self.more.notify_all()
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def wait_for(self, requests: int) -> None:
        """Waits until the model has been asked so often."""
        with self.more:
            assert self.more.wait_for(lambda: len(self.requests) >= requests, PATIENCE), (
                "the model was not asked"
            )


def text(content: str | None) -> Answer:
    """The model says something."""
    return completion({"role": "assistant", "content": content})


def calls(name: str, arguments: dict[str, Any] | str) -> Answer:
    """The model wants a tool called."""
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": written}}
    return completion({"role": "assistant", "content": None, "tool_calls": [call]})


def completion(message: dict[str, Any]) -> Answer:
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return 200, {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [choice],
    }
