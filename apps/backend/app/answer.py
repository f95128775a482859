"""An answer of the assistant while it grows: what has been said and done so far, told to who listens."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from core.words import FIRST_HALF, join_halves


@dataclass(frozen=True)
class ToolCall:
    """A call that was made: `output` is what the tool returned, `text` the same for the model.

    `asked` is how the model asked for it, as app.history keeps that.
    """

    tool: str
    input: dict[str, Any]
    output: Any
    text: str
    asked: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """More of the text."""

    delta: str


@dataclass(frozen=True)
class Called:
    """A tool is being called."""

    id: str
    tool: str
    input: dict[str, Any]


@dataclass(frozen=True)
class Returned:
    """A tool has answered the call of the same id."""

    id: str
    tool: str
    output: Any


Event = Said | Called | Returned


def nobody(_: Event) -> None:
    """Listens to nothing."""


class Answer:
    """What the assistant has said and the tools it has called; `tell` hears each step as it happens.

    `done` are calls that an earlier try of the same answer has made already. Each call is made within a
    `during()`, which may refuse it.
    """

    def __init__(self, tell: Callable[[Event], None] = nobody, done: Sequence[ToolCall] = ()) -> None:
        self.tell = tell
        self.during: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
        self.text = ""
        self.tool_calls = list(done)
        self.calls = 0
        self.fresh = True  # nothing has been said in this paragraph
        self.half = ""  # of a character whose rest comes with the next piece
        self.pending = ""  # space that counts only if more is said: the text is trimmed at any moment

    def paragraph(self) -> None:
        """Sets what is said next apart from what was said before a tool was called."""
        self.fresh, self.pending, self.half = True, "", ""

    def say(self, text: str) -> None:
        """Adds to the text; space at its beginning and end is dropped."""
        text = self.half + text
        self.half = text[-1:] if FIRST_HALF.search(text) else ""
        pending = self.pending + cleaned(text.removesuffix(self.half))
        if self.fresh:
            pending = pending.lstrip()
        words = pending.rstrip()
        self.pending = pending[len(words) :]
        if words:
            delta = "\n\n" + words if self.fresh and self.text else words
            self.fresh = False
            self.text += delta
            self.tell(Said(delta))

    def call(self, tool: str, given: dict[str, Any]) -> str:
        """Tells that a tool is called and returns the call's id."""
        self.calls += 1
        name = f"call-{self.calls}"
        self.tell(Called(name, tool, given))
        return name

    def returned(self, name: str, call: ToolCall) -> None:
        """Adds a call that was made under this id."""
        made = replace(
            call, input=cleaned(call.input), output=cleaned(call.output), asked=cleaned(call.asked)
        )
        self.tool_calls.append(made)
        self.tell(Returned(name, made.tool, made.output))


def cleaned(value: Any) -> Any:
    """Returns JSON data without what PostgreSQL cannot store: NUL characters and lone surrogates."""
    if isinstance(value, str):
        return join_halves(value).replace("\x00", "").encode(errors="replace").decode()
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {cleaned(name): cleaned(item) for name, item in value.items()}
    return value
