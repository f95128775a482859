"""What routes say of their errors, for the description of the API."""

from typing import Any

from core.problems import title_of


def may_fail(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Returns `responses` for a route that can also answer with these statuses."""
    return {status: {"description": title_of(status)} for status in statuses}
