"""A synthetic report through the real route, marked as a drill everywhere, to see how long each hop takes."""

from dataclasses import dataclass

from bot.desk import announce, send_report
from bot.desk.visit import Visit
from bot.desk.walk_form import REVIEW, routing_of
from bot.desk.wording import USHER
from bot.school.concerns import Case, Concern, EntryKind, State, Urgency
from bot.school.forms import Answer, Answers, Form, Kind, Question, applies
from bot.school.messages import Notice

FORM = "esafety"
NOT_REAL = "DRILL: no real child"
SAID = "DRILL. This is an exercise. No child is in danger and nothing has happened."
ENDED = "The drill has ended."


class NoDrill(Exception):
    """The drill can't be done; the words say why."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A drill under way."""

    concern: Concern
    notices: tuple[Notice, ...]


def start(visit: Visit, urgency: Urgency) -> Begun:
    """Write the report, have it checked and routed like any other, and send it as a drill."""
    form = visit.forms[FORM]
    answers = made_up(form, urgency)
    wrong = send_report.all_faults(visit, form, answers)
    if wrong:
        asks = ", ".join(sorted(wrong))
        raise NoDrill(f"the form {FORM} can't be filled in by itself: change {asks} in it, or report by hand")
    routing = routing_of(visit, form.id, answers)
    draft = visit.books.drafts.start(visit.who.id, form.id, REVIEW, answers)
    concern, notices = send_report.file(visit, form, draft, answers, routing.routes, drill=True)
    for case in concern.cases:
        visit.books.audit.write(USHER, "drill.started", case.reference, person=visit.who.id)
    return Begun(concern=concern, notices=notices)


def end(visit: Visit, reference: str) -> tuple[Notice, ...]:
    """Close the drill, in the log, on the cards and in the receipt. NoDrill for anything real."""
    concern = visit.books.cases.concern(drill_case(visit, reference).concern)
    notices: tuple[Notice, ...] = ()
    for case in (case for case in concern.cases if case.state is not State.CLOSED):
        body = {"state": State.CLOSED.value, "text": ENDED}
        visit.books.cases.add(case, EntryKind.STATUS, USHER, body)
        closed = visit.books.cases.move(case, State.CLOSED)
        visit.books.audit.write(USHER, "drill.ended", case.reference)
        notices += announce.case_changed(visit, closed, "drill-ended")
    after = visit.books.cases.concern(concern.id)
    return (*notices, announce.receipt(visit, after, "drill-ended", f"{ENDED} Thank you."))


def drill_case(visit: Visit, reference: str) -> Case:
    """The case of a drill; a real one is never touched."""
    case = visit.books.cases.by_reference(reference)
    if not case.drill:
        raise NoDrill(f"{case.reference} is a real report and not a drill: nothing was changed")
    return case


def made_up(form: Form, urgency: Urgency) -> Answers:
    """Answers to all that a quick send needs, each of which says that it is a drill."""
    answers: dict[str, Answer] = {}
    for question in form.questions.values():
        if question.quick and applies(question, answers):
            answers[question.id] = _answer(question, urgency)
    return answers


def _answer(question: Question, urgency: Urgency) -> Answer:
    """What a drill says: no to everything that would make more of it than was asked for."""
    offered = [choice.id for choice in question.choices]
    picked = next((id for id in (urgency.value, "no") if id in offered), offered[-1] if offered else "")
    match question.kind:
        case Kind.CHOICE:
            return picked
        case Kind.CHOICES:
            return (picked,)
        case Kind.ROWS:
            return ({column.id: _cell(column) for column in question.columns},)
        case Kind.CONFIRM:
            return "yes"
        case Kind.NUMBER:
            return str(question.lowest)
    return SAID if question.kind is Kind.LONG_TEXT else NOT_REAL


def _cell(column: Question) -> str:
    return column.choices[-1].id if column.choices else NOT_REAL
