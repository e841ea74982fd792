# caught by: tests/records/test_outbox.py::test_a_thousand_failing_notices_delay_a_fresh_one_by_one_cycle_at_most  # noqa: E501
# ruff: noqa: ANN001, ANN201
"""Whatever has been due for longest is claimed first."""

from sqlalchemy import select

from bot.records import outbox
from bot.records.tables import outbox as table


def chosen(connection, now, most):
    due = select(table).where(table.c.settled.is_(None), table.c.due <= now)
    return connection.execute(due.order_by(table.c.lane, table.c.due, table.c.id).limit(most)).all()


outbox._chosen = chosen
