"""What one answer, one conversation and one user may cost: characters, calls, answers at once, tokens."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Generator
from typing import Any

import asyncpg
import httpx2
import pytest

from app.allowance import TokensADay
from app.assistant import MOST_CALLS, Assistant
from app.caller import Caller
from app.failures import AssistantFailure
from app.history import LONGEST_HISTORY, Utterance, conversation
from app.limits import MOST_ANSWERS
from app.sizes import LONGEST_KEPT, LONGEST_RESULT, LONGEST_RESULTS, fit, make_room
from core.database import create_engine
from core.sessions import Sessions
from tests.issuer import Issuer
from tests.model import ScriptedModel, text
from tests.servers import Server
from tests.stranger import stranger
from tests.streamed import STILL_THERE, STOP, calls, chunk, fragment, heard, listening, says, streams

FILLED = """
    INSERT INTO tasks (user_id, title, description)
    SELECT $1, repeat('t', 150), repeat('d', 900) FROM generate_series(1, 1000)
"""


def size(request: dict[str, Any]) -> int:
    return len(json.dumps(request["messages"], ensure_ascii=False))


async def test_a_thousand_long_tasks_are_cut_for_the_model_the_page_and_the_database(
    api: httpx2.AsyncClient, model: ScriptedModel, database: str, user_id: str
) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute(FILLED, user_id)
    await connection.close()
    model.says(streams(*calls("list_tasks"), STOP), streams(*says("Many."), STOP))
    events = await heard(api, message="Show my tasks")
    told = json.loads(model.requests[1]["messages"][-1]["content"])
    assert 0 < len(told["result"]) < 1000
    assert told["note"].startswith(f"Only the first {len(told['result'])} of 1000 fit here.")
    assert size(model.requests[1]) < 2 * LONGEST_RESULT
    kept = (await api.get(f"/conversations/{events[0][1]['conversation_id']}/messages")).json()[1]
    outputs = [
        next(data["output"] for name, data in events if name == "tool_result"),
        events[-1][1]["tool_calls"][0]["output"],
        kept["tool_calls"][0]["output"],
    ]
    for output in outputs:
        assert output == told["result"]
    # The next turn is told of it, too, and still fits.
    model.says(text("Yes."))
    await heard(api, message="Are you sure?", conversation_id=events[0][1]["conversation_id"])
    assert size(model.requests[0]) < LONGEST_HISTORY + 4000


async def test_many_results_in_one_answer_are_kept_and_told_within_bounds(
    api: httpx2.AsyncClient, model: ScriptedModel, database: str, user_id: str
) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute(FILLED, user_id)
    await connection.close()
    many = [fragment("{}", "list_tasks", index=number, id=f"c{number}") for number in range(10)]
    model.says(streams(*many, STOP), streams(*says("Many."), STOP))
    events = await heard(api, message="Show them ten times")
    assert size(model.requests[1]) < LONGEST_RESULTS + 10_000
    results = [one for one in model.requests[1]["messages"] if one["role"] == "tool"]
    assert [one["tool_call_id"] for one in results] == [f"c{number}" for number in range(10)]
    assert results[0]["content"].startswith("(Left out to save room")
    assert len(results[-1]["content"]) > 10_000
    page = await api.get(f"/conversations/{events[0][1]['conversation_id']}/messages")
    assert len(page.text) < LONGEST_KEPT + 10_000


async def test_history_is_bounded_by_its_size_and_the_last_message_is_whole(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(text("Yes. " * 1000))
    conversation_id: int | None = None
    for number in range(12):
        body = {"message": f"{number} " + "x" * 7990, "conversation_id": conversation_id}
        conversation_id = (await api.post("/chat", json=body)).json()["conversation_id"]
    last = model.requests[-1]["messages"]
    assert size(model.requests[-1]) < LONGEST_HISTORY + 8000 + 4000
    assert last[-1]["content"].startswith("11 ")
    assert last[-3]["content"].startswith("10 ")
    assert [one["role"] for one in last[1:]] == ["user", "assistant"] * (len(last) // 2 - 1) + ["user"]


async def test_150_calls_in_one_reply_are_not_all_made_and_the_model_is_told(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    many = [fragment(f'{{"title":"{n}"}}', "add_task", index=n, id=f"c{n}") for n in range(150)]
    model.says(streams(*many, STOP), streams(*says("Some."), STOP))
    events = await heard(api, message="Add 150")
    assert len([name for name, _ in events if name == "tool_result"]) == MOST_CALLS
    assert len((await api.get("/tasks")).json()) == MOST_CALLS
    results = [one for one in model.requests[1]["messages"] if one["role"] == "tool"]
    assert [one["tool_call_id"] for one in results] == [f"c{n}" for n in range(150)]
    assert {one["content"] for one in results[MOST_CALLS:]} == {
        f"Not done: at most {MOST_CALLS} calls are made at once. Call it again if it is still needed."
    }


async def test_one_user_has_few_answers_at_once_and_others_have_theirs(
    api: httpx2.AsyncClient, model: ScriptedModel, backend: Server, issuer: Issuer
) -> None:
    go_on = threading.Event()
    model.says(*(streams(go_on, *says("Hi"), STOP) for _ in range(MOST_ANSWERS + 1)), text("Hi"))
    first = [asyncio.create_task(heard(api, message="Hello")) for _ in range(MOST_ANSWERS)]
    await asyncio.to_thread(model.wait_for, MOST_ANSWERS)
    for path in ("/chat", "/chat/stream"):
        refused = await api.post(path, json={"message": "Hello"})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
        assert refused.json()["detail"] == (
            f"You have {MOST_ANSWERS} answers in progress: wait for one of them, or stop it."
        )
    assert len((await api.get("/conversations")).json()) == MOST_ANSWERS
    async with stranger(backend, issuer) as other:
        theirs = asyncio.create_task(heard(other, message="Hello"))
        await asyncio.to_thread(model.wait_for, MOST_ANSWERS + 1)
        go_on.set()
        assert (await theirs)[-1][0] == "done"
    assert [(await one)[-1][0] for one in first] == ["done"] * MOST_ANSWERS
    # Who goes away gives the place back.
    for _ in range(MOST_ANSWERS + 1):
        model.says(streams(*says("Hi"), STOP))
        async with listening(api, message="Hello") as events:
            await anext(events)
    model.says(text("Hi"))
    assert (await api.post("/chat", json={"message": "Hello"})).status_code == 200


async def test_a_chat_in_one_answer_stops_when_its_client_has_left(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def endless() -> Generator[bytes]:
        try:
            while True:
                yield STILL_THERE.encode()
                begun.set()
        finally:
            stopped.set()

    # When it is asked again, the half of the answer has been read.
    model.says(streams(*says("Half an ans"), *calls("get_task", task_id=1), STOP), (200, endless()))
    asking = asyncio.create_task(api.post("/chat", json={"message": "Hello"}))
    assert await asyncio.to_thread(begun.wait, 30)
    asking.cancel()
    assert await asyncio.to_thread(stopped.wait, 30), "the model is still asked"
    (conversation,) = (await api.get("/conversations")).json()
    path = f"/conversations/{conversation['id']}/messages"
    while len(kept := (await api.get(path)).json()) < 2:
        pass
    assert (kept[1]["content"], kept[1]["interrupted"]) == ("Half an ans", True)


@pytest.fixture
async def sessions(database: str) -> AsyncIterator[Any]:
    engine = create_engine(database, "test")
    yield Sessions(engine, "test")
    await engine.dispose()


async def test_a_user_may_spend_so_many_tokens_a_day_counted_for_all_replicas(
    mcp: Server, issuer: Issuer, model: ScriptedModel, sessions: Any, user_id: str
) -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 90, "completion_tokens": 5}}
    model.says(*(streams(*says("Hi"), STOP, usage, usage) for _ in range(2)))
    replicas = [
        Assistant(model.base_url, "none", "scripted", f"{mcp.url}/mcp", allowance=TokensADay(sessions, 190))
        for _ in range(2)
    ]
    caller, other = (Caller(name, issuer.token(name), "id") for name in (user_id, f"{user_id}-2"))
    for replica in replicas:
        await replica.answer(caller, [Utterance("user", "Hello")])
    with pytest.raises(AssistantFailure, match="You have used up your 190 tokens") as refused:
        await replicas[0].answer(caller, [Utterance("user", "Hello")])
    assert refused.value.status == 429
    assert 0 < int(refused.value.headers["Retry-After"]) <= 86_400
    assert len(model.requests) == 2
    # An answer that ends badly costs as much.
    cut = {"choices": [{"index": 0, "finish_reason": "length"}]}
    model.says(*(streams(*says("Half"), cut, usage) for _ in range(2)))
    for complaint in ("cut off at its limit", "cut off at its limit", "You have used up"):
        with pytest.raises(AssistantFailure, match=complaint):
            await replicas[0].answer(other, [Utterance("user", "Hello")])


@pytest.mark.parametrize(
    ("pieces", "fields"),
    [
        (
            [
                {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}},
                *says("Hi"),
                STOP,
                {"choices": [], "usage": {"prompt_tokens": 70, "completion_tokens": 7}},
                {"choices": [], "usage": {"prompt_tokens": 70, "completion_tokens": 7}},
            ],
            {"prompt_tokens": 70, "completion_tokens": 7, "tokens_counted": True},
        ),
        (
            [*says("Hi"), {**STOP, "x_groq": {"usage": {"prompt_tokens": 60, "completion_tokens": 6}}}],
            {"prompt_tokens": 60, "completion_tokens": 6, "tokens_counted": True},
        ),
        ([*says("Hi " * 40), STOP], {"completion_tokens": 30, "tokens_counted": False}),
    ],
    ids=["the last one counts (InternLM/lmdeploy#3832)", "Groq has it elsewhere", "nobody says"],
)
async def test_the_log_has_what_an_answer_cost(
    api: httpx2.AsyncClient,
    backend: Server,
    model: ScriptedModel,
    pieces: list[Any],
    fields: dict[str, Any],
) -> None:
    model.says(streams(*pieces))
    answer = await api.post("/chat", json={"message": "Hello"})
    line = backend.logged(request_id=answer.headers["x-request-id"], tool_calls=0)
    assert fields.items() <= line.items()


async def test_what_an_answer_costs_is_asked_for_until_a_vendor_does_not_take_the_question(
    mcp: Server, issuer: Issuer, model: ScriptedModel
) -> None:
    refusal = {"error": {"message": "stream_options: Extra inputs are not permitted"}}
    model.says((422, refusal), text("Hi"))
    assistant = Assistant(model.base_url, "none", "scripted", f"{mcp.url}/mcp")
    for _ in range(2):
        await assistant.answer(Caller("alice", issuer.token("alice"), "id"), [Utterance("user", "Hello")])
    asked = [request.get("stream_options") for request in model.requests]
    assert asked == [{"include_usage": True}, None, None]


async def test_what_a_vendor_added_to_a_call_goes_back_in_later_turns_and_in_a_retry(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    signed = {"extra_content": {"google": {"thought_signature": "c2ln"}}}
    asked = [
        chunk(reasoning_content="Let me see."),
        chunk(
            tool_calls=[
                {"index": 0, "id": "a", "function": {"name": "list_tasks", "arguments": ""}, **signed},
                {"index": 1, "id": "b", "function": {"name": "add_task", "arguments": '{"title":"A"}'}},
            ]
        ),
        STOP,
    ]
    model.says(streams(*asked), streams(*says("Half")))
    first = await heard(api, message="Add A")
    again = {"conversation_id": first[0][1]["conversation_id"]}
    model.says(streams(*says("Added."), STOP))
    await heard(api, retry=True, **again)
    retried = model.requests[0]["messages"]
    model.says(text("Yes."))
    await heard(api, message="Really?", **again)
    later = model.requests[0]["messages"]
    for messages in (retried[1:], later[1:]):
        assert [one["role"] for one in messages[:4]] == ["user", "assistant", "tool", "tool"]
        assert messages[1]["reasoning_content"] == "Let me see."
        first_call, second = messages[1]["tool_calls"]
        assert first_call["extra_content"] == signed["extra_content"]
        assert second["function"] == {"name": "add_task", "arguments": '{"title": "A"}'}
        assert [one["tool_call_id"] for one in messages[2:4]] == [first_call["id"], second["id"]]
        for call in (first_call, second):
            assert (len(call["id"]), call["id"].isalnum()) == (9, True)
    assert [one["content"] for one in later[5:]] == ["Added.", "Really?"]


def test_another_model_is_told_in_words_what_the_one_before_did() -> None:
    from app.answer import ToolCall

    call = ToolCall("add_task", {"title": "A"}, {"status": "created"}, "", {"by": "a model", "round": "1"})
    added = Utterance("assistant", "Added.", [call])
    told = [Utterance("user", "Add A"), added, Utterance("user", "Really?")]
    same, other = (conversation(told, by, iter(("call00001",))) for by in ("a model", "another"))
    assert [one["role"] for one in same] == ["user", "assistant", "tool", "assistant", "user"]
    assert [one["role"] for one in other] == ["user", "assistant", "user"]


def test_what_fits_is_left_alone_and_what_does_not_keeps_its_beginning() -> None:
    assert fit([1, 2, 3]) == [1, 2, 3]
    assert fit(["x" * 10] * 10, 40) == ["x" * 10] * 3
    assert fit({"error": "x" * 100}, 40) == {"error": "x" * 39 + "…"}


def test_each_call_keeps_its_result_however_little_room_there_is() -> None:
    messages = [
        message
        for number in range(20)
        for message in (
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": str(number), "function": {"name": "f", "arguments": "{}"}}],
            },
            {"role": "tool", "tool_call_id": str(number), "content": "x" * 10_000},
        )
    ]
    fits = make_room(messages)
    assert len(json.dumps(fits)) < LONGEST_RESULTS + 20_000
    assert [one.get("tool_call_id") for one in fits] == [one.get("tool_call_id") for one in messages]
    assert fits[-1] == messages[-1]
