# caught by: tests/records/test_audit.py::test_the_end_and_the_key_cannot_be_touched_either
"""The end of the audit is believed as it stands."""

from bot.records.vault import Vault

Vault.proves = lambda self, key, said, proof: True
