"""Whose token is it: EdDSA JWTs checked against the issuer's published keys (JWKS)."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from http.client import HTTPException
from urllib.request import ProxyHandler, build_opener

import jwt

from core.rates import SECOND, Buckets

MAX_AGE = 600.0  # seconds after which known keys are looked up again, so that withdrawn ones go
# Tokens with made-up key ids cannot hammer the issuer: beyond these, one look-up a second serves all.
BURST = 5
PAUSE = 2.0  # seconds without another look-up after one that failed
FETCH_TIMEOUT = 5.0  # seconds
CLOCK_SKEW = 5.0  # seconds by which the issuer's clock may differ from ours

# What an address can answer that publishes no keys.
NO_KEYS = (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError)

Now = Callable[[], float]  # seconds
Sleep = Callable[[float], Awaitable[None]]

log = logging.getLogger(__name__)


class InvalidToken(Exception):
    """The token is not one that the issuer gave out for us, or no longer valid."""


class KeysUnavailable(Exception):
    """The issuer's keys cannot be had at the moment, so the token can be neither accepted nor refused."""


def fetch_jwks(url: str) -> dict[str, jwt.PyJWK]:
    """Returns the Ed25519 keys published at `url`, by key id; raises one of NO_KEYS."""
    # The issuer is a service of ours: a company's proxy settings must not get between.
    with build_opener(ProxyHandler({})).open(url, timeout=FETCH_TIMEOUT) as answer:
        published = json.load(answer)["keys"]
    return {
        key["kid"]: jwt.PyJWK(key, algorithm="EdDSA")
        for key in published
        if key.get("crv") == "Ed25519" and "kid" in key
    }


class KeySet:
    """The keys published at a JWKS address, remembered, and looked up again for an unknown one.

    Known ones are looked up again beside the requests: nobody waits for an issuer that has told us already.
    """

    def __init__(self, url: str, now: Now = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self.url = url
        self.now = now
        self.sleep = sleep
        self.keys: dict[str, jwt.PyJWK] = {}
        self.fetched_at: float | None = None
        self.failed_at: float | None = None
        self.begun = self.answered = 0  # the number of the latest look-up that was
        self.allowed = Buckets(rate=1, burst=BURST, now=lambda: round(now() * SECOND))
        self.fetching = asyncio.Lock()
        self.renewal: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> jwt.PyJWK | None:
        """Returns the key named `kid`, or None if the issuer has none; raises KeysUnavailable."""
        if kid not in self.keys:
            await self.look_up(kid)
            if kid not in self.keys and self.failed_at is not None:
                raise KeysUnavailable
        elif self.is_old() and (self.renewal is None or self.renewal.done()):
            self.renewal = asyncio.create_task(self.look_up())
        return self.keys.get(kid)

    def is_old(self) -> bool:
        return self.fetched_at is None or self.now() - self.fetched_at > MAX_AGE

    async def close(self) -> None:
        """Ends a look-up that nobody waits for any more."""
        if self.renewal:
            self.renewal.cancel()
            await asyncio.wait([self.renewal])

    async def look_up(self, kid: str | None = None) -> None:
        """Asks for the keys, unless `kid` is there by now, somebody else has asked, or asking just failed."""
        # Whoever asked before us may have been answered before the key was published.
        before = self.begun
        async with self.fetching:
            just_failed = self.failed_at is not None and self.now() - self.failed_at < PAUSE
            if kid in self.keys or self.answered > before or just_failed:
                return
            while wait := self.allowed.take(self.url):
                await self.sleep(wait)
            self.begun += 1
            try:
                self.keys = await asyncio.to_thread(fetch_jwks, self.url)
            except NO_KEYS as error:
                self.failed_at = self.now()
                log.warning("The signing keys cannot be fetched from %s: %s", self.url, error)
            else:
                self.failed_at = None
                self.fetched_at = self.now()
            self.answered = self.begun


class TokenVerifier:
    """Checks tokens of one issuer for one audience."""

    def __init__(self, keys: KeySet, issuer: str, audience: str) -> None:
        self.keys = keys
        self.issuer = issuer
        self.audience = audience

    async def user_id(self, token: str) -> str:
        """Returns the id of the user `token` was given to; raises InvalidToken or KeysUnavailable."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise InvalidToken from error
        kid = header.get("kid")
        if header.get("alg") != "EdDSA" or not kid:
            raise InvalidToken
        key = await self.keys.find(kid)
        if key is None:
            raise InvalidToken
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                issuer=self.issuer,
                audience=self.audience,
                leeway=CLOCK_SKEW,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise InvalidToken from error
        subject = claims["sub"]
        if not subject:
            raise InvalidToken
        return str(subject)
