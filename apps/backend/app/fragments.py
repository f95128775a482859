"""What the fragments of a thing make together, which a vendor wants back whole."""

from typing import Any


def join(known: Any, more: Any) -> Any:
    """Returns what two fragments of the same thing make together."""
    if isinstance(known, str) and isinstance(more, str):
        return known + more
    if isinstance(known, dict) and isinstance(more, dict):
        return overlay(known, more)
    if isinstance(more, list):
        blocks = list(known) if isinstance(known, list) else []
        for block in more:
            if blocks and continues(blocks[-1], block):
                blocks[-1] = lengthen(blocks[-1], block)
            else:
                blocks.append(block)
        return blocks
    return more


def overlay(known: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    deeper = {
        name: overlay(known[name], value)
        for name, value in more.items()
        if isinstance(value, dict) and isinstance(known.get(name), dict)
    }
    return {**known, **more, **deeper}


def continues(block: Any, more: Any) -> bool:
    """Tells whether `more` is a piece of `block`: a signature is of the whole of a thought."""
    return (
        isinstance(block, dict)
        and isinstance(more, dict)
        and more.get("type") in ("reasoning.text", "reasoning.summary", "thinking")
        and all(block.get(name) == more.get(name) for name in ("type", "index"))
        and not (block.get("signature") and (more.get("text") or more.get("thinking")))
    )


def lengthen(block: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    words = ("text", "summary", "thinking")
    grown = {name: (block.get(name) or "") + (more.get(name) or "") for name in words if name in block}
    return {**block, **{name: value for name, value in more.items() if value is not None}, **grown}
