"""The MCP server: the contract of its five tools, by plain JSON-RPC and by the official client."""

import json
import re
import uuid
from typing import Any

import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from tests.conftest import Environment
from tests.issuer import Issuer
from tests.servers import PATIENCE, Replica, Server

ACCEPT = {"Accept": "application/json, text/event-stream"}

# Name → parameters, required ones first; `user_id`, which each takes too, may be left out.
TOOLS: dict[str, tuple[list[str], list[str]]] = {
    "add_task": (["title"], ["description"]),
    "list_tasks": ([], ["status"]),
    "complete_task": (["task_id"], []),
    "delete_task": (["task_id"], []),
    "update_task": (["task_id"], ["title", "description"]),
}


class Caller:
    """Calls tools by one JSON-RPC POST each, without a session, as any user with a token can."""

    def __init__(self, url: str, user_id: str, token: str) -> None:
        self.url = f"{url}/mcp"
        self.user_id = user_id
        self.headers = {**ACCEPT, "Authorization": f"Bearer {token}"}

    async def post(self, method: str, params: dict[str, Any], **headers: str) -> httpx2.Response:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        async with httpx2.AsyncClient(timeout=PATIENCE) as client:
            return await client.post(self.url, json=body, headers={**self.headers, **headers})

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Returns the result of a tool call, with the caller's own user_id unless another one is given."""
        given = {"user_id": self.user_id, **arguments}
        answer = await self.post("tools/call", {"name": tool, "arguments": given})
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()["result"]
        return result

    async def structured(self, tool: str, **arguments: Any) -> Any:
        """Returns what a tool call that must succeed returned, which is also its text."""
        result = await self.call(tool, **arguments)
        assert not result.get("isError"), result
        content = result["structuredContent"]
        value = content["result"] if tool == "list_tasks" else content
        assert [json.loads(part["text"]) for part in result["content"]] == [value]
        return value

    async def error(self, tool: str, **arguments: Any) -> str:
        """Returns the text of a tool call that must fail."""
        result = await self.call(tool, **arguments)
        assert result["isError"], result
        text: str = result["content"][0]["text"]
        return text


@pytest.fixture
def alice(mcp: Server, issuer: Issuer) -> Caller:
    user_id = uuid.uuid4().hex
    return Caller(mcp.url, user_id, issuer.token(user_id))


async def test_the_five_tools_are_listed_with_the_contracts_parameters(alice: Caller) -> None:
    tools = (await alice.post("tools/list", {})).json()["result"]["tools"]
    listed = {tool["name"]: tool["inputSchema"] for tool in tools}
    assert set(listed) >= set(TOOLS)
    for name, (required, optional) in TOOLS.items():
        assert set(listed[name].get("required", [])) == set(required)
        assert set(listed[name]["properties"]) == {"user_id", *required, *optional}
        assert listed[name]["properties"]["user_id"]["type"] == "string"
    assert listed["complete_task"]["properties"]["task_id"]["type"] == "integer"
    assert listed["list_tasks"]["properties"]["status"]["enum"] == ["all", "pending", "completed"]


async def test_each_tool_does_its_job_and_says_so(alice: Caller) -> None:
    added = await alice.structured("add_task", title=" Buy groceries ", description="Milk, eggs, bread")
    task_id = added["task_id"]
    assert added == {"task_id": task_id, "status": "created", "title": "Buy groceries"}
    other = await alice.structured("add_task", title="Call mom")

    renamed = await alice.structured("update_task", task_id=task_id, title="Buy fruits")
    assert renamed == {"task_id": task_id, "status": "updated", "title": "Buy fruits"}
    for _ in range(2):
        completed = await alice.structured("complete_task", task_id=task_id)
        assert completed == {"task_id": task_id, "status": "completed", "title": "Buy fruits"}

    done = {"id": task_id, "title": "Buy fruits", "description": "Milk, eggs, bread", "completed": True}
    open_ = {"id": other["task_id"], "title": "Call mom", "description": None, "completed": False}
    assert await alice.structured("list_tasks") == [done, open_]
    assert await alice.structured("list_tasks", status="all") == [done, open_]
    assert await alice.structured("list_tasks", status="completed") == [done]
    assert await alice.structured("list_tasks", status="pending") == [open_]

    await alice.structured("update_task", task_id=task_id, description="")
    assert (await alice.structured("list_tasks"))[0]["description"] is None
    deleted = await alice.structured("delete_task", task_id=task_id)
    assert deleted == {"task_id": task_id, "status": "deleted", "title": "Buy fruits"}
    assert await alice.structured("list_tasks", status="completed") == []


@pytest.mark.parametrize("tool", ["complete_task", "delete_task", "update_task"])
@pytest.mark.parametrize("task_id", [999_999_999, 0, -1, 2**31, 2**80])
async def test_a_missing_task_is_a_tool_error(alice: Caller, tool: str, task_id: int) -> None:
    assert f"There is no task {task_id}." in await alice.error(tool, task_id=task_id)


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "nul \x00"])
async def test_a_title_that_is_none_is_a_tool_error_of_one_line(alice: Caller, title: str) -> None:
    assert "\n" not in await alice.error("add_task", title=title)
    task_id = (await alice.structured("add_task", title="ok"))["task_id"]
    assert "title" in await alice.error("update_task", task_id=task_id, title=title)


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("add_task", {}, "title: Field required."),
        (
            "add_task",
            {"title": "x", "description": "x" * 1001},
            "description: String should have at most 1000 characters.",
        ),
        ("list_tasks", {"status": "done"}, "status: Input should be 'all', 'pending' or 'completed'."),
        (
            "complete_task",
            {"task_id": "first"},
            "task_id: Input should be a valid integer.",
        ),
        ("complete_task", {"task_id": True}, "task_id: Input should be a valid integer."),
        ("complete_task", {"task_id": 999_999_999}, "There is no task 999999999."),
        ("drop_table", {}, "Unknown tool: drop_table"),
    ],
)
async def test_wrong_arguments_are_tool_errors_of_one_sentence(
    alice: Caller, tool: str, arguments: dict[str, Any], sentence: str
) -> None:
    assert await alice.error(tool, **arguments) == sentence


@pytest.mark.parametrize("nothing", [None, ""])
async def test_what_is_left_out_may_be_null_or_empty(alice: Caller, nothing: str | None) -> None:
    """CodeWithCJ/SparkyFitness#1540, langflow-ai/langflow#10258: clients fill in what they leave out."""
    task_id = (await alice.structured("add_task", title="Walk", description="Far"))["task_id"]
    await alice.structured("plan_task", task_id=task_id, priority="high", tags=["a"])
    tools = (await alice.post("tools/list", {})).json()["result"]["tools"]
    for tool in tools:
        optional = set(tool["inputSchema"]["properties"]) - set(tool["inputSchema"].get("required", []))
        if nothing == "":
            # A new text is none, an empty one clears, and tags are a list.
            optional -= {"title", "description", "due_at", "recurrence", "tags"}
        arguments = dict.fromkeys(optional, nothing)
        if "title" in tool["inputSchema"].get("required", []):
            arguments["title"] = "Run"
        elif "task_id" in tool["inputSchema"]["properties"]:
            arguments["task_id"] = task_id
        if tool["name"] in ("delete_task", "restore_task"):
            continue
        result = await alice.call(tool["name"], **arguments)
        assert not result["isError"], (tool["name"], result)
    whole = (await alice.call("get_task", task_id=task_id))["structuredContent"]
    assert (whole["description"], whole["priority"], whole["tags"]) == ("Far", "high", ["a"])


async def test_a_number_may_be_written_as_text(alice: Caller) -> None:
    task_id = (await alice.structured("add_task", title="Walk"))["task_id"]
    assert (await alice.structured("complete_task", task_id=str(task_id)))["status"] == "completed"


async def test_a_tool_that_crashes_says_no_more_than_that(
    empty_database: str, mcp_environment: Environment, issuer: Issuer
) -> None:
    server = Replica("mcp_server.main:app", mcp_environment(empty_database))
    error = await Caller(server.url, "alice", issuer.token("alice")).error("list_tasks")
    assert server.stop() == 0
    assert error == "The server failed unexpectedly; its log has the cause."
    assert any("UndefinedTableError" in line for line in server.lines)


async def test_without_a_user_id_it_is_the_tokens_user(alice: Caller) -> None:
    async def call(tool: str, **arguments: Any) -> Any:
        answer = await alice.post("tools/call", {"name": tool, "arguments": arguments})
        return answer.json()["result"]["structuredContent"]

    task_id = (await call("add_task", title="Mine"))["task_id"]
    assert [task["id"] for task in await alice.structured("list_tasks")] == [task_id]
    for tool, arguments in {
        "update_task": {"task_id": task_id, "title": "Still mine"},
        "plan_task": {"task_id": task_id, "priority": "high"},
        "complete_task": {"task_id": task_id, "user_id": None},
        "reopen_task": {"task_id": task_id},
        "delete_task": {"task_id": task_id},
        "restore_task": {"task_id": task_id},
    }.items():
        assert (await call(tool, **arguments))["task_id"] == task_id, tool
    assert (await call("get_task", task_id=task_id))["title"] == "Still mine"
    for tool in ("list_tasks", "find_tasks"):
        assert [task["id"] for task in (await call(tool))["result"]] == [task_id]


async def test_clients_are_told_what_a_tool_may_do(alice: Caller) -> None:
    tools = (await alice.post("tools/list", {})).json()["result"]["tools"]
    hints = {tool["name"]: tool["annotations"] for tool in tools}
    kinds: dict[str, set[str]] = {"readOnlyHint": set(), "destructiveHint": set(), "idempotentHint": set()}
    for name, given in hints.items():
        assert given["openWorldHint"] is False
        for hint, names in kinds.items():
            if given.get(hint):
                names.add(name)
    assert kinds == {
        "readOnlyHint": {"list_tasks", "get_task", "find_tasks"},
        "destructiveHint": {"delete_task", "update_task", "plan_task"},
        "idempotentHint": hints.keys() - {"add_task", "list_tasks", "get_task", "find_tasks"},
    }


async def test_the_server_tells_its_name_and_version(alice: Caller) -> None:
    client = {"name": "another", "version": "7"}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
    told = (await alice.post("initialize", hello)).json()["result"]["serverInfo"]
    assert told["name"] == "todo"
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["version"])


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "PATCH"])
async def test_there_is_no_stream_to_listen_to_and_no_session_to_end(alice: Caller, method: str) -> None:
    async with httpx2.AsyncClient(timeout=10) as client:
        answer = await client.request(method, alice.url, headers=alice.headers)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert method == "HEAD" or answer.json()["detail"] == "This address does not take this method."


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/mcp/.well-known/openid-configuration",
        "/register",
        "/",
    ],
)
async def test_what_is_not_there_is_404_in_json_without_a_token_too(mcp: Server, path: str) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.get(mcp.url + path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "There is nothing at this address."


async def test_nobody_acts_for_another_user(alice: Caller, mcp: Server, issuer: Issuer) -> None:
    task_id = (await alice.structured("add_task", title="Mine"))["task_id"]
    mallory = Caller(mcp.url, "mallory", issuer.token("mallory"))
    for tool, arguments in {
        "add_task": {"title": "x"},
        "list_tasks": {},
        "complete_task": {"task_id": task_id},
        "delete_task": {"task_id": task_id},
        "update_task": {"task_id": task_id, "title": "x"},
    }.items():
        assert "another user" in await mallory.error(tool, user_id=alice.user_id, **arguments)
        if "task_id" in arguments:
            assert "There is no task" in await mallory.error(tool, **arguments)
    assert [task["title"] for task in await alice.structured("list_tasks")] == ["Mine"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_official_client_works_in_both_protocol_eras(alice: Caller, mode: str) -> None:
    http = httpx2.AsyncClient(headers=alice.headers)
    server = streamable_http_client(alice.url, http_client=http)
    async with http, Client(server, mode=mode) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} >= set(TOOLS)
        result = await client.call_tool("add_task", {"user_id": alice.user_id, "title": "Hello"})
        assert result.structured_content is not None
        assert result.structured_content["status"] == "created"


@pytest.mark.parametrize(("host", "status"), [("mcp:8001", 200), ("localhost:1", 200), ("evil.example", 421)])
async def test_it_answers_under_its_service_name_and_no_other(alice: Caller, host: str, status: int) -> None:
    assert (await alice.post("tools/list", {}, Host=host)).status_code == status
