"""The tools as models are told of them: in the plainest JSON Schema, since Gemini reads no other."""

import json
from typing import Any

from mcp_types import Tool

from app.arguments import IDENTITY


def specification(tool: Tool) -> dict[str, Any]:
    """Returns a tool in the model's format, without the parameter that says who the user is."""
    schema = tool.input_schema
    properties = {
        name: plain(value) for name, value in schema.get("properties", {}).items() if name != IDENTITY
    }
    required = [name for name in schema.get("required", []) if name != IDENTITY]
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description or "",
            "parameters": {"type": "object", "properties": properties, "required": required},
        },
    }


def plain(parameter: dict[str, Any]) -> dict[str, Any]:
    """Returns a parameter's schema without null, alternatives, constants, titles and defaults.

    What may be null may be left out as well; the values of alternatives, and a default, are told in words.
    """
    choices = [one for one in parameter.get("anyOf", []) if one != {"type": "null"}]
    only = choices[0] if len(choices) == 1 else {"type": choices[0]["type"]} if choices else {}
    kept = {name: value for name, value in parameter.items() if name not in ("title", "anyOf", "default")}
    words = [kept["description"]] if "description" in kept else []
    if len(choices) > 1:
        values = [value for one in choices for value in one.get("enum", [one.get("const")])]
        words.append(f"One of {', '.join(map(json.dumps, values))}")
    if parameter.get("default") is not None:
        words.append(f"If left out: {parameter['default']}")
    return {**only, **kept, "description": ". ".join(words)}
