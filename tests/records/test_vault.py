"""Sealed at rest: nothing sealed opens anywhere but in its place, with its key, unchanged."""

import base64
import secrets
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.records.vault import KeyRing, MalformedKeys, MissingKey, Spot, Tampered, Vault

KEY = secrets.token_bytes(32)
SPOT = Spot(school="palatine", table="entries", row="c1/1", column="account", version=1)
VAULT = Vault(KeyRing.parse(KeyRing.new_key()))


@given(st.binary(max_size=300))
def test_what_was_sealed_comes_back(plain: bytes) -> None:
    assert VAULT.unseal(KEY, SPOT, VAULT.seal(KEY, SPOT, plain)) == plain


@given(st.binary(max_size=60), st.data())
@settings(max_examples=300)
def test_every_flipped_bit_is_refused(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(KEY, SPOT, plain))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Tampered):
        VAULT.unseal(KEY, SPOT, bytes(sealed))


def test_every_truncation_is_refused() -> None:
    sealed = VAULT.seal(KEY, SPOT, b"She asked me not to tell anyone.")
    for length in range(len(sealed)):
        with pytest.raises(Tampered):
            VAULT.unseal(KEY, SPOT, sealed[:length])
    with pytest.raises(Tampered):
        VAULT.unseal(KEY, SPOT, sealed + b"\0")


@pytest.mark.parametrize(
    "other",
    [
        replace(SPOT, school="other"),
        replace(SPOT, table="drafts"),
        replace(SPOT, row="c1/2"),
        replace(SPOT, column="note"),
        replace(SPOT, version=2),
        replace(SPOT, row="c1/1account", column=""),
        replace(SPOT, school="palatineentries", table=""),
    ],
)
def test_a_sealed_value_moved_to_another_place_is_refused(other: Spot) -> None:
    with pytest.raises(Tampered):
        VAULT.unseal(KEY, other, VAULT.seal(KEY, SPOT, b"words"))


def test_another_key_is_refused() -> None:
    with pytest.raises(Tampered):
        VAULT.unseal(secrets.token_bytes(32), SPOT, VAULT.seal(KEY, SPOT, b"words"))


def test_the_same_words_never_look_the_same() -> None:
    assert len({VAULT.seal(KEY, SPOT, b"words") for _ in range(100)}) == 100


def test_a_wrapped_key_belongs_to_one_owner_and_one_master() -> None:
    master, wrapped = VAULT.wrap(KEY, "palatine", "case", "c1")
    assert VAULT.unwrap(wrapped, master, "palatine", "case", "c1") == KEY
    for school, kind, id in [
        ("other", "case", "c1"),
        ("palatine", "draft", "c1"),
        ("palatine", "case", "c2"),
    ]:
        with pytest.raises(Tampered):
            VAULT.unwrap(wrapped, master, school, kind, id)
    with pytest.raises(MissingKey, match="kx is not in USHER_KEYS"):
        VAULT.unwrap(wrapped, "kx", "palatine", "case", "c1")


def test_a_ring_of_several_keys_wraps_with_the_first() -> None:
    ring = KeyRing.parse(f" {KeyRing.new_key()},\n{KeyRing.new_key()} ")
    assert len(ring.keys) == 2
    assert ring.newest == next(iter(ring.keys))


GOOD = base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "No master key was given"),
        (" , ", "No master key was given"),
        (GOOD, "Key 1 has no id"),
        (f":{GOOD}", "Key 1 has no id"),
        (f"k 1:{GOOD}", "Key 1 has no id"),
        ("k1:not base64!", "Key 1 .k1. is not base64"),
        ("k1:c2hvcnQ=", "Key 1 .k1. has 5 bytes, not 32"),
        (f"k1:{GOOD},k1:{base64.b64encode(b'x' * 32).decode()}", "Key 2 repeats"),
        (f"k1:{GOOD},k2:{GOOD}", "Key 2 repeats"),
    ],
)
def test_malformed_keys_are_told_apart_and_never_quoted(text: str, said: str) -> None:
    with pytest.raises(MalformedKeys, match=said) as fault:
        KeyRing.parse(text)
    assert "usher keys new" in str(fault.value)
    assert GOOD not in str(fault.value)


def test_a_ring_never_shows_its_keys() -> None:
    item = KeyRing.new_key()
    ring = KeyRing.parse(item)
    assert item.partition(":")[2] not in repr(ring)
    assert repr(base64.b64decode(item.partition(":")[2])) not in repr(ring)


def test_marks_are_equal_only_for_equal_words_under_one_key() -> None:
    assert VAULT.mark(KEY, "anna bell") == VAULT.mark(KEY, "anna bell")
    assert VAULT.mark(KEY, "anna bell") != VAULT.mark(KEY, "anna belle")
    assert VAULT.mark(KEY, "anna bell") != VAULT.mark(secrets.token_bytes(32), "anna bell")
