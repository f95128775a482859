"""Models that think aloud: what they think before they answer is not said to the user."""

from enum import Enum, auto
from typing import Protocol

# What stands before a thought, and behind it.
TAGS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "<|channel>thought": "<channel|>",
    "<|channel|>analysis<|message|>": "<|channel|>final<|message|>",
}
OPENS, CLOSES = "<think>", "</think>"


class Voice(Protocol):
    """Says a text piece by piece, and takes all of it back."""

    def say(self, text: str) -> None: ...

    def unsay(self) -> None: ...


class At(Enum):
    """How far a text is."""

    BEGINNING = auto()  # a thought may open
    GUESSED = auto()  # within a thought whose opening may be in the template
    THOUGHT = auto()  # within one that opened
    BETWEEN = auto()  # behind a thought: another may open
    ANSWER = auto()  # what was said may still turn out to be a thought
    CERTAIN = auto()  # what was said is the answer


class Thoughts:
    """Takes a text in pieces and has `voice` say what is no thought.

    A chat template may have the opening tag already, so that the text begins within a thought, which shows
    when it closes: then what was said is taken back, and `unopened` is true. A model that is known to do it
    has `unopened` from the start: nothing is said until a thought has closed, or the text has ended.
    """

    def __init__(self, voice: Voice, unopened: bool = False) -> None:
        self.voice = voice
        self.unopened = unopened
        self.at = At.GUESSED if unopened else At.BEGINNING
        self.closing = CLOSES
        self.held = ""
        self.seen = ""  # the end of what was said: a tag may come in pieces

    def take(self, text: str) -> None:
        if self.at in (At.ANSWER, At.CERTAIN):
            self.answer(text)
            return
        self.held += text
        if self.at in (At.GUESSED, At.THOUGHT):
            self.think()
        else:
            self.begin()

    def think(self) -> None:
        _, closed, after = self.held.partition(self.closing)
        if closed:
            self.held, self.at = after, At.BETWEEN
            self.begin()
        elif self.at is At.THOUGHT:
            self.held = self.held[-len(self.closing) :]

    def begin(self) -> None:
        begun = self.held.lstrip()
        if any(tag.startswith(begun) for tag in TAGS):
            return
        tag = next((tag for tag in TAGS if begun.startswith(tag)), "")
        if tag:
            self.closing, self.at = TAGS[tag], At.THOUGHT
            self.think()
        else:
            self.at = At.ANSWER if self.at is At.BEGINNING else At.CERTAIN
            self.answer(self.held)

    def answer(self, text: str) -> None:
        """Says more of the answer, unless it shows that all until here was a thought."""
        seen = self.seen + text
        self.seen = seen[-len(CLOSES) :]
        if self.at is At.ANSWER and OPENS in seen:
            self.at = At.CERTAIN
        _, closed, after = seen.partition(CLOSES)
        if closed and self.at is At.ANSWER:
            self.unopened, self.at = True, At.CERTAIN
            self.voice.unsay()
            text = after
        if text:
            self.voice.say(text)

    def end(self) -> None:
        """Says what was held back when the text ended; a thought that did not close is none of it."""
        if self.at in (At.BEGINNING, At.GUESSED, At.BETWEEN):
            self.answer(self.held)
