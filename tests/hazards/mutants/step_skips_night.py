"""Danger waits for school to open."""

from datetime import datetime

from bot.desk import escalate
from bot.school.calendar import is_school_time
from bot.school.concerns import Case
from bot.school.escalation import Rung, due
from bot.school.people import School


def by_day(school: School, case: Case, now: datetime) -> tuple[Rung, ...]:
    """In school hours only."""
    return due(school, case, now) if is_school_time(school, now) else ()


def apply() -> None:
    """Silence at night."""
    escalate.due = by_day
