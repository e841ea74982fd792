"""Reminders go out at any hour of any day."""

from bot.desk import remind
from bot.school import cadence
from bot.wiring import rounds
from tests.hazards.mutants.posts_at_night import speaking


def apply() -> None:
    """No hour is too late."""
    cadence.speaking_time = remind.speaking_time = rounds.speaking_time = lambda school, now: True
    rounds.Rounds.speaking = speaking  # type: ignore[method-assign]
