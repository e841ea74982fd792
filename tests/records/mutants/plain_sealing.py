# caught by: tests/records/test_erasure.py::test_a_canary_in_every_sealed_field_is_nowhere_in_the_bytes
"""Nothing is sealed at all."""

from bot.records.vault import Vault

Vault.seal = lambda self, key, spot, plain: plain
Vault.unseal = lambda self, key, spot, sealed: bytes(sealed)
