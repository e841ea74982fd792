"""Forms as data: questions asked in order, when each applies, and what is wrong with an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Row = Mapping[str, str]
"""One line of a repeating answer, for example {"name": ..., "class": ..., "role": ...}."""

Answer = str | tuple[str, ...] | tuple[Row, ...]
"""choice, text, long_text, moment, date, number, confirm -> str; choices -> ids; rows -> tuple[Row, ...]."""

Answers = Mapping[str, Answer]


class Kind(StrEnum):
    """How a question is answered, whatever the platform draws for it."""

    CHOICE = "choice"
    """One of `choices`: the choice's id."""
    CHOICES = "choices"
    """Up to `most` of `choices`: a tuple of ids in declared order."""
    TEXT = "text"
    """One line, up to `longest` characters."""
    LONG_TEXT = "long_text"
    """Several lines, up to `longest` characters."""
    ROWS = "rows"
    """A repeating group: `columns` are the questions of one row."""
    MOMENT = "moment"
    """Local wall-clock "YYYY-MM-DDTHH:MM" or "YYYY-MM-DD", then optionally " about" and " ongoing"."""
    DATE = "date"
    """"YYYY-MM-DD"."""
    NUMBER = "number"
    """A whole number, as its decimal digits."""
    CONFIRM = "confirm"
    """A statement to agree to: "yes" or nothing."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that can be picked; `id` is what is stored, `say` is what is shown."""

    id: str
    say: str
    hint: str = ""
    group: str = ""
    """Heading it stands under in a long list, such as "Contact"; platforms without groups ignore it."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a form. `number` is the one in the safeguarding rules, `part` who it is for."""

    id: str
    ask: str
    kind: Kind
    number: str = ""
    hint: str = ""
    required: bool = False
    quick: bool = False
    """Needed even for a quick send; everything else may follow later as "not yet given"."""
    choices: tuple[Choice, ...] = ()
    columns: tuple["Question", ...] = ()
    most: int = 0
    longest: int = 3000
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Shown only when each named question's answer holds one of these values."""
    cards: Mapping[str, str] = field(default_factory=dict)
    """Answer id -> name of the guidance card to show as soon as it is picked."""
    part: str = "both"
    """child | adult | both: which half of a split concern the answer belongs to."""
    past: bool = False
    """A moment that cannot lie in the future."""
    least: int = 0
    """Fewest rows, where one is not enough."""
    lowest: int = 0
    highest: int = 1_000_000
    """Bounds of a number."""
    filled_by_desk: bool = False
    """`choices` stands empty in the form: the desk fills it, for example with the closest clauses."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One screenful: questions shown together, with a title and guidance lines above them."""

    id: str
    title: str
    questions: tuple[str, ...]
    intro: tuple[str, ...] = ()
    readers: bool = False
    """Show who will and who won't be able to read this, above the questions."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """Guidance shown the moment an answer calls for it, such as what to do about an intimate image."""

    id: str
    title: str
    lines: tuple[str, ...]
    tone: str = "caution"


@dataclass(frozen=True, kw_only=True)
class StepZero:
    """What stands before every report: danger first, a person first. Numbers come from school.yml.

    A line may hold {dsl}, {deputy_dsl}, {headteacher} (name, room, phone of whoever is on duty) and
    {social_care_day}, {social_care_night}, {lado}, {nspcc}, {school_office}.
    """

    title: str
    lines: tuple[str, ...]
    danger: str
    """Label of "in danger now"."""
    start: str
    question: str
    pinged: tuple[str, ...] = ()
    """Said back at once when "in danger now" is pressed."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """A walk-through declared once and rendered by every platform."""

    id: str
    title: str
    purpose: str
    submit: str
    questions: Mapping[str, Question]
    pages: tuple[Page, ...]
    cards: Mapping[str, Card] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def page(self, id: str) -> Page:
        """The page with this id; KeyError when the form has none."""
        for page in self.pages:
            if page.id == id:
                return page
        raise KeyError(id)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A half-filled form of one person; its answers are sealed at rest and gone after 24 hours."""

    id: str
    school: str
    person: str
    form: str
    page: str
    answers: Answers
    started: datetime
    changed: datetime


def chosen(answer: Answer | None) -> tuple[str, ...]:
    """The ids picked in an answer to a choice or choices question; () when there are none."""
    if answer is None or answer == "":
        return ()
    if isinstance(answer, str):
        return (answer,)
    return tuple(item for item in answer if isinstance(item, str))


def applies(question: Question, answers: Answers) -> bool:
    """Whether the question is to be asked, given what has been answered so far."""
    return all(set(chosen(answers.get(other))) & set(values) for other, values in question.when.items())


def given(answer: Answer | None) -> bool:
    """Whether an answer says anything: not missing, blank, or only blank rows."""
    if answer is None:
        return False
    if isinstance(answer, str):
        return bool(answer.strip())
    return any(
        item.strip() if isinstance(item, str) else any(v.strip() for v in item.values()) for item in answer
    )


def asked(form: Form, page: Page, answers: Answers, *, quick: bool = False) -> tuple[Question, ...]:
    """The questions of a page that apply now, in order; for a quick send only those it needs."""
    return tuple(
        question
        for question in (form.questions[id] for id in page.questions)
        if applies(question, answers) and (question.quick or not quick)
    )


def pages(form: Form, answers: Answers, *, quick: bool = False) -> tuple[Page, ...]:
    """The pages that have something to ask now, in order."""
    return tuple(page for page in form.pages if asked(form, page, answers, quick=quick))


def next_page(form: Form, page: str, answers: Answers, *, quick: bool = False) -> Page | None:
    """The page to show after this one, or the first one after ""; None after the last."""
    order = [each.id for each in form.pages]
    here = order.index(page) if page else -1
    later = pages(form, answers, quick=quick)
    return next((each for each in later if order.index(each.id) > here), None)


def previous_page(form: Form, page: str, answers: Answers, *, quick: bool = False) -> Page | None:
    """The page to go back to; None on the first."""
    order = [each.id for each in form.pages]
    here = order.index(page)
    before = [p for p in pages(form, answers, quick=quick) if order.index(p.id) < here]
    return before[-1] if before else None


def kept(form: Form, answers: Answers) -> dict[str, Answer]:
    """The answers worth keeping: given, to questions of the form that still apply."""
    return {
        id: answers[id]
        for id, question in form.questions.items()
        if id in answers and given(answers[id]) and applies(question, answers)
    }


def missing(form: Form, answers: Answers) -> tuple[Question, ...]:
    """What is "not yet given": required questions that apply and have no answer."""
    return tuple(
        question
        for question in form.questions.values()
        if question.required and applies(question, answers) and not given(answers.get(question.id))
    )


def quick_ready(form: Form, answers: Answers) -> bool:
    """Whether a quick send is possible: the form offers one and all that it needs is given."""
    quick = [question for question in form.questions.values() if question.quick]
    return bool(quick) and not any(question.quick for question in missing(form, answers))
