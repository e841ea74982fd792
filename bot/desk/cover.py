"""Days on which nobody answers for safeguarding are told to the headteacher, once a day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bot.desk.wording import USHER
from bot.records.books import Books
from bot.school.calendar import local
from bot.school.messages import Bullets, Callout, Lane, Message, Notice, Recipient, Tone
from bot.school.people import Role, School

FROM = time(7, 0)
"""Early enough to find somebody before school opens."""
AHEAD = 7
"""How many days are looked at, today included."""


def uncovered(school: School, now: datetime) -> tuple[date, ...]:
    """The days from today on without the DSL, any deputy and the stand-in."""
    today = school.day(now)
    days = (today + timedelta(days=ahead) for ahead in range(AHEAD))
    return tuple(day for day in days if not school.covered(day))


def unsaid(school: School, books: Books, now: datetime) -> bool:
    """Whether somebody has to be told today and hasn't been."""
    if now < local(school, school.day(now), FROM) or not uncovered(school, now):
        return False
    first = next(_warnings(school, now), None)
    return first is not None and not books.outbox.known(first.key)


def warn(school: School, books: Books, now: datetime) -> int:
    """Tell whoever runs the school, once a day; how many were told."""
    if not unsaid(school, books, now):
        return 0
    told = sum([books.outbox.post(notice) for notice in _warnings(school, now)])
    books.audit.write(USHER, "cover.missing", school.id, first=uncovered(school, now)[0].isoformat())
    return told


def _warnings(school: School, now: datetime) -> Iterator[Notice]:
    """One for each headteacher who is there, or for the chair of governors."""
    today = school.day(now)
    people = school.on_duty(Role.HEADTEACHER, today) or (
        *school.on_duty(Role.CHAIR, today),
        *school.holders(Role.HEADTEACHER),
    )
    for person in people:
        to = Recipient(person=person.id)
        yield Notice(key=f"cover:{today}:{person.id}", lane=Lane.ALERT, to=to, message=_message(school, now))


def _message(school: School, now: datetime) -> Message:
    summary = "Nobody answers for safeguarding: the DSL and every deputy are away, and nobody stands in."
    days = tuple(f"{day:%A} {day.day} {day:%B}" for day in uncovered(school, now))
    todo = "Please name somebody who is there today, and tell staff. Until then concerns come to you."
    more = 'In school.yml that is the key "safeguarding_stand_in".'
    return Message(
        summary=summary,
        parts=(Callout(tone=Tone.DANGER, title=summary, lines=(todo, more)), Bullets(items=days)),
    )
