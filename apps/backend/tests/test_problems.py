"""Every error is a problem document (RFC 9457) with one sentence and the request's id."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.conftest import Environment
from tests.issuer import Issuer
from tests.servers import PATIENCE, Replica, Server


def check(answer: httpx2.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["type"] == "about:blank"
    assert told["status"] == status
    assert told["title"]
    assert told["request_id"] == answer.headers["x-request-id"]
    assert told["detail"].endswith(".")
    assert "\n" not in told["detail"]
    return told


@pytest.fixture
async def somebody(backend: Server, issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    """With a good token of alice, at no path in particular."""
    headers = {"Authorization": f"Bearer {issuer.token('alice')}"}
    async with httpx2.AsyncClient(base_url=backend.url, headers=headers, timeout=PATIENCE) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/mallory/tasks", 403),
        ("GET", "/api/alice/tasks/999999999", 404),
        ("GET", "/api/alice/conversations/999999999/messages", 404),
        ("GET", "/api/alice/nothing", 404),
        ("GET", "/api/", 404),
        ("GET", "/nothing", 404),
        ("GET", "/api/alice/tasks/", 404),
        ("GET", "/api/alice/tasks/1_0", 422),
        ("GET", "/api/alice/conversations/1_0/messages", 422),
        ("GET", "/api/alice/tasks/x", 422),
        ("GET", "/api/alice/tasks?q=%00", 422),
        ("DELETE", "/api/alice/push-subscription?endpoint=%00", 422),
        ("POST", "/api/alice/tasks/1", 405),
        ("PROPFIND", "/api/alice/tasks", 405),
    ],
)
async def test_what_is_asked_wrongly(
    somebody: httpx2.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await somebody.request(method, path)
    check(answer, status)
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("authorization", ["", "Bearer x.y.z"])
async def test_who_is_not_let_in(somebody: httpx2.AsyncClient, authorization: str) -> None:
    answer = await somebody.get("/api/alice/tasks", headers={"Authorization": authorization})
    check(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_what_is_invalid_is_named_but_not_echoed(somebody: httpx2.AsyncClient) -> None:
    body = {"title": "", "priority": "s3cret", "tags": ["s3cret," * 9]}
    answer = await somebody.post("/api/alice/tasks", json=body)
    told = check(answer, 422)
    assert [error["loc"] for error in told["errors"]] == [
        ["body", "title"],
        ["body", "priority"],
        ["body", "tags", 0],
    ]
    assert all(error["msg"] for error in told["errors"])
    assert told["detail"].startswith("title: ")
    assert "and 2 more" in told["detail"]
    assert "s3cret" not in answer.text


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'"x"', b"[" * 50_000, b'{"title": "\\ud800"}'])
async def test_what_is_no_object_of_json(somebody: httpx2.AsyncClient, raw: bytes) -> None:
    headers = {"content-type": "application/json"}
    check(await somebody.post("/api/alice/tasks", content=raw, headers=headers), 422)


@pytest.mark.parametrize(
    ("path", "content", "media_type", "detail"),
    [
        ("tasks", "title=Milk", "application/x-www-form-urlencoded", "The body must be a JSON object, sent"),
        ("tasks", '{"title": "Milk"}', "text/plain", "The body must be a JSON object, sent"),
        ("tasks", "[]", "application/json", "The body must be a JSON object, sent"),
        ("tasks", "", "application/json", "The body must be a JSON object, sent"),
        ("tasks", '{"title": "x", "tags": ["a,b"]}', "application/json", "tags.0: A tag has neither commas"),
        ("chat", '{"message": "x", "conversation_id": true}', "application/json", "conversation_id: Input"),
        ("chat/stream", '{"message": "x", "conversation_id": true}', "application/json", "conversation_id: "),
    ],
)
async def test_a_body_that_is_refused_is_told_why_in_words(
    somebody: httpx2.AsyncClient, path: str, content: str, media_type: str, detail: str
) -> None:
    headers = {"content-type": media_type}
    answer = await somebody.post(f"/api/alice/{path}", content=content, headers=headers)
    assert check(answer, 422)["detail"].startswith(detail)


async def test_the_id_of_the_request_is_the_one_that_was_sent(somebody: httpx2.AsyncClient) -> None:
    answer = await somebody.get("/api/alice/nothing", headers={"x-request-id": "mine-1"})
    assert check(answer, 404)["request_id"] == "mine-1"


async def test_an_issuer_that_is_away(
    database: str, backend_environment: Environment, mcp: Server, issuer: Issuer
) -> None:
    nowhere = {"JWKS_URL": "http://127.0.0.1:9/jwks"}
    server = Replica("app.main:app", backend_environment(database, f"{mcp.url}/mcp", **nowhere))
    headers = {"Authorization": f"Bearer {issuer.token('alice')}"}
    async with httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as client:
        answer = await client.get(f"{server.url}/api/alice/tasks")
    server.stop()
    check(answer, 503)
    assert answer.headers["retry-after"]


async def test_a_database_that_is_away_or_not_ours(
    empty_database: str, backend_environment: Environment, mcp: Server, issuer: Issuer
) -> None:
    headers = {"Authorization": f"Bearer {issuer.token('alice')}"}
    for dsn, status in ((empty_database, 500), ("postgresql://todo@127.0.0.1:9/todo", 503)):
        server = Replica("app.main:app", backend_environment(dsn, f"{mcp.url}/mcp"))
        async with httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as client:
            answer = await client.get(f"{server.url}/api/alice/tasks")
        server.stop()
        check(answer, status)
        assert ("retry-after" in answer.headers) == (status == 503)
