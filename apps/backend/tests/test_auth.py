"""Who may do what: both servers, every kind of bad token."""

import httpx2
import pytest

from tests.issuer import Issuer, bad_tokens
from tests.servers import PATIENCE, Server

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


class Knock:
    """One authenticated request at one of the two doors, with any Authorization header."""

    def __init__(self, api_url: str, mcp_url: str, door: str) -> None:
        self.api_url = api_url
        self.mcp_url = mcp_url
        self.door = door

    async def __call__(self, authorization: str | None) -> httpx2.Response:
        headers = {"Authorization": authorization} if authorization is not None else {}
        async with httpx2.AsyncClient(timeout=PATIENCE) as client:
            if self.door == "api":
                return await client.get(f"{self.api_url}/api/alice/tasks", headers=headers)
            return await client.post(f"{self.mcp_url}/mcp", json=LIST, headers={**headers, **ACCEPT})


@pytest.fixture(params=["api", "mcp"])
async def knock(request: pytest.FixtureRequest, backend: Server, mcp: Server) -> Knock:
    return Knock(backend.url, mcp.url, request.param)


async def test_a_good_token_opens(knock: Knock, issuer: Issuer) -> None:
    assert (await knock(f"Bearer {issuer.token('alice')}")).status_code == 200
    assert (await knock(f"bearer {issuer.token('alice', aud=['todo', 'more'])}")).status_code == 200


async def test_a_key_that_was_made_a_moment_ago_opens_too(knock: Knock, issuer: Issuer) -> None:
    for _ in range(2):
        issuer.rotate()
        assert (await knock(f"Bearer {issuer.token('alice')}")).status_code == 200


async def test_every_bad_token_is_refused(knock: Knock, issuer: Issuer) -> None:
    for wrong, token in bad_tokens(issuer, "alice").items():
        answer = await knock(f"Bearer {token}")
        assert answer.status_code == 401, wrong
        assert answer.headers["www-authenticate"].startswith("Bearer"), wrong
        assert answer.json()["detail"], wrong


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic YTpi", "token"])
async def test_without_a_token_there_is_no_entry(knock: Knock, authorization: str | None) -> None:
    answer = await knock(authorization)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_another_users_path_is_forbidden(backend: Server, issuer: Issuer) -> None:
    headers = {"Authorization": f"Bearer {issuer.token('mallory')}"}
    async with httpx2.AsyncClient(base_url=f"{backend.url}/api/alice", headers=headers) as mallory:
        answers = [
            await mallory.get("/tasks"),
            await mallory.post("/tasks", json={"title": "x"}),
            await mallory.get("/tasks/1"),
            await mallory.put("/tasks/1", json={"title": "x"}),
            await mallory.patch("/tasks/1/complete"),
            await mallory.delete("/tasks/1"),
            await mallory.post("/chat", json={"message": "hello"}),
            await mallory.get("/conversations"),
            await mallory.get("/conversations/1/messages"),
            await mallory.delete("/conversations/1"),
        ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)


async def test_a_bad_token_is_refused_before_the_body_is_looked_at(backend: Server) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.post(f"{backend.url}/api/alice/tasks", content=b"{ not json")
    assert answer.status_code == 401
