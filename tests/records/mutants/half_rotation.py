# caught by: tests/records/test_rotation.py::test_rotation_cut_short_inside_a_batch_changes_nothing_of_it
# ruff: noqa: ANN001, ANN201
"""Rotation forgets whose key it was."""

from bot.records.vault import Vault

original = Vault.wrap


def wrap(self, key, school, kind, id):
    return original(self, key, school, kind, id if self.newest == "k1" else "")


Vault.wrap = wrap
