"""One answer of the model, put together from the pieces it is streamed in."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from openai.types.chat.chat_completion_chunk import Choice, ChoiceDeltaToolCall

from app.failures import AssistantFailure

LONGEST_REPLY = 100_000  # characters of text and calls; a model that goes on and on is stopped


@dataclass
class RequestedCall:
    """A tool that the model wants called, with the arguments as it wrote them."""

    id: str
    name: str = ""
    arguments: str = ""


class Reply:
    """Hands text on to `say` and gathers the calls, whose fragments come in several ways."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.begun = False
        self.finished = False
        self.calls: list[RequestedCall] = []
        self.open: dict[int | None, RequestedCall] = {}
        self.size = 0

    def take(self, choice: Choice) -> None:
        """Takes the next piece; raises AssistantFailure when there are too many."""
        delta = choice.delta
        self.begun = True
        self.finished = self.finished or bool(choice.finish_reason)
        text = delta.content or delta.refusal
        if isinstance(text, str):
            self.measure(text)
            self.say(text)
        for fragment in delta.tool_calls or []:
            self.add(fragment)

    def add(self, fragment: ChoiceDeltaToolCall) -> None:
        call = self.call_of(fragment)
        function = fragment.function
        if function is None:
            return
        call.name = call.name or function.name or ""
        written = function.arguments or ""
        # Some send the object itself.
        arguments = written if isinstance(written, str) else json.dumps(written)
        self.measure(arguments)
        call.arguments += arguments

    def call_of(self, fragment: ChoiceDeltaToolCall) -> RequestedCall:
        """Returns the call of a fragment; some leave out the index, or give all calls the same one."""
        known = self.open.get(fragment.index)
        named = fragment.function is not None and bool(fragment.function.name)
        if known is not None:
            another = fragment.id != known.id if fragment.id else named and bool(known.arguments)
            if not another:
                return known
        call = RequestedCall(fragment.id or f"call_{len(self.calls) + 1}")
        self.calls.append(call)
        self.open[fragment.index] = call
        return call

    def measure(self, text: str) -> None:
        self.size += len(text)
        if self.size > LONGEST_REPLY:
            raise AssistantFailure(502, "The model's answer does not end; ask for less, or try again.")
