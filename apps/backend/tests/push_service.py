"""A push service on loopback, and browsers that subscribed to it: they read what only they can decrypt."""

import json
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import urandom
from threading import Condition, Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService:
    """Takes messages for any subscription; `answers` has the statuses to give, 201 when they are used up."""

    def __init__(self) -> None:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(service.take(self.path, headers, body))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.more = Condition()
        self.answers: dict[str, list[int]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        with self.more:
            self.taken.append((path, headers, body))
            self.more.notify_all()
            return (self.answers.get(path) or [201]).pop(0)

    def to(self, browser: "Browser") -> list[tuple[str, dict[str, str], bytes]]:
        """Returns what has come for the browser so far."""
        return [request for request in self.taken if request[0] == browser.path]

    def wait_for(self, browser: "Browser", count: int) -> None:
        """Waits until as many messages have come for the browser."""
        with self.more:
            assert self.more.wait_for(lambda: len(self.to(browser)) >= count, 30), len(self.to(browser))

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Browser:
    """One that subscribed: it alone has the private key."""

    def __init__(self, service: PushService, *answers: int) -> None:
        self.service = service
        self.path = f"/push/{uuid.uuid4().hex}"
        service.answers[self.path] = list(answers)
        self.key = ec.generate_private_key(CURVE)
        self.public = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.secret = urandom(16)
        self.endpoint = f"http://{service.host}{self.path}"

    def subscription(self, **changed: object) -> dict[str, object]:
        """Returns what `PushSubscription.toJSON()` gives."""
        keys = {"p256dh": encoded(self.public), "auth": encoded(self.secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys, **changed}

    def read(self) -> list[dict[str, Any]]:
        """Returns the messages that have come so far, decrypted."""
        return [json.loads(self.decrypted(body)) for _, _, body in self.service.to(self)]

    def decrypted(self, body: bytes) -> bytes:
        """RFC 8291 from the receiver's end, for a message of one record."""
        salt, length = body[:16], body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        secret = derived(shared, self.secret, b"WebPush: info\0" + self.public + sender, 32)
        key = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert padded[-1:] == b"\2"
        return padded[:-1]


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def claims(headers: dict[str, str], public_key: str) -> dict[str, Any]:
    """Returns what the sender says of itself, signed with the key that browsers subscribe with (RFC 8292)."""
    scheme, _, parameters = headers["authorization"].partition(" ")
    assert scheme == "vapid"
    given = dict(part.strip().split("=", 1) for part in parameters.split(","))
    assert given["k"] == public_key
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(public_key))
    checked: dict[str, Any] = jwt.decode(given["t"], key, ["ES256"], options={"verify_aud": False})
    return checked
