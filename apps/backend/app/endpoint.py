"""Where a model answers: from the address people copy out of a vendor's page to the one that is asked."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit, urlunsplit

COMPLETIONS = "/chat/completions"

# Below which path each vendor has them; whoever is not named here has them below /v1, as OpenAI does.
PATHS = {
    "generativelanguage.googleapis.com": "/v1beta/openai",
    "api.groq.com": "/openai/v1",
    "openrouter.ai": "/api/v1",
}
# Azure's own clouds, but not what it hosts of others: models.ai.azure.com is asked as OpenAI is.
AZURE = re.compile(r"\.(?:openai|cognitiveservices|services\.ai)\.azure\.(?:com|us|cn)$")
AZURE_PATH = "/openai/v1"


@dataclass(frozen=True)
class Endpoint:
    """An address to post chat completions to; `host` is whose it is."""

    url: str
    host: str
    versioned: bool

    def key_headers(self, key: str) -> dict[str, str]:
        """Returns how the vendor is shown the key: Azure has a header of its own, and its gateways too."""
        # A header takes no other characters; what is none of a key's, the vendor refuses.
        key = key.encode("ascii", "replace").decode()
        bearer, azures = {"Authorization": f"Bearer {key}"}, {"api-key": key}
        if AZURE.search(self.host):
            return azures
        return {**bearer, **azures} if self.versioned else bearer


def endpoint_of(base_url: str) -> Endpoint:
    """Reads a base URL that may lack the vendor's path, or have the whole of it, and may bear a query."""
    parts = urlsplit(base_url.strip())
    host = parts.hostname or ""
    path = parts.path.rstrip("/").removesuffix(COMPLETIONS)
    usual = PATHS.get(host, AZURE_PATH if AZURE.search(host) else "/v1")
    if f"{usual}/".startswith(f"{path}/"):
        path = usual
    url = urlunsplit((parts.scheme, parts.netloc, path + COMPLETIONS, parts.query, ""))
    return Endpoint(url, host, "api-version" in parse_qs(parts.query))
