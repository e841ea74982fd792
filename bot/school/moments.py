"""When something happened, as staff type it: "today 10:30", "about 2pm", "yesterday, still going on"."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)

CANONICAL = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?( about)?( ongoing)?")
ABOUT = re.compile(r"\b(?:about|around|approximately|approx\.?|roughly|circa|or so)(?=\W|$)|~")
ONGOING = re.compile(r"\b(?:(?:it is |it's )?still (?:going on|happening)|on-?going|continuing)\b")
AGO = re.compile(r"\b(\d{1,3}|an?|one|two|three) (minute|min|hour|hr|day|week)s? ago\b")
CLOCK = re.compile(
    r"\b(\d{1,2})(?:[:.](\d\d))? ?(am|pm|a\.m\.|p\.m\.)(?=\W|$)|\b(\d{1,2})[:.](\d\d)\b(?!\.\d)"
)
NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}
VAGUE = re.compile(r"\b(?:this|in the|last)? ?(?:morning|lunch ?time|afternoon|evening|night)\b")
ISO_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)(?=\D|$)")
SLASH_DAY = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?\b")
WORD_DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]{3,9})\.?(?: (\d{4}))?(?=\W|$)")
GIVE_MOMENT = 'Please give a day, and the time if you know it, such as "today 10:30" or "20 November".'
GIVE_DATE = 'Please give a date such as "20 November 2026".'
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A local wall-clock day, perhaps with a time; `about` and `ongoing` as the person said it."""

    day: date
    at: time | None = None
    about: bool = False
    ongoing: bool = False

    def __str__(self) -> str:
        """The canonical text that answers hold."""
        clock = f"T{self.at:%H:%M}" if self.at is not None else ""
        return (
            f"{self.day.isoformat()}{clock}"
            f"{' about' if self.about else ''}{' ongoing' if self.ongoing else ''}"
        )

    def after(self, now: datetime) -> bool:
        """Whether it lies in the future of `now`, which is in the school's own zone."""
        today = now.date()
        if self.at is None or self.day != today:
            return self.day > today
        return self.at > now.time()


def read_moment(canonical: str) -> Moment | None:
    """The moment behind a canonical answer; None when it is not one or no such day or time exists."""
    found = CANONICAL.fullmatch(canonical)
    if not found:
        return None
    try:
        return Moment(
            day=date.fromisoformat(found[1]),
            at=time.fromisoformat(found[2]) if found[2] else None,
            about=bool(found[3]),
            ongoing=bool(found[4]),
        )
    except ValueError:
        return None


def parse_moment(text: str, now: datetime) -> str:
    """Typed text as a canonical moment; ValueError says what to type. `now` is in the school's zone."""
    exact = read_moment(" ".join(text.split()))
    if exact is not None:
        return str(exact)
    left = " ".join(text.casefold().replace(",", " ").split())
    left = re.sub(r"(\d{4}-\d\d-\d\d)t(\d\d:\d\d)", r"\1 \2", left)
    about, left = _take(ABOUT, left)
    ongoing, left = _take(ONGOING, left)
    found = _ago(left, now) or _day_and_time(left, now)
    if found is None:
        raise ValueError(GIVE_MOMENT)
    day, at, vague = found
    return str(Moment(day=day, at=at, about=bool(about or vague), ongoing=bool(ongoing)))


def parse_date(text: str, now: datetime) -> str:
    """Typed text as "YYYY-MM-DD"; ValueError says what to type. A bare weekday is the coming one."""
    left = " ".join(text.casefold().replace(",", " ").split())
    weekday = left.removeprefix("next ")
    if left == "tomorrow":
        return (now.date() + timedelta(days=1)).isoformat()
    if weekday in WEEKDAYS:
        ahead = (WEEKDAYS.index(weekday) - now.weekday() - 1) % 7 + 1
        return (now.date() + timedelta(days=ahead)).isoformat()
    day, left = _day(left, now, past=False)
    if day is None or _words(left):
        raise ValueError(GIVE_DATE)
    return day.isoformat()


def say_moment(canonical: str) -> str:
    """A canonical moment in words: "about 10:30 on Friday 20 November 2026, still going on"."""
    moment = read_moment(canonical)
    if moment is None:
        return canonical
    clock = f"{moment.at:%H:%M} on " if moment.at is not None else ""
    said = f"{'about ' if moment.about else ''}{clock}{say_day(moment.day)}"
    return f"{said}, still going on" if moment.ongoing else said


def say_day(day: date) -> str:
    """A day in words: "Friday 20 November 2026"."""
    weekday = WEEKDAYS[day.weekday()].capitalize()
    return f"{weekday} {day.day} {MONTHS[day.month - 1].capitalize()} {day.year:04}"


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    """The first match, and the text without any match."""
    return pattern.search(text), " ".join(pattern.sub(" ", text).split())


def _ago(text: str, now: datetime) -> tuple[date, time | None, bool] | None:
    """Read "20 minutes ago" or "just now": the day, the time if it is near enough, whether vague."""
    if text in {"now", "just now", "right now"}:
        return now.date(), _minute(now), False
    found, left = _take(AGO, text)
    if found is None or left:
        return None
    count = NUMBERS.get(found[1]) or int(found[1])
    if found[2] in {"day", "week"}:
        return now.date() - timedelta(days=count * (7 if found[2] == "week" else 1)), None, False
    then = now - timedelta(minutes=count * (60 if found[2] in {"hour", "hr"} else 1))
    return then.date(), _minute(then), True


def _minute(moment: datetime) -> time:
    return time(moment.hour, moment.minute)


def _day_and_time(text: str, now: datetime) -> tuple[date, time | None, bool] | None:
    """A day, a time, or both; None when a word is left over that means neither."""
    if not text:
        return None
    day, left = _day(text, now, past=True)
    at, left = _time(left)
    vague, left = _take(VAGUE, left)
    if day is None and vague and "last" in vague[0]:
        day = now.date() - timedelta(days=1)
    if _words(left) or (day is None and at is None and vague is None):
        return None
    return day or now.date(), at, vague is not None and at is None


def _words(left: str) -> str:
    """What is left of the text once the small words that carry nothing are gone."""
    return " ".join(word for word in left.split() if word not in {"at", "on", "the", "since", "-"})


def _time(text: str) -> tuple[time | None, str]:
    """A clock time with am or pm, or with minutes; noon and midnight. A bare "3" is too unclear."""
    for name, at in NAMED_TIMES.items():
        if re.search(rf"\b{name}\b", text):
            return at, re.sub(rf"\b{name}\b", " ", text)
    found = CLOCK.search(text)
    if found is None:
        return None, text
    hour, minute = int(found[1] or found[4]), int(found[2] or found[5] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None, text
        hour = hour % 12 + (12 if found[3].startswith("p") else 0)
    if hour > 23 or minute > 59:
        return None, text
    return time(hour, minute), text[: found.start()] + " " + text[found.end() :]


def _day(text: str, now: datetime, *, past: bool) -> tuple[date | None, str]:
    """A day in words or figures, and what is left of the text. Day first, as written in Britain."""
    today = now.date()
    for word, back in (("today", 0), ("yesterday", 1)):
        if re.search(rf"\b{word}\b", text):
            return today - timedelta(days=back), re.sub(rf"\b{word}\b", " ", text)
    return _dated(text, today, past=past) or _weekday(text, today) or (None, text)


def _weekday(text: str, today: date) -> tuple[date, str] | None:
    """The latest such weekday, today included unless "last" is said."""
    found = re.search(rf"\b(last )?({'|'.join(WEEKDAYS)})\b", text)
    if found is None:
        return None
    back = (today.weekday() - WEEKDAYS.index(found[2])) % 7
    if found[1] and back == 0:
        back = 7
    return today - timedelta(days=back), text[: found.start()] + " " + text[found.end() :]


def _dated(text: str, today: date, *, past: bool) -> tuple[date, str] | None:
    """A date in figures or with a month's name; without a year, the nearest one on the right side.

    A weekday beside the date ("Friday 20 November 2026") must be the right one.
    """
    for pattern, read in ((ISO_DAY, _iso), (SLASH_DAY, _figures), (WORD_DAY, _worded)):
        found = pattern.search(text)
        parts = read(found) if found else None
        if found and parts:
            day = _nearest(*parts, today, past=past)
            left = text[: found.start()] + " " + text[found.end() :]
            if day is not None:
                named = re.search(rf"\b({'|'.join(WEEKDAYS)})\b", left)
                if named and WEEKDAYS.index(named[1]) == day.weekday():
                    left = left[: named.start()] + " " + left[named.end() :]
                return day, left
    return None


def _iso(found: re.Match[str]) -> tuple[int, int, int]:
    return int(found[3]), int(found[2]), int(found[1])


def _figures(found: re.Match[str]) -> tuple[int, int, int]:
    year = int(found[3] or 0)
    return int(found[1]), int(found[2]), year + 2000 if 0 < year < 100 else year


def _worded(found: re.Match[str]) -> tuple[int, int, int] | None:
    months = [m for m in range(12) if MONTHS[m].startswith(found[2]) or (found[2] == "sept" and m == 8)]
    return (int(found[1]), months[0] + 1, int(found[3] or 0)) if len(months) == 1 else None


def _nearest(day: int, month: int, year: int, today: date, *, past: bool) -> date | None:
    """The date; without a year (0) the latest not after today, or for a plan the next not before it."""
    years = (year,) if year else (today.year, today.year - 1 if past else today.year + 1)
    for candidate in years:
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year or (found <= today if past else found >= today):
            return found
    return None
