"""Traces and metrics: what programs say of themselves, to whoever gathers it. Nobody does unless told so."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Literal

Attributes = Mapping[str, str | int | float | bool | Sequence[str] | None]  # None is left out
Kind = Literal["internal", "server", "client"]

NONE: Attributes = {}


class Span:
    """A piece of work that is traced; this one by nobody."""

    def set(self, attributes: Attributes) -> None:
        """Adds what is known by now."""

    def name(self, name: str) -> None:
        """Names it better, now that more is known."""

    def fail(self, why: str) -> None:
        """Marks it as failed, which an exception that leaves it does too."""


class Telemetry:
    """Where nobody gathers anything: does nothing."""

    def span(
        self,
        name: str,
        attributes: Attributes = NONE,
        kind: Kind = "internal",
        parent: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Span]:
        """Traces a block, as a part of what is traced around it, or of what the headers `parent` name."""
        return nullcontext(Span())

    def hide(self) -> AbstractContextManager[object]:
        """Has nothing of a block traced, whatever packages trace by themselves."""
        return nullcontext()

    def past(self, name: str, begun: int, attributes: Attributes, why: str | None = None) -> None:
        """Traces a question to another that began at `begun`, in nanoseconds since 1970, and ends now."""

    def is_tracing(self) -> bool:
        """Tells whether this is done for something that is traced."""
        return False

    def ids(self) -> dict[str, str]:
        """Returns `trace_id` and `span_id` of what is done, for its log lines."""
        return {}

    def headers(self) -> dict[str, str]:
        """Returns what a request has to bear for its answer to be a part of what is traced."""
        return {}

    def measure(self, name: str, unit: str, amount: float, attributes: Attributes = NONE) -> None:
        """Adds to a distribution, like how long requests take."""

    def watch(self, name: str, unit: str, by: str, look: Callable[[], Mapping[str, int]]) -> None:
        """Has amounts looked at from time to time, one for each value of the attribute `by`."""

    def end(self) -> None:
        """Sends what was not sent yet."""


class Current:
    """The telemetry of this process."""

    telemetry = Telemetry()


def telemetry() -> Telemetry:
    return Current.telemetry
