"""What a vendor's refusal teaches for the next question, and for all that follow."""

from collections.abc import Callable
from typing import Any

import pytest

from app.habits import Habits
from app.refusal import Refusal

CALL = {"id": "c1", "type": "function", "function": {"name": "add_task", "arguments": "{}"}}
CALLS = {"role": "assistant", "content": "", "tool_calls": [CALL], "reasoning": "why"}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "{}"}
ANSWER = {"role": "assistant", "content": "Hi there"}
QUESTION = {"messages": [{"role": "user", "content": "Hello"}, CALLS, RESULT, ANSWER], "tools": []}
Change = Callable[[dict[str, Any]], object]

LESSONS: list[tuple[str, int, str, Change, object]] = [
    (
        "Mistral (openai/openai-agents-python#442)",
        422,
        "body.stream_options Extra inputs are not permitted",
        lambda asked: ("stream" in asked, "stream_options" in asked),
        (True, False),
    ),
    (
        "OpenAI (lobehub/lobehub#9385)",
        400,
        "Your organization must be verified to stream this model.",
        lambda asked: ("stream" in asked, "stream_options" in asked),
        (False, False),
    ),
    (
        "llama.cpp before May 2025 (containers/ramalama#1431)",
        500,
        "Cannot use tools with stream",
        lambda asked: ("stream" in asked, "stream_options" in asked),
        (False, False),
    ),
    (
        "DeepSeek V4 (openclaw/openclaw#73417; no empty one: NousResearch/hermes-agent#17341)",
        400,
        "The `reasoning_content` in the thinking mode must be passed back to the API.",
        lambda asked: [one.get("reasoning_content") for one in asked["messages"]],
        [None, "why", None, " "],
    ),
    (
        "Kimi (anomalyco/opencode#25758)",
        400,
        "thinking is enabled but reasoning_content is missing in assistant tool call message at index 1",
        lambda asked: [one.get("reasoning_content") for one in asked["messages"]],
        [None, "why", None, " "],
    ),
    (
        "Groq (karthink/gptel#774)",
        400,
        "'messages.1' : for 'role:assistant' ... property 'reasoning' is unsupported, did you mean 'role'?",
        lambda asked: [one.get("reasoning") for one in asked["messages"]],
        [None] * 4,
    ),
    (
        "Bedrock, new-api (NousResearch/hermes-agent#31583)",
        400,
        "messages: text content blocks must be non-empty",
        lambda asked: [one["content"] for one in asked["messages"]],
        ["Hello", None, "{}", "Hi there"],
    ),
    (
        "Gemini behind Ollama (ollama/ollama#14214)",
        400,
        "* GenerateContentRequest.contents[2].parts[0].function_response.name: Name cannot be empty.",
        lambda asked: [one.get("name") for one in asked["messages"]],
        [None, None, "add_task", None],
    ),
]


@pytest.mark.parametrize(
    ("status", "reason", "change", "becomes"), [one[1:] for one in LESSONS], ids=[one[0] for one in LESSONS]
)
def test_a_refusal_teaches(status: int, reason: str, change: Change, becomes: object) -> None:
    habits = Habits()
    first = habits.phrase(QUESTION)
    assert first == {**QUESTION, "stream": True, "stream_options": {"include_usage": True}}
    habits.learn(Refusal(status, reason))
    asked = habits.phrase(QUESTION)
    assert change(asked) == becomes
    assert {**asked, "messages": 0, "stream": 0, "stream_options": 0} == {
        **first,
        "messages": 0,
        "stream": 0,
        "stream_options": 0,
    }
    habits.learn(Refusal(status, reason))
    assert habits.phrase(QUESTION) == asked, "it would be asked for ever"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "messages.1: tool_call_id not found"),
        (401, "reasoning_content must be passed back to the API"),
        (500, "http2: stream closed"),
    ],
)
def test_other_refusals_teach_nothing(status: int, reason: str) -> None:
    habits = Habits()
    habits.learn(Refusal(status, reason))
    assert habits.phrase(QUESTION) == Habits().phrase(QUESTION)
