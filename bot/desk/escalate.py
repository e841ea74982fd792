"""A case that nobody opens or acknowledges is told to the next in line, once for each step of the clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.records.books import Books
from bot.school.concerns import Case, CaseKind
from bot.school.escalation import Advice, Lacks, Rung, due, whom
from bot.school.messages import Callout, Lane, Message, Notice, Recipient, Tone
from bot.school.people import Role, School
from bot.school.routing import readers, room

NUMBERS = {
    Advice.PHONE: ("school_office", "social_care_day", "social_care_night"),
    Advice.OUTSIDE: ("social_care_day", "social_care_night"),
}


def overdue(school: School, books: Books, now: datetime) -> tuple[tuple[Case, Rung], ...]:
    """Every step that is due and has not been taken yet."""
    waiting = (case for case in books.cases.all(open_only=True) if case.acknowledged is None)
    reached = ((case, rung) for case in waiting for rung in due(school, case, now))
    return tuple((case, rung) for case, rung in reached if not books.outbox.known(_mark(case, rung)))


def escalate(school: School, books: Books, now: datetime) -> int:
    """Take every step that is due, and write each down; how many there were."""
    taken = 0
    for case, rung in overdue(school, books, now):
        posted = sum([books.outbox.post(notice) for notice in notices(school, case, rung, now)])
        if posted:
            facts = {"step": rung.id, "count": str(posted), "was": case.state.value}
            books.audit.write("usher", "case.escalated", case.reference, **facts)
            taken += 1
    return taken


def notices(school: School, case: Case, rung: Rung, now: datetime) -> Iterator[Notice]:
    """Everything one step sends. The first carries the step's own mark, which makes it happen once."""
    people = [person.id for person in whom(school, case, rung, now)]
    if rung.readers or not people:
        people += [p.id for p in readers(school, case, school.day(now)) if p.id not in people]
    for number, person in enumerate(dict.fromkeys(people)):
        yield Notice(
            key=_mark(case, rung) if not number else f"{_mark(case, rung)}:{person}",
            lane=Lane.ALERT,
            to=Recipient(person=person),
            message=_alarm(school, case, rung, now),
            fallback=_others(people, person),
        )
    if rung.reporter and case.reporter:
        yield Notice(
            key=f"{_mark(case, rung)}:reporter",
            lane=Lane.ALERT,
            to=Recipient(person=case.reporter),
            message=_to_reporter(school, case, rung),
        )


def _mark(case: Case, rung: Rung) -> str:
    return f"escalation:{case.id}:{rung.id}"


def _others(people: Iterable[str], person: str) -> tuple[Recipient, ...]:
    return tuple(Recipient(person=other) for other in dict.fromkeys(people) if other != person)


def _alarm(school: School, case: Case, rung: Rung, now: datetime) -> Message:
    """What the next in line reads: a reference and how long, or a number only; never what it is about."""
    drill = "DRILL: " if "drill" in case.flags else ""
    if rung.counted:
        summary = f"{drill}One concern has not been acknowledged for several school days."
        return _box(summary, ("Please ask the headteacher how it is being looked after.",))
    what = "An adult's conduct" if case.kind is CaseKind.BREACH else "A concern about a pupil"
    sent = case.sent.astimezone(ZoneInfo(school.timezone))
    summary = (
        f"{drill}{what}, reference {case.reference}, sent {sent:%H:%M} on {sent:%A}, has not been "
        f"{rung.lacks.value}."
    )
    return _box(summary, tuple(_do(school, case, rung, now)))


def _do(school: School, case: Case, rung: Rung, now: datetime) -> Iterator[str]:
    """What whoever is told should do."""
    if rung.lado:
        yield "If a child may have been harmed or be at risk, the LADO must hear within one working day."
    names = [person.name for person in readers(school, case, school.day(now))]
    here = room(school, case.roles, case.excluded)
    if names:
        yield f"It can be opened by {' or '.join(names)}{f', in {here.name}' if here else ''}."
    if rung.lacks is Lacks.OPENED:
        yield "Please find one of them now, in person or by telephone, and have it opened."
    else:
        yield "Please find one of them now and have it acknowledged, so that the sender knows who has it."


def _to_reporter(school: School, case: Case, rung: Rung) -> Message:
    """What the reporter is told: don't wait, and whom to phone."""
    drill = "DRILL: " if "drill" in case.flags else ""
    if rung.reporter is Advice.OUTSIDE:
        summary = f"{drill}Nobody has answered your report {case.reference} yet. Danger: call 999."
        first = "Otherwise phone children's social care yourself. Anybody may."
    else:
        lacks = f"has not been {rung.lacks.value} yet"
        summary = f"{drill}Your report {case.reference} {lacks}. Please phone now."
        first = "Go and find the DSL, the deputy or the headteacher, or phone. Danger: 999."
    held = {role: school.on_duty(role, school.day(case.sent)) for role in (Role.DSL, Role.DEPUTY_DSL)}
    people = [p for found in held.values() for p in found if p.phone and p.id not in case.excluded]
    own = tuple(f"{person.name}: {person.phone}" for person in people)
    phones = (school.phones[id] for id in NUMBERS[rung.reporter] if id in school.phones)
    listed = tuple(f"{each.name}: {each.number}{f' ({each.hours})' if each.hours else ''}" for each in phones)
    return _box(summary, (first, *(own if rung.reporter is Advice.PHONE else ()), *listed))


def _box(summary: str, lines: tuple[str, ...]) -> Message:
    return Message(summary=summary, parts=(Callout(tone=Tone.DANGER, title=summary, lines=lines),))
