"""How long a record is kept, as the school decided it, and from when on it may be erased."""

import re
from datetime import datetime

from bot.school.concerns import CaseKind
from bot.school.people import School

YEARS = re.compile(r"(\d{1,3}) years?")


def kept_until(school: School, kind: CaseKind, sent: datetime) -> datetime | None:
    """The moment a case of this kind falls due for review, or None when the school has set no years.

    "Date of birth + 25 years" counts from the day it was sent: the child was born before, so nothing
    goes too early.
    """
    rule = school.retention.get(kind.value)
    years = YEARS.search(rule.keep) if rule else None
    if years is None:
        return None
    year = sent.year + int(years[1])
    try:
        return sent.replace(year=year)
    except ValueError:
        return sent.replace(year=year, day=28)
