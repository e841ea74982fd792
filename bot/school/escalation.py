"""The escalation clock: who is told again, and when, about a case that nobody opens or acknowledges.

Pure: from a case and a moment, what is due by then. A rung that was missed while Usher was down is due at
once; of those that repeat only the latest is, so that an outage ends in one message and not in hundreds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.school.calendar import (
    end_of_session,
    local,
    next_school_day_at,
    next_school_time,
    school_days_after,
)
from bot.school.concerns import Case, CaseKind, Urgency
from bot.school.people import Person, Role, School

MORNING = time(9, 0)


@dataclass(frozen=True, kw_only=True)
class Waits:
    """How long a case may wait, as the safeguarding rules have it; a school may only ever ring sooner."""

    danger_unopened: timedelta = timedelta(minutes=5)
    danger_unacknowledged: timedelta = timedelta(minutes=10)
    danger_again: timedelta = timedelta(minutes=10)
    today_unopened: timedelta = timedelta(minutes=30)
    adult_unopened: timedelta = timedelta(minutes=30)
    known_head: int = 2
    """School days."""
    known_chair: int = 5
    adult_chair: int = 1
    lado: int = 1


WAITS = Waits()


class Lacks(StrEnum):
    """What has not happened to the case."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"


class Advice(StrEnum):
    """What the reporter is told to do about it."""

    NONE = ""
    PHONE = "phone"
    OUTSIDE = "outside"


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step up: from `at` on, unless the case has been opened or acknowledged by then."""

    id: str
    """Names the step within its case, so that it is taken once."""
    at: datetime
    lacks: Lacks
    roles: tuple[Role, ...] = ()
    """Told in person, with the reference."""
    readers: bool = False
    """The readers themselves are told again."""
    reporter: Advice = Advice.NONE
    counted: bool = False
    """Told as a number only, without the reference."""
    lado: bool = False
    """A reminder that the LADO wants to know within one working day."""


def due(school: School, case: Case, now: datetime) -> tuple[Rung, ...]:
    """The rungs that this case has reached and not been taken off, the earliest first."""
    if case.acknowledged is not None or case.closed is not None or not case.roles:
        return ()
    reached = (rung for rung in rungs(school, case, now) if rung.at <= now)
    return tuple(rung for rung in reached if rung.lacks is Lacks.ACKNOWLEDGED or case.opened is None)


def first(school: School, case: Case) -> Rung | None:
    """What happens first if nobody opens the case; None for a request that no clock watches."""
    waiting = [rung for rung in rungs(school, case, case.sent) if rung.lacks is Lacks.OPENED]
    return min(waiting, key=lambda rung: rung.at, default=None)


def rungs(school: School, case: Case, now: datetime) -> tuple[Rung, ...]:
    """Every rung of a case's ladder; of a repeating one the latest by now."""
    if case.kind is CaseKind.SITE:
        return ()
    if case.kind is CaseKind.BREACH:
        return tuple(_adult(school, case))
    if case.urgency is Urgency.DANGER:
        return tuple(_danger(case, now))
    return tuple(_today(school, case) if case.urgency is Urgency.TODAY else _known(school, case))


def whom(school: School, case: Case, rung: Rung, day_of: datetime) -> tuple[Person, ...]:
    """The people a rung tells in person: who is on duty, else who holds the role; nobody it is about."""
    day = school.day(day_of)
    found: dict[str, Person] = {}
    for role in rung.roles:
        there = [p for p in school.on_duty(role, day) if p.id not in case.excluded]
        held = [p for p in school.holders(role) if p.id not in case.excluded]
        found |= {person.id: person for person in there or held}
    return tuple(found.values())


def _danger(case: Case, now: datetime) -> Iterator[Rung]:
    """Danger now, at any hour: all again, then the chair, then all again for as long as it takes."""
    everybody = (Role.DSL, Role.DEPUTY_DSL, Role.HEADTEACHER)
    yield Rung(
        id="unopened",
        at=case.sent + WAITS.danger_unopened,
        lacks=Lacks.OPENED,
        roles=everybody,
        reporter=Advice.PHONE,
    )
    begins = case.sent + WAITS.danger_unacknowledged
    times = max((now - begins) // WAITS.danger_again, 0)
    yield Rung(
        id=f"unacknowledged-{times}",
        at=begins + times * WAITS.danger_again,
        lacks=Lacks.ACKNOWLEDGED,
        roles=(*everybody, Role.CHAIR),
        reporter=Advice.OUTSIDE,
    )


def _today(school: School, case: Case) -> Iterator[Rung]:
    """For today: the headteacher after half an hour of school, and again at the end of the session."""
    unopened = next_school_time(school, case.sent) + WAITS.today_unopened
    yield Rung(id="unopened", at=unopened, lacks=Lacks.OPENED, roles=(Role.HEADTEACHER,))
    yield Rung(
        id="unacknowledged",
        at=max(end_of_session(school, case.sent), unopened),
        lacks=Lacks.ACKNOWLEDGED,
        roles=(Role.HEADTEACHER,),
        reporter=Advice.PHONE,
    )


def _known(school: School, case: Case) -> Iterator[Rung]:
    """Should be known: its readers again next morning, the headteacher and the chair days later."""
    yield Rung(
        id="unopened",
        at=next_school_day_at(school, case.sent, MORNING),
        lacks=Lacks.OPENED,
        readers=True,
    )
    yield Rung(
        id="unacknowledged-head",
        at=_morning_after(school, case, WAITS.known_head),
        lacks=Lacks.ACKNOWLEDGED,
        roles=(Role.HEADTEACHER,),
    )
    yield Rung(
        id="unacknowledged-chair",
        at=_morning_after(school, case, WAITS.known_chair),
        lacks=Lacks.ACKNOWLEDGED,
        roles=(Role.CHAIR,),
        counted=True,
    )


def _adult(school: School, case: Case) -> Iterator[Rung]:
    """An adult's conduct: the chair when the headteacher doesn't look; where that is the chair, again."""
    soon = case.urgency is not Urgency.KNOWN
    unopened = next_school_time(school, case.sent) + WAITS.adult_unopened
    chaired = Role.CHAIR in case.roles
    yield Rung(
        id="unopened",
        at=unopened if soon else _morning_after(school, case, WAITS.adult_chair),
        lacks=Lacks.OPENED,
        roles=() if chaired else (Role.CHAIR,),
        readers=chaired,
        reporter=Advice.PHONE if soon else Advice.NONE,
    )
    yield Rung(
        id="unacknowledged",
        at=_morning_after(school, case, WAITS.lado),
        lacks=Lacks.ACKNOWLEDGED,
        readers=True,
        lado=True,
    )


def _morning_after(school: School, case: Case, days: int) -> datetime:
    """Nine o'clock on the so-many-th school day after it was sent."""
    return local(school, school_days_after(school, school.day(case.sent), days), MORNING)
