"""The small forms of a case: one for each thing its readers do."""

from collections.abc import Mapping

from bot.desk.case_view import moves
from bot.desk.marking import marked_dialog
from bot.desk.visit import Visit
from bot.desk.wording import STATE_WORDS
from bot.school.casework import open_actions
from bot.school.concerns import Case, Entry, State
from bot.school.forms import Answers, Choice, Form, Kind, Page, Question
from bot.school.messages import Button, Dialog, Field, Paragraph, Style


def _form(id: str, title: str, submit: str, *questions: Question) -> Form:
    return Form(
        id=id,
        title=title,
        purpose="",
        submit=submit,
        questions={question.id: question for question in questions},
        pages=(Page(id="only", title=title, questions=tuple(q.id for q in questions)),),
    )


ACKNOWLEDGE = _form(
    "acknowledge",
    "Acknowledge",
    "Acknowledge",
    Question(
        id="line",
        ask="A line to the reporter",
        kind=Kind.TEXT,
        hint="For example: “Thank you, I have it. I'll speak to you at 3.30.” No names.",
        required=True,
        longest=500,
    ),
)
NOTE = _form(
    "note",
    "Add a note",
    "Add",
    Question(
        id="note",
        ask="Note",
        kind=Kind.LONG_TEXT,
        hint="Facts, and why. It can't be changed later.",
        required=True,
    ),
)
ACTION = _form(
    "action",
    "Add an action",
    "Add",
    Question(id="action", ask="What is to be done?", kind=Kind.LONG_TEXT, required=True),
    Question(id="owner", ask="By whom?", kind=Kind.TEXT, required=True, longest=200),
    Question(id="due", ask="By when?", kind=Kind.DATE, required=True),
)
ASK = _form(
    "ask",
    "Ask the reporter",
    "Ask",
    Question(
        id="question",
        ask="Your question",
        kind=Kind.LONG_TEXT,
        hint="Open questions only: tell, explain, describe. The chat only says that there is a question.",
        required=True,
    ),
)
TITLES = {
    "acknowledge": "case.acknowledge",
    "note": "case.note",
    "action": "case.act",
    "done": "case.finish",
    "ask": "case.ask",
    "move": "case.move",
}


def finishing(open_: tuple[Entry, ...]) -> Form:
    """Which action is done, and what came of it."""
    choices = tuple(Choice(id=str(e.number), say=str(e.body.get("text", ""))[:150]) for e in open_)
    return _form(
        "done",
        "Action done",
        "Done",
        Question(id="which", ask="Which one?", kind=Kind.CHOICE, choices=choices, required=True),
        Question(id="outcome", ask="What came of it?", kind=Kind.LONG_TEXT),
    )


def moving(states: tuple[State, ...]) -> Form:
    """Where the case goes next, and why. All of it is on one page: what is owed is checked on sending."""
    choices = tuple(Choice(id=state.value, say=sentence(STATE_WORDS[state])) for state in states)
    referral = "For a referral"
    questions = (
        Question(id="state", ask="What now?", kind=Kind.CHOICE, choices=choices, required=True),
        Question(
            id="reason",
            ask="The reason",
            kind=Kind.LONG_TEXT,
            hint="Owed for no further action, a referral, a refusal, closing and reopening.",
        ),
        Question(id="agency", ask="Agency", kind=Kind.TEXT, hint=referral, longest=200),
        Question(id="person", ask="Who took it there", kind=Kind.TEXT, hint=referral, longest=200),
        Question(id="when", ask="When", kind=Kind.MOMENT, hint=referral, past=True),
        Question(id="agency_reference", ask="Their reference", kind=Kind.TEXT, hint=referral, longest=100),
        Question(id="conditions", ask="Conditions", kind=Kind.LONG_TEXT, hint="For a permission"),
    )
    wanted = {"state", "reason"}
    wanted |= {"agency", "person", "when", "agency_reference"} if State.REFERRED in states else set()
    wanted |= {"conditions"} if State.GRANTED in states else set()
    shown = (question for question in questions if question.id in wanted)
    return _form("move", "Decide or move on", "Record the decision", *shown)


def sentence(words: str) -> str:
    """With a capital first letter, the rest as it is."""
    return words[:1].upper() + words[1:]


def dialog(visit: Visit, case: Case, what: str, answers: Answers, wrong: Mapping[str, str]) -> Dialog:
    """The form as a dialog over the case; going back shows the case again."""
    form = form_for(visit, case, what)
    asked = Dialog(
        id=f"case:{case.reference}:{what}",
        title=form.title,
        parts=(Paragraph(text=f"Case {case.reference}", quiet=True),),
        fields=tuple(
            Field(question=q, answer=answers.get(q.id), error=wrong.get(q.id, ""))
            for q in form.questions.values()
        ),
        buttons=(
            Button(
                label=form.submit,
                action=TITLES[what],
                value=case.reference,
                style=Style.PRIMARY,
                submits=True,
            ),
            Button(label="Back to the case", action="case.open", value=case.reference),
        ),
    )
    return marked_dialog(case, asked)


def form_for(visit: Visit, case: Case, what: str) -> Form:
    """The form that belongs to one thing a reader does."""
    if what == "done":
        return finishing(open_actions(visit.books.cases.entries(case)))
    if what == "move":
        return moving(moves(case))
    return {"acknowledge": ACKNOWLEDGE, "note": NOTE, "action": ACTION, "ask": ASK}[what]
