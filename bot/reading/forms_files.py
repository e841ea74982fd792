"""Reads policy/forms/ and step 0: each walk-through declared once, checked so that it can be walked."""

import re
import string
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import yaml

from bot.reading import keys
from bot.reading.faults import Fault
from bot.reading.sheet import Sheet, open_sheet
from bot.school.forms import Card, Choice, Form, Kind, Page, Question, StepZero

ID = re.compile(r"[a-z][a-z0-9_]*")
CHOOSING = frozenset({Kind.CHOICE, Kind.CHOICES})
LINE, PARAGRAPH = 200, 3000
MOST_ON_A_PAGE = 5
PLACES = frozenset(
    {
        *("dsl", "deputy_dsl", "headteacher", "social_care_day", "social_care_night", "lado"),
        *("nspcc", "school_office"),
    }
)


class Part(StrEnum):
    """Which half of a split concern an answer belongs to."""

    CHILD = "child"
    ADULT = "adult"
    BOTH = "both"


class CardTone(StrEnum):
    """How a guidance card feels."""

    PLAIN = "plain"
    GOOD = "good"
    CAUTION = "caution"
    DANGER = "danger"


@dataclass(kw_only=True)
class Walk:
    """A form being read: what has been asked so far, and where it stands in the file."""

    sheet: Sheet
    cards: dict[str, Card]
    questions: dict[str, Question] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    """Cards that some answer calls for."""


def forms_in(folder: Path, called: str, faults: list[Fault]) -> dict[str, Form]:
    """Every form of the folder by id."""
    found: dict[str, Form] = {}
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        faults.append(Fault(file=called, line=0, what="there are no forms here", do="Put the forms back"))
    for path in paths:
        sheet, top = open_sheet(path, f"{called}/{path.name}", faults)
        form = _form(sheet, top) if top is not None else None
        if form is None:
            continue
        if form.id != path.stem:
            sheet.fault(top, f'the form "{form.id}" stands in {path.name}', "Name both alike")
        found[form.id] = form
    return found


def step_zero_in(path: Path, called: str, faults: list[Fault]) -> StepZero:
    """What stands before every report."""
    sheet, top = open_sheet(path, called, faults)
    entry = sheet.entry(top, keys.STEP_ZERO)
    lines = sheet.texts(entry.get("lines"), "the lines")
    for line in lines:
        _placeholders(sheet, entry["lines"], line)
    return StepZero(
        title=sheet.text(entry.get("title"), "the title"),
        lines=lines,
        danger=sheet.text(entry.get("danger"), "the label"),
        start=sheet.text(entry.get("start"), "the label"),
        question=sheet.text(entry.get("question"), "the label"),
        pinged=sheet.texts(entry.get("pinged"), "what is said at once"),
    )


def _placeholders(sheet: Sheet, node: yaml.Node, line: str) -> None:
    """Fault a name in curly brackets that nothing fills."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(line) if name is not None]
    except ValueError:
        sheet.fault(node, "a line has a lone curly bracket", "Write both, or none")
        return
    for name in names:
        sheet.known(node, name or "{}", PLACES, "place to fill called")


def _form(sheet: Sheet, top: yaml.Node) -> Form | None:
    entry = sheet.entry(top, keys.FORM)
    walk = Walk(sheet=sheet, cards=_cards(sheet, entry.get("cards")))
    for node in sheet.items(entry.get("pages"), "the pages"):
        _page(walk, node)
    if not walk.questions:
        sheet.fault(top, "this form asks nothing", "Give it pages with questions")
        return None
    for card, node in ((k, v) for k, _, v in sheet.pairs(entry.get("cards"), "the cards")):
        if card not in walk.used:
            sheet.fault(node, f'no answer calls for the card "{card}"', "Use it or remove it")
    return Form(
        id=_id(sheet, entry.get("form"), "the form's id"),
        title=sheet.text(entry.get("title"), "the title"),
        purpose=sheet.text(entry.get("purpose"), "the purpose"),
        submit=sheet.text(entry.get("submit"), "the label of the last button"),
        questions=walk.questions,
        pages=tuple(walk.pages),
        cards=walk.cards,
        warnings=sheet.texts(entry.get("warnings"), "the warnings"),
    )


def _cards(sheet: Sheet, node: yaml.Node | None) -> dict[str, Card]:
    found = {}
    for id, _, value in sheet.pairs(node, "the cards"):
        entry = sheet.entry(value, keys.CARD)
        found[id] = Card(
            id=id,
            title=sheet.text(entry.get("title"), "the title"),
            lines=sheet.texts(entry.get("lines"), "the lines"),
            tone=sheet.word(entry.get("tone"), CardTone, CardTone.CAUTION).value,
        )
    return found


def _page(walk: Walk, node: yaml.Node) -> None:
    sheet = walk.sheet
    entry = sheet.entry(node, keys.PAGE)
    id = _id(sheet, entry.get("id"), "the page's id")
    if any(page.id == id for page in walk.pages):
        sheet.fault(node, f'there are two pages "{id}"', "Rename one of the two")
    nodes = sheet.items(entry.get("questions"), "the questions")
    if not 1 <= len(nodes) <= MOST_ON_A_PAGE:
        do = f"Put one to {MOST_ON_A_PAGE} on a page"
        sheet.fault(node, f'the page "{id}" has {len(nodes)} questions', do)
    ids = tuple(_add(walk, each) for each in nodes)
    walk.pages.append(
        Page(
            id=id,
            title=sheet.text(entry.get("title"), "the title"),
            questions=tuple(each for each in ids if each in walk.questions),
            intro=sheet.texts(entry.get("intro"), "the lines above the questions"),
            readers=sheet.yes(entry.get("readers"), "readers"),
        )
    )


def _add(walk: Walk, node: yaml.Node) -> str:
    question = _question(walk, node)
    if question.id in walk.questions:
        walk.sheet.fault(node, f'"{question.id}" is asked twice', "Rename one of the two")
    elif question.id:
        walk.questions[question.id] = question
    return question.id


def _question(walk: Walk, node: yaml.Node) -> Question:
    sheet = walk.sheet
    entry = sheet.entry(node, keys.QUESTION)
    kind = sheet.word(entry.get("kind"), Kind, Kind.TEXT)
    filled = "filled_by" in entry
    if filled and sheet.text(entry["filled_by"], "filled_by") != "desk":
        sheet.fault(entry["filled_by"], "only the desk can fill choices", 'Write "desk"')
    question = Question(
        id=_id(sheet, entry.get("id"), "the question's id"),
        ask=sheet.text(entry.get("ask"), "the question"),
        kind=kind,
        number=sheet.text(entry.get("number"), "the number"),
        hint=sheet.text(entry.get("hint"), "the hint"),
        required=sheet.yes(entry.get("required"), "required"),
        quick=sheet.yes(entry.get("quick"), "quick"),
        choices=_choices(sheet, entry.get("choices")),
        columns=_columns(sheet, entry.get("columns")),
        least=sheet.number(entry.get("least"), "least", 0),
        most=sheet.number(entry.get("most"), "most", 0),
        longest=sheet.number(entry.get("longest"), "longest", _longest(kind)),
        lowest=sheet.number(entry.get("lowest"), "lowest", 0),
        highest=sheet.number(entry.get("highest"), "highest", 1_000_000),
        when=_when(walk, entry.get("when")),
        part=sheet.word(entry.get("part"), Part, Part.BOTH).value,
        past=sheet.yes(entry.get("past"), "past"),
        filled_by_desk=filled,
        cards=_called(walk, entry),
    )
    _fits(sheet, node, question)
    return question


def _longest(kind: Kind) -> int:
    return LINE if kind is Kind.TEXT else PARAGRAPH


def _choices(sheet: Sheet, node: yaml.Node | None) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for item in sheet.items(node, "the choices"):
        entry = sheet.entry(item, keys.CHOICE)
        id = _id(sheet, entry.get("id"), "the choice's id")
        if id in found:
            sheet.fault(item, f'the choice "{id}" is offered twice', "Rename one of the two")
        found[id] = Choice(
            id=id,
            say=sheet.text(entry.get("say"), "what is shown"),
            hint=sheet.text(entry.get("hint"), "the hint"),
            group=sheet.text(entry.get("group"), "the group"),
        )
    return tuple(found.values())


def _columns(sheet: Sheet, node: yaml.Node | None) -> tuple[Question, ...]:
    found = []
    for item in sheet.items(node, "the columns"):
        entry = sheet.entry(item, keys.COLUMN)
        kind = sheet.word(entry.get("kind"), Kind, Kind.TEXT)
        column = Question(
            id=_id(sheet, entry.get("id"), "the column's id"),
            ask=sheet.text(entry.get("ask"), "the question"),
            kind=kind,
            hint=sheet.text(entry.get("hint"), "the hint"),
            required=sheet.yes(entry.get("required"), "required"),
            choices=_choices(sheet, entry.get("choices")),
            longest=sheet.number(entry.get("longest"), "longest", LINE),
        )
        if kind not in {Kind.TEXT, Kind.CHOICE}:
            sheet.fault(item, f"a column can't be of kind {kind}", "Use text or choice")
        _fits(sheet, item, column)
        found.append(column)
    return tuple(found)


def _when(walk: Walk, node: yaml.Node | None) -> dict[str, tuple[str, ...]]:
    """The conditions of a question. They may only look back, at choices, and never dangle.

    A question hangs on another only together with everything that the other hangs on, so that an
    answer that no longer applies can't bring its followers along.
    """
    sheet, found = walk.sheet, {}
    for other, key, value in sheet.pairs(node, "the condition"):
        values = sheet.texts(value, "the answers of a condition")
        if not sheet.known(key, other, walk.questions, "earlier question"):
            continue
        asked = walk.questions[other]
        if asked.kind not in CHOOSING or asked.filled_by_desk:
            sheet.fault(key, f'"{other}" offers no choices', "Hang the question on one that does")
        else:
            for each in values:
                sheet.known(value, each, [choice.id for choice in asked.choices], "choice")
        found[other] = values
    for other in found:
        for further in walk.questions[other].when:
            if further not in found:
                what = f'"{other}" itself depends on "{further}"'
                walk.sheet.fault(node, what, f'Add the condition on "{further}" here too')
    return found


def _called(walk: Walk, entry: dict[str, yaml.Node]) -> dict[str, str]:
    """Which answers call for which card; both must exist."""
    sheet, found = walk.sheet, {}
    choices = [choice.id for choice in _choices(Sheet(file=""), entry.get("choices"))]
    for choice, key, value in sheet.pairs(entry.get("cards"), "the cards of a question"):
        card = sheet.text(value, "the card")
        sheet.known(key, choice, choices, "choice")
        sheet.known(value, card, walk.cards, "card")
        walk.used.add(card)
        found[choice] = card
    return found


def _fits(sheet: Sheet, node: yaml.Node, question: Question) -> None:
    """Fault a question whose keys don't go with its kind."""
    choosing = question.kind in CHOOSING
    if choosing and not question.choices and not question.filled_by_desk:
        sheet.fault(node, f'"{question.id}" offers no choices', "Give it choices")
    if not choosing and (question.choices or question.filled_by_desk):
        sheet.fault(node, f'"{question.id}" is no choice but has choices', "Use kind: choice")
    if (question.kind is Kind.ROWS) != bool(question.columns):
        sheet.fault(node, f'"{question.id}" must be of kind rows to have columns', "Correct one")
    if question.past and question.kind is not Kind.MOMENT:
        sheet.fault(node, f'"{question.id}" is no moment but has "past"', "Remove past")
    if question.lowest > question.highest or question.least > (question.most or question.least):
        sheet.fault(node, f'the bounds of "{question.id}" leave no room', "Swap them")


def _id(sheet: Sheet, node: yaml.Node | None, what: str) -> str:
    value = sheet.text(node, what)
    if value and not ID.fullmatch(value):
        sheet.fault(node, f'{what} is "{value}"', "Use small letters, digits and _ only")
    return value
