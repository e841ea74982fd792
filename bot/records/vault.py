"""Sealing what people told us: master keys, data keys, and the marks and proofs made with them.

The only module that touches cryptography. A master key (from USHER_KEYS) wraps data keys; a data key
seals words with AES-256-GCM, bound to the one place they belong to, so that nothing can be changed,
cut, swapped or moved without being noticed. Nothing here remembers, stores or logs a key.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.records.errors import MalformedKeys, MissingKey, Tampered, WrongKey

__all__ = ["KeyRing", "MalformedKeys", "MissingKey", "Spot", "Tampered", "Vault", "WrongKey"]

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
FORMAT = b"\x01"
KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,40}")
HOW = "USHER_KEYS holds one or more keys as id:base64, newest first; make one with `usher keys new`"


@dataclass(frozen=True, kw_only=True)
class Spot:
    """The one place a sealed value belongs to; it can be opened nowhere else."""

    school: str
    table: str
    row: str
    column: str
    version: int = 1

    def bound(self) -> bytes:
        """The place as bytes that no other place shares."""
        return _joined((self.school, self.table, self.row, self.column, str(self.version)), b"usher.seal.1")


@dataclass(frozen=True, kw_only=True)
class KeyRing:
    """The master keys, newest first. The newest wraps; all of them unwrap."""

    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read "id:base64(32 bytes),id2:..."; MalformedKeys says which item is wrong, never its bytes."""
        items = [item.strip() for item in re.split(r"[,\n]", text) if item.strip()]
        if not items:
            raise MalformedKeys(f"No master key was given. {HOW}.")
        keys: dict[str, bytes] = {}
        for place, item in enumerate(items, start=1):
            id, key = _parsed(item, place)
            if id in keys or key in keys.values():
                raise MalformedKeys(f"Key {place} repeats an id or a key. {HOW}.")
            keys[id] = key
        return cls(keys=keys)

    @classmethod
    def new_key(cls) -> str:
        """A fresh master key, as one item of USHER_KEYS."""
        key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        return f"k{secrets.token_hex(4)}:{key}"

    @property
    def newest(self) -> str:
        """Id of the key that wraps."""
        return next(iter(self.keys))


class Vault:
    """Seals, unseals, marks and proves, with keys handed in for each act."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    @property
    def newest(self) -> str:
        """Id of the master key that new data keys are wrapped with."""
        return self._ring.newest

    def holds(self, master: str) -> bool:
        """Whether the ring has a master key of this id."""
        return master in self._ring.keys

    def new_key(self) -> bytes:
        """A fresh data key."""
        return secrets.token_bytes(KEY_BYTES)

    def wrap(self, key: bytes, school: str, kind: str, id: str) -> tuple[str, bytes]:
        """A data key under the newest master: (master id, wrapped bytes)."""
        master = self._ring.newest
        return master, _lock(self._ring.keys[master], key, _label(master, school, kind, id))

    def unwrap(self, wrapped: bytes, master: str, school: str, kind: str, id: str) -> bytes:
        """The data key again. MissingKey: no such master; Tampered: it isn't what was wrapped."""
        if master not in self._ring.keys:
            raise MissingKey(f"Master key {master} is not in USHER_KEYS; add it back.")
        return _unlock(self._ring.keys[master], wrapped, _label(master, school, kind, id))

    def seal(self, key: bytes, spot: Spot, plain: bytes) -> bytes:
        """Words as bytes nobody can read, bound to their place."""
        return _lock(key, plain, spot.bound())

    def unseal(self, key: bytes, spot: Spot, sealed: bytes) -> bytes:
        """The words again, or Tampered."""
        return _unlock(key, sealed, spot.bound())

    def mark(self, key: bytes, words: str) -> str:
        """The same words give the same mark; without the key a mark says nothing."""
        return self.proof(key, words.encode("utf-8", "replace"))[:32]

    def marks(self, key: bytes, words: str, mark: str) -> bool:
        """Whether this is the mark of these words; takes as long whatever is wrong with it."""
        return hmac.compare_digest(self.mark(key, words).encode(), mark.encode("utf-8", "replace"))

    def proof(self, key: bytes, said: bytes) -> str:
        """A keyed hash that only a holder of the key can make."""
        return hmac.new(key, said, hashlib.sha256).hexdigest()

    def proves(self, key: bytes, said: bytes, proof: str) -> bool:
        """Whether the keyed hash is the one for these bytes."""
        return hmac.compare_digest(self.proof(key, said).encode(), proof.encode())


def chained(before: str, said: bytes) -> str:
    """The next link of an open hash chain: anyone can check it, without a key."""
    return hashlib.sha256(before.encode() + b"\n" + said).hexdigest()


def _parsed(item: str, place: int) -> tuple[str, bytes]:
    """One item of USHER_KEYS as (id, key)."""
    id, colon, text = item.partition(":")
    if not colon or not KEY_ID.fullmatch(id.strip()):
        raise MalformedKeys(f"Key {place} has no id before its colon. {HOW}.")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedKeys(f"Key {place} ({id}) is not base64. {HOW}.") from None
    if len(key) != KEY_BYTES:
        raise MalformedKeys(f"Key {place} ({id}) has {len(key)} bytes, not {KEY_BYTES}. {HOW}.")
    return id.strip(), key


def _joined(parts: Iterable[str], purpose: bytes) -> bytes:
    """Parts with their lengths, so that no two lists of parts make the same bytes."""
    encoded = [part.encode("utf-8", "backslashreplace") for part in parts]
    return purpose + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _label(master: str, school: str, kind: str, id: str) -> bytes:
    """What a wrapped data key is bound to."""
    return _joined((master, school, kind, id), b"usher.wrap.1")


def _lock(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """Format byte, nonce, ciphertext with tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, FORMAT + bound)


def _unlock(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What _lock locked, or Tampered."""
    sealed = bytes(sealed)
    if len(sealed) < 1 + NONCE_BYTES + TAG_BYTES or sealed[:1] != FORMAT:
        raise Tampered("Something sealed was cut short or changed.")
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, rest, FORMAT + bound)
    except InvalidTag:
        raise Tampered("Something sealed was changed, or moved from where it belongs.") from None
