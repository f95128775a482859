"""What clients are told of a tool before they call it; MCP's specification says what each hint means."""

from mcp_types import ToolAnnotations

# Nothing outside of the user's own list is touched by any of them.
READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
ADDS = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
)
# It can be taken back by another tool, and a second call changes nothing.
SETS = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
# What was there before is gone, or will be.
OVERWRITES = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False
)
