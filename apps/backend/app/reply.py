"""One answer of the model, put together from the pieces it is streamed in, whichever dialect they are in."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.arguments import name_to_tell, read_arguments
from app.failures import AssistantFailure
from app.pieces import DONE
from app.refusal import refusal_in
from app.thoughts import Thoughts
from core.words import glue

LONGEST_REPLY = 100_000  # characters of text and calls; a model that goes on and on is stopped

Message = dict[str, Any]

# What vendors put into a call, or beside the text, and want back with it: Gemini's signatures, which LiteLLM
# wraps, and the thoughts of DeepSeek and of those behind OpenRouter, without which they refuse the results.
WITH_CALL = ("extra_content", "provider_specific_fields")
WITH_MESSAGE = ("extra_content", "reasoning_content", "reasoning_details")

CUT = "The model's answer was cut off at its limit of tokens: ask for less, or in smaller steps."
FILTERED = "The model's content filter stopped the answer: say it in other words."
FAILED = "The model failed in the middle of its answer; try again."
ENDLESS = "The model's answer does not end; ask for less, or try again."

CUTS = ("length", "max_tokens", "model_length")
FILTERS = ("filter", "safety", "prohibited", "recitation", "blocklist")
FAILURES = ("error", "malformed", "insufficient_system_resource", "abort")


@dataclass
class RequestedCall:
    """A tool that the model wants called, with the arguments as it wrote them."""

    id: str
    name: str = ""
    arguments: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def as_message(self) -> Message:
        """Returns the call as it goes back: arguments that are no JSON object would be refused for ever."""
        usable = read_arguments(self.arguments) or {}
        # An object stays as it was written, to the letter.
        arguments = self.arguments if usable and self.arguments.lstrip()[0] == "{" else json.dumps(usable)
        function = {"name": name_to_tell(self.name), "arguments": arguments}
        return {"id": self.id, "type": "function", "function": function, **self.extra}


@dataclass
class Usage:
    """Tokens of a question and of its answer; `counted` unless the vendor does not say and we guess."""

    asked: int = 0
    answered: int = 0
    counted: bool = False

    @property
    def total(self) -> int:
        return self.asked + self.answered


class Reply:
    """Hands text on to `say` and gathers the calls, whose fragments come in several ways.

    `names` are ids for calls that come without one.
    """

    def __init__(self, say: Callable[[str], None], names: Iterator[str], key: str = "") -> None:
        self.say = say
        self.names = names
        self.key = key
        self.begun = False
        self.finish = ""
        self.calls: list[RequestedCall] = []
        self.open: dict[Any, RequestedCall] = {}
        self.extra: dict[str, Any] = {}
        self.usage = Usage()
        self.size = 0
        self.thoughts = Thoughts()

    def take(self, piece: Any) -> None:
        """Takes the next piece; raises Refusal, AssistantFailure when there are too many, or ValueError."""
        if piece == DONE:
            self.finish = self.finish or ("stop" if self.begun else "")
            return
        if not isinstance(piece, dict):
            raise ValueError("not a chat completion")
        error = piece.get("error") or (piece if piece.get("object") == "error" else None)
        if error:
            raise refusal_in(error, self.key)
        self.count(piece.get("usage") or dict_in(piece, "x_groq").get("usage"))
        for choice in list_in(piece, "choices"):
            if isinstance(choice, dict) and choice.get("index") in (0, None):
                self.choose(choice)

    def choose(self, choice: dict[str, Any]) -> None:
        whole = "delta" not in choice and isinstance(choice.get("message"), dict) and not self.size
        self.begun = True
        reason = choice.get("finish_reason") or ("stop" if whole else "")
        self.finish = self.finish or str(reason)
        delta = dict_in(choice, "message" if whole else "delta")
        self.talk(text_of(delta.get("content")) or text_of(delta.get("refusal")))
        for name in WITH_MESSAGE:
            if delta.get(name):
                self.extra[name] = join(self.extra.get(name), delta[name])
        for place, fragment in enumerate(list_in(delta, "tool_calls")):
            if isinstance(fragment, dict):
                self.add(fragment, place)

    def talk(self, text: str) -> None:
        if text:
            self.measure(text)
            if words := self.thoughts.take(text):
                self.say(words)

    def add(self, fragment: dict[str, Any], place: int) -> None:
        function = dict_in(fragment, "function")
        call = self.call_of(fragment, function, place)
        call.name = call.name or str(function.get("name") or "")
        written = function.get("arguments") or ""
        # Some send the object itself.
        arguments = written if isinstance(written, str) else json.dumps(written)
        self.measure(arguments)
        call.arguments = glue(call.arguments, arguments)
        for name in WITH_CALL:
            if fragment.get(name):
                call.extra[name] = join(call.extra.get(name), fragment[name])

    def call_of(self, fragment: dict[str, Any], function: dict[str, Any], place: int) -> RequestedCall:
        """Returns the call of a fragment.

        Some leave out the index, give all calls the same one, or each fragment another id: it is the name
        that begins a call, unless it is only repeated.
        """
        index, given = fragment.get("index"), fragment.get("id")
        last = self.calls[-1] if self.calls else None
        known = last if index is None else self.open.get(index)
        if known is None and not function.get("name") and not given:
            known = last
        usable = isinstance(given, str) and given and all(call.id != given for call in self.calls)
        if known is not None and not self.begins(known, given, function, place if index is None else 0):
            if usable and not known.name:
                known.id = str(given)
            return known
        call = RequestedCall(str(given) if usable else next(self.names))
        self.calls.append(call)
        self.open[index] = call
        return call

    def begins(self, known: RequestedCall, given: Any, function: dict[str, Any], place: int) -> bool:
        """Tells whether a fragment begins another call than the known one."""
        if not function.get("name") or not (known.name or known.arguments):
            return False
        if given:
            return bool(given != known.id)
        return place > 0 or (bool(known.arguments) and read_arguments(known.arguments) is not None)

    def count(self, usage: Any) -> None:
        # Some send it with each chunk, some twice at the end: the last one has it all.
        if isinstance(usage, dict):
            asked, answered = usage.get("prompt_tokens"), usage.get("completion_tokens")
            if isinstance(asked, int) and isinstance(answered, int):
                self.usage = Usage(asked, answered, counted=True)

    def measure(self, text: str) -> None:
        self.size += len(text)
        if self.size > LONGEST_REPLY:
            raise AssistantFailure(502, ENDLESS)

    def end(self) -> None:
        """Says what was held back; raises AssistantFailure if the answer ended, but is not whole."""
        if words := self.thoughts.end():
            self.say(words)
        finish = self.finish.lower()
        if finish in CUTS:
            raise AssistantFailure(502, CUT)
        if any(word in finish for word in FAILURES):
            raise AssistantFailure(502, FAILED)
        if any(word in finish for word in FILTERS):
            raise AssistantFailure(422, FILTERED)

    def as_message(self, text: str) -> Message:
        """Returns the answer as it goes back to the model; null or no content is refused by several."""
        calls = {"tool_calls": [call.as_message() for call in self.calls]} if self.calls else {}
        return {"role": "assistant", "content": text, **calls, **self.extra}


def text_of(content: Any) -> str:
    """Returns the text of a content that may be a list of parts, of which thoughts are none."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(map(text_of, content))
    if isinstance(content, dict) and content.get("type") in ("text", "output_text", None):
        return text_of(content.get("text"))
    return ""


def join(known: Any, more: Any) -> Any:
    """Returns what two fragments of the same thing make together."""
    if isinstance(known, str) and isinstance(more, str):
        return known + more
    if isinstance(known, dict) and isinstance(more, dict):
        return overlay(known, more)
    if isinstance(more, list):
        blocks = list(known) if isinstance(known, list) else []
        for block in more:
            if blocks and continues(blocks[-1], block):
                blocks[-1] = lengthen(blocks[-1], block)
            else:
                blocks.append(block)
        return blocks
    return more


def overlay(known: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    deeper = {
        name: overlay(known[name], value)
        for name, value in more.items()
        if isinstance(value, dict) and isinstance(known.get(name), dict)
    }
    return {**known, **more, **deeper}


def continues(block: Any, more: Any) -> bool:
    """Tells whether `more` is a piece of `block`: a signature is of the whole of a thought."""
    return (
        isinstance(block, dict)
        and isinstance(more, dict)
        and more.get("type") in ("reasoning.text", "reasoning.summary")
        and all(block.get(name) == more.get(name) for name in ("type", "index"))
        and not (block.get("signature") and more.get("text"))
    )


def lengthen(block: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    grown = {name: (block.get(name) or "") + more[name] for name in ("text", "summary") if more.get(name)}
    return {**block, **{name: value for name, value in more.items() if value is not None}, **grown}


def dict_in(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def list_in(holder: dict[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []
