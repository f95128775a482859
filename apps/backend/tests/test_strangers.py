"""Every operation that the API describes, asked with a token of somebody else, a bad one, or none.

The operations are read from /openapi.json: a new one is tried here without a line.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import httpx2
import pytest

from tests.issuer import Issuer, bad_tokens
from tests.model import ScriptedModel, text
from tests.servers import PATIENCE, Server
from tests.stranger import stranger

STORED = """
    SELECT 'task', t::text FROM tasks t WHERE user_id = $1
    UNION ALL SELECT 'deleted task', t::text FROM deleted_tasks t WHERE user_id = $1
    UNION ALL SELECT 'conversation', t::text FROM conversations t WHERE user_id = $1
    UNION ALL SELECT 'message', t::text FROM messages t WHERE user_id = $1
    UNION ALL SELECT 'subscription', t::text FROM push_subscriptions t WHERE user_id = $1
    ORDER BY 1, 2
"""
SUBSCRIBE = (
    "INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth) VALUES ($1, $2, 'key', 'secret')"
)
KINDS = set(re.findall("'(.+)'", STORED))
# What a field of this form is sent as, where it has to be there.
VALUES: dict[str, Any] = {"string": "Mine now", "integer": 1, "boolean": True, "array": [], "object": {}}


class Operation:
    """One of the API's operations."""

    def __init__(self, method: str, path: str, described: dict[str, Any], schemas: dict[str, Any]) -> None:
        self.method = method
        self.path = path
        self.names_things = "_id}" in path.replace("{user_id}", "")
        content = described.get("requestBody", {}).get("content", {})
        self.body = body_of(content["application/json"]["schema"], schemas) if content else None

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    async def ask(self, client: httpx2.AsyncClient, **names: object) -> httpx2.Response:
        return await client.request(self.method, self.path.format(**names), json=self.body)


def body_of(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Returns the least that fits the schema."""
    if "$ref" in schema:
        return body_of(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    if "properties" in schema:
        required = {name: schema["properties"][name] for name in schema.get("required", ())}
        return {name: body_of(field, schemas) for name, field in required.items()}
    return VALUES[schema.get("type", "string")]


@pytest.fixture
def operations(backend: Server) -> list[Operation]:
    described = httpx2.get(f"{backend.url}/openapi.json", timeout=PATIENCE).json()
    schemas = described.get("components", {}).get("schemas", {})
    found = [
        Operation(method, path, operation, schemas)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/")
    ]
    assert len(found) > 15
    return found


async def stored(dsn: str, user_id: str) -> list[tuple[str, str]]:
    """Returns all that the database has of a user, row by row: something of each kind."""
    connection = await asyncpg.connect(dsn)
    rows = [(str(kind), str(row)) for kind, row in await connection.fetch(STORED, user_id)]
    await connection.close()
    assert {kind for kind, _ in rows} == KINDS
    return rows


@pytest.fixture
async def things(
    api: httpx2.AsyncClient, model: ScriptedModel, database: str, user_id: str
) -> dict[str, object]:
    """A user's task, a deleted one, and a conversation; a browser is subscribed, too."""
    task = (await api.post("/tasks", json={"title": "Private"})).json()["id"]
    gone = (await api.post("/tasks", json={"title": "Private, and deleted"})).json()["id"]
    assert (await api.delete(f"/tasks/{gone}")).status_code == 204
    model.says(text("Well."))
    conversation = (await api.post("/chat", json={"message": "Hello"})).json()["conversation_id"]
    connection = await asyncpg.connect(database)
    await connection.execute(SUBSCRIBE, user_id, f"https://push.example/{user_id}")
    await connection.close()
    return {"task_id": task, "deleted_id": gone, "conversation_id": conversation}


def named(operation: Operation, user_id: str, things: dict[str, object]) -> dict[str, object]:
    task = things["deleted_id" if operation.path.endswith("/restore") else "task_id"]
    return {"user_id": user_id, "task_id": task, "conversation_id": things["conversation_id"]}


@pytest.fixture
def mallory(backend: Server, issuer: Issuer) -> Iterator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {issuer.token('mallory')}"}
    yield httpx2.AsyncClient(base_url=backend.url, headers=headers, timeout=PATIENCE)


async def test_another_users_path_is_403_whatever_is_asked(
    operations: list[Operation],
    mallory: httpx2.AsyncClient,
    database: str,
    user_id: str,
    things: dict[str, object],
    record_property: Callable[[str, object], None],
) -> None:
    before = await stored(database, user_id)
    async with mallory:
        for operation in operations:
            answer = await operation.ask(mallory, **named(operation, user_id, things))
            assert answer.status_code == 403, (str(operation), answer.text)
            assert "Private" not in answer.text
    assert await stored(database, user_id) == before
    record_property("figure", f"{len(operations)} operations of /openapi.json")


async def test_anothers_thing_under_ones_own_path_is_404_and_stays_as_it_is(
    operations: list[Operation],
    backend: Server,
    issuer: Issuer,
    database: str,
    user_id: str,
    things: dict[str, object],
) -> None:
    before = await stored(database, user_id)
    about_things = [operation for operation in operations if operation.names_things]
    assert len(about_things) > 5
    own = uuid.uuid4().hex
    headers = {"Authorization": f"Bearer {issuer.token(own)}"}
    async with httpx2.AsyncClient(base_url=backend.url, headers=headers, timeout=PATIENCE) as client:
        for operation in about_things:
            answer = await operation.ask(client, **named(operation, own, things))
            assert answer.status_code == 404, (str(operation), answer.text)
    assert await stored(database, user_id) == before


@pytest.mark.parametrize("way", ["chat", "chat/stream"])
async def test_nobody_speaks_in_anothers_conversation(
    way: str, backend: Server, issuer: Issuer, database: str, user_id: str, things: dict[str, object]
) -> None:
    before = await stored(database, user_id)
    async with stranger(backend, issuer) as client:
        body = {"message": "What was said?", "conversation_id": things["conversation_id"]}
        assert (await client.post(f"/{way}", json=body)).status_code == 404
    assert await stored(database, user_id) == before


async def test_a_list_of_ones_own_holds_nothing_of_another(
    operations: list[Operation], backend: Server, issuer: Issuer, things: dict[str, object]
) -> None:
    lists = [one for one in operations if one.method == "get" and not one.names_things]
    own = uuid.uuid4().hex
    headers = {"Authorization": f"Bearer {issuer.token(own)}"}
    async with httpx2.AsyncClient(base_url=backend.url, headers=headers, timeout=PATIENCE) as client:
        for operation in lists:
            answer = await operation.ask(client, user_id=own)
            assert answer.status_code == 200, str(operation)
            assert "Private" not in answer.text, str(operation)


async def test_no_operation_opens_to_a_bad_token_or_none(
    operations: list[Operation],
    backend: Server,
    issuer: Issuer,
    database: str,
    user_id: str,
    things: dict[str, object],
    record_property: Callable[[str, object], None],
) -> None:
    before = await stored(database, user_id)
    issuer_keys = bad_tokens(issuer, user_id)
    tokens = {wrong: f"Bearer {token}" for wrong, token in issuer_keys.items()}
    async with httpx2.AsyncClient(base_url=backend.url, timeout=PATIENCE) as client:
        for operation in operations:
            names = named(operation, user_id, things)
            for wrong, authorization in {**tokens, "none at all": None}.items():
                client.headers.pop("Authorization", None)
                if authorization:
                    client.headers["Authorization"] = authorization
                answer = await operation.ask(client, **names)
                assert answer.status_code == 401, (wrong, str(operation), answer.text)
    assert await stored(database, user_id) == before
    record_property("figure", f"{len(operations)} operations with {len(tokens) + 1} tokens each")
