"""The questions of a dialog as boxes, each named so that its answer can be read from the view's state alone.

A block_id is "<question id>|<part>". The part is "" for a plain answer; "date", "time" or "flags" for a
moment; "<row>.<column id>" for rows; "=<column ids>" for rows written line by line. "#<n>/<of>" after it
says that one answer fills several boxes: when their number changes so do the names, and Slack forgets
what each box held before.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from bot.platforms.lengths import fit, pieces
from bot.platforms.slack import boxes
from bot.platforms.slack.limits import BOX, LABEL
from bot.platforms.slack.pages import Run
from bot.platforms.slack.parts import bullets, quiet, sections
from bot.platforms.slack.text import Block, clean, held, plain
from bot.school.forms import Answer, Choice, Kind, Question, Row, given
from bot.school.lines import as_lines
from bot.school.messages import Field

FLAGS = (Choice(id="about", say="About this time"), Choice(id="ongoing", say="Still going on"))
AGREED = Choice(id="yes", say="I confirm this")
WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)?(?:T(\d\d:\d\d))?( about)?( ongoing)?")
"""A moment as read.py puts it together, which may still lack its day."""
CHOOSING = frozenset({Kind.CHOICE, Kind.CHOICES})
LINES = "lines"
"""The action_id of a box in which rows are written line by line."""
ROW = "row"
"""How the action_id of "Add another" begins: row:<question id>."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """One input block to be: where its answer belongs, what is asked there, and how it is filled in."""

    name: str
    label: str
    element: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    needed: bool = False
    tells: bool = False
    """Slack reports a change at once."""

    def block(self) -> Block:
        """The input block."""
        block: Block = {
            "type": "input",
            "block_id": self.name,
            "label": plain(fit(clean(self.label), LABEL)),
            "element": dict(self.element),
            "optional": not self.needed,
        }
        if self.hint.strip():
            block["hint"] = plain(fit(clean(self.hint), LABEL))
        return block | ({"dispatch_action": True} if self.tells else {})


def field_run(asked: Field, *, rows: int = 0, tells: bool = False, in_lines: bool = False) -> Run:
    """A question with its boxes, what helps to answer it, what is wrong, and what might be better."""
    wrong = sections(f"Please look at this again: {asked.error}", strong=True) if asked.error else []
    wrong += thoughts(asked)
    match asked.question.kind:
        case Kind.ROWS if in_lines:
            return [*_line_boxes(asked), *wrong]
        case Kind.ROWS:
            return [*_rows(asked, rows), *wrong]
        case Kind.MOMENT:
            return [*_moment(asked), *wrong]
    return [*_boxes(asked.question, asked.answer, f"{asked.question.id}|", tells=tells), *wrong]


def thoughts(asked: Field) -> Run:
    """What might be better, in small print under the box."""
    return quiet("\n".join(f"A thought: {line}" for line in asked.advice.split("\n") if line))


def tells(question: Question, others: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether an answer may change what else is asked or shown; `others` are the conditions of a dialog.

    Questions that don't apply yet are not in the dialog, so every choice may be one they wait for.
    """
    awaited = bool(question.cards) or question.id in others
    return question.kind in CHOOSING or (awaited and question.kind is Kind.CONFIRM)


def rows_shown(asked: Field, wanted: int = 0) -> int:
    """How many rows a repeating question has on show."""
    return max(1, asked.question.least, len(given_rows(asked.answer)), wanted)


def given_rows(answer: Answer | None) -> tuple[Row, ...]:
    """The rows of an answer that say something."""
    return tuple(row for row in answer or () if isinstance(row, Mapping) and given((row,)))


def _boxes(question: Question, answer: Answer | None, name: str, *, tells: bool = False) -> Run:
    """A question that doesn't repeat, as one box; a text that is too long for one goes on in the next."""
    said = answer if isinstance(answer, str) else ""
    box = Box(name=name, label=question.ask, hint=_hint(question), needed=question.required, tells=tells)
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return _choosing(question, answer, box)
        case Kind.CONFIRM:
            agreed = [AGREED.id] if said == AGREED.id else []
            return [replace(box, element=boxes.ticks(Kind.CONFIRM.value, (AGREED,), agreed)).block()]
        case Kind.DATE:
            day = said if _is_day(said) else ""
            return [replace(box, element=boxes.day(day)).block(), *([] if day else _unread(said))]
    return list(_typed(question, said, name))


def _unread(said: str) -> Run:
    """An answer that the calendar can't show: at least its words are not lost."""
    return quiet(f"Written so far: {said}") if said.strip() else []


def _typed(question: Question, said: str, name: str) -> Iterator[Block]:
    said = held(said)
    texts = list(pieces(said, BOX)) if said.strip() else [""]
    for number, text in enumerate(texts, 1):
        yield Box(
            name=name if len(texts) == 1 else f"{name}#{number}/{len(texts)}",
            label=question.ask if number == 1 else f"{question.ask} (continued)",
            element=boxes.typed(question, text),
            hint=_hint(question) if number == 1 else "",
            needed=question.required and number == 1,
        ).block()


def _choosing(question: Question, answer: Answer | None, box: Box, *, short: bool = False) -> Run:
    """Choices; those with more words than an option holds are spelled out above."""
    choices = boxes.offered(question, answer)
    if not choices:
        return [*sections(question.ask, strong=True), *quiet("There is nothing to choose from here.")]
    long = [f"{choice.say}\n{choice.hint}".strip() for choice in choices if boxes.too_long(choice)]
    element = boxes.picked(question, choices, answer, short=short)
    return [*bullets(long), replace(box, element=element).block()]


def _moment(asked: Field) -> Run:
    """A day, perhaps a time, and how sure: a moment without a time stays without."""
    question, id = asked.question, asked.question.id
    said = asked.answer if isinstance(asked.answer, str) else ""
    day, at, flags = moment_parts(said)
    unread = [] if day or at or flags else _unread(said)
    when = Box(
        name=f"{id}|date",
        label=question.ask,
        element=boxes.day(day),
        hint=question.hint,
        needed=question.required,
    )
    clock = Box(name=f"{id}|time", label="Time, if you know it", element=boxes.clock(at))
    sure = Box(name=f"{id}|flags", label="About the time", element=boxes.ticks("flags", FLAGS, flags))
    return [when.block(), *unread, clock.block(), sure.block()]


def moment_parts(said: str) -> tuple[str, str, tuple[str, ...]]:
    """The day, the time and the flags of a moment; blank where it has none or is none."""
    found = WRITTEN.fullmatch(said)
    day, at, about, ongoing = found.groups() if found else ("", "", "", "")
    if not found or (day and not _is_day(day)) or (at and not _is_time(at)):
        return "", "", ()
    return day or "", at or "", tuple(flag.strip() for flag in (about, ongoing) if flag)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return f"{time.fromisoformat(text):%H:%M}" == text
    except ValueError:
        return False


def _rows(asked: Field, wanted: int) -> Run:
    """A set of boxes for each row, and a button for one more. A row left empty is no row."""
    question, there = asked.question, given_rows(asked.answer)
    shown = rows_shown(asked, wanted)
    blocks = [*sections(question.ask, strong=True), *quiet(_hint(question))]
    for number in range(shown):
        row = there[number] if number < len(there) else {}
        must = question.required and number < max(question.least, 1)
        for column in question.columns:
            cell = replace(
                column,
                ask=f"{column.ask} ({number + 1})" if shown > 1 else column.ask,
                required=column.required and must,
            )
            blocks += _cell(cell, row.get(column.id, ""), f"{question.id}|{number}.{column.id}")
    if question.most and shown >= question.most:
        return blocks
    more = {
        "type": "button",
        "action_id": f"{ROW}:{question.id}",
        "text": plain("Add another"),
        "value": str(shown + 1),
    }
    return [*blocks, {"type": "actions", "elements": [more]}]


def _cell(column: Question, answer: str, name: str) -> Run:
    """One box of a row; a choice is a short list there."""
    if column.kind is not Kind.CHOICE:
        return _boxes(column, answer, name)
    box = Box(name=name, label=column.ask, hint=column.hint, needed=column.required)
    return _choosing(column, answer, box, short=True)


def _line_boxes(asked: Field) -> Run:
    """More rows than one view has boxes for: one line for each row, so that none is lost."""
    question = asked.question
    columns = ",".join(column.id for column in question.columns)
    written = replace(question, kind=Kind.LONG_TEXT, longest=BOX, hint=_line_hint(question))
    text = as_lines(tuple(column.id for column in question.columns), given_rows(asked.answer))
    lines = list(_typed(written, text, f"{question.id}|={columns}"))
    for block in lines:
        block["element"]["action_id"] = LINES
    return lines


def _line_hint(question: Question) -> str:
    asks = " | ".join(_column_hint(column) for column in question.columns)
    return f"{question.hint} One line for each, like this: {asks}".strip()


def _column_hint(column: Question) -> str:
    ids = ", ".join(choice.id for choice in column.choices)
    return f"{column.ask} ({ids})" if ids else column.ask


def _hint(question: Question) -> str:
    """What the form says, or how many may be picked where it says nothing."""
    if question.hint or question.kind is not Kind.CHOICES:
        return question.hint
    return f"Choose up to {question.most}." if question.most else "Choose all that apply."
