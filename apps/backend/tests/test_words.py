"""Texts end, and come apart, only where a reader sees a character end."""

import httpx2
import pytest

from app.answer import Answer, Event, TextEvent
from core.words import cut
from tests.model import ScriptedModel
from tests.streamed import STOP, calls, fragment, heard, says, streams

FAMILY = "👩\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("text", "length", "beginning"),
    [
        ("abc", 3, "abc"),
        ("abc", 2, "ab"),
        ("ab😀", 3, "ab😀"),
        (f"ab{FAMILY}", 4, "ab"),
        (f"ab{FAMILY}", 7, f"ab{FAMILY}"),
        ("ab👍🏽", 3, "ab"),
        ("ab❤\ufe0f", 3, "ab"),
        ("abe\u0301", 3, "ab"),
        ("a🇩🇪🇫🇷", 4, "a🇩🇪"),
        ("a🇩🇪🇫🇷", 2, "a"),
        ("a🏴\U000e0067\U000e0062\U000e007f", 3, "a"),
        ("e" + "\u0301" * 9, 4, "e" + "\u0301" * 3),  # what has no other end is cut all the same
    ],
)
def test_a_text_is_cut_between_characters(text: str, length: int, beginning: str) -> None:
    assert cut(text, length) == beginning


@pytest.mark.parametrize(
    ("pieces", "deltas"),
    [
        (["Done \ud83d", "\ude00!"], ["Done", " 😀!"]),
        (["\ud83d", "\ude00", "\ud83d", "\ude80"], ["😀", "🚀"]),
        (["\ud83d\ude00"], ["😀"]),
        (["a\ud83d", "b"], ["a", "?b"]),
        (["a\ude00"], ["a?"]),
        (["a\ud83d"], ["a"]),
    ],
)
def test_halves_of_a_character_are_told_as_one(pieces: list[str], deltas: list[str]) -> None:
    heard: list[Event] = []
    answer = Answer(heard.append)
    for piece in pieces:
        answer.say(piece)
    assert heard == [TextEvent(delta) for delta in deltas]
    assert answer.text == "".join(deltas)


async def test_a_model_may_send_an_emoji_in_halves(api: httpx2.AsyncClient, model: ScriptedModel) -> None:
    call = [calls("add_task")[0], *(fragment(part, index=0) for part in ('{"title":"Fly \ud83d', '\ude80"}'))]
    model.says(streams(*call, STOP), streams(*says("Added \ud83d", "\ude80."), STOP))
    events = await heard(api, message="Add flying")
    assert (await api.get("/tasks")).json()[0]["title"] == "Fly 🚀"
    assert "".join(data["delta"] for name, data in events if name == "text") == "Added 🚀."


async def test_a_conversation_is_not_named_after_a_part_of_an_emoji(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(streams(*says("Hello."), STOP))
    await heard(api, message="x" * 78 + FAMILY)
    assert (await api.get("/conversations")).json()[0]["title"] == "x" * 78
