"""On whose behalf the assistant works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """The signed-in user, the token to pass on, the request that asked, and where the user's day begins."""

    user_id: str
    token: str
    request_id: str
    time_zone: str = "UTC"
