"""The keys that fake Microsoft servers sign with, and what their key server says of them."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Json = dict[str, Any]
CHANNELS = ("msteams", "webchat")


@dataclass(frozen=True, kw_only=True)
class Signing:
    """One key pair."""

    kid: str
    private: rsa.RSAPrivateKey
    endorsements: tuple[str, ...] = CHANNELS

    def public(self) -> Json:
        """As the key server lists it."""
        listed: Json = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        listed.pop("key_ops", None)
        return {
            **listed,
            "use": "sig",
            "kid": self.kid,
            "x5t": self.kid,
            "endorsements": list(self.endorsements),
        }


@dataclass(kw_only=True)
class Keyring:
    """Every key on offer, and the one that signs."""

    listed: list[Signing] = field(default_factory=list)
    current: Signing

    def rotate(self, *, publish: bool = True) -> Signing:
        """Sign with a fresh key from now on; the old ones stay listed."""
        self.current = make_key()
        if publish:
            self.listed.append(self.current)
        return self.current

    def sign(self, claims: Json) -> str:
        """A token with these claims."""
        return jwt.encode(claims, self.current.private, algorithm="RS256", headers={"kid": self.current.kid})


def make_key() -> Signing:
    """A fresh key pair."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    modulus = private.public_key().public_numbers().n.to_bytes(256, "big")
    kid = base64.urlsafe_b64encode(hashlib.sha256(modulus).digest()[:20]).decode().rstrip("=")
    return Signing(kid=kid, private=private)


def make_keyring() -> Keyring:
    """One key, listed and signing."""
    key = make_key()
    return Keyring(listed=[key], current=key)


def channel_claims(app: str, service: str, now: float | None = None) -> Json:
    """What the channel claims when it hands an activity to a bot."""
    at = int(time.time() if now is None else now)
    return {
        "serviceurl": service,
        "nbf": at - 300,
        "exp": at + 3600,
        "iss": "https://api.botframework.com",
        "aud": app,
    }
