"""Notices about cases and reports: a reference, an urgency, a state and a button; never a word of content."""

from datetime import datetime

from bot.desk.marking import marked
from bot.desk.visit import Visit
from bot.desk.wording import KIND_WORDS, after_hours, phone_lines, standing, urgency
from bot.school.concerns import Case, CaseKind, Concern, Entry, EntryKind, State
from bot.school.escalation import first, whom
from bot.school.messages import (
    Button,
    Callout,
    Facts,
    Lane,
    Message,
    Notice,
    Paragraph,
    Recipient,
    Style,
    Tone,
)
from bot.school.people import Person, Role
from bot.school.routing import CHAINS, REPORTER, names_of, next_in_line, room

NEWS = {
    EntryKind.ACCOUNT: "The reporter has told more in",
    EntryKind.ADDENDUM: "The reporter has added something to",
    EntryKind.ANSWER: "The reporter has answered your question in",
    EntryKind.SUPPORT: "The reporter asks for support in",
}
SOONER = (
    "Worried sooner: don't wait, go to them or phone. Danger: 999. Write nothing about it anywhere else, "
    "and send no pictures."
)
TO_PING = (Role.DSL, Role.DEPUTY_DSL, Role.HEADTEACHER)


def new_case(visit: Visit, case: Case) -> tuple[Notice, ...]:
    """The alert for everybody who may read a new case, in their room or in person."""
    return _cards(visit, case, f"case:{case.id}:new", Lane.ALERT)


def more_readers(visit: Visit, case: Case) -> tuple[Notice, ...]:
    """The alert again, when the case has become somebody else's business too."""
    return _cards(visit, case, f"case:{case.id}:{unique(visit.now)}", Lane.ALERT)


def case_changed(visit: Visit, case: Case, step: str) -> tuple[Notice, ...]:
    """The same card brought up to date in place; `step` makes the change unique."""
    return _cards(visit, case, f"case:{case.id}:{step}", Lane.CASE)


def case_news(visit: Visit, case: Case, entry: Entry) -> tuple[Notice, ...]:
    """A new line for the readers: the reporter has written something, Open shows it."""
    summary = f"{NEWS[entry.kind]} {case.reference}."
    message = Message(
        summary=summary,
        parts=(Paragraph(text=summary, strong=True),),
        buttons=(_open_case(case),),
    )
    return tuple(
        Notice(
            key=f"case:{case.id}:entry{entry.number}:{key_of(to)}",
            lane=Lane.CASE,
            to=to,
            message=marked(case, message),
        )
        for to in recipients(visit, case)
    )


def receipt(visit: Visit, concern: Concern, step: str, news: str = "") -> Notice:
    """The reporter's receipt, in their direct messages, brought up to date in place."""
    return Notice(
        key=f"receipt:{concern.id}:{step}",
        lane=Lane.CASE,
        to=Recipient(person=concern.reporter),
        message=marked(concern, receipt_card(visit, concern, news)),
        card=f"receipt:{concern.id}",
    )


def nudge_reporter(concern: Concern, step: str, summary: str) -> Notice:
    """A new line in the reporter's direct messages: something is waiting in the receipt."""
    return Notice(
        key=f"nudge:{concern.id}:{step}",
        lane=Lane.CASE,
        to=Recipient(person=concern.reporter),
        message=marked(
            concern,
            Message(
                summary=summary,
                parts=(Paragraph(text=summary, strong=True),),
                buttons=(_open_receipt(concern, Style.PRIMARY),),
            ),
        ),
    )


def danger_ping(visit: Visit, case: Case, person: Person) -> Notice:
    """Straight to one person: a child may be in danger now. A reference, and what to do."""
    mine = person.id in {reader.id for reader in visit.readers(case)}
    summary = f"A child may be in danger now. Reference {case.reference}, {visit.clock(case.sent)}."
    calls = "" if case.drill else " Check that 999 has been called."
    line = f"Go and find the DSL, or whoever sent this, now.{calls}"
    message = Message(
        summary=summary,
        parts=(Callout(tone=Tone.DANGER, title=summary, lines=(line,)),),
        buttons=(_open_case(case),) if mine else (),
    )
    return Notice(
        key=f"danger:{case.id}:{person.id}",
        lane=Lane.ALERT,
        to=Recipient(person=person.id),
        message=marked(case, message),
        card=f"danger:{case.id}",
    )


def receipt_card(visit: Visit, concern: Concern, news: str = "") -> Message:
    """What the reporter's chat shows: references, how far each has come, what to do when worried."""
    first = concern.cases[0]
    summary = f"Your report {stem(concern)}: {standing(visit, first)}."
    waiting = [case for case in concern.cases if case.state is State.SENT and case.roles]
    late = after_hours(visit) if waits(concern) else ()
    return Message(
        summary=news or summary,
        parts=(
            Paragraph(text=summary, strong=True),
            *late,
            Facts(rows=tuple((case.reference, standing(visit, case)) for case in concern.cases)),
            *(Paragraph(text=waiting_line(visit, case)) for case in waiting[:1]),
            *(() if concern.drill else (Paragraph(text=SOONER, quiet=True),)),
        ),
        buttons=(_open_receipt(concern, Style.PLAIN), *more_buttons(concern)),
    )


def waits(concern: Concern) -> bool:
    """Whether somebody is waiting for a real report to be opened, so that closed doors matter."""
    waiting = any(case.opened is None and case.roles for case in concern.cases)
    return waiting and concern.form != "site" and not concern.drill


def more_buttons(concern: Concern) -> tuple[Button, ...]:
    """What the reporter can add. Nothing to a drill: what is real must never stand among what isn't."""
    if concern.drill:
        return ()
    return (
        Button(label="Add to my report", action="receipt.add", value=concern.id),
        Button(label="I need support", action="receipt.support", value=concern.id),
    )


def waiting_line(visit: Visit, case: Case) -> str:
    """What happens if nobody opens it by a stated time, as the clock will have it, and what to do sooner."""
    rung = first(visit.school, case)
    if rung is None:
        return "The headteacher decides; you will hear here."
    mine = {person.id for person in visit.readers(case)}
    told = whom(visit.school, case, rung, rung.at)
    wanted = dict.fromkeys((*rung.roles, *(role for tier in CHAINS[case.kind] for role in tier)))
    new = {role for p in told for role in p.roles if role in rung.roles or p.id not in mine}
    roles = [role for role in wanted if role in new]
    again = f"the {names_of(roles)} {'is' if len(roles) == 1 else 'are'} alerted"
    phone = "".join(f" {line}." for line in phone_lines(visit, ("school_office",)))
    return (
        f"If it isn't opened by {visit.clock(rung.at)}, {again if roles else 'they are told again'}. "
        f"Worried sooner: don't wait, go to them or phone.{phone}"
    )


def stem(concern: Concern) -> str:
    """The reference that all parts of a concern share."""
    return concern.cases[0].reference.split("-")[0]


def case_card(visit: Visit, case: Case) -> Message:
    """What a reader's chat shows of a case."""
    fresh = case.state is State.SENT
    what = KIND_WORDS[case.kind]
    summary = f"{'New: ' if fresh else ''}{what} {case.reference}, {urgency(case)}, {standing(visit, case)}"
    rows = [("Reference", case.reference), ("Sent", visit.clock(case.sent)), ("State", standing(visit, case))]
    if case.kind is not CaseKind.SITE:
        rows.insert(1, ("Urgency", urgency(case)))
    return Message(
        summary=summary,
        parts=(Paragraph(text=f"{'New: ' if fresh else ''}{what}", strong=True), Facts(rows=tuple(rows))),
        buttons=(_open_case(case), *_acknowledge(case)),
    )


def danger_pings(visit: Visit, case: Case) -> tuple[Notice, ...]:
    """The DSL, the deputy and the headteacher in person, save anybody the case is about."""
    found = {p.id: p for role in TO_PING for p in visit.school.answering(role, visit.today)}
    return tuple(
        danger_ping(visit, case, person)
        for id, person in found.items()
        if id != case.reporter and case.excluded.get(id, REPORTER) == REPORTER
    )


def recipients(visit: Visit, case: Case) -> tuple[Recipient, ...]:
    """The readers' room, and in person every reader who doesn't sit in it."""
    here = room(visit.school, case.roles, case.excluded)
    seated = {p.id for p in visit.school.seats(here)} if here else set()
    people = visit.readers(case)
    own = tuple(Recipient(person=p.id) for p in people if p.id not in seated)
    return ((Recipient(channel=here.id),) if here else ()) + own


def key_of(to: Recipient) -> str:
    """A recipient as part of a notice's key."""
    return f"channel-{to.channel}" if to.channel else f"person-{to.person}"


def _cards(visit: Visit, case: Case, key: str, lane: Lane) -> tuple[Notice, ...]:
    after = next_in_line(visit.school, case.kind, case.roles, case.excluded)
    people = (*visit.readers(case), *after)
    direct = tuple(Recipient(person=person.id) for person in people)
    message = marked(case, case_card(visit, case))
    return tuple(
        Notice(
            key=f"{key}:{key_of(one)}",
            lane=lane,
            to=one,
            message=message,
            card=f"case:{case.id}",
            fallback=tuple(other for other in direct if other != one) if lane is Lane.ALERT else (),
            readers=len(visit.readers(case)) if lane is Lane.ALERT and one.channel else 0,
        )
        for one in recipients(visit, case)
    )


def _open_case(case: Case) -> Button:
    return Button(label="Open", action="case.open", value=case.reference, style=Style.PRIMARY)


def _acknowledge(case: Case) -> tuple[Button, ...]:
    if case.acknowledged is not None or case.state not in (State.SENT, State.OPENED):
        return ()
    return (Button(label="Acknowledge", action="case.acknowledging", value=case.reference),)


def _open_receipt(concern: Concern, style: Style) -> Button:
    return Button(label="Open receipt", action="receipt.open", value=concern.id, style=style)


def unique(moment: datetime) -> str:
    """A step name that is new for each moment."""
    return f"{moment:%Y%m%d%H%M%S%f}"
