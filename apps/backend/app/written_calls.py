"""Calls that a model writes as its text, where its server does not read them out of it.

They stand in <tool_call> as Hermes and Qwen write them, in <function=…> as Llama and Qwen3-Coder do, behind
[TOOL_CALLS] or <|python_tag|>, or are JSON alone, in a fence or not. Only a text that is nothing else, and
names tools that there are, is taken for calls: a title that looks like one, told among others, stays a title.
"""

import json
import re
from collections.abc import Collection
from typing import Any

from app.arguments import name_in
from app.thoughts import Voice

OPENINGS = ("<tool_call>", "<function=", "[TOOL_CALLS]", "<|python_tag|>", "{", "[{", "```json")
# None has its end behind the next beginning: to look for it, beginnings alone would take minutes.
TAGGED = re.compile(r"<tool_call>((?:(?!<tool_call>).)*?)(?:</tool_call>|(?=<tool_call>)|$)", re.DOTALL)
AROUND = re.compile(r"^(?:```json|<\|python_tag\|>)|```$")
MISTRAL = re.compile(r"\[TOOL_CALLS\]([^[\]{}]*)(?:\[ARGS\])?")
FUNCTION = re.compile(r"<function=([^<>]+)>(.*?)(?:</function>|$)", re.DOTALL)
PARAMETER = re.compile(r"<parameter=([^<>]+)>\n?(.*?)\n?(?:</parameter>|$)", re.DOTALL)

Function = dict[str, Any]


class WrittenCalls:
    """Has `voice` say a text, unless it may be calls of `tools`: that is known at its end."""

    def __init__(self, voice: Voice, tools: Collection[str]) -> None:
        self.voice = voice
        self.tools = tools
        self.held = ""
        self.over = False  # it is none

    def say(self, text: str) -> None:
        self.held += text
        begun = self.held.lstrip()
        if self.over or not any(begun.startswith(opening[: len(begun)]) for opening in OPENINGS):
            self.give_up()

    def unsay(self) -> None:
        self.held, self.over = "", False
        self.voice.unsay()

    def give_up(self) -> None:
        self.over = True
        held, self.held = self.held, ""
        if held:
            self.voice.say(held)

    def end(self) -> list[Function]:
        """Returns the calls, each as a server would tell of its function; says the text if it is none."""
        try:
            calls = read_calls(self.held.strip())
        except RecursionError:  # a brace within a brace within a brace
            calls = []
        if calls and all(name_in(call["name"]) in self.tools for call in calls):
            return calls
        self.give_up()
        return []


def read_calls(text: str) -> list[Function]:
    """Returns the functions that a text calls; none if there is anything else in it."""
    for pieces in (TAGGED, FUNCTION):
        if found := list(pieces.finditer(text)):
            between = pieces.sub("", text).strip()
            called = [read_calls(one[1].strip()) if pieces is TAGGED else read_function(one) for one in found]
            return [call for calls in called for call in calls] if all(called) and not between else []
    if text.startswith("[TOOL_CALLS]"):
        return read_mistral(text)
    try:
        given = json.loads(AROUND.sub("", text), strict=False)
    except ValueError:
        return []
    calls = [as_function(one) for one in (given if isinstance(given, list) else [given])]
    return [call for call in calls if call] if all(calls) else []


def read_function(found: re.Match[str]) -> list[Function]:
    """Returns a function whose arguments are JSON, or have a tag each."""
    name, body = found[1], found[2].strip()
    parameters = {one[1]: one[2] for one in PARAMETER.finditer(body)}
    if PARAMETER.sub("", body).strip() or not body:
        return [{"name": name, "arguments": body}]
    return [{"name": name, "arguments": parameters}]


def read_mistral(text: str) -> list[Function]:
    """Returns functions in a list of JSON, or as name and arguments behind a mark each."""
    _, *pieces = MISTRAL.split(text)
    if pieces and not pieces[0].strip():
        return read_calls(pieces[1].strip())
    return [
        {"name": name.strip(), "arguments": arguments.strip()}
        for name, arguments in zip(pieces[::2], pieces[1::2], strict=True)
    ]


def as_function(given: Any) -> Function | None:
    """Returns the function that JSON calls by its name and arguments, or nothing."""
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        return None
    arguments = given.get("arguments", given.get("parameters"))
    return {"name": given["name"], "arguments": arguments} if isinstance(arguments, dict | str) else None
