"""Who gives out tokens in the tests, as the frontend does: an Ed25519 key and its JWKS address."""

import json
import time
import uuid
from threading import Condition, Event
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.local_http import Answer, LocalHttp
from tests.servers import PATIENCE


class Issuer:
    """Signs tokens with a throw-away key and publishes the public half."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.fetches = 0
        self.up = True
        self.more = Condition()
        self.talks = Event()
        self.talks.set()
        self.rotate()
        self.http = LocalHttp(self.publish)
        self.jwks_url = f"{self.http.url}/api/auth/jwks"

    def rotate(self) -> None:
        """Replaces the key by a new one under a new id."""
        self.key = Ed25519PrivateKey.generate()
        self.kid = uuid.uuid4().hex
        public = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(self.key.public_key()))
        self.published = [{**public, "kid": self.kid, "alg": "EdDSA"}]

    def publish(self, _: Any, __: dict[str, str]) -> Answer:
        with self.more:
            self.fetches += 1
            self.more.notify_all()
        known = self.published
        self.talks.wait(PATIENCE)
        return (200, {"keys": known}) if self.up else (503, {})

    def wait_for(self, fetches: int) -> None:
        """Waits until the keys have been asked for so often."""
        with self.more:
            assert self.more.wait_for(lambda: self.fetches >= fetches, PATIENCE), (
                "the keys were not asked for"
            )

    def token(self, user_id: str, *, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """Returns a token for `user_id`; a claim given as None is left out."""
        now = int(time.time())
        payload = {"sub": user_id, "iss": "todo", "aud": "todo", "iat": now, "exp": now + 900, **claims}
        payload = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(payload, self.key, algorithm="EdDSA", headers={"kid": self.kid, **(headers or {})})


def bad_tokens(issuer: Issuer, user_id: str) -> dict[str, str]:
    """Returns tokens for `user_id` that must not be accepted, by what is wrong with them."""
    stranger = Issuer()
    stranger.http.stop()
    stranger.kid = issuer.kid
    now = int(time.time())
    claims = {"sub": user_id, "iss": "todo", "aud": "todo", "exp": now + 900}
    public = issuer.key.public_key().public_bytes_raw()
    good = issuer.token(user_id)
    return {
        "expired": issuer.token(user_id, exp=now - 60),
        "without exp": issuer.token(user_id, exp=None),
        "not yet valid": issuer.token(user_id, nbf=now + 600),
        "other audience": issuer.token(user_id, aud="elsewhere"),
        "without audience": issuer.token(user_id, aud=None),
        "other issuer": issuer.token(user_id, iss="elsewhere"),
        "without issuer": issuer.token(user_id, iss=None),
        "without subject": issuer.token(user_id, sub=None),
        "empty subject": issuer.token(""),
        "unknown key": issuer.token(user_id, headers={"kid": "made-up"}),
        "other key under our id": stranger.token(user_id),
        "HS256 with the public key": jwt.encode(
            claims, public, algorithm="HS256", headers={"kid": issuer.kid}
        ),
        "none": jwt.encode(claims, "", algorithm="none", headers={"kid": issuer.kid}),
        "tampered": good[:-6] + ("AAAAAA" if good[-6:] != "AAAAAA" else "BBBBBB"),
        "not a token": "not-a-token",
        "without key id": jwt.encode(claims, issuer.key, algorithm="EdDSA"),
        "deeply nested header": "W1tb" * 4000 + ".e30.AA",
    }
