"""Tokens of every kind, made on the spot: the right one, and every wrong one that a forger might try."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.platforms.teams.keyring import Signing, channel_claims, make_key
from tests.platforms.teams.tenant import APP, SERVICE, TENANT

Json = dict[str, Any]


@dataclass(kw_only=True)
class Mint:
    """Makes tokens for one app: with the channel's own key, and as somebody would who hasn't got it."""

    app: str = APP
    service: str = SERVICE
    clock: Callable[[], float] = time.time
    key: Signing = field(default_factory=make_key)
    """The channel's."""
    elsewhere: Signing = field(default_factory=make_key)
    """A listed key that may not sign for Teams."""
    forger: Signing = field(default_factory=make_key)
    """Nobody lists this one."""

    def __post_init__(self) -> None:
        self.elsewhere = Signing(
            kid=self.elsewhere.kid, private=self.elsewhere.private, endorsements=("webchat",)
        )

    def claims(self, *without: str, **other: object) -> Json:
        """What the channel claims, with these left out or different."""
        whole = {**channel_claims(self.app, self.service, self.clock()), **other}
        return {name: value for name, value in whole.items() if name not in without}

    def token(
        self,
        claims: Json | None = None,
        by: Signing | None = None,
        algorithm: str = "RS256",
        **header: object,
    ) -> str:
        """A token of these claims, signed by the channel's key or another; None leaves a header out."""
        key = by or self.key
        head = {name: word for name, word in {"kid": key.kid, **header}.items() if word is not None}
        whole = self.claims() if claims is None else claims
        # Not jwt.encode, which refuses to sign claims as wrong as some of ours.
        return jwt.PyJWS().encode(json.dumps(whole).encode(), key.private, algorithm, head)

    def by_hand(self, content: bytes, **header: object) -> str:
        """Anything at all under any header, signed RS256 with the channel's key."""
        head = json.dumps({"alg": "RS256", "kid": self.key.kid, **header}).encode()
        both = f"{encoded(head)}.{encoded(content)}"
        return f"{both}.{encoded(self.key.private.sign(both.encode(), PKCS1v15(), SHA256()))}"

    def public_pem(self) -> bytes:
        """The channel's public key, as anybody can have it."""
        return self.key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def encoded(content: bytes) -> str:
    """As a part of a token is written."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def raw(header: object, claims: object, signature: bytes = b"") -> str:
    """A token put together by hand."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(encoded(part) for part in parts)


def activity(service: str = SERVICE, tenant: str = TENANT, **other: object) -> Json:
    """What somebody's message to us looks like."""
    return {
        "type": "message",
        "id": "1700000000001",
        "channelId": "msteams",
        "serviceUrl": service,
        "from": {
            "id": "29:somebody",
            "name": "Somebody",
            "aadObjectId": "8f3c1f0a-0000-4d0f-8f0e-000000000001",
        },
        "recipient": {"id": "28:us", "name": "Usher"},
        "conversation": {"conversationType": "personal", "id": "a:1somebody", "tenantId": tenant},
        "channelData": {"tenant": {"id": tenant}},
        "text": "Can I post a picture?",
        **other,
    }
