"""How long a record is kept, as the school decided it, and from when on it may be erased."""

import calendar
import re
from datetime import datetime, timedelta

from bot.school.concerns import CaseKind
from bot.school.people import School

YEARS = re.compile(r"(\d{1,3}) years?")
AFTER_LEAVING = re.compile(r"employment \+ (\d{1,3}) (day|month|year)s?")
ACKNOWLEDGEMENT = "acknowledgement"


def kept_until(school: School, kind: CaseKind, sent: datetime) -> datetime | None:
    """The moment from which on a case of this kind may be erased by itself.

    None while nobody has set an end: no number of years, or a review that a person has to make. "Date of
    birth + 25 years" counts from the day it was sent: the child was born before, so nothing goes too early.
    """
    rule = school.retention.get(kind.value)
    years = YEARS.search(rule.keep) if rule else None
    if rule is None or years is None or rule.then == "review":
        return None
    year = sent.year + int(years[1])
    try:
        return sent.replace(year=year)
    except ValueError:
        return sent.replace(year=year, day=28)


def acknowledged_until(school: School, left: datetime) -> datetime | None:
    """Until when the acknowledgements of somebody who left then are kept.

    None while nobody has set an end: no rule that counts from the end of employment, or a review.
    """
    rule = school.retention.get(ACKNOWLEDGEMENT)
    found = AFTER_LEAVING.fullmatch(rule.keep) if rule else None
    if rule is None or found is None or rule.then != "erase":
        return None
    count, unit = int(found[1]), found[2]
    if unit == "day":
        return left + timedelta(days=count)
    return _months_later(left, count * (12 if unit == "year" else 1))


def _months_later(moment: datetime, count: int) -> datetime:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
