"""The school's calendar: which days and hours are school time, and how to count in them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.school.people import School

SATURDAY = 5
FURTHEST = 100
"""Days without any school day after which the calendar counts as having run out.

Then any weekday with school hours counts that is no bank holiday: a clock that rings too early is safer
than one that has stopped because nobody entered next year's term dates.
"""


def is_school_day(school: School, day: date) -> bool:
    """Whether school is open that day: in a term, on an open weekday, not closed, no bank holiday."""
    return _may_open(school, day) and any(term.first <= day <= term.last for term in school.terms)


def is_school_time(school: School, moment: datetime) -> bool:
    """Whether an aware moment lies in school hours; the opening minute does, the closing one doesn't."""
    day, then = school.day(moment), moment.astimezone(UTC)
    return is_school_day(school, day) and opens(school, day) <= then < closes(school, day)


def next_school_time(school: School, moment: datetime) -> datetime:
    """The moment itself when it lies in school time, otherwise the next time that school opens."""
    if is_school_time(school, moment):
        return moment.astimezone(ZoneInfo(school.timezone))
    day = school.day(moment)
    if is_school_day(school, day) and moment.astimezone(UTC) < opens(school, day):
        return opens(school, day)
    return opens(school, school_days_after(school, day, 1))


def end_of_session(school: School, moment: datetime) -> datetime:
    """When the school day under way ends; out of hours the end of the next one."""
    return closes(school, school.day(next_school_time(school, moment)))


def next_school_day_at(school: School, moment: datetime, at: time) -> datetime:
    """A clock time on the first school day after the day of a moment, such as 09:00."""
    return local(school, school_days_after(school, school.day(moment), 1), at)


def school_days_after(school: School, day: date, count: int) -> date:
    """The `count`-th school day after a day, which need not be one itself; 0 is the day itself."""
    return _count(school, day, count, 1)


def working_day_after(school: School, day: date) -> date:
    """The next weekday that is no bank holiday, in term or not: councils work when schools don't."""
    following = day + timedelta(days=1)
    while following.weekday() >= SATURDAY or following in school.bank_holidays:
        following += timedelta(days=1)
    return following


def school_days_before(school: School, day: date, count: int) -> date:
    """The `count`-th school day before a day, which need not be one itself; 0 is the day itself."""
    return _count(school, day, count, -1)


def school_days_between(school: School, first: date, last: date) -> int:
    """How many school days lie after `first`, up to and including `last`; 0 when it isn't later."""
    days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
    return sum(is_school_day(school, day) for day in days)


def at_least_school_days(school: School, first: date, last: date, count: int) -> bool:
    """Whether so many school days lie from `first` to `last`, both included, as far as terms are known."""
    day = max(first, school.terms[0].first) if school.terms else first
    end = min(last, school.terms[-1].last) if school.terms else first
    found = 0
    while found < count and day <= end:
        found += is_school_day(school, day)
        day += timedelta(days=1)
    return found >= count


def opens(school: School, day: date) -> datetime:
    """When school opens that weekday; a weekday without hours counts from midnight."""
    hours = school.hours.get(day.weekday())
    return local(school, day, hours.opens if hours else time.min)


def closes(school: School, day: date) -> datetime:
    """When school closes that weekday; a weekday without hours counts to midnight."""
    hours = school.hours.get(day.weekday())
    if hours is None:
        return local(school, day + timedelta(days=1), time.min)
    return local(school, day, hours.closes)


def local(school: School, day: date, at: time) -> datetime:
    """A wall-clock time as an aware moment. One that a clock change skips is moved past the gap.

    A time that happens twice means the first. The value has been through UTC, so it always exists.
    """
    zone = ZoneInfo(school.timezone)
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC).astimezone(zone)


def _count(school: School, day: date, count: int, step: int) -> date:
    found = day
    for _ in range(count):
        found = _next(school, found, step)
    return found


def _next(school: School, day: date, step: int) -> date:
    days = range(step, step * (FURTHEST + 1), step)
    inside = (found for ahead in days if is_school_day(school, found := day + timedelta(days=ahead)))
    without_terms = (found for ahead in days if _may_open(school, found := day + timedelta(days=ahead)))
    return next(inside, None) or next(without_terms, day + timedelta(days=step))


def _may_open(school: School, day: date) -> bool:
    """Whether that day could be a school day, whatever the terms say."""
    return day.weekday() in school.hours and day not in school.closed and day not in school.bank_holidays
