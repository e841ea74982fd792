# caught by: tests/records/test_erasure.py::test_after_erasure_no_byte_of_key_or_words_is_left_in_any_file
"""Erasing a case leaves its key."""

from bot.records.keys import Keys

Keys.destroy = lambda self, kind, id: None
