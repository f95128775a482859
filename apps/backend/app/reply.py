"""One answer of the model, put together from the pieces it is streamed in, whichever dialect they are in."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from app.arguments import arguments_to_tell, name_in, name_to_tell, read_arguments
from app.failures import AssistantFailure
from app.fragments import join
from app.pieces import DONE
from app.refusal import refusal_in
from app.thoughts import Thoughts, Voice
from app.written_calls import WrittenCalls
from core.words import glue

UNLIKELY = 1_000_000_000  # tokens of one answer
LONGEST_REPLY = 100_000  # characters of text and calls; a model that goes on and on is stopped

Message = dict[str, Any]

# What vendors put into a call, or beside the text, and want back with it: Gemini's signatures, which LiteLLM
# wraps, and the thoughts of DeepSeek, of vLLM and of those behind OpenRouter and LiteLLM, without which they
# refuse the results, or forget why they called.
WITH_CALL = ("extra_content", "provider_specific_fields")
WITH_MESSAGE = ("extra_content", "reasoning", "reasoning_content", "reasoning_details", "thinking_blocks")

CUT = "The model's answer was cut off at its limit of tokens: ask for less, or in smaller steps."
FILTERED = "The model's content filter stopped the answer: say it in other words."
FAILED = "The model failed in the middle of its answer; try again."
ENDLESS = "The model's answer does not end; ask for less, or try again."

CUTS = ("length", "max_", "limit", "context_window", "incomplete")
FILTERS = ("filter", "safety", "prohibited", "recitation", "blocklist", "sensitive", "refusal", "spii")
FAILURES = ("error", "malformed", "insufficient_system_resource", "abort", "unexpected", "too_many")


@dataclass
class RequestedCall:
    """A tool that the model wants called, with its name and the arguments as it wrote them."""

    id: str
    written: str = ""
    arguments: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return name_in(self.written)

    def add_name(self, more: str) -> None:
        """Adds what a fragment says: a piece of the name, the same once more, or all that there is so far."""
        if more != self.written:
            self.written = more if more.startswith(self.written) else self.written + more

    def as_message(self) -> Message:
        """Returns the call as it goes back."""
        function = {"name": name_to_tell(self.name), "arguments": arguments_to_tell(self.arguments)}
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
    """Has the text said by `voice` and gathers the calls, whose fragments come in several ways.

    `names` are ids for calls that come without one; `unopened` is as for Thoughts, `tools` for WrittenCalls.
    """

    def __init__(
        self, voice: Voice, names: Iterator[str], key: str, unopened: bool, tools: Collection[str]
    ) -> None:
        self.voice = voice
        self.text = ""
        self.names = names
        self.key = key
        self.begun = False
        self.finish = ""
        self.calls: list[RequestedCall] = []
        self.open: dict[Any, RequestedCall] = {}
        self.extra: dict[str, Any] = {}
        self.usage = Usage()
        self.size = 0
        self.written = WrittenCalls(self, tools)
        self.thoughts = Thoughts(self.written, unopened)

    def say(self, text: str) -> None:
        self.text += text
        self.voice.say(text)

    def unsay(self) -> None:
        self.text = ""
        self.voice.unsay()

    def take(self, piece: Any) -> None:
        """Takes the next piece; raises Refusal, AssistantFailure when there are too many, or ValueError."""
        if piece == DONE:
            self.finish = self.finish or ("stop" if self.begun else "")
            return
        if isinstance(piece, list) and piece:
            piece = piece[0]  # Gemini has its errors in a list
        if not isinstance(piece, dict):
            raise ValueError("not a chat completion")
        if error := error_of(piece):
            raise refusal_in(error, self.key)
        self.count(piece.get("usage") or dict_in(piece, "x_groq").get("usage"))
        for choice in list_in(piece, "choices"):
            if isinstance(choice, dict) and choice.get("index") in (0, None):
                self.choose(choice)

    def choose(self, choice: dict[str, Any]) -> None:
        delta, message = dict_in(choice, "delta"), dict_in(choice, "message")
        whole = "delta" not in choice and bool(message) and not self.size
        self.count(choice.get("usage"))
        self.begun = True
        size = self.size
        part = message if whole else delta
        self.talk(text_of(part.get("content")) or text_of(part.get("refusal")))
        self.gather(part)
        if not self.calls:
            # Some have the calls in a whole message at the end alone.
            self.gather({name: value for name, value in message.items() if name not in self.extra})
        reason = choice.get("finish_reason") or ("stop" if whole else "")
        # Some say "stop" after each piece.
        if self.finish in ("", "stop") and (reason or self.size > size):
            self.finish = str(reason)

    def gather(self, part: dict[str, Any]) -> None:
        for name in WITH_MESSAGE:
            if part.get(name):
                self.extra[name] = join(self.extra.get(name), part[name])
        legacy = dict_in(part, "function_call")
        fragments = list_in(part, "tool_calls") or ([{"index": 0, "function": legacy}] if legacy else [])
        for place, fragment in enumerate(fragments):
            if isinstance(fragment, dict):
                self.add(fragment, place)

    def talk(self, text: str) -> None:
        if text:
            self.measure(text)
            self.thoughts.take(text)

    def add(self, fragment: dict[str, Any], place: int) -> None:
        function = dict_in(fragment, "function")
        call = self.call_of(fragment, function, place)
        call.add_name(str(function.get("name") or ""))
        written = function.get("arguments") or ""
        # Some send the object itself.
        arguments = written if isinstance(written, str) else json.dumps(written)
        self.measure(arguments)
        known = call.arguments
        # Some send each time all that there is so far, some an empty object before the arguments.
        whole = known.startswith("{") and arguments.startswith(known)
        glued = arguments if whole else glue(known, arguments)
        call.arguments = glued[2:] if glued.startswith("{}{") else glued
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
        if known is not None and not self.begins(known, given, function, place if index is None else None):
            if usable and not known.name:
                known.id = str(given)
            return known
        call = RequestedCall(str(given) if usable else next(self.names))
        self.calls.append(call)
        self.open[index] = call
        return call

    def begins(self, known: RequestedCall, given: Any, function: dict[str, Any], place: int | None) -> bool:
        """Tells whether a fragment begins another call than the known one; `place`: if it has no index."""
        name = function.get("name")
        if not name or not (known.name or known.arguments):
            return False
        if given:
            return bool(given != known.id)
        if place is not None and (place > 0 or name != known.written):
            return True
        return bool(known.arguments) and read_arguments(known.arguments) is not None

    def count(self, usage: Any) -> None:
        # Some send it with each chunk, some twice at the end: the last one has it all.
        if isinstance(usage, dict):
            asked, answered = usage.get("prompt_tokens"), usage.get("completion_tokens")
            if is_amount(asked) and is_amount(answered):
                self.usage = Usage(asked, answered, counted=True)

    def measure(self, text: str) -> None:
        self.size += len(text)
        if self.size > LONGEST_REPLY:
            raise AssistantFailure(502, ENDLESS)

    def end(self) -> None:
        """Says what was held back; raises AssistantFailure if the answer ended, but is not whole."""
        self.thoughts.end()
        written = self.written.end()
        for function in [] if self.calls else written:
            self.add({"function": function}, 0)
        finish = self.finish.lower()
        if any(word in finish for word in CUTS):
            raise AssistantFailure(502, CUT)
        if any(word in finish for word in FAILURES):
            raise AssistantFailure(502, FAILED)
        if any(word in finish for word in FILTERS):
            raise AssistantFailure(422, FILTERED)

    def as_message(self, text: str) -> Message:
        """Returns the answer as it goes back to the model; null or no content is refused by several."""
        calls = {"tool_calls": [call.as_message() for call in self.calls]} if self.calls else {}
        return {"role": "assistant", "content": text, **calls, **self.extra}


def is_amount(tokens: Any) -> TypeGuard[int]:
    return type(tokens) is int and 0 <= tokens < UNLIKELY


def error_of(piece: dict[str, Any]) -> Any:
    """Returns the error that came instead of a piece of an answer, or nothing."""
    error = piece.get("error")
    if error and not isinstance(error, bool):
        return error
    instead = "choices" not in piece and any(piece.get(name) for name in ("error", "errors", "detail", "msg"))
    minimax = dict_in(piece, "base_resp").get("status_code")
    return piece if instead or minimax or piece.get("object") == "error" else None


def text_of(content: Any) -> str:
    """Returns the text of a content that may be a list of parts, of which thoughts are none."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(map(text_of, content))
    if isinstance(content, dict) and content.get("type") in ("text", "output_text", None):
        return text_of(content.get("text"))
    return ""


def dict_in(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def list_in(holder: dict[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []
