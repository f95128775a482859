"""On whose behalf the assistant works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """The signed-in user, the token to pass on, and the request that asked."""

    user_id: str
    token: str
    request_id: str
