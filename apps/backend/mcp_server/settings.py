"""What the MCP server is told at start."""

import os
from dataclasses import dataclass

from core.settings import secret, setting, switch


@dataclass(frozen=True)
class Settings:
    """Plain settings from the environment, secrets from files."""

    database_url: str
    jwks_url: str
    jwt_issuer: str
    jwt_audience: str
    allowed_hosts: list[str]
    server_timing: bool
    log_level: str

    @classmethod
    def load(cls) -> "Settings":
        """Reads the settings; ends the program with one sentence if one is missing."""
        hosts = [host.strip() for host in setting("MCP_ALLOWED_HOSTS").split(",")]
        return cls(
            database_url=secret("DATABASE_URL"),
            jwks_url=setting("JWKS_URL"),
            jwt_issuer=setting("JWT_ISSUER"),
            jwt_audience=setting("JWT_AUDIENCE"),
            allowed_hosts=[host for host in hosts if host],
            server_timing=switch("SERVER_TIMING"),
            log_level=os.environ.get("LOG_LEVEL", "info"),
        )
