"""The courier settles a notice and then sends it."""

from bot.delivery.courier import Courier
from bot.records.outbox import Waiting


async def send(self: Courier, waiting: Waiting) -> None:
    """Mark, then send."""
    sender = self.sender_for(waiting.school, waiting.notice.to)
    self.outbox.settle(waiting, self.now(), "on its way")
    await sender.send(waiting.school, waiting.notice, None)
    self.moment("sent")


def apply() -> None:
    """The wrong way round."""
    Courier._send = send  # type: ignore[method-assign]
