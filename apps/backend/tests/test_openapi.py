"""The description of the API: up to date, and complete enough to write a client from."""

from typing import Any

import httpx2
import pytest
import yaml

from app.openapi.document import COMMAND, FILE, document
from tests.servers import Server

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(document())
    return loaded


def operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in described["paths"].values() for operation in path.values()]


def test_the_committed_description_is_what_the_code_says() -> None:
    committed = FILE.read_text(encoding="utf-8")
    assert committed == document(), f"docs/contracts/openapi.yaml is old: run `{COMMAND}` in apps/backend/."


async def test_the_server_tells_the_same(backend: Server, described: dict[str, Any]) -> None:
    async with httpx2.AsyncClient(base_url=backend.url) as anyone:
        assert (await anyone.get("/openapi.json")).json() == described


def test_every_operation_says_what_it_does_and_what_can_go_wrong(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(described)]
    assert len(names) == len(set(names)) > 15
    for path in described["paths"].values():
        assert set(path) <= METHODS
    for operation in operations(described):
        assert operation["summary"].endswith((".", "?")), operation["operationId"]
        failures = {status for status in operation["responses"] if status >= "400"}
        assert {"401", "403", "422", "429", "500", "503"} <= failures
        assert ("413" in failures) == ("requestBody" in operation)
        for status in failures:
            reference = operation["responses"][status]["$ref"]
            answer = described["components"]["responses"][reference.rsplit("/", 1)[1]]
            assert list(answer["content"]) == ["application/problem+json"]
            assert answer["content"]["application/problem+json"]["example"]["status"] == int(status)


def test_every_body_shows_an_example(described: dict[str, Any]) -> None:
    bodies = [operation["requestBody"] for operation in operations(described) if "requestBody" in operation]
    assert bodies
    for body in bodies:
        name = body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        assert "example" in str(described["components"]["schemas"][name]), name
