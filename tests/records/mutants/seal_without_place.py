# caught by: tests/records/test_cases.py::test_whatever_is_moved_about_in_the_database_is_refused
"""A sealed value opens wherever it is put."""

from bot.records.vault import Spot

Spot.bound = lambda self: b"anywhere"
