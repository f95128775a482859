"""Habits of a vendor that show in its first answer, and are known from then on."""

from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from tests.conftest import Environment
from tests.issuer import Issuer
from tests.model import ScriptedModel, text
from tests.servers import Replica, Server
from tests.stranger import stranger
from tests.streamed import STOP, calls, heard, says, streams

UNOPENED = "The user greets", " me.</th", "ink>\n\nHi ", "there"
GREETED = {"role": "assistant", "content": "Hi there"}


@pytest.fixture(scope="module")
def newcomer(database: str, backend_environment: Environment, mcp: Server) -> Iterator[Replica]:
    """A backend that has not heard its model yet; what it learns, no other test gets to see."""
    server = Replica("app.main:app", backend_environment(database, f"{mcp.url}/mcp"))
    yield server
    server.stop()


@pytest.fixture
async def someone(newcomer: Replica, issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    async with stranger(newcomer, issuer) as client:
        yield client


async def test_thoughts_whose_opening_tag_is_in_the_template(
    someone: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    """DeepSeek R1, QwQ: ggml-org/llama.cpp#11861, vllm-project/vllm#13125."""
    model.says(streams(*says(*UNOPENED), STOP))
    first = await heard(someone, message="Hello")
    assert (first[-1][0], first[-1][1]["response"]) == ("done", "Hi there")
    conversation = first[-1][1]["conversation_id"]
    stored = (await someone.get(f"/conversations/{conversation}/messages")).json()
    assert [message["content"] for message in stored] == ["Hello", "Hi there"]

    model.says(
        streams(*says("They want a task.</think>Adding."), *calls("add_task", title="A"), STOP),
        streams(*says("</think>Done, <think> or </think>."), STOP),
    )
    again = await heard(someone, message="Add A", conversation_id=conversation)
    said = "".join(data["delta"] for name, data in again if name == "text")
    assert said == "Adding.\n\nDone, <think> or </think>."
    asked, result = (request["messages"] for request in model.requests)
    assert asked[1:3] == [{"role": "user", "content": "Hello"}, GREETED]
    assert result[-2]["content"] == "Adding."

    model.says(streams(*says("Not a thought."), STOP))
    last = await heard(someone, message="And?", conversation_id=conversation)
    assert [data["delta"] for name, data in last if name == "text"] == ["Not a thought."]


async def test_a_model_that_may_not_stream(someone: httpx2.AsyncClient, model: ScriptedModel) -> None:
    """OpenAI, of an organization that is not verified: lobehub/lobehub#9385."""
    words = "Your organization must be verified to stream this model."
    refusal = {"message": words, "param": "stream", "code": "unsupported_value"}
    model.says((400, {"error": refusal}), text("Hi there"))
    events = await heard(someone, message="Hello")
    assert (events[-1][0], events[-1][1]["response"]) == ("done", "Hi there")
    again = await heard(someone, message="And?", conversation_id=events[-1][1]["conversation_id"])
    assert again[-1][0] == "done"
    assert ["stream" in request for request in model.requests] == [True, False, False]
    assert GREETED in model.requests[-1]["messages"]


async def test_a_model_that_wants_its_thoughts_with_all_that_it_said(
    someone: httpx2.AsyncClient, model: ScriptedModel
) -> None:
    """DeepSeek V4 refuses a history without, and else would do so for ever: openclaw/openclaw#73417."""
    refusal = {"message": "The `reasoning_content` in the thinking mode must be passed back to the API."}
    model.says(text("Hi there"))
    events = await heard(someone, message="Hello")
    conversation = events[-1][1]["conversation_id"]
    model.says((400, {"error": refusal}), text("And now?"))
    again = await heard(someone, message="And?", conversation_id=conversation)
    assert (again[-1][0], again[-1][1]["response"]) == ("done", "And now?")
    last = await heard(someone, message="Well?", conversation_id=conversation)
    assert last[-1][0] == "done"
    said = [[one for one in asked["messages"] if one["role"] == "assistant"] for asked in model.requests]
    assert [["reasoning_content" in one for one in each] for each in said] == [[False], [True], [True, True]]
