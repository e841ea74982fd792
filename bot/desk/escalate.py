"""A case that nobody opens or acknowledges is told to the next in line, once for each step of the clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.desk.marking import marked
from bot.desk.wording import USHER, where
from bot.records.books import Books
from bot.school.concerns import Case, CaseKind
from bot.school.escalation import Advice, Lacks, Rung, due, whom
from bot.school.messages import Callout, Lane, Message, Notice, Recipient, Tone
from bot.school.people import ROLE_NAMES, Person, Role, School
from bot.school.routing import names_of, readers, room

NUMBERS = {
    (CaseKind.ESAFETY, Advice.PHONE): ("school_office", "social_care_day", "social_care_night"),
    (CaseKind.ESAFETY, Advice.OUTSIDE): ("social_care_day", "social_care_night"),
    (CaseKind.BREACH, Advice.PHONE): ("school_office", "lado", "nspcc"),
    (CaseKind.BREACH, Advice.OUTSIDE): ("lado", "nspcc"),
}
"""Whom the reporter may phone. A drill lists nobody."""

Step = tuple[Case, Rung]


def overdue(school: School, books: Books, cases: Iterable[Case], now: datetime) -> tuple[Step, ...]:
    """Every step of these cases that is due and has not been taken yet, the earliest first."""
    reached = ((case, rung) for case in cases for rung in due(school, case, now))
    fresh = ((case, rung) for case, rung in reached if not books.outbox.known(mark(case, rung)))
    return tuple(sorted(fresh, key=lambda step: (step[1].at, step[0].id)))


def escalate(school: School, books: Books, now: datetime) -> int:
    """Take every step that is due, and write each down; how many there were."""
    taken = 0
    for case, rung in overdue(school, books, books.cases.unanswered().cases, now):
        posted = sum([books.outbox.post(notice) for notice in notices(school, case, rung, now)])
        if posted:
            facts = {"step": rung.id, "count": str(posted), "was": case.state.value}
            books.audit.write(USHER, "case.escalated", case.reference, **facts)
            taken += 1
    return taken


def mark(case: Case, rung: Rung) -> str:
    """What makes a step happen once: the key of its first notice. The others hang on it."""
    return f"escalation:{case.id}:{rung.id}"


def notices(school: School, case: Case, rung: Rung, now: datetime) -> Iterator[Notice]:
    """Everything one step sends. The first carries the step's own mark."""
    told = whom(school, case, rung, now)
    sent = [(person.id, _alarm(school, case, rung, person, now)) for person in told]
    if rung.reporter and case.reporter:
        sent.append((case.reporter, _to_reporter(school, case, rung, now)))
    for number, (person, message) in enumerate(sent):
        yield Notice(
            key=f"{mark(case, rung)}:{person}" if number else mark(case, rung),
            lane=Lane.ALERT,
            to=Recipient(person=person),
            message=marked(case, message),
            fallback=_others(told, person) if person != case.reporter else (),
        )


def _others(told: Iterable[Person], person: str) -> tuple[Recipient, ...]:
    return tuple(Recipient(person=other.id) for other in told if other.id != person)


def _alarm(school: School, case: Case, rung: Rung, person: Person, now: datetime) -> Message:
    """What the next in line reads: a reference and how long, or a number only; never what it is about."""
    able = _able(school, case, now)
    if rung.counted and person not in able:
        summary = "One concern has not been acknowledged for several school days."
        free = any(p.id not in case.excluded for p in school.holders(Role.HEADTEACHER))
        asked = ROLE_NAMES[Role.HEADTEACHER] if free else names_of(case.roles)
        return _box(summary, (f"Please ask the {asked} how it is being looked after.",))
    what = "An adult's conduct" if case.kind is CaseKind.BREACH else "A concern about a pupil"
    sent = case.sent.astimezone(ZoneInfo(school.timezone))
    summary = (
        f"{what}, reference {case.reference}, sent {sent:%H:%M} on {sent:%A} {sent.day} {sent:%B}, "
        f"has not been {rung.lacks.value}."
    )
    return _box(summary, tuple(_do(school, case, rung, able)))


def _do(school: School, case: Case, rung: Rung, able: tuple[Person, ...]) -> Iterator[str]:
    """What whoever is told should do."""
    if rung.lado:
        yield "If a child may have been harmed or be at risk, the LADO must hear within one working day."
    here = room(school, case.roles, case.excluded)
    if able:
        names = " or ".join(person.name for person in able)
        yield f"It can be opened by {names}{f', in {here.name}' if here else ''}."
    if rung.lacks is Lacks.OPENED:
        yield "Please find one of them now, in person or by telephone, and have it opened."
    else:
        yield "Please find one of them now and have it acknowledged, so that the sender knows who has it."


def _to_reporter(school: School, case: Case, rung: Rung, now: datetime) -> Message:
    """What the reporter is told: don't wait, whom to find, and whom to phone."""
    summary = f"Your report {case.reference} has not been {rung.lacks.value} yet."
    if case.drill:
        return _box(summary, ("For a real report you would read here whom to phone. Phone nobody now.",))
    outside = rung.reporter is Advice.OUTSIDE
    inside = () if outside else tuple(_to_find(school, case, rung, now))
    line = OUTSIDE[case.kind] if outside else "Don't wait: find one of them now, or phone. Danger: 999."
    return _box(f"{summary} Please phone now.", (line, *inside, *_numbers(school, case, rung)))


OUTSIDE = {
    CaseKind.ESAFETY: "Danger: call 999. Otherwise phone children's social care yourself. Anybody may.",
    CaseKind.BREACH: "You can go outside the school yourself. If a child is in danger: 999.",
}


def _to_find(school: School, case: Case, rung: Rung, now: datetime) -> Iterator[str]:
    """Who is in school and may be spoken to: never anybody it is about."""
    day = school.day(now)
    people = {p.id: p for p in (*_able(school, case, now), *whom(school, case, rung, now))}
    return (where(person) for person in people.values() if not person.away_on(day))


def _able(school: School, case: Case, now: datetime) -> tuple[Person, ...]:
    """Who can open it and be looked for: its readers, save a DSL who sent it."""
    return tuple(p for p in readers(school, case, school.day(now)) if p.id not in case.excluded)


def _numbers(school: School, case: Case, rung: Rung) -> Iterator[str]:
    for id in NUMBERS[case.kind, rung.reporter]:
        if id in school.phones:
            phone = school.phones[id]
            yield f"{phone.name}: {phone.number}{f' ({phone.hours})' if phone.hours else ''}"


def _box(summary: str, lines: tuple[str, ...]) -> Message:
    return Message(summary=summary, parts=(Callout(tone=Tone.DANGER, title=summary, lines=lines),))
