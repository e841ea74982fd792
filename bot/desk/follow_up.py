"""The reporter's side of a report: the receipt, more to add, support, and answers to the readers."""

from bot.desk import announce, walk_form
from bot.desk.marking import marked_dialog, tag
from bot.desk.refusals import NotYourReport, OnlyADrill
from bot.desk.visit import Visit
from bot.desk.wording import KIND_WORDS, STATE_WORDS, after_hours, danger, lado, name, standing, told
from bot.school.casework import told_so_far
from bot.school.concerns import Case, CaseKind, Concern, Entry, EntryKind, State
from bot.school.forms import Answer, Answers, Choice, Kind, Question, missing, pages
from bot.school.messages import (
    Bullets,
    Button,
    Callout,
    Dialog,
    Facts,
    Field,
    Heading,
    Message,
    Notice,
    Outcome,
    Paragraph,
    Part,
    Reply,
    Style,
    Tone,
)
from bot.school.people import Role
from bot.school.routing import names_of, text

MOST_LISTED = 12
TO_REPORTER = (EntryKind.ACKNOWLEDGEMENT, EntryKind.QUESTION, EntryKind.ANSWER)
MORE = Question(
    id="more",
    ask="What would you like to add?",
    kind=Kind.LONG_TEXT,
    hint="Nothing you sent is changed; this is added with the time.",
    required=True,
)
WHO_FOR = Question(
    id="part",
    ask="Who should read this?",
    kind=Kind.CHOICE,
    required=True,
    choices=(
        Choice(id="child", say="Those who look after the child"),
        Choice(id="adult", say="Those who deal with the adult"),
        Choice(id="both", say="Both"),
    ),
)
REPLY = Question(id="answer", ask="Your answer", kind=Kind.LONG_TEXT, required=True)
STILL_YOURS = (
    "Telling Usher doesn't end your part: if you are still worried, speak to them or phone.",
    "In danger: 999. Anybody may ring children's social care.",
    "Don't keep, copy or send pictures, and write nothing about it anywhere else.",
)
NOT_SAID = "Please write something, or close this."


def list_receipts(visit: Visit) -> Outcome:
    """Every report this person has sent, and every one half-written, as references only."""
    sent = visit.books.cases.of_reporter(visit.who.id)
    drafts = visit.books.drafts.of(visit.who.id)
    if not sent and not drafts:
        return Outcome(reply=Reply(messages=(told("You haven't sent any reports."),), privately=True))
    rows = tuple(
        (f"{tag(one)}{announce.stem(one)}", standing(visit, one.cases[0])) for one in sent[:MOST_LISTED]
    )
    half = tuple((f"Not sent yet: {visit.forms[d.form].title}", visit.clock(d.changed)) for d in drafts)
    summary = f"Your reports: {len(sent)} sent, {len(drafts)} not sent yet."
    message = Message(
        summary=summary,
        parts=(Paragraph(text=summary, strong=True), Facts(rows=(*half, *rows))),
        buttons=(
            *(
                Button(label="Carry on writing", action="draft.resume", value=d.id, style=Style.PRIMARY)
                for d in drafts[:1]
            ),
            *(
                Button(label=f"Open {announce.stem(one)}", action="receipt.open", value=one.id)
                for one in sent[:MOST_LISTED]
            ),
        ),
    )
    return Outcome(reply=Reply(messages=(message,), privately=True))


def open_receipt(visit: Visit, concern: str) -> Outcome:
    """The receipt with who has it, how far it is, and what the readers said or asked."""
    return Outcome(reply=Reply(dialog=view(visit, _mine(visit, concern)), privately=True))


def view(visit: Visit, concern: Concern, title: str = "Your report") -> Dialog:
    """The receipt as the reporter sees it; it names roles and times, not what was written."""
    closed = after_hours(visit) if announce.waits(concern) else ()
    parts: list[Part] = [*closed, Facts(rows=_facts(visit, concern))]
    for case in concern.cases:
        parts += _has_it(visit, case)
        parts += _talk(visit, case)
    question = _open_question(visit, concern)
    parts += () if concern.drill else (Bullets(items=STILL_YOURS),)
    dialog = Dialog(
        id=f"receipt:{concern.id}",
        title=title,
        parts=tuple(parts),
        fields=(Field(question=REPLY),) if question else (),
        buttons=(
            *((_answering(concern),) if question else ()),
            *((_rest(concern),) if not concern.drill and _not_yet_given(visit, concern) else ()),
            *announce.more_buttons(concern),
        ),
    )
    return marked_dialog(concern, dialog)


def adding(visit: Visit, concern: str, answers: Answers | None = None, wrong: str = "") -> Outcome:
    """The form for an addendum; a split report asks whom it is for."""
    mine = _real(visit, concern)
    said = answers or {}
    questions = (MORE, *((WHO_FOR,) if len(mine.cases) > 1 else ()))
    fields = tuple(
        Field(question=q, answer=said.get(q.id), error=wrong if q is MORE else "") for q in questions
    )
    button = Button(label="Add", action="receipt.added", value=concern, style=Style.PRIMARY, submits=True)
    dialog = Dialog(id=f"receipt:{concern}:add", title="Add to your report", fields=fields, buttons=(button,))
    return Outcome(reply=Reply(dialog=dialog, privately=True))


def add(visit: Visit, concern: str, answers: Answers) -> Outcome:
    """Seal an addendum with the case and tell its readers that there is more."""
    mine = _real(visit, concern)
    said = text(answers, "more").strip()
    if not said:
        return adding(visit, concern, answers, NOT_SAID)
    wanted = text(answers, "part") or "both"
    cases = [case for case in mine.cases if wanted == "both" or case.part == wanted]
    return _tell_readers(visit, mine, cases or list(mine.cases), EntryKind.ADDENDUM, {"text": said})


def answer_readers(visit: Visit, concern: str, answers: Answers) -> Outcome:
    """Relay the reporter's answer to the question that is open."""
    mine = _mine(visit, concern)
    asked = _open_question(visit, mine)
    said = text(answers, "answer").strip()
    if not said or asked is None:
        return open_receipt(visit, concern)
    case, question = asked
    return _tell_readers(visit, mine, [case], EntryKind.ANSWER, {"text": said, "to": question.number})


def ask_for_support(visit: Visit, concern: str) -> Outcome:
    """Tell the readers that the reporter needs somebody, and say whom to turn to meanwhile."""
    mine = _real(visit, concern)
    outcome = _tell_readers(
        visit, mine, list(mine.cases), EntryKind.SUPPORT, {"text": "The reporter asks for support."}
    )
    role = Role.DSL if mine.cases[0].kind is CaseKind.ESAFETY else Role.HEADTEACHER
    kept_out = {id for case in mine.cases for id in case.excluded}
    free = [p for p in visit.school.on_duty(role, visit.today) if p.id not in kept_out]
    sealed = not any(case.roles for case in mine.cases)
    lines = (
        "Nobody at the school has been told: your copy is sealed. Please phone one of these numbers."
        if sealed
        else "They have been told that you would like support.",
        *(f"You can also speak to {person.name} now." for person in free[:1]),
        "What you heard or saw isn't yours to carry alone.",
    )
    dialog = Dialog(
        id=f"receipt:{concern}:support",
        title="Support for you",
        parts=(
            Callout(tone=Tone.GOOD, title="You did the right thing", lines=lines),
            lado(visit),
            danger(visit),
        ),
        buttons=(Button(label="Back to the receipt", action="receipt.open", value=concern),),
    )
    return Outcome(reply=Reply(dialog=dialog, privately=True), notices=outcome.notices)


def give_the_rest(visit: Visit, concern: str) -> Outcome:
    """Back to the form, with what was sent already filled in, for what is not yet given."""
    mine = _real(visit, concern)
    said = _told(visit, mine)
    form = visit.forms[mine.form]
    page = next(
        (p for p in pages(form, said) if set(p.questions) & {q.id for q in missing(form, said)}), None
    )
    first = page.id if page else walk_form.REVIEW
    draft = visit.books.drafts.start(visit.who.id, form.id, first, {**said, walk_form.CASE: concern})
    return Outcome(reply=Reply(dialog=walk_form.dialog(visit, draft, {}), privately=True))


def _told(visit: Visit, concern: Concern) -> dict[str, Answer]:
    """All that the reporter has answered, in whichever case it lies."""
    said: dict[str, Answer] = {}
    for case in concern.cases:
        said |= told_so_far(visit.books.cases.entries(case))
    return said


def _not_yet_given(visit: Visit, concern: Concern) -> bool:
    later = missing(visit.forms[concern.form], _told(visit, concern))
    return any(question.kind is not Kind.CONFIRM for question in later)


def _mine(visit: Visit, concern: str) -> Concern:
    found = visit.books.cases.concern(concern)
    if found.reporter != visit.who.id:
        raise NotYourReport
    return found


def _real(visit: Visit, concern: str) -> Concern:
    """One's own report to add to. What is real must never stand in a drill."""
    found = _mine(visit, concern)
    if found.drill:
        raise OnlyADrill
    return found


def _facts(visit: Visit, concern: Concern) -> tuple[tuple[str, str], ...]:
    return (
        ("Reference", announce.stem(concern)),
        ("Sent", visit.clock(concern.sent)),
        *((case.reference, standing(visit, case)) for case in concern.cases),
    )


def _has_it(visit: Visit, case: Case) -> tuple[Part, ...]:
    if not case.roles:
        return (Paragraph(text="This sealed copy can't be read by anybody at the school."), lado(visit))
    part = {"child": "The part about the child", "adult": "The part about the adult"}.get(case.part, "It")
    parts: tuple[Part, ...] = (Paragraph(text=f"{part} is with the {names_of(case.roles)}."),)
    if case.opened is None:
        parts += (Paragraph(text=announce.waiting_line(visit, case)),)
    return (*parts, lado(visit)) if "lado" in case.flags else parts


def _talk(visit: Visit, case: Case) -> tuple[Part, ...]:
    shown = (*TO_REPORTER, EntryKind.STATUS) if case.kind is CaseKind.SITE else TO_REPORTER
    said = [entry for entry in visit.books.cases.entries(case) if entry.kind in shown]
    if not said:
        return ()
    lines = tuple((f"{name(visit, entry.by)}, {visit.clock(entry.at)}", _spoken(entry)) for entry in said)
    return (Heading(text=f"{KIND_WORDS[case.kind]} {case.reference}"), Facts(rows=lines))


def _spoken(entry: Entry) -> str:
    """What the reporter may read of an entry: the words, and for a site the decision and its conditions."""
    state = STATE_WORDS[State(str(entry.body["state"]))] if "state" in entry.body else ""
    words = [state, str(entry.body.get("text", "")), str(entry.body.get("conditions", ""))]
    return ". ".join(word for word in words if word)


def _open_question(visit: Visit, concern: Concern) -> tuple[Case, Entry] | None:
    """The newest question from a reader that has no answer yet."""
    for case in concern.cases:
        entries = visit.books.cases.entries(case)
        answered = {entry.body.get("to") for entry in entries if entry.kind is EntryKind.ANSWER}
        for entry in reversed(entries):
            if entry.kind is EntryKind.QUESTION and entry.number not in answered:
                return case, entry
    return None


def _answering(concern: Concern) -> Button:
    return Button(
        label="Send my answer", action="receipt.answer", value=concern.id, style=Style.PRIMARY, submits=True
    )


def _rest(concern: Concern) -> Button:
    return Button(label="Give the rest", action="receipt.rest", value=concern.id)


def _tell_readers(
    visit: Visit, concern: Concern, cases: list[Case], kind: EntryKind, body: dict[str, object]
) -> Outcome:
    """Add an entry to each case, keep the card fresh, and ring the readers' bell once."""
    notices: tuple[Notice, ...] = ()
    for case in cases:
        entry = visit.books.cases.add(case, kind, visit.who.id, body)
        visit.books.audit.write(visit.who.id, f"case.{kind.value}", case.reference, entry=str(entry.number))
        notices += announce.case_news(visit, case, entry)
    dialog = view(visit, concern)
    return Outcome(reply=Reply(dialog=dialog, privately=True), notices=notices)
