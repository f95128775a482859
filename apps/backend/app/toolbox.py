"""The MCP server's tools, as the model of one signed-in user may use them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import CONNECTION_CLOSED, REQUEST_TIMEOUT, CallToolResult, TextContent

from app.answer import ToolCall
from app.arguments import IDENTITY, read_arguments
from app.caller import Caller
from app.failures import AssistantFailure
from app.sizes import fit, for_model
from app.specification import specification
from core.telemetry import telemetry

# Reading the authorities takes longer than a call; one context serves all connections.
TLS = httpx2.create_ssl_context()
PROTOCOL = "2026-07-28"  # both ends are ours: negotiating would cost each chat a request
TIMEOUT = 15.0  # seconds for one call of a tool
IDLE = 2.0  # seconds for which a connection is kept: after five uvicorn hangs up, and a call just then fails


class Toolbox:
    """The tools of one open MCP connection."""

    def __init__(self, client: Client, user_id: str) -> None:
        self.client = client
        self.user_id = user_id
        self.names: set[str] = set()

    async def specifications(self) -> list[dict[str, Any]]:
        """Returns the tools in the model's format, without the parameter that says who the user is."""
        tools = (await self.client.list_tools()).tools
        self.names = {tool.name for tool in tools}
        return [specification(tool) for tool in tools]

    async def call(self, name: str, arguments: str) -> ToolCall:
        """Calls a tool with `arguments` as the model wrote them; a failure is an answer to the model."""
        given = read_arguments(arguments)
        if name not in self.names:
            tools = ", ".join(sorted(self.names))
            return error_result(name, given or {}, f"There is no tool {name}. The tools are: {tools}.")
        if given is None:
            return error_result(name, {}, "The arguments are not a JSON object.")
        try:
            result = await self.client.call_tool(name, {**given, IDENTITY: self.user_id})
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                raise  # whatever closed it ends the answer
            return error_result(name, given, f"The tool could not be called: {error}")
        text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
        if result.is_error:
            return error_result(name, given, text)
        output = output_of(result, text)
        return ToolCall(name, fit(given), fit(output), for_model(output, text))


@asynccontextmanager
async def open_toolbox(url: str, caller: Caller) -> AsyncIterator[Toolbox]:
    """Connects to the MCP server at `url` with the caller's token.

    Whatever is raised inside, also by a connection that breaks, comes out of the block in an exception group.
    """
    headers = {"Authorization": f"Bearer {caller.token}", "x-request-id": caller.request_id}
    # The session notices a late answer before the connection does: that ends a call, this the chat.
    patience = httpx2.Timeout(TIMEOUT, read=2 * TIMEOUT)
    # The MCP server is a service of ours: a company's proxy settings must not get between.
    http = httpx2.AsyncClient(
        headers=headers,
        timeout=patience,
        limits=httpx2.Limits(keepalive_expiry=IDLE),
        trust_env=False,
        verify=TLS,
        event_hooks={"request": [bear_trace], "response": [notice_refusal]},
    )
    connection = streamable_http_client(url, http_client=http)
    async with http, Client(connection, mode=PROTOCOL, read_timeout_seconds=TIMEOUT) as client:
        yield Toolbox(client, caller.user_id)


async def bear_trace(request: httpx2.Request) -> None:
    # The SDK's own mark is in the message: it leads to what the tool does, but not to who lets it be called.
    request.headers.update(telemetry().headers())


async def notice_refusal(response: httpx2.Response) -> None:
    # A token lives for minutes, an answer can take some: the model is told of failed calls, but not of this.
    if response.status_code == 401:
        raise AssistantFailure(
            401, "Your sign-in ran out in the middle of the answer: try again or sign in again."
        )


def failure_of(error: Exception) -> Exception:
    """Returns what ended an open toolbox: a failure to tell, or what was raised if it is another's."""
    cause = error
    while isinstance(cause, ExceptionGroup):
        cause = cause.exceptions[0]
    if isinstance(cause, AssistantFailure):
        return cause
    if isinstance(cause, httpx2.TimeoutException) or (
        isinstance(cause, MCPError) and cause.code == REQUEST_TIMEOUT
    ):
        return AssistantFailure(504, f"The MCP server did not answer within {TIMEOUT:.0f} s; try again.")
    if isinstance(cause, httpx2.HTTPError | MCPError):
        reason = (str(cause) or type(cause).__name__).splitlines()[0]
        return AssistantFailure(502, f"The MCP server cannot be used: {reason}")
    return cause


def output_of(result: CallToolResult, text: str) -> Any:
    content = result.structured_content
    if content is None:
        return text
    # MCP wraps what is not an object into one.
    return content["result"] if set(content) == {"result"} else content


def error_result(name: str, given: dict[str, Any], text: str) -> ToolCall:
    return ToolCall(name, fit(given), {"error": fit(text)}, for_model(text, text))
