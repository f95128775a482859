"""An answer of the assistant while it grows: its text and its calls so far, and an event for each step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.words import FIRST_HALF, join_halves


@dataclass(frozen=True)
class ToolCall:
    """A call that was made: `output` is what the tool returned, `text` the same for the model.

    `request` is how the model asked for it, as app.history keeps that.
    """

    tool: str
    input: dict[str, Any]
    output: Any
    text: str
    request: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TextEvent:
    """More of the text."""

    delta: str


@dataclass(frozen=True)
class ToolCallEvent:
    """A tool is being called."""

    id: str
    tool: str
    input: dict[str, Any]


@dataclass(frozen=True)
class ToolResultEvent:
    """A tool has answered the call of the same id."""

    id: str
    tool: str
    output: Any


Event = TextEvent | ToolCallEvent | ToolResultEvent


def ignore(_: Event) -> None:
    """Hears an event and does nothing."""


class Answer:
    """What the assistant has said and the tools it has called; `tell` hears each step as it happens.

    `done` are calls that an earlier try of the same answer has made already.
    """

    def __init__(self, tell: Callable[[Event], None] = ignore, done: Sequence[ToolCall] = ()) -> None:
        self.tell = tell
        self.text = ""
        self.tool_calls = list(done)
        self.calls = 0
        self.fresh = True  # nothing has been said in this paragraph
        self.begun = 0  # where it begins
        self.half = ""  # of a character whose rest comes with the next piece
        self.pending = ""  # space that counts only if more is said: the text is trimmed at any moment

    def paragraph(self) -> None:
        """Sets what is said next apart from what was said before a tool was called."""
        self.fresh, self.pending, self.half = True, "", ""
        self.begun = len(self.text)

    def unsay(self) -> None:
        """Takes back what was said in this paragraph. It was told, and the end tells what has remained."""
        self.text = self.text[: self.begun]
        self.paragraph()

    def say(self, text: str) -> None:
        """Adds to the text; space at its beginning and end is dropped."""
        text = self.half + text
        self.half = text[-1:] if FIRST_HALF.search(text) else ""
        pending = self.pending + clean(text.removesuffix(self.half))
        if self.fresh:
            pending = pending.lstrip()
        words = pending.rstrip()
        self.pending = pending[len(words) :]
        if words:
            delta = "\n\n" + words if self.fresh and self.text else words
            self.fresh = False
            self.text += delta
            self.tell(TextEvent(delta))

    def begin_call(self, tool: str, given: dict[str, Any]) -> str:
        """Tells that a tool is called and returns the call's id."""
        self.calls += 1
        name = f"call-{self.calls}"
        self.tell(ToolCallEvent(name, tool, given))
        return name

    def end_call(self, name: str, call: ToolCall) -> None:
        """Adds a call that was made under this id."""
        storable = replace(
            call, input=clean(call.input), output=clean(call.output), request=clean(call.request)
        )
        self.tool_calls.append(storable)
        self.tell(ToolResultEvent(name, storable.tool, storable.output))


def clean(value: Any) -> Any:
    """Returns JSON data without what PostgreSQL cannot store: NUL characters and lone surrogates."""
    if isinstance(value, str):
        return join_halves(value).replace("\x00", "").encode(errors="replace").decode()
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(name): clean(item) for name, item in value.items()}
    return value
