# caught by: tests/records/test_database.py::test_every_pooled_connection_reads_back_the_durable_settings
"""A commit does not wait for the disk."""

from bot.records import opening

opening.PRAGMAS["synchronous"] = 1
