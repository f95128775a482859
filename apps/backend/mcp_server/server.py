"""MCP's server, whose tools fail in one sentence that a person can read."""

from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp_types import CallToolResult, InputRequiredResult
from pydantic import ValidationError

from core.problems import UNEXPECTED
from mcp_server.calls import sentence

VERSION = "1.0.0"  # of what the tools take and give, as the API has one for its paths

# What nothing can be meant by, if it is empty; an empty text clears what else is one.
CHOICES = {"user_id", "status", "sort", "priority", "query", "tag", "due_before", "due_after", "time_zone"}


def is_given(name: str, value: Any) -> bool:
    """Tells whether an argument is one: many clients write null or nothing for what they leave out."""
    return value is not None and not (value == "" and name in CHOICES)


class TodoServer(MCPServer[Any]):
    """The SDK would put `Error executing tool add_task:` before it, or what pydantic says to programmers."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        given = {key: value for key, value in arguments.items() if is_given(key, value)}
        try:
            return await super().call_tool(name, given, context)
        except UnexpectedToolError as error:
            raise UnexpectedToolError(UNEXPECTED) from error.__cause__
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                raise ToolError(sentence(cause)) from cause
            if isinstance(cause, ToolError):
                raise cause from cause.__cause__
            raise
