"""Sends one push message to one browser, by way of its push service."""

import logging
from enum import Enum, auto
from typing import cast
from urllib.parse import urlsplit

import httpx2
from webpush import WebPush
from webpush.types import WebPushSubscription

from app.push_key import PushKey
from core.models import PushSubscription
from core.telemetry import telemetry

# How long the push service keeps a message for a browser that is away.
KEPT_FOR = 24 * 3600  # seconds
PATIENCE = 5.0  # seconds for each of connecting, writing and reading

GONE = (404, 410)
BUSY = (408, 429)

log = logging.getLogger(__name__)


class Outcome(Enum):
    """What became of a message."""

    TAKEN = auto()
    GONE = auto()  # there is no such subscription any more
    REFUSED = auto()  # another attempt would end the same way
    BUSY = auto()  # another attempt may succeed


class Postman:
    """Encrypts (RFC 8291), signs (RFC 8292) and posts messages; `contact` is an e-mail address."""

    def __init__(self, key: PushKey, contact: str) -> None:
        self.envelopes = WebPush(key.private_pem, key.public_pem, subscriber=contact, ttl=KEPT_FOR)
        # Redirects are not followed: the address was checked, and only that one.
        self.http = httpx2.AsyncClient(timeout=PATIENCE)

    async def post(self, subscription: PushSubscription, message: bytes) -> Outcome:
        """Makes one attempt."""
        host = urlsplit(subscription.endpoint).hostname
        keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
        to = WebPushSubscription.model_validate({"endpoint": subscription.endpoint, "keys": keys})
        envelope = self.envelopes.get(message, to)
        headers = {"Urgency": "high", **cast(dict[str, str], envelope.headers)}
        sending = {"http.request.method": "POST", "server.address": host}
        try:
            with telemetry().span("push", sending, "client") as span:
                content = envelope.encrypted
                answer = await self.http.post(subscription.endpoint, content=content, headers=headers)
                span.set({"http.response.status_code": answer.status_code})
        except httpx2.HTTPError as error:
            # The endpoint itself is a secret: whoever knows it may write to the browser.
            log.info("The push service %s did not answer: %s", host, type(error).__name__)
            return Outcome.BUSY
        if answer.is_success:
            return Outcome.TAKEN
        if answer.status_code in GONE:
            return Outcome.GONE
        log.info("The push service %s answered %s", host, answer.status_code)
        return Outcome.BUSY if answer.status_code in BUSY or answer.is_server_error else Outcome.REFUSED

    async def close(self) -> None:
        await self.http.aclose()
