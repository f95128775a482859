"""What the API is told at start."""

import os
from dataclasses import dataclass

from core.settings import amount, optional_secret, secret, setting, switch


@dataclass(frozen=True)
class Settings:
    """Plain settings from the environment, secrets from files; `openai_api_key` may be left out.

    `vapid_private_key` is absent where there are no reminders; `push_hosts` come beside the browsers' own.
    """

    database_url: str
    jwks_url: str
    jwt_issuer: str
    jwt_audience: str
    mcp_url: str
    openai_base_url: str
    openai_model: str
    openai_api_key: str
    model_patience: int  # seconds
    tokens_a_day: int  # of each user; 0 lets everybody ask as much as they like
    vapid_private_key: str | None
    push_contact: str
    push_hosts: tuple[str, ...]
    server_timing: bool
    log_level: str

    @classmethod
    def load(cls) -> "Settings":
        """Reads the settings; ends the program with one sentence if one is missing."""
        return cls(
            database_url=secret("DATABASE_URL"),
            jwks_url=setting("JWKS_URL"),
            jwt_issuer=setting("JWT_ISSUER"),
            jwt_audience=setting("JWT_AUDIENCE"),
            mcp_url=setting("MCP_URL"),
            openai_base_url=setting("OPENAI_BASE_URL"),
            openai_model=setting("OPENAI_MODEL"),
            # The stand-in model wants no key.
            openai_api_key=optional_secret("OPENAI_API_KEY") or "none",
            model_patience=amount("MODEL_PATIENCE", 60),
            tokens_a_day=amount("TOKENS_A_DAY", 0),
            vapid_private_key=secret("VAPID_PRIVATE_KEY") if switch("REMINDERS") else None,
            push_contact=os.environ.get("PUSH_CONTACT", "webmaster@example.com"),
            push_hosts=tuple(os.environ.get("PUSH_HOSTS", "").replace(",", " ").split()),
            server_timing=switch("SERVER_TIMING"),
            log_level=os.environ.get("LOG_LEVEL", "info"),
        )
