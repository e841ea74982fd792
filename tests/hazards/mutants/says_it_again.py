"""A step is taken and not written down, and its notice is a new one each time."""

from dataclasses import replace

from bot.records.posting import Posting
from bot.records.reminders import Reminders

post = Posting.post


def apply() -> None:
    """Say everything again."""
    Reminders.take = lambda self, turn, notice: True
    Posting.post = lambda self, notice: post(
        self, replace(notice, key=f"{notice.key}:{self.now.isoformat()}")
    )
