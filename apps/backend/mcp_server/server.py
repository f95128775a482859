"""MCP's server, whose tools fail in one sentence that a person can read."""

from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp_types import CallToolResult, InputRequiredResult
from pydantic import ValidationError

from core.problems import UNEXPECTED
from mcp_server.calls import sentence

VERSION = "1.0.0"  # of what the tools take and give, as the API has one for its paths


class TodoServer(MCPServer[Any]):
    """The SDK would put `Error executing tool add_task:` before it, or what pydantic says to programmers."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError as error:
            raise UnexpectedToolError(UNEXPECTED) from error.__cause__
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                raise ToolError(sentence(cause)) from cause
            if isinstance(cause, ToolError):
                raise cause from cause.__cause__
            raise
