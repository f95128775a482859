"""Which text of a model is a call, and which is an answer that looks like one."""

from typing import Any

import pytest

from app.written_calls import WrittenCalls

ADD = '{"name": "add_task", "arguments": {"title": "A"}}'
OTHER = '{"name": "Ada", "arguments": {}}'
ADDED = [{"name": "add_task", "arguments": {"title": "A"}}]


class Voice:
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def unsay(self) -> None:
        self.said.clear()


@pytest.mark.parametrize(
    ("pieces", "said", "calls"),
    [
        ([f"<tool_call>\n{ADD}"], [], ADDED),
        (["<tool", f"_call>{ADD}</tool_call>\n<tool_call>{ADD}</tool_call>\n"], [], ADDED * 2),
        ([ADD[:20], ADD[20:], "\n"], [], ADDED),
        (["```", "json\n", ADD, "\n```"], [], ADDED),
        ([f"[{ADD}, ", f"{ADD}]"], [], ADDED * 2),
        (["<|python", f"_tag|>{ADD}"], [], ADDED),
        ([f"[TOOL_CALLS] [{ADD}]"], [], ADDED),
        (['{"name":' * 50_000], ['{"name":' * 50_000], []),
        (["<tool_call>" * 5_000], ["<tool_call>" * 5_000], []),
        ([f"<tool_call>{ADD}\n<tool_call>{ADD}"], [], ADDED * 2),
        (['[TOOL_CALLS]add_task{"title": "A"}'], [], [{"name": "add_task", "arguments": '{"title": "A"}'}]),
        (
            ['<function=add_task>{"title": "A"}</function>'],
            [],
            [{"name": "add_task", "arguments": '{"title": "A"}'}],
        ),
        (
            ["<function=add_task>\n<parameter=title>\nA\nand B\n</parameter>\n</function>"],
            [],
            [{"name": "add_task", "arguments": {"title": "A\nand B"}}],
        ),
        (
            ["<function=functions.list_tasks></function>"],
            [],
            [{"name": "functions.list_tasks", "arguments": ""}],
        ),
        # Answers: shown whole, at the latest at the end.
        (["Hi ", "there"], ["Hi ", "there"], []),
        (["<", " 2"], ["< 2"], []),
        (["`x`", " is code"], ["`x`", " is code"], []),
        (["```py", "thon\n1"], ["```py", "thon\n1"], []),
        (['{"name": "A"}'], ['{"name": "A"}'], []),
        (["{} or ", ADD], ["{} or " + ADD], []),
        (["<tool_call>broken"], ["<tool_call>broken"], []),
        (["[", "1] is a note"], ["[1] is a note"], []),
        ([f"[{ADD}, 1]"], [f"[{ADD}, 1]"], []),
        (["[TOOL_CALLS]"], ["[TOOL_CALLS]"], []),
        # No tool of ours: an answer in JSON.
        (['{"name": "Ada", "arguments": {}}'], ['{"name": "Ada", "arguments": {}}'], []),
        ([f"[{ADD}, {OTHER}]"], [f"[{ADD}, {OTHER}]"], []),
        # What is told of tasks may look like a call.
        ([f"1. <tool_call>{ADD}</tool_call>"], [f"1. <tool_call>{ADD}</tool_call>"], []),
        ([f"<tool_call>{ADD}</tool_call> is a task"], [f"<tool_call>{ADD}</tool_call> is a task"], []),
        ([f"<tool_call>{ADD}</tool_call><tool_call>x"], [f"<tool_call>{ADD}</tool_call><tool_call>x"], []),
    ],
)
def test_a_text_is_said_but_for_calls(pieces: list[str], said: list[str], calls: list[Any]) -> None:
    voice = Voice()
    written = WrittenCalls(voice, {"add_task", "list_tasks"})
    for piece in pieces:
        written.say(piece)
    assert (written.end(), voice.said) == (calls, said)
