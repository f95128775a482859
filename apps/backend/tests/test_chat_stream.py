"""The streamed chat: real API, real MCP server, real PostgreSQL, and a model that streams, well or badly."""

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Generator
from typing import Any, cast

import anyio
import asyncpg
import httpx2
import pytest
from sse_starlette import JSONServerSentEvent, ServerSentEvent
from starlette.types import Message

import app.assistant
import app.model
from app import background, turns
from app.answer import Answer
from app.assistant import Assistant, Work
from app.caller import Caller
from app.failures import AssistantFailure
from app.routes.chat_stream import KEEP_ALIVE, event_stream
from core.database import create_engine
from core.models import Role
from core.sessions import Sessions
from tests.conftest import Environment
from tests.issuer import Issuer
from tests.local_http import LocalHttp
from tests.model import ScriptedModel, text
from tests.model import calls as whole_call
from tests.servers import PATIENCE, Production, Replica, Server
from tests.streamed import STILL_THERE, STOP, calls, chunk, fragment, heard, listening, says, streams


async def messages(api: httpx2.AsyncClient, conversation_id: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await api.get(f"/conversations/{conversation_id}/messages")).json()
    return rows


async def titles(api: httpx2.AsyncClient) -> list[str]:
    return [task["title"] for task in (await api.get("/tasks")).json()]


def names(events: list[tuple[str, Any]]) -> list[str]:
    return [name for name, _ in events]


def said(events: list[tuple[str, Any]]) -> str:
    return "".join(data["delta"] for name, data in events if name == "text")


async def test_it_tells_of_each_step_in_order_and_keeps_the_answer(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(
        streams(*says("Let me ", "see. "), *calls("add_task", title="Buy milk"), STOP),
        streams(*says(" I added ", "task."), chunk(content="\n"), STOP),
    )
    events = await heard(api, message="  Add milk\n please ")
    assert names(events) == ["start", "text", "text", "tool_call", "tool_result", "text", "text", "done"]
    task = (await api.get("/tasks")).json()[0]
    output = {"task_id": task["id"], "status": "created", "title": "Buy milk"}
    call = {"tool": "add_task", "input": {"title": "Buy milk"}}
    conversation_id = events[0][1]["conversation_id"]
    assert events[3][1] == {"id": "call-1", **call}
    assert events[4][1] == {"id": "call-1", "tool": "add_task", "output": output}
    kept = (await messages(api, conversation_id))[1]
    assert events[-1][1] == {
        "conversation_id": conversation_id,
        "message_id": kept["id"],
        "response": "Let me see.\n\nI added task.",
        "tool_calls": [{**call, "output": output}],
    }
    assert said(events) == events[-1][1]["response"] == kept["content"]
    assert kept["tool_calls"] == [{**call, "output": output}]
    assert kept["interrupted"] is False
    assert (await api.get("/conversations")).json()[0]["title"] == "Add milk please"
    asked = model.requests[1]["messages"][-2]
    assert (asked["content"], asked["tool_calls"][0]["function"]["name"]) == ("Let me see.", "add_task")


async def test_nothing_holds_events_back(api: httpx2.AsyncClient, model: ScriptedModel) -> None:
    go_on = threading.Event()
    model.says(streams(*says("One"), go_on, *says(" two"), STOP))
    async with api.stream("POST", "/chat/stream", json={"message": "Count"}) as answer:
        assert answer.headers["cache-control"] == "no-store, no-transform"
        assert answer.headers["x-accel-buffering"] == "no"
        lines = answer.aiter_lines()
        # The model says no more until the first word has arrived.
        while await anext(lines) != 'data: {"delta":"One"}':
            pass
        go_on.set()
        rest = [line async for line in lines]
    assert 'data: {"delta":" two"}' in rest


@pytest.mark.parametrize(
    "pieces",
    [
        [fragment("", "add_task", index=0, id="a"), *(fragment(part, index=0) for part in '{"title":"A"}')],
        [fragment('{"title":"A"}', "add_task", index=0, id="a")],
        [fragment('{"title":', "add_task", index=0, id="a"), fragment('"A"}', "add_task", index=0, id="a")],
        [fragment('{"title":', "add_task", id="a"), fragment('"A"}')],
        [fragment('{"title":"A"}', "add_task", index=0)],
        [fragment({"title": "A"}, "add_task", index=0, id="a")],
        [chunk(content=None, tool_calls=None), fragment('{"title":"A"}', "add_task", index=0, id="")],
    ],
    ids=["letters", "whole", "repeated", "no index", "no id", "object", "empty id"],
)
async def test_tool_calls_are_put_together_however_they_are_cut(
    api: httpx2.AsyncClient, model: ScriptedModel, pieces: list[Any]
) -> None:
    model.says(streams(*pieces, STOP), streams(*says("Done."), STOP))
    assert (await heard(api, message="Add A"))[-1][1]["tool_calls"][0]["input"] == {"title": "A"}
    assert await titles(api) == ["A"]
    asked, answered = model.requests[1]["messages"][-2:]
    assert asked["tool_calls"][0]["id"] == answered["tool_call_id"] != ""


@pytest.mark.parametrize(
    "where",
    [
        [{"index": 0, "id": "a"}, {"index": 1, "id": "b"}],
        [{"index": 0, "id": "a"}, {"index": 0, "id": "b"}],
        [{"id": "a"}, {"id": "b"}],
        [{"index": 0}, {"index": 0}],
        [{}, {}],
    ],
)
async def test_two_calls_in_one_answer_stay_two(
    api: httpx2.AsyncClient, model: ScriptedModel, where: list[dict[str, Any]]
) -> None:
    pieces = [
        fragment(f'{{"title":"{title}"}}', "add_task", **one) for title, one in zip("AB", where, strict=True)
    ]
    model.says(streams(*pieces, STOP), streams(*says("Done."), STOP))
    await heard(api, message="Add A and B")
    assert await titles(api) == ["A", "B"]


async def test_calls_whose_fragments_come_by_turns_are_told_apart_by_index(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    begun = [fragment("", "add_task", index=number, id=f"c{number}") for number in (0, 1)]
    parts = [fragment(part, index=number) for part in ('{"title":', '"T"}') for number in (0, 1)]
    model.says(streams(*begun, *parts, STOP), streams(*says("Done."), STOP))
    await heard(api, message="Add T twice")
    assert await titles(api) == ["T", "T"]


async def test_a_model_that_does_not_stream_is_fine(api: httpx2.AsyncClient, model: ScriptedModel) -> None:
    model.says(whole_call("add_task", {"title": "A"}), text("Added."))
    events = await heard(api, message="Add A")
    assert names(events) == ["start", "tool_call", "tool_result", "text", "done"]
    assert model.requests[0]["stream"] is True


async def test_a_client_that_goes_away_stops_the_model_and_loses_nothing(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    stopped = threading.Event()

    def endless() -> Generator[bytes]:
        yield from streams(*says("Half an ans"))[1]
        try:
            while True:
                yield STILL_THERE.encode()
        finally:
            stopped.set()

    model.says(streams(*calls("add_task", title="Kept"), STOP), (200, endless()))
    async with listening(api, message="Add it") as events:
        async for name, data in events:
            if name == "start":
                conversation_id = data["conversation_id"]
            if name == "text":
                break
    assert await asyncio.to_thread(stopped.wait, 30)
    # What the tool did was kept before; the text comes once the answer has been stopped.
    while not (kept := await messages(api, conversation_id))[-1]["content"].startswith("Half"):
        pass
    assert [(row["role"], row["content"], row["interrupted"]) for row in kept] == [
        ("user", "Add it", False),
        ("assistant", "Half an ans", True),
    ]
    assert kept[1]["tool_calls"][0]["output"]["title"] == "Kept"

    model.says(text("Fine."))
    await heard(api, message="Go on", conversation_id=conversation_id)
    seen = model.requests[0]["messages"][2]["content"]
    assert seen.startswith("Half an ans\n\n(This answer was interrupted. Done until then: ")
    assert "add_task" in seen


@pytest.mark.parametrize(
    ("pieces", "status", "complaint"),
    [
        (says("Half"), 502, "broke off"),
        ([*says("Half"), {"error": {"message": "overloaded"}}], 502, "broke off"),
        ([*says("Half"), "data: {not json\n\n"], 502, "not a chat completion"),
        ([*says("Half"), {"choices": [{"index": 0}]}], 502, "broke off"),
        ([*says("Half"), *says("x" * 1000) * 101, STOP], 502, "does not end"),
    ],
    ids=["closed", "error", "garbage", "no delta", "endless"],
)
async def test_a_model_that_fails_half_way_is_an_error_event_and_what_was_said_is_kept(
    api: httpx2.AsyncClient, model: ScriptedModel, pieces: list[Any], status: int, complaint: str
) -> None:
    model.says(streams(*pieces))
    events = await heard(api, message="Hello")
    conversation_id = events[0][1]["conversation_id"]
    name, problem = events[-1]
    assert (name, problem["status"], problem["conversation_id"]) == ("error", status, conversation_id)
    assert complaint in problem["detail"]
    assert problem["request_id"]
    kept = await messages(api, conversation_id)
    assert kept[1]["content"].startswith("Half")
    assert kept[1]["interrupted"] is True


@pytest.mark.parametrize(
    ("pieces", "complaint"),
    [
        ([], "not a chat completion"),
        (["<html>\n\n"], "not a chat completion"),
        ([{"hello": "world"}], "not a chat completion"),
        ([STOP], "answered nothing"),
        ([*says(" \n\x00"), STOP], "answered nothing"),
        (calls("add_task", title="Half a call"), "broke off"),
    ],
)
async def test_a_model_that_says_nothing_leaves_only_the_users_message(
    api: httpx2.AsyncClient, model: ScriptedModel, pieces: list[Any], complaint: str
) -> None:
    model.says(streams(*pieces))
    events = await heard(api, message="Hello")
    assert names(events) == ["start", "error"]
    assert complaint in events[-1][1]["detail"]
    assert len(await messages(api, events[0][1]["conversation_id"])) == 1
    assert await titles(api) == []


@pytest.mark.parametrize("limit", ["patience", "whole answer"])
async def test_a_model_that_falls_silent_or_never_ends_is_504_and_what_it_said_is_known(
    mcp: Server, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    if limit == "patience":
        monkeypatch.setattr(app.assistant, "MODEL_TIMEOUT", 2.0)
    else:
        monkeypatch.setattr(app.model, "LONGEST_ANSWER", 2.0)
    released = threading.Event()
    model = LocalHttp(lambda *_: streams(*says("I thi"), released))
    assistant = Assistant(f"{model.url}/v1", "none", "scripted", f"{mcp.url}/mcp")
    answer = Answer()
    with pytest.raises(AssistantFailure, match="The model did not answer within") as failed:
        await assistant.answer(Caller("alice", issuer.token("alice"), "id"), [("user", "Hello")], answer)
    released.set()
    model.stop()
    assert (failed.value.status, answer.text) == (504, "I thi")


async def test_an_unknown_tool_and_unusable_arguments_are_told_to_the_model(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(
        streams(
            fragment("{}", "format_\x00disk", index=0, id="a"),
            fragment('{"title": "\\ud800"}', "add_task", index=1, id="b"),
            fragment("[" * 50_000, "add_task", index=2, id="c"),
            fragment('{"title": NaN}', "add_task", index=3, id="d"),
            fragment('{"title": "nul \\u0000"}', "add_task", index=4, id="e"),
            STOP,
        ),
        streams(*says("Sorry."), STOP),
    )
    events = await heard(api, message="Do it")
    outputs = [data["output"]["error"] for name, data in events if name == "tool_result"]
    assert "There is no tool format_disk" in outputs[0]
    assert ["not a JSON object" in output for output in outputs[1:]] == [True, True, True, False]
    assert events[-1][0] == "done"
    kept = await messages(api, events[0][1]["conversation_id"])
    assert [call["tool"] for call in kept[1]["tool_calls"]] == ["format_disk", *["add_task"] * 4]
    assert await titles(api) == []


async def test_retry_answers_the_last_message_again_without_repeating_anything(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    listed = calls("list_tasks", status="all")
    model.says(
        streams(*listed, STOP), streams(*calls("add_task", title="Once"), STOP), streams(*says("I ad"))
    )
    conversation_id = (await heard(api, message="Add it"))[0][1]["conversation_id"]
    assert [row["interrupted"] for row in await messages(api, conversation_id)] == [False, True]

    model.says(streams(*says("I added it."), STOP))
    events = await heard(api, conversation_id=conversation_id, retry=True)
    assert names(events) == ["start", "text", "done"]
    asked = model.requests[0]["messages"]
    assert [message["role"] for message in asked] == ["system", "user", "assistant", "tool"]
    assert asked[1]["content"] == "Add it"
    assert asked[2]["tool_calls"][0]["function"]["name"] == "add_task"
    assert [(row["role"], row["content"]) for row in await messages(api, conversation_id)] == [
        ("user", "Add it"),
        ("assistant", "I added it."),
    ]
    assert [call["tool"] for call in events[-1][1]["tool_calls"]] == ["add_task"]
    assert await titles(api) == ["Once"]


async def test_a_retry_that_fails_leaves_the_earlier_answer(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(streams(*calls("add_task", title="Once"), STOP), streams(*says("Added."), STOP))
    conversation_id = (await heard(api, message="Add it"))[0][1]["conversation_id"]
    before = await messages(api, conversation_id)
    model.says((500, {"error": {"message": "overloaded"}}))
    events = await heard(api, conversation_id=conversation_id, retry=True)
    assert names(events) == ["start", "error"]
    assert await messages(api, conversation_id) == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": " "},
        {"message": "x" * 8001},
        {"message": "x", "time_zone": "Moon/Sea"},
        {"retry": True},
        {"retry": True, "conversation_id": 1, "message": "x"},
        {"conversation_id": 1},
        {"message": None, "conversation_id": 1, "retry": False},
        {"message": "x", "conversation_id": "first"},
    ],
)
async def test_what_is_not_a_message_is_refused_before_the_stream(
    api: httpx2.AsyncClient, body: dict[str, Any]
) -> None:
    assert (await api.post("/chat/stream", json=body)).status_code == 422
    assert (await api.get("/conversations")).json() == []


async def test_a_message_of_100_kb_is_refused(api: httpx2.AsyncClient) -> None:
    for path in ("/chat", "/chat/stream"):
        refused = await api.post(path, json={"message": "x" * 100_000})
        assert refused.status_code in (413, 422)
        assert isinstance(refused.json()["detail"], str)
    assert (await api.get("/conversations")).json() == []


async def test_another_users_conversation_does_not_exist(
    api: httpx2.AsyncClient, model: ScriptedModel, backend: Server, issuer: Issuer
) -> None:
    model.says(streams(*says("Hi"), STOP))
    conversation_id = (await heard(api, message="Secret"))[0][1]["conversation_id"]
    headers = {"Authorization": f"Bearer {issuer.token('mallory')}"}
    async with httpx2.AsyncClient(base_url=f"{backend.url}/api/mallory", headers=headers) as mallory:
        for number in (conversation_id, 999_999_999, 2**31, 2**63, 0, -1):
            for body in ({"message": "x"}, {"retry": True}):
                refused = await mallory.post("/chat/stream", json={**body, "conversation_id": number})
                assert (refused.status_code, refused.json()["detail"]) == (
                    404,
                    f"There is no conversation {number}.",
                )
        foreign = await mallory.post(f"{backend.url}/api/{api.base_url.path}/chat/stream", json={})
        assert foreign.status_code == 404
    assert len(await messages(api, conversation_id)) == 2


async def test_a_token_that_runs_out_in_mid_answer_is_an_error_event_and_what_was_done_is_kept(
    backend: Server, mcp: Server, issuer: Issuer, model: ScriptedModel, user_id: str
) -> None:
    token = issuer.token(user_id, exp=int(time.time()))  # the servers' leeway makes it last 5 s more
    authorization = {"Authorization": f"Bearer {token}"}

    def until_it_has_run_out() -> Generator[bytes]:
        while httpx2.post(f"{mcp.url}/mcp", headers=authorization).status_code != 401:
            time.sleep(0.1)  # to ask without a pause keeps both ends busy for five seconds
            yield STILL_THERE.encode()
        yield from streams(*calls("add_task", title="Too late"), STOP)[1]

    model.says(streams(*calls("add_task", title="In time"), STOP), (200, until_it_has_run_out()))
    base_url = f"{backend.url}/api/{user_id}"
    async with httpx2.AsyncClient(base_url=base_url, headers=authorization, timeout=PATIENCE) as client:
        events = await heard(client, message="Add two")
        assert names(events) == ["start", "tool_call", "tool_result", "tool_call", "error"]
        assert events[-1][1]["status"] == 401
        assert events[-1][1]["detail"] == (
            "Your sign-in ran out in the middle of the answer: try again or sign in again."
        )
        client.headers["Authorization"] = f"Bearer {issuer.token(user_id)}"
        assert await titles(client) == ["In time"]
        kept = await messages(client, events[0][1]["conversation_id"])
        assert kept[1]["interrupted"] is True
        assert [call["input"] for call in kept[1]["tool_calls"]] == [{"title": "In time"}]
        model.says(streams(*says("Both are there."), STOP))
        again = await heard(client, conversation_id=events[0][1]["conversation_id"], retry=True)
        assert again[-1][0] == "done"


async def test_a_conversation_goes_on_in_another_server_process(
    api: httpx2.AsyncClient,
    database: str,
    backend_environment: Environment,
    mcp: Server,
    model: ScriptedModel,
    user_id: str,
) -> None:
    model.says(streams(*says("Hi"), STOP))
    conversation_id = (await heard(api, message="Remember me"))[0][1]["conversation_id"]
    replica = Replica("app.main:app", backend_environment(database, f"{mcp.url}/mcp"))
    base_url = f"{replica.url}/api/{user_id}"
    model.says(streams(*says("You are you."), STOP))
    async with httpx2.AsyncClient(base_url=base_url, headers=api.headers, timeout=PATIENCE) as client:
        events = await heard(client, message="Who am I?", conversation_id=conversation_id)
    assert replica.stop() == 0
    assert events[-1][1]["conversation_id"] == conversation_id
    told = [message["content"] for message in model.requests[0]["messages"][1:]]
    assert told == ["Remember me", "Hi", "Who am I?"]


async def test_sigterm_lets_a_stream_in_progress_finish(
    database: str,
    backend_environment: Environment,
    mcp: Server,
    issuer: Issuer,
    model: ScriptedModel,
    user_id: str,
) -> None:
    server = Production("app.main:app", backend_environment(database, f"{mcp.url}/mcp"))
    headers = {"Authorization": f"Bearer {issuer.token(user_id)}"}
    base_url = f"{server.url}/api/{user_id}"
    go_on = threading.Event()
    model.says(streams(*says("One"), go_on, *says(" two"), STOP))
    events = []
    async with (
        httpx2.AsyncClient(base_url=base_url, headers=headers, timeout=60) as client,
        listening(client, message="Count") as coming,
    ):
        async for event in coming:
            events.append(event)
            if event == ("text", {"delta": "One"}):
                server.process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(server.logged, message="Shutting down")
                go_on.set()
    assert events[-1][0] == "done"
    assert server.process.wait(20) == 0
    server.stop()


async def test_an_answer_that_is_complete_is_kept_although_the_client_leaves_while_it_is_stored(
    database: str, user_id: str
) -> None:
    class Ready:
        async def answer(self, _: Caller, __: list[tuple[Role, str]], answer: Answer, ___: Work) -> Answer:
            answer.say("All of it.")
            return answer

    engine = create_engine(database, user_id)
    sessions = Sessions(engine, "test")
    turn = await turns.begin(sessions, user_id, None, "Hello")
    other, onlooker = await asyncpg.connect(database), await asyncpg.connect(database)
    async with other.transaction():
        # Whoever stores the answer has to wait for this row.
        await other.execute("SELECT FROM conversations WHERE id = $1 FOR UPDATE", turn.conversation_id)
        taking = background.start(
            turn.take(cast(Assistant, Ready()), sessions, Caller(user_id, "", ""), Answer())
        )
        blocked = "SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'"
        while await onlooker.fetchrow(blocked, user_id) is None:
            assert not taking.done()
        taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    stored = await other.fetch(
        "SELECT content, interrupted FROM messages WHERE user_id = $1 ORDER BY id", user_id
    )
    assert [tuple(row) for row in stored] == [("Hello", False), ("All of it.", False)]
    await other.close()
    await onlooker.close()
    await engine.dispose()


async def test_while_nothing_happens_a_comment_keeps_the_connection_alive() -> None:
    heard_twice = asyncio.Event()
    sent: list[bytes] = []

    async def silent() -> AsyncIterator[ServerSentEvent]:
        await heard_twice.wait()
        yield JSONServerSentEvent({}, event="done", sep="\n")

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))
        if sent.count(b": keep-alive\n\n") == 2:
            heard_twice.set()

    async def receive() -> Message:
        await asyncio.Event().wait()  # the client stays
        return {}

    stream = event_stream(silent(), anyio.Event(), keep_alive=0.01)
    await stream({"type": "http", "method": "POST"}, receive, send)
    assert sent[-2:] == [b"event: done\ndata: {}\n\n", b""]
    assert KEEP_ALIVE == 10


async def test_the_model_is_told_the_time_where_the_user_is(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    for zone, path in (("Asia/Kathmandu", "/chat"), ("Asia/Kathmandu", "/chat/stream"), (None, "/chat")):
        model.says(text("Hi"))
        await api.post(path, json={"message": "Hi", **({"time_zone": zone} if zone else {})})
        told = model.requests[0]["messages"][0]["content"]
        offset = "+05:45" if zone else "+00:00"
        assert f"{offset} in the user's time zone, {zone or 'UTC'}." in told


async def test_the_chat_in_one_answer_keeps_what_was_done_too(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(whole_call("add_task", {"title": "Kept"}), (500, {"error": {"message": "overloaded"}}))
    failed = await api.post("/chat", json={"message": "Add it"})
    assert (failed.status_code, failed.headers["content-type"]) == (502, "application/problem+json")
    kept = (await messages(api, failed.json()["conversation_id"]))[1]
    assert (kept["content"], kept["interrupted"]) == ("", True)
    assert kept["tool_calls"][0]["input"] == {"title": "Kept"}
