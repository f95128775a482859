"""What a trace and the metrics say of one answer of the model, as
https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ has it.
"""

import json
import os
from typing import Any
from urllib.parse import urlsplit

from app.endpoint import Endpoint
from app.reply import Reply, Usage
from core.telemetry import Attributes, telemetry

OPERATION = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai"}


def asked(endpoint: Endpoint, question: dict[str, Any]) -> Attributes:
    """Returns what is known when the model is asked."""
    address = urlsplit(endpoint.url)
    return {
        **OPERATION,
        "gen_ai.request.model": question["model"],
        "server.address": address.hostname,
        "server.port": address.port,
        "gen_ai.input.messages": json.dumps(question["messages"]) if has_content() else None,
    }


def answered(reply: Reply, text: str) -> Attributes:
    """Returns what is known when it has answered."""
    words = [reply.as_message(text)]
    return {
        "gen_ai.response.finish_reasons": [reply.finish] if reply.finish else None,
        "gen_ai.usage.input_tokens": reply.usage.asked,
        "gen_ai.usage.output_tokens": reply.usage.answered,
        "gen_ai.output.messages": json.dumps(words) if has_content() else None,
    }


def has_content() -> bool:
    """Tells whether what people and the model say to one another is for those who look at traces, too."""
    return os.environ.get("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT") == "true"


def count_tokens(model: str, usage: Usage) -> None:
    for kind, tokens in (("input", usage.asked), ("output", usage.answered)):
        of = {**OPERATION, "gen_ai.request.model": model, "gen_ai.token.type": kind}
        telemetry().measure("gen_ai.client.token.usage", "{token}", tokens, of)
