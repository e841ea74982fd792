"""The sentences Usher says more than once: verdicts, who to find, refusals, and what goes with a case."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from bot.desk import refusals
from bot.desk.visit import Visit
from bot.school.calendar import is_school_time, next_school_time
from bot.school.concerns import URGENCY_WORDS, Case, CaseKind, State
from bot.school.matching import NextStep, Verdict
from bot.school.messages import Callout, Facts, Message, Paragraph, Part, Reply, Tone
from bot.school.people import ROLE_NAMES, Person, Role
from bot.school.routing import FAMILY, OUTSIDE, SUBJECT, Routing

VERDICTS: Mapping[Verdict, str] = {
    Verdict.NO: "No",
    Verdict.MUST: "You must",
    Verdict.PERMISSION: "Only with permission",
    Verdict.ADVICE: "Advice, not a rule",
    Verdict.ALLOWED_IF: "Yes, on a condition",
    Verdict.NOT_STATED: "The policy doesn't say",
    Verdict.EXPLAINS: "What the policy says",
}

KIND_WORDS: Mapping[CaseKind, str] = {
    CaseKind.ESAFETY: "Concern about a pupil",
    CaseKind.BREACH: "Concern about an adult's conduct",
    CaseKind.SITE: "Request for an official site",
}

STATE_WORDS: Mapping[State, str] = {
    State.SENT: "sent, not opened yet",
    State.OPENED: "opened",
    State.ACKNOWLEDGED: "acknowledged",
    State.TRIAGE: "being assessed",
    State.MONITORING: "being monitored",
    State.SUPPORT: "support in place",
    State.REFERRED: "referred",
    State.LADO: "with the LADO",
    State.HR: "with HR",
    State.NO_FURTHER_ACTION: "no further action",
    State.GRANTED: "granted",
    State.REFUSED: "refused",
    State.CLOSED: "closed",
    State.REOPENED: "reopened",
}

USHER = "usher"
"""Who did what nobody did: in the audit, and in the log of a case."""
A_WEEK = timedelta(days=6)
SEALED = "a sealed copy, which nobody at the school can open"
"""Where a report stands that was kept for its writer alone."""

WHY_NEVER: Mapping[str, str] = {
    SUBJECT: "because it is about them",
    FAMILY: "because a child of their family is named",
    OUTSIDE: "because it stays outside the school",
}

THANKS = "Thank you. That is counted for this clause, and nothing else is kept."
"""Said to somebody who says that an answer was what they needed."""

NO_IMAGES = (
    "Usher takes no pictures or files, and did not keep that one.",
    "If it shows a child: don't look again, don't copy it, don't send it on. Switch the device off or to "
    "flight mode and tell the DSL in person, now.",
)

REFUSED: Mapping[type[refusals.Refusal], tuple[str, str]] = {
    refusals.NotYourCase: (
        "You can't open this.",
        "Only the people responsible for this case can read it, and this attempt has been recorded. If you "
        "think you should be able to, speak to the headteacher or the DSL.",
    ),
    refusals.NotYourReport: (
        "This isn't one of your reports.",
        "You can see the reports that you sent yourself. Say “my reports” to list them.",
    ),
    refusals.NotYourCampaign: (
        "This isn't open to you.",
        "Say “my acknowledgements” to see what you are asked to read, or ask the policy owner.",
    ),
    refusals.CampaignMoved: (
        "That can't be done any more.",
        "The campaign has moved on since. Say “campaigns”, or “my acknowledgements”, to see how it stands.",
    ),
    refusals.NotApproved: (
        "It waits for the headteacher's approval.",
        "Nothing has been sent. The headteacher presses Approve under “campaigns”; then it can be run.",
    ),
    refusals.TextChanged: (
        "The text has changed since this was sent.",
        "Nothing was recorded. Please tell the policy owner: the campaign has to be made anew.",
    ),
    refusals.DraftGone: (
        "That report is no longer open.",
        "It was sent, deleted, or older than 24 hours. Say “my reports” to see what you have sent, or "
        "start again.",
    ),
    refusals.UnknownAction: (
        "That button no longer does anything.",
        "Say “help” to see what I can do.",
    ),
    refusals.Garbled: (
        "I couldn't read that.",
        "Nothing was changed. Please open the form again and send it once more.",
    ),
    refusals.NoFiles: ("I can't take files.", "\n".join(NO_IMAGES)),
    refusals.OnlyADrill: (
        "This is a drill, so nothing can be added to it.",
        "If you have a real worry, report it by itself: say “report”. In danger: 999.",
    ),
    refusals.NotStaff: (
        "I only talk to staff of this school.",
        "If you work here, ask the school office to add you to the list of people.",
    ),
}


def refuse(refusal: refusals.Refusal) -> Reply:
    """A refusal as a private message: what is so, and what to do instead."""
    summary, more = REFUSED[type(refusal)]
    message = Message(summary=summary, parts=(Paragraph(text=summary, strong=True), Paragraph(text=more)))
    return Reply(messages=(message,), privately=True)


def told(summary: str, *more: str) -> Message:
    """A short message: the line that matters, then plain paragraphs."""
    parts = (Paragraph(text=summary, strong=True), *(Paragraph(text=line) for line in more))
    return Message(summary=summary, parts=parts)


def where(person: Person) -> str:
    """Name, room and telephone of somebody to find in person."""
    return ", ".join(filter(None, (person.name, person.room, person.phone)))


def whom(visit: Visit, role: Role) -> str:
    """Who answers for a role today, by name; the role alone when nobody is in."""
    names = " or ".join(person.name for person in visit.school.on_duty(role, visit.today))
    return f"{names}, {ROLE_NAMES[role]}" if names else f"the {ROLE_NAMES[role]}"


def phone_lines(visit: Visit, ids: Iterable[str]) -> tuple[str, ...]:
    """Numbers from school.yml as lines, those that the school has set."""
    found = (visit.school.phones.get(id) for id in ids)
    return tuple(
        f"{phone.name}: {phone.number}{f' ({phone.hours})' if phone.hours else ''}"
        for phone in found
        if phone
    )


def danger(visit: Visit) -> Callout:
    """Step 0: what to do before anything is written down."""
    found = {
        role.value: " or ".join(where(p) for p in visit.school.on_duty(role, visit.today))
        or f"the {ROLE_NAMES[role]}"
        for role in (Role.DSL, Role.DEPUTY_DSL, Role.HEADTEACHER)
    }
    numbers = {id: phone.number for id, phone in visit.school.phones.items()}
    lines = tuple(line.format_map(found | numbers) for line in visit.step_zero.lines)
    return Callout(tone=Tone.DANGER, title=visit.step_zero.title, lines=lines)


def after_hours(visit: Visit, *, sent: bool = True) -> tuple[Callout, ...]:
    """Out of school hours, before anything else: whom to phone now. The alert goes out all the same."""
    if is_school_time(visit.school, visit.now):
        return ()
    opens = next_school_time(visit.school, visit.now)
    day = f"{opens:%A}" if opens - visit.local < A_WEEK else f"{opens:%A} {opens.day} {opens:%B}"
    lines = (
        f"Your report {'has gone' if sent else 'goes'} out all the same, but nobody may look before school "
        f"opens ({opens:%H:%M} on {day}). If it can't wait, phone now. Danger: 999.",
        *phone_lines(visit, ("social_care_night", "social_care_day")),
    )
    return (Callout(tone=Tone.CAUTION, title="School is closed now", lines=lines),)


def lado(visit: Visit) -> Callout:
    """The way round the school's own leaders."""
    return Callout(
        tone=Tone.CAUTION,
        title="You can go outside the school",
        lines=(
            "The local authority designated officer (LADO) looks into concerns about adults here.",
            *phone_lines(visit, ("lado", "nspcc")),
        ),
    )


def seen_by(visit: Visit, routing: Routing) -> tuple[Part, ...]:
    """Who will and who won't be able to read a report, before it is written and before it is sent."""
    if routing.outside_only:
        first: Part = Callout(
            tone=Tone.DANGER,
            title="Nobody inside the school should read this",
            lines=("Please speak to the LADO. You can print what you write here, or keep a sealed copy.",),
        )
        return (first, lado(visit))
    rows = [(_label(part.part), _listed(visit, part.readers)) for part in routing.routes]
    out = [f"{visit.school.people[id].name}, {WHY_NEVER[why]}" for id, why in routing.never.items()]
    rows += [
        (_label(part.part), "nobody at the school: kept sealed. Tell the LADO yourself.")
        for part in routing.sealed
    ]
    rows.append(
        (
            "Won't be able to read it",
            "\n".join([*out, "other staff, the office, and whoever runs the chat or Usher"]),
        )
    )
    parts: tuple[Part, ...] = (
        Facts(rows=tuple(rows)),
        Paragraph(text="Confidential, not anonymous: they will see that it comes from you.", quiet=True),
    )
    return (*parts, lado(visit)) if routing.lado else parts


def next_step(visit: Visit, step: NextStep) -> str:
    """Where to go after an answer, as a line; "" when a button says it or there is nowhere."""
    return {
        NextStep.ASK_HEAD: f"Next: ask {whom(visit, Role.HEADTEACHER)}.",
        NextStep.ASK_DSL: f"Next: ask {whom(visit, Role.DSL)}.",
    }.get(step, "")


def standing(visit: Visit, case: Case) -> str:
    """Where a case stands, in a line, with who and when; no word of what it is about."""
    if not case.roles:
        return SEALED
    line = STATE_WORDS[case.state]
    if case.acknowledged and case.state is State.ACKNOWLEDGED:
        return f"{line} by {name(visit, case.acknowledged_by)} at {visit.clock(case.acknowledged)}"
    if case.opened and case.state is State.OPENED:
        return f"{line} by {name(visit, case.opened_by)} at {visit.clock(case.opened)}"
    return line


def name(visit: Visit, person: str) -> str:
    """A person's name, also of somebody who has left the list, and of Usher itself."""
    if person == USHER:
        return "Usher"
    found = visit.school.people.get(person)
    return found.name if found else "somebody who has left"


def urgency(case: Case) -> str:
    """How soon somebody must look, in words."""
    return URGENCY_WORDS[case.urgency]


def _label(part: str) -> str:
    return {
        "child": "Will be able to read the part about the child",
        "adult": "Will be able to read the part about the adult",
    }.get(part, "Will be able to read it")


def _listed(visit: Visit, people: Iterable[Person]) -> str:
    return "\n".join(f"{p.name}, {p.job}{' (away today)' if p.away_on(visit.today) else ''}" for p in people)
