"""Somebody else with a good token of their own."""

import uuid

import httpx2

from tests.issuer import Issuer
from tests.servers import PATIENCE, Listening


def stranger(backend: Listening, issuer: Issuer) -> httpx2.AsyncClient:
    """Returns the API as a new user sees it, who has nothing to do with the one of the test."""
    user_id = uuid.uuid4().hex
    headers = {"Authorization": f"Bearer {issuer.token(user_id)}"}
    return httpx2.AsyncClient(base_url=f"{backend.url}/api/{user_id}", headers=headers, timeout=PATIENCE)
