"""In the morning, what was queued yesterday is posted before anybody has looked whether it is still so."""

from datetime import datetime

from bot.school.cadence import posting_time
from bot.wiring.rounds import Rounds


def speaking(self: Rounds, now: datetime) -> dict[str, datetime]:
    """As soon as school opens."""
    return {school.id: now for school in self.schools() if posting_time(school, now)}


def apply() -> None:
    """Post first, look later."""
    Rounds.speaking = speaking  # type: ignore[method-assign]
