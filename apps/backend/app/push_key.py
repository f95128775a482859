"""The key by which push services know this application (VAPID, RFC 8292)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

WRONG_KEY = "VAPID_PRIVATE_KEY is not a P-256 key in URL-safe base64: remove it, and a new one is made."
KEY_LENGTH = 32


class PushKey:
    """A pair of keys, from the private one as Web Push's tools write it; ends the program if it is none."""

    def __init__(self, private_key: str) -> None:
        try:
            number = urlsafe_b64decode(private_key + "=" * (-len(private_key) % 4))
            if len(number) != KEY_LENGTH:
                raise ValueError
            key = ec.derive_private_key(int.from_bytes(number), ec.SECP256R1())
        except ValueError:
            raise SystemExit(WRONG_KEY) from None
        self.private_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        # What a browser subscribes with.
        self.public = urlsafe_b64encode(point).rstrip(b"=").decode()
