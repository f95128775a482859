"""The address of a model as people write it, and the one that is asked."""

import httpx2
import pytest

from app.assistant import Assistant
from app.caller import Caller
from app.endpoint import endpoint_of
from app.history import Utterance
from tests.issuer import Issuer
from tests.model import ScriptedModel, text
from tests.servers import Server


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
        ("https://api.openai.com", "https://api.openai.com/v1/chat/completions"),
        ("http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1/chat/completions"),
        ("http://127.0.0.1:1234/v1/", "http://127.0.0.1:1234/v1/chat/completions"),
        ("https://api.deepseek.com", "https://api.deepseek.com/v1/chat/completions"),
        ("https://api.mistral.ai/v1/chat/completions", "https://api.mistral.ai/v1/chat/completions"),
        ("https://api.groq.com", "https://api.groq.com/openai/v1/chat/completions"),
        ("https://api.groq.com/openai", "https://api.groq.com/openai/v1/chat/completions"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/chat/completions"),
        ("https://openrouter.ai", "https://openrouter.ai/api/v1/chat/completions"),
        (
            "https://generativelanguage.googleapis.com/v1beta/",
            "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
        ),
        ("https://todo.openai.azure.com", "https://todo.openai.azure.com/openai/v1/chat/completions"),
        (
            "https://todo.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
            "https://todo.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
        ),
        (
            "https://todo.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
            "https://todo.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
        ),
        ("https://todo.openai.azure.us", "https://todo.openai.azure.us/openai/v1/chat/completions"),
        # What Azure hosts of others is asked as OpenAI is (LibreChat#4767, azure-sdk-for-net#44488).
        (
            "https://llama.eastus2.models.ai.azure.com",
            "https://llama.eastus2.models.ai.azure.com/v1/chat/completions",
        ),
        ("https://gateway.example/models/v3", "https://gateway.example/models/v3/chat/completions"),
    ],
)
def test_an_address_may_lack_the_vendors_path_or_have_all_of_it(written: str, asked: str) -> None:
    assert endpoint_of(written).url == asked


@pytest.mark.parametrize(
    ("suffix", "path", "headers"),
    [
        ("", "/v1/chat/completions", {"authorization": "Bearer a-key-of-a-test"}),
        ("/v1/chat/completions", "/v1/chat/completions", {"authorization": "Bearer a-key-of-a-test"}),
        (
            "/openai/deployments/d?api-version=2024-10-21",
            "/openai/deployments/d/chat/completions?api-version=2024-10-21",
            {"api-key": "a-key-of-a-test"},
        ),
    ],
)
async def test_the_model_is_asked_there_and_shown_the_key(
    mcp: Server, issuer: Issuer, model: ScriptedModel, suffix: str, path: str, headers: dict[str, str]
) -> None:
    model.says(text("Hi"))
    assistant = Assistant(f"{model.http.url}{suffix}", "a-key-of-a-test", "scripted", f"{mcp.url}/mcp")
    await assistant.answer(Caller("alice", issuer.token("alice"), "id"), [Utterance("user", "Hello")])
    assert {":path": path, **headers}.items() <= model.headers[0].items()


def test_what_azure_hosts_of_others_is_shown_the_key_as_openai_is() -> None:
    assert endpoint_of("https://llama.eastus2.models.ai.azure.com").key_headers("a-key-of-a-test") == {
        "Authorization": "Bearer a-key-of-a-test"
    }


def test_a_key_with_what_no_key_has_is_left_to_the_vendor_to_refuse() -> None:
    """Copied with curly quotes or a space of no width (openai/openai-python#1793, #2409)."""
    headers = endpoint_of("https://api.openai.com").key_headers("“a-key-of\u200b-a-test”")
    assert httpx2.Headers(headers)["authorization"] == "Bearer ?a-key-of?-a-test?"


def test_azure_is_shown_the_key_in_its_own_header_alone() -> None:
    azure = endpoint_of("https://todo.openai.azure.com/openai/v1")
    assert httpx2.Headers(azure.key_headers("a-key-of-a-test")) == httpx2.Headers(
        {"api-key": "a-key-of-a-test"}
    )
