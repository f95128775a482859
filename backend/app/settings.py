"""What the API is told at start."""

import os
from dataclasses import dataclass

from core.settings import optional_secret, secret, setting


@dataclass(frozen=True)
class Settings:
    """Plain settings from the environment, secrets from files; `openai_api_key` may be left out."""

    database_url: str
    jwks_url: str
    jwt_issuer: str
    jwt_audience: str
    mcp_url: str
    openai_base_url: str
    openai_model: str
    openai_api_key: str
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
            # The stand-in model wants no key, the official client wants some text.
            openai_api_key=optional_secret("OPENAI_API_KEY") or "none",
            log_level=os.environ.get("LOG_LEVEL", "info"),
        )
