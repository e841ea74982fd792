"""The escalation clock: who is told again, and when, about a case that nobody opens or acknowledges.

Pure: from a case and a moment, what is due by then. A rung that was missed while Usher was down is due at
once; of those that repeat only the latest is, so that an outage ends in one message and not in hundreds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum

from bot.school.calendar import (
    end_of_session,
    local,
    next_school_day_at,
    next_school_time,
    school_days_after,
    working_day_after,
)
from bot.school.concerns import Case, CaseKind, Urgency
from bot.school.people import Person, Role, School
from bot.school.routing import next_in_line, readers

MORNING = time(9, 0)
EVERYBODY = (Role.DSL, Role.DEPUTY_DSL, Role.HEADTEACHER)


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
    """In UTC, so that no clock change lies between two of them."""
    lacks: Lacks
    roles: tuple[Role, ...] = ()
    """Told in person, with the reference."""
    readers: bool = False
    """The readers themselves are told again."""
    onward: bool = False
    """Where the roles bring in nobody who hasn't known from the start, the next in line is told too."""
    reporter: Advice = Advice.NONE
    counted: bool = False
    """The roles are told a number only, without the reference."""
    lado: bool = False
    """A reminder that the LADO wants to know within one working day."""


def due(school: School, case: Case, now: datetime) -> tuple[Rung, ...]:
    """The rungs that this case has reached and not been taken off, the earliest first."""
    if case.acknowledged is not None or case.closed is not None or not case.roles:
        return ()
    reached = (rung for rung in rungs(school, case, now) if rung.at <= now)
    standing = (rung for rung in reached if rung.lacks is Lacks.ACKNOWLEDGED or case.opened is None)
    return tuple(sorted(standing, key=lambda rung: rung.at))


def first(school: School, case: Case) -> Rung | None:
    """What happens first if nobody opens the case; None for a request that no clock watches."""
    waiting = [rung for rung in rungs(school, case, case.sent) if rung.lacks is Lacks.OPENED]
    return min(waiting, key=lambda rung: rung.at, default=None)


def rungs(school: School, case: Case, now: datetime) -> tuple[Rung, ...]:
    """Every rung of a case's ladder; of a repeating one the latest by now."""
    return _rungs(school, case, (_times(school, case, now),))


def ladder(school: School, case: Case, until: datetime) -> tuple[Rung, ...]:
    """Every rung that lies before a moment if nobody ever answers, each repetition by itself."""
    every = _rungs(school, case, range(_times(school, case, until) + 1))
    return tuple(sorted((rung for rung in every if rung.at <= until), key=lambda rung: rung.at))


def whom(school: School, case: Case, rung: Rung, moment: datetime) -> tuple[Person, ...]:
    """The people a rung tells in person: on duty, else holding the role; never anybody it is about.

    The reporter hears in words of their own. Where nobody else is left, the readers are told again.
    """
    day = school.day(moment)
    again = tuple(p for p in readers(school, case, day) if p.id not in case.excluded)
    found: dict[str, Person] = {}
    for role in rung.roles:
        held = [p for p in school.holders(role) if p.id not in case.excluded]
        there = [p for p in school.on_duty(role, day) if p.id not in case.excluded]
        found |= {person.id: person for person in there or held}
    if rung.onward and not found.keys() - {person.id for person in again}:
        after = next_in_line(school, case.kind, (*case.roles, *rung.roles), case.excluded)
        found |= {person.id: person for person in after}
    if rung.readers or not found:
        found |= {person.id: person for person in again}
    return tuple(found.values())


def _rungs(school: School, case: Case, times: Iterable[int]) -> tuple[Rung, ...]:
    if case.kind is CaseKind.SITE:
        return ()
    if case.kind is CaseKind.BREACH:
        return tuple(_adult(school, case))
    if case.urgency is Urgency.DANGER:
        return tuple(_danger(school, case, times))
    return tuple(_today(school, case) if case.urgency is Urgency.TODAY else _known(school, case))


def _times(school: School, case: Case, now: datetime) -> int:
    """How often a rung that repeats has come round by now, after its first time."""
    begins = _sent(case) + school.waits.danger_unacknowledged
    return max((now.astimezone(UTC) - begins) // school.waits.danger_again, 0)


def _danger(school: School, case: Case, times: Iterable[int]) -> Iterator[Rung]:
    """Danger now, at any hour: all again, then the chair too, and again for as long as it takes.

    The headteacher counts as silent for as long as nobody has acknowledged the case.
    """
    yield Rung(
        id="unopened",
        at=_sent(case) + school.waits.danger_unopened,
        lacks=Lacks.OPENED,
        roles=EVERYBODY,
        reporter=Advice.PHONE,
    )
    begins = _sent(case) + school.waits.danger_unacknowledged
    for time_round in times:
        yield Rung(
            id=f"unacknowledged-{time_round}",
            at=begins + time_round * school.waits.danger_again,
            lacks=Lacks.ACKNOWLEDGED,
            roles=(*EVERYBODY, Role.CHAIR),
            reporter=Advice.OUTSIDE,
        )


def _today(school: School, case: Case) -> Iterator[Rung]:
    """For today: the headteacher after half an hour of school, and again at the end of the session."""
    unopened = _opening(school, case) + school.waits.today_unopened
    yield Rung(id="unopened", at=unopened, lacks=Lacks.OPENED, roles=(Role.HEADTEACHER,), onward=True)
    yield Rung(
        id="unacknowledged",
        at=max(end_of_session(school, case.sent).astimezone(UTC), unopened),
        lacks=Lacks.ACKNOWLEDGED,
        roles=(Role.HEADTEACHER,),
        onward=True,
        reporter=Advice.PHONE,
    )


def _known(school: School, case: Case) -> Iterator[Rung]:
    """Should be known: its readers again next morning, the headteacher and the chair days later."""
    yield Rung(
        id="unopened",
        at=next_school_day_at(school, case.sent, MORNING).astimezone(UTC),
        lacks=Lacks.OPENED,
        readers=True,
    )
    yield Rung(
        id="unacknowledged-head",
        at=_morning_after(school, case, school.waits.known_head),
        lacks=Lacks.ACKNOWLEDGED,
        roles=(Role.HEADTEACHER,),
    )
    yield Rung(
        id="unacknowledged-chair",
        at=_morning_after(school, case, school.waits.known_chair),
        lacks=Lacks.ACKNOWLEDGED,
        roles=(Role.CHAIR,),
        counted=True,
    )


def _adult(school: School, case: Case) -> Iterator[Rung]:
    """An adult's conduct: the chair when the headteacher doesn't look; where the chair reads it, again.

    Then nobody inside comes after, so the reporter is shown the way round the school's own leaders.
    """
    chaired = Role.CHAIR in case.roles
    soon = case.urgency is not Urgency.KNOWN
    phone = Advice.PHONE if soon else Advice.NONE
    yield Rung(
        id="unopened",
        at=_adult_unopened(school, case),
        lacks=Lacks.OPENED,
        roles=() if chaired else (Role.CHAIR,),
        readers=chaired,
        reporter=Advice.OUTSIDE if chaired else phone,
    )
    yield Rung(
        id="unacknowledged",
        at=local(school, working_day_after(school, school.day(case.sent)), MORNING).astimezone(UTC),
        lacks=Lacks.ACKNOWLEDGED,
        readers=True,
        lado=True,
    )


def _adult_unopened(school: School, case: Case) -> datetime:
    """Half an hour of school, half an hour at any time where a child is in danger, else a school day."""
    if case.urgency is Urgency.KNOWN:
        return _morning_after(school, case, school.waits.adult_chair)
    begins = _sent(case) if case.urgency is Urgency.DANGER else _opening(school, case)
    return begins + school.waits.adult_unopened


def _sent(case: Case) -> datetime:
    """When it was sent. What is added to it are minutes that pass, not the hands of a clock."""
    return case.sent.astimezone(UTC)


def _opening(school: School, case: Case) -> datetime:
    """When it was sent, or when school opens next."""
    return next_school_time(school, case.sent).astimezone(UTC)


def _morning_after(school: School, case: Case, days: int) -> datetime:
    """Nine o'clock on the so-many-th school day after it was sent."""
    after = school_days_after(school, school.day(case.sent), days)
    return local(school, after, MORNING).astimezone(UTC)
