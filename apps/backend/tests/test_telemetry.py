"""What both servers say of a chat to whoever gathers traces; and that they say nothing where nobody does."""

import json
from typing import Any

import httpx2
import pytest

from tests.conftest import Environment
from tests.issuer import Issuer
from tests.model import ScriptedModel, calls, text
from tests.servers import PATIENCE, Replica, run

Span = dict[str, Any]

TRACE, ABOVE = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
HEADERS = {"traceparent": f"00-{TRACE}-{ABOVE}-01", "x-request-id": "one-chat"}
GATHERED = {"OTEL_TRACES_EXPORTER": "otlp/stdout", "OTEL_METRICS_EXPORTER": "otlp/stdout"}


async def chat(
    database: str, backend: Environment, mcp: Environment, issuer: Issuer, user_id: str, **settings: str
) -> tuple[Replica, Replica]:
    """Has one message answered, and returns the servers, which have ended."""
    tools = Replica("mcp_server.main:app", mcp(database, **settings))
    api = Replica("app.main:app", backend(database, f"{tools.url}/mcp", **settings))
    headers = {**HEADERS, "Authorization": f"Bearer {issuer.token(user_id)}"}
    async with httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as client:
        for address in (api.url, tools.url):
            assert (await client.get(f"{address}/health/ready")).status_code == 200
        answer = await client.post(f"{api.url}/api/{user_id}/chat", json={"message": "Water the plants"})
        assert answer.status_code == 200, answer.text
    api.stop()
    tools.stop()
    return api, tools


def spans(server: Replica) -> list[Span]:
    return [
        {**span, "of": resource["resource"]["attributes"], "by": scope["scope"]["name"]}
        for line in server.log()
        for resource in line.get("resourceSpans", [])
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]


def attributes(given: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["key"]: next(iter(one["value"].values())) for one in given}


@pytest.fixture
def scripted(model: ScriptedModel) -> ScriptedModel:
    model.says(calls("add_task", {"title": "Water the plants"}), text("I watered the words."))
    return model


async def test_a_chat_is_one_trace_from_the_request_to_the_row(
    database: str,
    backend_environment: Environment,
    mcp_environment: Environment,
    issuer: Issuer,
    user_id: str,
    scripted: ScriptedModel,
) -> None:
    api, tools = await chat(database, backend_environment, mcp_environment, issuer, user_id, **GATHERED)
    told = spans(api) + spans(tools)
    assert {span["traceId"] for span in told} == {TRACE}
    by_id = {span["spanId"]: span for span in told}

    def way(span: Span) -> list[str]:
        above = by_id.get(span["parentSpanId"])
        return [*(way(above) if above else []), span["name"]]

    row = next(span for span in told if span["name"] == "INSERT tasks")
    assert way(row) == [
        "POST /api/{user_id}/chat",
        "invoke_agent todo",
        "round 1",
        "MCP send tools/call add_task",
        "tools/call add_task",
        "INSERT tasks",
    ]
    question = next(span for span in told if span["name"] == "chat scripted")
    assert way(question)[:-1] == ["POST /api/{user_id}/chat", "invoke_agent todo", "round 1"]
    said = attributes(question["attributes"])
    assert said["gen_ai.request.model"] == "scripted"
    assert int(said["gen_ai.usage.output_tokens"]) > 0
    assert said["gen_ai.response.finish_reasons"]["values"] == [{"stringValue": "stop"}]
    for span in told:
        assert attributes(span["attributes"])["request_id"] == "one-chat"
    assert {attributes(span["of"])["service.name"] for span in spans(tools)} == {"mcp"}
    # The model is told where to go on, too.
    assert {headers["traceparent"].split("-")[1] for headers in scripted.headers} == {TRACE}
    assert "Water the plants" not in json.dumps(told)

    logged = api.logged(path=f"/api/{user_id}/chat")
    assert logged["trace_id"] == TRACE
    assert logged["span_id"] == next(span["spanId"] for span in told if span["parentSpanId"] == ABOVE)
    metrics = {
        metric["name"]
        for line in api.log()
        for resource in line.get("resourceMetrics", [])
        for scope in resource["scopeMetrics"]
        for metric in scope["metrics"]
    }
    assert {
        "http.server.request.duration",
        "db.client.connection.count",
        "gen_ai.client.token.usage",
    } <= metrics


async def test_what_is_said_is_in_a_trace_where_that_is_wanted(
    database: str,
    backend_environment: Environment,
    mcp_environment: Environment,
    issuer: Issuer,
    user_id: str,
    scripted: ScriptedModel,
) -> None:
    contents = {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"}
    api, _ = await chat(
        database, backend_environment, mcp_environment, issuer, user_id, **GATHERED, **contents
    )
    asked, answered = (
        attributes(span["attributes"]) for span in spans(api) if span["name"] == "chat scripted"
    )
    assert "Water the plants" in asked["gen_ai.input.messages"]
    assert "I watered the words." in answered["gen_ai.output.messages"]


def test_each_of_several_exporters_is_sent_to(database: str, backend_environment: Environment) -> None:
    look = """
from core.open_telemetry import metric_exporters, span_exporters
print(*(type(exporter).__name__ for exporter in (*span_exporters(), *metric_exporters())))
"""
    both = dict.fromkeys(GATHERED, "otlp, otlp/stdout")
    ran = run(["-c", look], backend_environment(database, "http://127.0.0.1:9/mcp", **both))
    names = ["OTLPSpanExporter", "FileSpanExporter", "OTLPMetricExporter", "FileMetricExporter"]
    assert ran.stdout.split() == names, ran.stderr


def test_where_nobody_gathers_traces_the_sdk_is_not_even_imported(
    database: str, backend_environment: Environment
) -> None:
    def modules(**settings: str) -> set[str]:
        look = "import sys, app.main; print(*(name for name in sys.modules if 'opentelemetry.sdk' in name))"
        env = backend_environment(database, "http://127.0.0.1:9/mcp", **settings)
        ran = run(["-c", look], env)
        assert ran.returncode == 0, ran.stderr
        return set(ran.stdout.split())

    assert modules() == set()
    assert modules(OTEL_TRACES_EXPORTER="none", OTEL_METRICS_EXPORTER="none") == set()
    assert "opentelemetry.sdk.trace" in modules(OTEL_TRACES_EXPORTER="otlp/stdout")
