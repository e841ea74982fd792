"""The school days of a campaign: looked up in the calendar once, then counted along by everybody in it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from bot.school.calendar import school_days_after
from bot.school.people import School

FURTHEST = 400
"""School days that are ever looked ahead."""


class SchoolDays:
    """The school days from a day on, each found once."""

    def __init__(self, school: School, first: date) -> None:
        self._school = school
        self._days = [school_days_after(school, first - timedelta(days=1), 1)]

    def first(self, day: date, skips: Callable[[date], bool]) -> date:
        """The first one on or after a day that is not skipped."""
        return self.after(day - timedelta(days=1), 1, skips)

    def after(self, day: date, count: int, skips: Callable[[date], bool]) -> date:
        """The count-th one after a day, those that are skipped not counted; 0 is the day itself."""
        found = day
        for each in self._later(day):
            if count <= 0:
                break
            if not skips(each):
                found, count = each, count - 1
        return found

    def before(self, day: date, count: int, not_before: date) -> date:
        """The count-th one before a day, but none before another."""
        place = bisect_left(self._known_to(day), day)
        return max(self._days[max(place - count, 0)], not_before)

    def between(self, first: date, last: date) -> int:
        """How many lie after `first`, up to and including `last`."""
        days = self._known_to(last)
        return max(bisect_right(days, last) - bisect_right(days, first), 0)

    def latest(self, day: date, not_before: date, fits: Callable[[date], bool]) -> date:
        """The last one up to a day that fits, not before another; the day itself when none does."""
        days = self._known_to(day)
        back = reversed(days[bisect_left(days, not_before) : bisect_right(days, day)])
        return next((each for each in back if fits(each)), day)

    def _known_to(self, day: date) -> Sequence[date]:
        while self._days[-1] < day and len(self._days) < 2 * FURTHEST:
            self._days.append(school_days_after(self._school, self._days[-1], 1))
        return self._days

    def _later(self, day: date) -> Iterator[date]:
        place = bisect_right(self._known_to(day), day)
        for ahead in range(FURTHEST):
            while place + ahead >= len(self._days):
                self._days.append(school_days_after(self._school, self._days[-1], 1))
            yield self._days[place + ahead]
