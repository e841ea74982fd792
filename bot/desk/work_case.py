"""What a reader does with a case: open, acknowledge, note, act, ask, decide, hold, step aside."""

from collections.abc import Mapping

from bot.desk import announce, case_forms, case_view
from bot.desk.marking import tag
from bot.desk.refusals import NotYourCase, OnlyADrill
from bot.desk.request_site import register
from bot.desk.visit import Visit
from bot.desk.wording import STATE_WORDS, told
from bot.school.answers import faults
from bot.school.casework import open_actions
from bot.school.concerns import NEEDS_REASON, REASON_LENGTH, Case, CaseKind, EntryKind, State
from bot.school.forms import Answers, Form, given
from bot.school.messages import Notice, Outcome, Reply
from bot.school.moments import read_moment
from bot.school.routing import FAMILY, text

MOST_LISTED = 20
STEPPED_ASIDE = FAMILY


def list_cases(visit: Visit, which: str = "") -> Outcome:
    """The cases this person may read, without a word of content."""
    closed = which == "closed"
    mine = tuple(
        case
        for case in visit.books.cases.all()
        if visit.may(case).read and (case.state is State.CLOSED) is closed
    )[:MOST_LISTED]
    dialog = case_view.case_list(visit, mine, closed=closed)
    return Outcome(reply=Reply(dialog=dialog, privately=True))


def open_case(visit: Visit, reference: str) -> Outcome:
    """Show the case to somebody who may read it now; the first time tells the reporter."""
    case = _readable(visit, reference)
    visit.books.audit.write(visit.who.id, "case.opened", case.reference)
    if case.state is not State.SENT or case.reporter == visit.who.id:
        return _shown(visit, case)
    case = visit.books.cases.move(case, State.OPENED, opened_by=visit.who.id)
    return _shown(visit, case, _changed(visit, case, "opened"))


def acknowledge(visit: Visit, reference: str, answers: Answers) -> Outcome:
    """Take the case on, with a line to the reporter."""
    case = _workable(visit, reference, before_triage=True)
    wrong = _faults(visit, case_forms.ACKNOWLEDGE, answers)
    if wrong:
        return ask_for(visit, reference, "acknowledge", answers, wrong)
    _write(visit, case, EntryKind.ACKNOWLEDGEMENT, {"text": text(answers, "line")})
    case = visit.books.cases.move(
        case, State.ACKNOWLEDGED, opened_by=visit.who.id, acknowledged_by=visit.who.id
    )
    return _shown(visit, case, _changed(visit, case, "acknowledged", "has been acknowledged"))


def note(visit: Visit, reference: str, answers: Answers) -> Outcome:
    """Add a note to the log."""
    case = _readable(visit, reference)
    wrong = _faults(visit, case_forms.NOTE, answers)
    if wrong:
        return ask_for(visit, reference, "note", answers, wrong)
    _write(visit, case, EntryKind.NOTE, {"text": text(answers, "note")})
    return _shown(visit, case)


def act(visit: Visit, reference: str, answers: Answers) -> Outcome:
    """Add an action with an owner and a day."""
    case = _workable(visit, reference)
    wrong = _faults(visit, case_forms.ACTION, answers)
    if wrong:
        return ask_for(visit, reference, "action", answers, wrong)
    body = {"text": text(answers, "action"), "owner": text(answers, "owner"), "due": text(answers, "due")}
    _write(visit, case, EntryKind.ACTION, body)
    return _shown(visit, case)


def finish(visit: Visit, reference: str, answers: Answers) -> Outcome:
    """Report an action done."""
    case = _workable(visit, reference)
    form = case_forms.finishing(open_actions(visit.books.cases.entries(case)))
    wrong = _faults(visit, form, answers)
    if wrong:
        return ask_for(visit, reference, "done", answers, wrong)
    body: dict[str, str | int] = {
        "text": text(answers, "outcome") or "Done.",
        "to": int(text(answers, "which")),
    }
    _write(visit, case, EntryKind.ACTION_DONE, body)
    return _shown(visit, case)


def ask_reporter(visit: Visit, reference: str, answers: Answers) -> Outcome:
    """Relay a question; the words stay in our records, the chat only says that there is one."""
    case = _workable(visit, reference)
    wrong = _faults(visit, case_forms.ASK, answers)
    if wrong:
        return ask_for(visit, reference, "ask", answers, wrong)
    number = _write(visit, case, EntryKind.QUESTION, {"text": text(answers, "question")})
    concern = visit.books.cases.concern(case.concern)
    nudge = announce.nudge_reporter(
        concern,
        f"question{case.id}{number}",
        f"There is a question about your report {announce.stem(concern)}.",
    )
    return _shown(visit, case, (nudge,))


def move(visit: Visit, reference: str, answers: Answers) -> Outcome:
    """Decide: a new state, with the reason where one is owed and the agency where it is referred."""
    case = _workable(visit, reference)
    form = case_forms.moving(case_view.moves(case))
    wrong = _faults(visit, form, answers) or _decision_faults(visit, answers)
    if wrong:
        return ask_for(visit, reference, "move", answers, wrong)
    state = State(text(answers, "state"))
    body = {"state": state.value, "text": text(answers, "reason")}
    for key in ("agency", "person", "when", "agency_reference", "conditions"):
        if text(answers, key):
            body[key] = text(answers, key)
    _write(visit, case, EntryKind.STATUS, body)
    before = case.state
    case = visit.books.cases.move(case, state)
    visit.books.audit.write(visit.who.id, "case.moved", case.reference, was=before.value, state=state.value)
    if case.kind is CaseKind.SITE and state is State.GRANTED:
        register(visit, case, text(answers, "conditions"))
    return _shown(
        visit, case, _changed(visit, case, announce.unique(visit.now), f"is now: {STATE_WORDS[state]}")
    )


def hold(visit: Visit, reference: str) -> Outcome:
    """Put the case under legal hold, or lift it."""
    case = _workable(visit, reference)
    case = visit.books.cases.hold(case, not case.hold)
    visit.books.audit.write(visit.who.id, "case.held", case.reference, on="yes" if case.hold else "no")
    return _shown(visit, case)


def step_aside(visit: Visit, reference: str) -> Outcome:
    """Give up reading a case one is too close to; the next in line is told if nobody is left."""
    case = _readable(visit, reference)
    if len(visit.readers(case)) < 2:
        message = told(
            "You are the only one who can read this, so you can't step aside here.",
            "Please speak to the headteacher or the chair of governors, so that somebody else takes it on.",
        )
        return Outcome(reply=Reply(messages=(message,), privately=True))
    case = visit.books.cases.exclude(case, visit.who.id, STEPPED_ASIDE)
    visit.books.audit.write(visit.who.id, "case.stepped_aside", case.reference)
    message = told(
        f"{tag(case)}You can no longer read {case.reference}.",
        "The other readers still have it and have been told.",
    )
    notices = announce.case_changed(visit, case, announce.unique(visit.now))
    return Outcome(reply=Reply(messages=(message,), closes=True, privately=True), notices=notices)


def ask_for(
    visit: Visit,
    reference: str,
    what: str,
    answers: Answers | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Outcome:
    """The small form for one thing a reader does."""
    case = _readable(visit, reference)
    if what != "note":
        _workable(visit, reference, before_triage=what == "acknowledge")
    dialog = case_forms.dialog(visit, case, what, answers or {}, wrong or {})
    return Outcome(reply=Reply(dialog=dialog, privately=True))


def _readable(visit: Visit, reference: str) -> Case:
    case = visit.books.cases.by_reference(reference)
    if not visit.may(case).read:
        visit.books.audit.write(visit.who.id, "case.refused", case.reference)
        raise NotYourCase
    return case


def _workable(visit: Visit, reference: str, *, before_triage: bool = False) -> Case:
    """The case, for somebody who may decide. A reader's own report is for the others to acknowledge."""
    case = _readable(visit, reference)
    if not visit.may(case).work:
        visit.books.audit.write(visit.who.id, "case.refused", case.reference)
        raise NotYourCase
    if before_triage and case.drill and case.state is State.CLOSED:
        raise OnlyADrill
    if not before_triage and case.state is State.SENT:
        case = visit.books.cases.move(case, State.OPENED, opened_by=visit.who.id)
    return case


def _faults(visit: Visit, form: Form, answers: Answers) -> dict[str, str]:
    return faults(form, answers, form.questions.values(), visit.local)


def _decision_faults(visit: Visit, answers: Answers) -> dict[str, str]:
    state = State(text(answers, "state"))
    wrong = {}
    if state in NEEDS_REASON and len(text(answers, "reason").strip()) < REASON_LENGTH:
        wrong["reason"] = f"Please give the reason, in {REASON_LENGTH} characters or more."
    if state is State.REFERRED:
        for id in ("agency", "person", "when"):
            if not given(answers.get(id)):
                wrong[id] = "A referral needs the agency, the person and the time."
        moment = read_moment(text(answers, "when"))
        if moment and moment.after(visit.local):
            wrong["when"] = "A referral can't lie in the future."
    return wrong


def _write(visit: Visit, case: Case, kind: EntryKind, body: Mapping[str, str | int]) -> int:
    entry = visit.books.cases.add(case, kind, visit.who.id, body)
    visit.books.audit.write(visit.who.id, f"case.{kind.value}", case.reference, entry=str(entry.number))
    return entry.number


def _shown(visit: Visit, case: Case, notices: tuple[Notice, ...] = ()) -> Outcome:
    return Outcome(reply=Reply(dialog=case_view.case_dialog(visit, case), privately=True), notices=notices)


def _changed(visit: Visit, case: Case, step: str, news: str = "") -> tuple[Notice, ...]:
    """The readers' cards and the reporter's receipt, up to date; and a line to the reporter."""
    concern = visit.books.cases.concern(case.concern)
    notices = (
        *announce.case_changed(visit, case, step),
        announce.receipt(visit, concern, f"{case.id}:{step}"),
    )
    if not news:
        return notices
    return (
        *notices,
        announce.nudge_reporter(concern, f"{case.id}:{step}", f"Your report {case.reference} {news}."),
    )
