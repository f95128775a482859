"""The chat: real API, real MCP server, real PostgreSQL, and a scripted model."""

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import uvicorn

from app import toolbox
from app.assistant import Assistant
from app.caller import Caller
from app.failures import AssistantFailure
from tests.conftest import Environment
from tests.issuer import Issuer
from tests.local_http import Answer, LocalHttp
from tests.model import ScriptedModel, calls, text
from tests.servers import PATIENCE, Replica, Server
from tests.way import way_to


async def say(api: httpx2.AsyncClient, message: str, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/chat", json={"message": message, **fields})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def messages(api: httpx2.AsyncClient, conversation_id: int) -> list[tuple[str, str]]:
    rows = (await api.get(f"/conversations/{conversation_id}/messages")).json()
    return [(row["role"], row["content"]) for row in rows]


async def titles(api: httpx2.AsyncClient) -> list[str]:
    return [task["title"] for task in (await api.get("/tasks")).json()]


async def test_a_tool_call_changes_the_list_and_is_reported(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(calls("add_task", {"title": "Buy groceries"}), text("I added 'Buy groceries'."))
    said = await say(api, "Add a task to buy groceries")
    assert said["response"] == "I added 'Buy groceries'."
    task = (await api.get("/tasks")).json()[0]
    assert task["title"] == "Buy groceries"
    output = {"task_id": task["id"], "status": "created", "title": "Buy groceries"}
    assert said["tool_calls"] == [{"tool": "add_task", "input": {"title": "Buy groceries"}, "output": output}]
    assert await messages(api, said["conversation_id"]) == [
        ("user", "Add a task to buy groceries"),
        ("assistant", "I added 'Buy groceries'."),
    ]


async def test_the_model_sees_instructions_history_tools_and_results(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(text("Hello!"))
    conversation_id = (await say(api, " Hi "))["conversation_id"]
    model.says(calls("list_tasks", {"status": "all"}), text("Nothing."))
    said = await say(api, "Show my tasks", conversation_id=conversation_id)
    assert said["conversation_id"] == conversation_id
    assert said["tool_calls"][0]["output"] == []

    first, second = model.requests
    assert [message["role"] for message in first["messages"]] == ["system", "user", "assistant", "user"]
    assert [message["content"] for message in first["messages"][1:]] == ["Hi", "Hello!", "Show my tasks"]
    assert second["messages"][-1] == {"role": "tool", "tool_call_id": "call_1", "content": "[]"}
    assert len(first["tools"]) == 10
    assert "user_id" not in str(first["tools"])
    assert first["model"] == "scripted"


async def test_who_the_user_is_comes_from_the_token_whatever_the_model_says(
    api: httpx2.AsyncClient, model: ScriptedModel, user_id: str
) -> None:
    model.says(calls("add_task", {"user_id": "mallory", "title": "Mine"}), text("Done."))
    said = await say(api, "Add it")
    assert said["tool_calls"][0]["input"] == {"title": "Mine"}
    assert [task["user_id"] for task in (await api.get("/tasks")).json()] == [user_id]


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("complete_task", {"task_id": 999_999_999}, "There is no task 999999999."),
        ("add_task", {"title": " "}, "title: "),
        ("add_task", {"title": "x", "task": {"deep": [1]}, "description": 5}, "description: "),
        ("format_disk", {"disk": 1}, "There is no tool format_disk. The tools are: add_task,"),
        ("add_task", "{not json", "The arguments are not a JSON object."),
        ("add_task", '["title"]', "The arguments are not a JSON object."),
        ("add_task", '{"title": "\\ud800"}', "The arguments are not a JSON object."),
    ],
)
async def test_what_goes_wrong_with_a_tool_is_told_to_the_model(
    api: httpx2.AsyncClient, model: ScriptedModel, name: str, arguments: Any, complaint: str
) -> None:
    model.says(calls(name, arguments), text("Sorry, that did not work."))
    said = await say(api, "Do it")
    assert said["response"] == "Sorry, that did not work."
    assert model.requests[1]["messages"][-1]["content"].startswith(complaint)
    assert said["tool_calls"][0]["output"]["error"].startswith(complaint)
    assert said["tool_calls"][0]["input"] == (arguments if isinstance(arguments, dict) else {})
    assert await titles(api) == []


async def test_an_endless_tool_loop_ends_with_a_kept_answer(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(calls("list_tasks", {}))
    said = await say(api, "Loop")
    assert len(model.requests) == len(said["tool_calls"]) == 8
    assert (await messages(api, said["conversation_id"]))[1] == ("assistant", said["response"])


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ((401, {"error": {"message": "bad key"}}), "OPENAI_API_KEY"),
        ((404, {"error": {"message": "no such model"}}), "OPENAI_MODEL"),
        ((200, {"hello": "world"}), "OPENAI_BASE_URL"),
        ((200, {"choices": []}), "OPENAI_BASE_URL"),
        ((200, "text"), "OPENAI_BASE_URL"),
        (text(None), "answered nothing"),
        (text(" \x00 "), "answered nothing"),
    ],
)
async def test_a_failing_model_is_502_and_the_message_is_kept(
    api: httpx2.AsyncClient, model: ScriptedModel, answer: Any, complaint: str
) -> None:
    model.says(answer)
    failed = await api.post("/chat", json={"message": "Hello"})
    assert failed.status_code == 502
    assert complaint in failed.json()["detail"]
    conversation_id = failed.json()["conversation_id"]
    assert await messages(api, conversation_id) == [("user", "Hello")]
    model.says(text("Hi \x00there"))
    assert (await say(api, "Again", conversation_id=conversation_id))["response"] == "Hi there"


@pytest.mark.parametrize(
    ("status", "headers", "expected", "wait"),
    [
        (429, {"Retry-After": "7"}, 429, "7"),
        (503, {"retry-after-ms": "2500"}, 503, "3"),
        (503, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, 503, None),
        (400, {}, 502, None),
    ],
)
async def test_a_model_that_asks_for_a_pause_passes_it_on(
    api: httpx2.AsyncClient,
    model: ScriptedModel,
    status: int,
    headers: dict[str, str],
    expected: int,
    wait: str | None,
) -> None:
    model.says((status, {"error": {"message": "Not now"}}, headers))
    failed = await api.post("/chat", json={"message": "Hello"})
    assert failed.status_code == expected
    assert failed.json()["detail"].endswith("It said: Not now")
    if "GMT" in headers.get("Retry-After", ""):
        assert int(failed.headers["retry-after"]) > 86_400
    else:
        assert failed.headers.get("retry-after") == wait


async def test_an_unreachable_model_or_mcp_server_is_502(
    database: str,
    backend_environment: Environment,
    mcp: Server,
    issuer: Issuer,
    model: ScriptedModel,
    user_id: str,
) -> None:
    nowhere = "http://127.0.0.1:9"
    headers = {"Authorization": f"Bearer {issuer.token(user_id)}"}
    model.says(text("Hi"))
    for mcp_url, changed, complaint in (
        (f"{mcp.url}/mcp", {"OPENAI_BASE_URL": f"{nowhere}/v1"}, "The model cannot be reached"),
        (f"{nowhere}/mcp", {}, "The MCP server cannot be used"),
        (f"{mcp.url}/elsewhere", {}, "The MCP server cannot be used"),
    ):
        server = Replica("app.main:app", backend_environment(database, mcp_url, **changed))
        async with httpx2.AsyncClient(headers=headers, timeout=60) as client:
            failed = await client.post(f"{server.url}/api/{user_id}/chat", json={"message": "Hello"})
            kept = await client.get(f"{server.url}/api/{user_id}/conversations")
        assert server.stop() == 0
        assert failed.status_code == 502, failed.text
        assert complaint in failed.json()["detail"]
        assert failed.json()["conversation_id"] == kept.json()[0]["id"]


async def test_an_mcp_server_that_dies_in_mid_chat_is_502(
    database: str, mcp_environment: Environment, issuer: Issuer, user_id: str
) -> None:
    mcp = Replica("mcp_server.main:app", mcp_environment(database))

    def kill_and_call(_: Any, __: dict[str, str]) -> Answer:
        mcp.process.kill()
        mcp.process.wait()
        return calls("list_tasks", {})

    model = LocalHttp(kill_and_call)
    assistant = Assistant(f"{model.url}/v1", "none", "scripted", f"{mcp.url}/mcp")
    with pytest.raises(AssistantFailure, match="The MCP server cannot be used") as failed:
        await assistant.answer(Caller(user_id, issuer.token(user_id), "id"), [("user", "Hello")])
    assert failed.value.status == 502
    model.stop()
    mcp.reader.join()


@pytest.mark.parametrize("silent", ["model", "MCP server"])
async def test_silence_is_504(
    mcp: Server, issuer: Issuer, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    # Of the other one, which does answer, a busy machine may ask for more.
    patience = {"model": "app.assistant.MODEL_TIMEOUT", "MCP server": "app.toolbox.TIMEOUT"}
    monkeypatch.setattr(patience[silent], 0.2)
    model.says(text("Hi"))
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        model_url, mcp_url = (url, f"{mcp.url}/mcp") if silent == "model" else (model.base_url, url)
        assistant = Assistant(model_url, "none", "scripted", mcp_url)
        with pytest.raises(AssistantFailure, match=f"The {silent} did not answer within") as failed:
            await assistant.answer(Caller("alice", issuer.token("alice"), "id"), [("user", "Hello")])
    assert failed.value.status == 504


async def test_no_call_goes_by_a_connection_that_the_mcp_server_may_be_closing(
    mcp: Server, issuer: Issuer, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert uvicorn.Config("app").timeout_keep_alive > toolbox.IDLE
    monkeypatch.setattr(toolbox, "IDLE", -1.0)  # is over at once
    model.says(calls("list_tasks", {}), calls("list_tasks", {}), text("Nothing."))
    address = urlsplit(mcp.url)
    async with way_to(address.hostname, address.port) as way:
        url = f"http://127.0.0.1:{way.own_port}/mcp"
        assistant = Assistant(model.base_url, "none", "scripted", url)
        await assistant.answer(Caller("alice", issuer.token("alice"), "id"), [("user", "Hello")])
        assert way.attempts == 3  # for the list of tools and two calls


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": ""},
        {"message": " \n"},
        {"message": "nul \x00"},
        {"message": "x" * 8001},
        {"message": 5},
        {"message": "x", "conversation_id": "first"},
    ],
)
async def test_what_is_not_a_message_is_refused(api: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    assert (await api.post("/chat", json=body)).status_code == 422
    assert (await api.get("/conversations")).json() == []


async def test_the_longest_message_and_any_script_are_fine(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(text("مرحبا 👋"))
    message = "👍" * 8000
    said = await say(api, message, conversation_id=None)
    assert await messages(api, said["conversation_id"]) == [("user", message), ("assistant", "مرحبا 👋")]


async def test_conversations_are_listed_latest_first_and_deleted_with_their_messages(
    api: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    model.says(text("Hi"))
    first = (await say(api, "One"))["conversation_id"]
    second = (await say(api, "Two"))["conversation_id"]
    await say(api, "One again", conversation_id=first)
    assert [row["id"] for row in (await api.get("/conversations")).json()] == [first, second]
    page = await api.get(f"/conversations/{first}/messages", params={"limit": 1, "offset": 1})
    assert [row["content"] for row in page.json()] == ["Hi"]
    assert set(page.links) == {"next", "prev"}
    latest = await api.get(f"/conversations/{first}/messages", params={"limit": 3, "order": "desc"})
    assert [row["content"] for row in latest.json()] == ["Hi", "One again", "Hi"]
    assert "order=desc" in latest.links["next"]["url"]
    assert (await api.delete(f"/conversations/{first}")).status_code == 204
    assert (await api.get(f"/conversations/{first}/messages")).status_code == 404
    assert [row["id"] for row in (await api.get("/conversations")).json()] == [second]


async def test_another_users_conversation_does_not_exist(
    api: httpx2.AsyncClient, model: ScriptedModel, backend: Server, issuer: Issuer
) -> None:
    model.says(text("Hi"))
    conversation_id = (await say(api, "Secret"))["conversation_id"]
    headers = {"Authorization": f"Bearer {issuer.token('mallory')}"}
    async with httpx2.AsyncClient(base_url=f"{backend.url}/api/mallory", headers=headers) as mallory:
        for number in (conversation_id, 999_999_999, 2**31, 2**63, 0):
            answers = [
                await mallory.post("/chat", json={"message": "x", "conversation_id": number}),
                await mallory.get(f"/conversations/{number}/messages"),
                await mallory.delete(f"/conversations/{number}"),
            ]
            assert [answer.status_code for answer in answers] == [404] * 3
    assert len(await messages(api, conversation_id)) == 2


async def test_a_conversation_goes_on_after_a_restart_of_the_server(
    api: httpx2.AsyncClient,
    database: str,
    backend_environment: Environment,
    mcp: Server,
    model: ScriptedModel,
    user_id: str,
) -> None:
    model.says(text("Hi"))
    conversation_id = (await say(api, "Remember me"))["conversation_id"]
    replica = Replica("app.main:app", backend_environment(database, f"{mcp.url}/mcp"))
    async with httpx2.AsyncClient(headers=api.headers, timeout=PATIENCE) as client:
        body = {"message": "Who am I?", "conversation_id": conversation_id}
        answer = await client.post(f"{replica.url}/api/{user_id}/chat", json=body)
    assert replica.stop() == 0
    assert answer.status_code == 200
    assert [message["content"] for message in model.requests[-1]["messages"][1:]] == [
        "Remember me",
        "Hi",
        "Who am I?",
    ]
