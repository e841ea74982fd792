"""A case as its readers see it: facts, what was sent, everything since, links, and what can be done."""

from bot.desk.marking import marked_dialog, tag
from bot.desk.visit import Visit
from bot.desk.walk_form import for_part, told_by
from bot.desk.wording import KIND_WORDS, STATE_WORDS, name, standing, urgency
from bot.school.casework import answers_of, open_actions, told_so_far
from bot.school.concerns import MOVES, SITE_MOVES, Case, CaseKind, Entry, EntryKind, State
from bot.school.forms import Kind, missing
from bot.school.messages import Bullets, Button, Callout, Dialog, Facts, Heading, Paragraph, Part, Style, Tone
from bot.school.routing import Powers

ENTRY_WORDS = {
    EntryKind.ACCOUNT: "What was sent",
    EntryKind.ADDENDUM: "Added by the reporter",
    EntryKind.SUPPORT: "Support",
    EntryKind.ACKNOWLEDGEMENT: "Acknowledged, to the reporter",
    EntryKind.NOTE: "Note",
    EntryKind.ACTION: "Action",
    EntryKind.ACTION_DONE: "Action done",
    EntryKind.QUESTION: "Question to the reporter",
    EntryKind.ANSWER: "The reporter's answer",
    EntryKind.STATUS: "Decision",
}

FLAG_LINES = {
    "image": "An intimate image is mentioned. Nobody looks at it, copies it or sends it. Secure the device.",
    "adult_involved": "An adult who works here may be involved. That part has its own readers.",
    "lado": "A child may have been harmed: the LADO is to be told within one working day.",
    "data_protection": "Pupils' personal data may be exposed: 72 hours for telling the regulator.",
}

DETAILS = {
    "owner": "Who",
    "due": "By",
    "agency": "Agency",
    "person": "Spoken to",
    "when": "When",
    "agency_reference": "Their reference",
    "conditions": "Conditions",
}


def case_dialog(visit: Visit, case: Case) -> Dialog:
    """The private view over the conversation, read from our own records each time."""
    may = visit.may(case)
    entries = visit.books.cases.entries(case)
    dialog = Dialog(
        id=f"case:{case.reference}",
        title=f"{KIND_WORDS[case.kind]} · {case.reference}",
        parts=(
            Facts(rows=_facts(visit, case)),
            *_flags(case),
            *(part for entry in entries for part in _entry(visit, case, entry)),
            *_later(visit, case, entries),
            *_links(visit, case),
        ),
        buttons=_buttons(visit, case, entries, may),
    )
    return marked_dialog(case, dialog)


def case_list(visit: Visit, cases: tuple[Case, ...], *, closed: bool) -> Dialog:
    """Cases this person may read: references, urgency and state, newest first."""
    title = "Closed cases" if closed else "Open cases"
    other = Button(
        label="Open cases" if closed else "Closed cases",
        action="cases.list",
        value="" if closed else "closed",
    )
    rows = tuple(
        (case.reference, f"{tag(case)}{KIND_WORDS[case.kind]}, {urgency(case)}, {standing(visit, case)}")
        for case in cases
    )
    return Dialog(
        id=f"cases:{'closed' if closed else 'open'}",
        title=title,
        parts=(Facts(rows=rows),) if rows else (Paragraph(text=f"No {title.lower()}."),),
        buttons=(
            *(
                Button(label=f"{tag(case)}Open {case.reference}", action="case.open", value=case.reference)
                for case in cases
            ),
            other,
        ),
        door="cases.list",
    )


def moves(case: Case) -> tuple[State, ...]:
    """Where a reader may move the case now."""
    table = SITE_MOVES if case.kind is CaseKind.SITE else MOVES
    return table.get(case.state, ())


def _facts(visit: Visit, case: Case) -> tuple[tuple[str, str], ...]:
    return (
        ("State", standing(visit, case)),
        ("Urgency", urgency(case)),
        ("Sent", f"{visit.clock(case.sent)} by {name(visit, case.reporter)}"),
        *(
            (("Opened", f"{visit.clock(case.opened)} by {name(visit, case.opened_by)}"),)
            if case.opened
            else ()
        ),
        *(
            (("Acknowledged", f"{visit.clock(case.acknowledged)} by {name(visit, case.acknowledged_by)}"),)
            if case.acknowledged
            else ()
        ),
        ("Can read it", ", ".join(person.name for person in visit.readers(case))),
        *((("Legal hold", "on: nothing is erased"),) if case.hold else ()),
    )


def _flags(case: Case) -> tuple[Part, ...]:
    lines = tuple(FLAG_LINES[flag] for flag in case.flags if flag in FLAG_LINES)
    return (Callout(tone=Tone.CAUTION, title="To think of first", lines=lines),) if lines else ()


def _entry(visit: Visit, case: Case, entry: Entry) -> tuple[Part, ...]:
    head = Heading(text=f"{ENTRY_WORDS[entry.kind]} · {visit.clock(entry.at)} · {name(visit, entry.by)}")
    if entry.kind is EntryKind.ACCOUNT:
        return (head, *_account(visit, case, entry))
    text = str(entry.body.get("text", ""))
    rows = tuple((label, str(entry.body[key])) for key, label in DETAILS.items() if entry.body.get(key))
    parts: tuple[Part, ...] = (head,)
    if entry.kind is EntryKind.STATUS:
        parts += (Paragraph(text=f"Now: {STATE_WORDS[State(str(entry.body['state']))]}", strong=True),)
    if text:
        parts += (Paragraph(text=text),)
    return (*parts, Facts(rows=rows)) if rows else parts


def _account(visit: Visit, case: Case, entry: Entry) -> tuple[Part, ...]:
    if entry.body.get("danger"):
        return (Paragraph(text="“In danger now” was pressed. Nothing had been written yet."),)
    rows = told_by(visit.forms[str(entry.body["form"])], answers_of(entry), case.part)
    times = (
        ("Reported by", f"{entry.body.get('by', '')}, {entry.body.get('role', '')}"),
        ("Written", visit.clock_of(str(entry.body.get("recorded", "")))),
    )
    return (Facts(rows=(*times, *rows)),)


def _later(visit: Visit, case: Case, entries: tuple[Entry, ...]) -> tuple[Part, ...]:
    """What the form asks for and the reporter has not given yet."""
    form = visit.forms[visit.books.cases.concern(case.concern).form]
    later = missing(form, told_so_far(entries))
    asks = tuple(q.ask for q in later if for_part(q, case.part) and q.kind is not Kind.CONFIRM)
    return (Heading(text="Not yet given"), Bullets(items=asks)) if asks else ()


def _links(visit: Visit, case: Case) -> tuple[Part, ...]:
    """Other cases naming the same child or adult, to those who may read all of them."""
    others = visit.books.cases.linked(case)
    if not others or not all(visit.may(other).read for other in others):
        return ()
    lines = tuple(
        f"{other.reference}, {standing(visit, other)}, {visit.clock(other.sent)}" for other in others
    )
    return (Heading(text="Somebody here is named in other cases too"), Bullets(items=lines))


def _buttons(visit: Visit, case: Case, entries: tuple[Entry, ...], may: Powers) -> tuple[Button, ...]:
    """What can be done now; the one that matters most first."""
    ref = case.reference
    note = Button(label="Add a note", action="case.noting", value=ref)
    if not may.work:
        return (note,)
    waits = case.acknowledged is None and not (case.drill and case.state is State.CLOSED)
    first = Style.PRIMARY if waits else Style.PLAIN
    return (
        *((_b("Acknowledge", "case.acknowledging", ref, first),) if waits else ()),
        *(
            (_b("Decide or move on", "case.moving", ref, Style.PRIMARY),)
            if case.acknowledged and moves(case)
            else ()
        ),
        _b("Ask the reporter", "case.asking", ref),
        note,
        _b("Add an action", "case.acting", ref),
        *((_b("Action done", "case.finishing", ref),) if open_actions(entries) else ()),
        *(
            _b(f"Open {other.reference}", "case.open", other.reference)
            for other in visit.books.cases.linked(case)[:3]
            if visit.may(other).read
        ),
        _b("Lift legal hold" if case.hold else "Legal hold", "case.hold", ref),
        Button(
            label="Step aside",
            action="case.aside",
            value=ref,
            confirm="Give up reading this case because you are too close to it? This can't be undone.",
        ),
    )


def _b(label: str, action: str, value: str, style: Style = Style.PLAIN) -> Button:
    return Button(label=label, action=action, value=value, style=style)
