"""The vault hands back what it was given."""

from bot.records.vault import Spot, Vault


def keep(_self: Vault, _key: bytes, _spot: Spot, plain: bytes) -> bytes:
    """No seal."""
    return plain


def apply() -> None:
    """Plain text at rest."""
    Vault.seal = keep  # type: ignore[method-assign, assignment]
    Vault.unseal = keep  # type: ignore[method-assign, assignment]
