# caught by: tests/records/test_outbox.py::test_a_notice_goes_with_its_transaction_or_not_at_all
# ruff: noqa: ANN001, ANN201
"""A notice is queued in a transaction of its own."""

from bot.records import posting

original = posting.put


def put(connection, school, notice, now):
    done = original(connection, school, notice, now)
    connection.connection.dbapi_connection.commit()
    return done


posting.put = put
