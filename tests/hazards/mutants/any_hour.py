"""Reminders go out at any hour of any day."""

from bot.desk import remind
from bot.school import cadence


def apply() -> None:
    """No hour is too late."""
    cadence.speaking_time = remind.speaking_time = lambda school, now: True
