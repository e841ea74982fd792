# caught by: tests/records/test_audit.py::test_every_edit_is_found
"""Entries are not chained to what they say."""

from bot.records import audit, chain

audit.spoken = chain.spoken = lambda *said: b"anything"
