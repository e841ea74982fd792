"""A step is taken and not written down, and its notice is a new one each time."""

from dataclasses import replace

from bot.records.campaigns import Campaigns
from bot.records.posting import Posting

post = Posting.post


def apply() -> None:
    """Say everything again."""
    Campaigns.take = lambda self, campaign, person, step: True
    Posting.post = lambda self, notice: post(
        self, replace(notice, key=f"{notice.key}:{self.now.isoformat()}")
    )
