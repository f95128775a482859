"""What tools return."""

import json
from typing import Literal

from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel

from core.models import Task

Done = Literal["created", "completed", "deleted", "updated", "reopened", "restored"]


class Receipt(BaseModel):
    """What was done to which task."""

    task_id: int
    status: Done
    title: str


def receipt(task: Task, status: Done) -> Receipt:
    return Receipt(task_id=task.id, status=status, title=task.title)


def listing(result: BaseModel) -> CallToolResult:
    """Returns a list: MCP's structured content is an object; the array itself is also the text content."""
    content = result.model_dump(mode="json")
    array = json.dumps(content["result"], ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=array)], structured_content=content)
