"""Part-time days and absences are not looked at."""

from bot.school import cadence


def apply() -> None:
    """Everybody is always there."""
    cadence.there = lambda school, person, now: True
