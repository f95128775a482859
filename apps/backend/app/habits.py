"""How a vendor wants to be asked, as its refusals teach: what it does not take, and what it misses."""

import re
from collections.abc import Iterable
from typing import Any

from app.refusal import Refusal

Message = dict[str, Any]

# A field of an assistant's message that was its own, and is refused when it comes back.
OWN = re.compile(
    r"\b(reasoning(?:_content|_details)?|thinking_blocks|extra_content|provider_specific_fields)\b"
    r".*(?:unsupported|not (?:supported|permitted|allowed)|unknown|unexpected|unrecognized)",
    re.I,
)
REASONING = re.compile(r"reasoning_content\W.*(?:passed back|missing)|missing\W+reasoning_content", re.I)
STREAM = re.compile(r"\bstream(?:ing)?\b")
# Whatever the question: llama.cpp said so until May 2025.
NO_STREAMED_TOOLS = "Cannot use tools with stream"
EMPTY = re.compile(r"text content blocks must be non-empty|content is empty|content\S*text: Field required")
NAMELESS = re.compile(r"function_response\.name|must have a 'name' field")


class Habits:
    """What one vendor is asked with, and without; each refusal teaches something at most once."""

    def __init__(self) -> None:
        self.optional: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}
        self.left_out: set[str] = set()
        self.reasons = False  # each message of the assistant has to have some reasoning_content
        self.no_text: str | None = ""  # the content of a message that only calls
        self.named = False  # a result says of which tool it is

    def learn(self, refusal: Refusal) -> None:
        """Takes a refusal's reason to heart, if it is one of these."""
        reason = refusal.reason
        if NO_STREAMED_TOOLS in reason:
            self.optional = {}
        if refusal.status not in (400, 422):
            return
        if "stream_options" in reason:
            self.optional.pop("stream_options", None)
        elif REASONING.search(reason):
            self.reasons = True
        elif field := OWN.search(reason):
            self.left_out.add(field[1])
        elif EMPTY.search(reason):
            self.no_text = None
        elif NAMELESS.search(reason):
            self.named = True
        elif STREAM.search(reason):
            self.optional = {}  # there are no options without

    def phrase(self, question: dict[str, Any]) -> dict[str, Any]:
        """Returns a question as the vendor wants it."""
        return {**question, "messages": [*self.told(question["messages"])], **self.optional}

    def told(self, messages: Iterable[Message]) -> Iterable[Message]:
        names: dict[str, str] = {}
        for message in messages:
            if message["role"] == "assistant":
                names |= {call["id"]: call["function"]["name"] for call in message.get("tool_calls", ())}
                yield self.of_assistant(message)
            elif self.named and message["role"] == "tool":
                yield {**message, "name": names[message["tool_call_id"]]}
            else:
                yield message

    def of_assistant(self, message: Message) -> Message:
        told = {name: value for name, value in message.items() if name not in self.left_out}
        if self.reasons:
            # DeepSeek takes no empty one (NousResearch/hermes-agent#17341).
            told.setdefault("reasoning_content", message.get("reasoning") or " ")
        return told if told["content"] else {**told, "content": self.no_text}
