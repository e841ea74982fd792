"""One page of a form as a dialog: guidance, readers, questions with what is wrong, and the way on."""

from collections.abc import Mapping
from dataclasses import replace

from bot.desk.answer_question import quote
from bot.desk.suggest import before_sending, beside
from bot.desk.visit import Visit
from bot.desk.wording import after_hours, lado, seen_by
from bot.school.answers import say_answer
from bot.school.forms import (
    Answer,
    Answers,
    Card,
    Choice,
    Draft,
    Form,
    Page,
    Question,
    applies,
    asked,
    chosen,
    given,
    missing,
    pages,
    quick_ready,
)
from bot.school.matching import Answer as Answered
from bot.school.matching import Disclosure, Unsure
from bot.school.messages import (
    Bullets,
    Button,
    Callout,
    Dialog,
    Facts,
    Field,
    Heading,
    Paragraph,
    Part,
    Style,
    Tone,
)
from bot.school.routing import Routing, route
from bot.school.routing import text as answered

REVIEW = "review"
QUICK = "_quick"
"""In a draft's answers: the short way was chosen, only what a quick send needs is asked."""
CASE = "_case"
"""In a draft's answers: the reference that "in danger now" opened, which this report belongs to."""
MOST_PROPOSED = 3
REPORTED = frozenset({"SAF-4", "BRE-3"})
"""Clauses about reporting itself, which every report rests on; no use as a proposal."""


def quick(answers: Answers) -> bool:
    """Whether the person is on the short way."""
    return answers.get(QUICK) == "yes"


def dialog(visit: Visit, draft: Draft, wrong: Mapping[str, str]) -> Dialog:
    """The draft's page, or the review when the page is the last."""
    form = visit.forms[draft.form]
    if draft.page == REVIEW:
        return _review(visit, form, draft)
    page = form.page(draft.page)
    questions = asked(form, page, draft.answers, quick=quick(draft.answers))
    fields = tuple(
        Field(
            question=_filled(visit, question, draft.answers),
            answer=draft.answers.get(question.id),
            error=wrong.get(question.id, ""),
            advice=beside(question, draft.answers.get(question.id)),
        )
        for question in questions
    )
    return Dialog(
        id=f"draft:{draft.id}:{page.id}",
        title=page.title,
        parts=_above(visit, form, page, questions, draft.answers),
        fields=fields,
        buttons=_buttons(form, draft),
        draft=draft.id,
        step=_step(form, draft),
    )


def routing_of(visit: Visit, form: str, answers: Answers) -> Routing:
    """Who would read this report as it stands."""
    return route(visit.school, form, answers, visit.who.id, visit.today)


def callout(card: Card) -> Callout:
    """A guidance card as a box."""
    return Callout(tone=Tone(card.tone), title=card.title, lines=card.lines)


def told_by(form: Form, answers: Answers, part: str) -> tuple[tuple[str, str], ...]:
    """Question and answer in words, in the form's order, for the readers of one part."""
    return tuple(
        (question.ask, say_answer(_spoken(question, answers), answers.get(question.id)))
        for question in form.questions.values()
        if given(answers.get(question.id)) and for_part(question, part) and question.kind != "confirm"
    )


def for_part(question: Question, part: str) -> bool:
    """Whether an answer belongs to that half of a split report; a whole one holds everything."""
    return part == "both" or question.part in ("both", part)


def _above(
    visit: Visit, form: Form, page: Page, questions: tuple[Question, ...], answers: Answers
) -> tuple[Part, ...]:
    first = page is pages(form, answers, quick=quick(answers))[0]
    cards = {
        question.cards[picked]: None
        for question in questions
        for picked in chosen(answers.get(question.id))
        if picked in question.cards
    }
    return (
        *((Bullets(items=form.warnings),) if first and form.warnings else ()),
        *(callout(form.cards[card]) for card in cards),
        *(Paragraph(text=line) for line in page.intro),
        *(seen_by(visit, routing_of(visit, form.id, answers)) if page.readers else ()),
    )


def _filled(visit: Visit, question: Question, answers: Answers) -> Question:
    """The question with its choices, where the desk proposes them: the closest clauses, in words."""
    if not question.filled_by_desk:
        return question
    choices = tuple(
        Choice(id=clause, say=f"{clause}: {_short(visit.cite(clause).text)}")
        for clause in proposed(visit, answered(answers, "account"))
    )
    return replace(question, choices=choices)


def proposed(visit: Visit, account: str) -> tuple[str, ...]:
    """The clauses closest to what was written, three at most, reporting itself left out."""
    match = visit.matcher.match(account)
    found: tuple[str, ...] = ()
    if isinstance(match, Answered | Unsure | Disclosure):
        found = match.clauses
    question = visit.matcher.as_question(account)
    if isinstance(question, Answered | Unsure):
        found += question.clauses
    return tuple(dict.fromkeys(clause for clause in found if clause not in REPORTED))[:MOST_PROPOSED]


def _short(text: str, longest: int = 140) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rsplit(' ', 1)[0]}…"


def _spoken(question: Question, answers: Answers) -> Question:
    """Clauses that the desk proposed are said by their ids."""
    if not question.filled_by_desk:
        return question
    return replace(question, choices=tuple(Choice(id=c, say=c) for c in chosen(answers.get(question.id))))


def _step(form: Form, draft: Draft) -> str:
    order = [page.id for page in pages(form, draft.answers, quick=quick(draft.answers))]
    here = order.index(draft.page) + 1 if draft.page in order else 1
    return f"Step {here} of {len(order) + 1}"


def _buttons(form: Form, draft: Draft) -> tuple[Button, ...]:
    order = pages(form, draft.answers, quick=quick(draft.answers))
    first = bool(order) and draft.page == order[0].id
    short = any(question.quick for question in form.questions.values()) and not quick(draft.answers)
    return (
        Button(label="Next", action="draft.next", value=draft.id, style=Style.PRIMARY, submits=True),
        *(() if first else (Button(label="Back", action="draft.back", value=draft.id, submits=True),)),
        *(
            (
                Button(
                    label="Short way: only the essentials", action="draft.quick", value=draft.id, submits=True
                ),
            )
            if short
            else ()
        ),
        _drop(draft),
    )


def _drop(draft: Draft) -> Button:
    return Button(
        label="Delete",
        action="draft.drop",
        value=draft.id,
        style=Style.DANGER,
        confirm="Delete what you have written? Closing the window instead keeps it for 24 hours.",
    )


def _review(visit: Visit, form: Form, draft: Draft) -> Dialog:
    routing = routing_of(visit, form.id, draft.answers)
    rows = told_by(form, draft.answers, "both")
    later = missing(form, draft.answers)
    parts: tuple[Part, ...] = (
        *(after_hours(visit, sent=False) if form.id != "site" and not routing.outside_only else ()),
        *seen_by(visit, routing),
        Heading(text="What you are about to send"),
        Facts(rows=rows),
        *_later(later),
        *before_sending(form, draft.answers),
        *_cited(visit, draft.answers),
    )
    back = Button(label="Back", action="draft.back", value=draft.id, submits=True)
    return Dialog(
        id=f"draft:{draft.id}:{REVIEW}",
        title="Check and send",
        parts=parts,
        buttons=(*_endings(form, draft, routing), back, _drop(draft)),
        draft=draft.id,
        step=_step(form, draft).replace("Step 1 ", f"Step {len(_pages(form, draft)) + 1} "),
    )


def _pages(form: Form, draft: Draft) -> tuple[Page, ...]:
    return pages(form, draft.answers, quick=quick(draft.answers))


def _endings(form: Form, draft: Draft, routing: Routing) -> tuple[Button, ...]:
    if routing.outside_only:
        return (
            Button(label="Show a copy to print", action="draft.print", value=draft.id, style=Style.PRIMARY),
            Button(label="Keep a sealed copy", action="draft.seal", value=draft.id),
        )
    send = Button(label=form.submit, action="draft.send", value=draft.id, style=Style.PRIMARY, submits=True)
    if quick(draft.answers) and quick_ready(form, draft.answers):
        return (send, Button(label="Add the rest first", action="draft.full", value=draft.id))
    return (send,)


def _later(later: tuple[Question, ...]) -> tuple[Part, ...]:
    if not later:
        return ()
    return (
        Heading(text="Not yet given"),
        Bullets(items=tuple(question.ask for question in later)),
        Paragraph(text="You can send without these and add them afterwards.", quiet=True),
    )


def _cited(visit: Visit, answers: Answers) -> tuple[Part, ...]:
    picked = chosen(answers.get("clauses"))
    if not picked:
        return ()
    return (Heading(text="Clauses you picked"), *(quote(visit, clause) for clause in picked))


def printed(visit: Visit, draft: Draft) -> Dialog:
    """Everything that was written, to print and take to the LADO; nobody inside receives it."""
    form = visit.forms[draft.form]
    return Dialog(
        id=f"draft:{draft.id}:print",
        title="Your copy",
        parts=(
            lado(visit),
            Facts(
                rows=(
                    ("Written by", visit.who.name),
                    ("School", visit.school.name),
                    ("Date", visit.clock(visit.now)),
                )
            ),
            Facts(rows=told_by(form, draft.answers, "both")),
        ),
        buttons=(Button(label="Back", action="draft.resume", value=draft.id),),
    )


def merged(form: Form, draft: Draft, filled: Mapping[str, Answer]) -> dict[str, Answer]:
    """The draft's answers with those of the page on top; answers that no longer apply are dropped."""
    all_ = {**draft.answers, **{id: a for id, a in filled.items() if id in form.questions}}
    own = {id: answer for id, answer in draft.answers.items() if id.startswith("_")}
    return own | {
        id: answer
        for id, answer in all_.items()
        if id in form.questions and given(answer) and applies(form.questions[id], all_)
    }
