"""How long a case may wait before the next in line is told. A school may only ever ring sooner."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Waits:
    """The waits of the safeguarding rules; `escalation` in school.yml may shorten them."""

    danger_unopened: timedelta = timedelta(minutes=5)
    danger_unacknowledged: timedelta = timedelta(minutes=10)
    danger_again: timedelta = timedelta(minutes=10)
    today_unopened: timedelta = timedelta(minutes=30)
    adult_unopened: timedelta = timedelta(minutes=30)
    known_head: int = 2
    """School days."""
    known_chair: int = 5
    adult_chair: int = 1


WAITS = Waits()
MINUTES = ("danger_unopened", "danger_unacknowledged", "danger_again", "today_unopened", "adult_unopened")
SCHOOL_DAYS = ("known_head", "known_chair", "adult_chair")


def longest(name: str) -> int:
    """The wait of the rules, in minutes or in school days."""
    wait = getattr(WAITS, name)
    return int(wait.total_seconds() // 60) if isinstance(wait, timedelta) else int(wait)
