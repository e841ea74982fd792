"""The questions of a dialog as boxes, each named so that its answer can be read from its name alone.

An input's id is "<question id>|<part>". The part is "" for a plain answer; "number" for a number; "ids#<n>"
for the <n>th set of choices of which several may be picked; "date", "time" or "flags" for a moment;
"<row>.<column id>" for rows; "=<column ids>" for rows written line by line. "#<n>/<of>" after it says that
one answer fills several boxes.

No box is ever marked as required, nor given a pattern or bounds: Teams would then hold back every button of
the window, Back and Delete among them, or lose what was typed. The desk says what is wrong, above the box.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time

from bot.platforms.lengths import pieces, size
from bot.platforms.teams.acts import ROW, Act, Meta, written
from bot.platforms.teams.boxes import Box, choosing, hint_of, picking, small_print, ticks
from bot.platforms.teams.cards import submit
from bot.platforms.teams.limits import BOX, CARD_ROOM, Block, Run, weight
from bot.platforms.teams.parts import quiet, sections
from bot.platforms.teams.text import held, lines
from bot.school.forms import Answer, Choice, Kind, Question, Row, given
from bot.school.lines import as_lines
from bot.school.messages import Field

FLAGS = (Choice(id="about", say="About this time"), Choice(id="ongoing", say="Still going on"))
AGREED = Choice(id="yes", say="I confirm this")
WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d)?(?:T(\d\d:\d\d))?( about)?( ongoing)?")
"""A moment as read.py puts it together, which may still lack its day."""
AGAIN = "Please look at this again: "
ROOM = CARD_ROOM - 7000
"""Bytes that the boxes of one question may take, so that they stand on one card with what is round them."""


def field_run(asked: Field, meta: Meta, *, rows: int = 0, taken: int = 0) -> Run:
    """A question with its boxes, and what is wrong or might be better above and below them.

    Rows for which there is no room are written line by line; what no card can hold is not asked for, and so
    stays as it is. `taken` is what others take of the same card.
    """
    drawn = [*_wrong(asked), *_boxes_of(asked, meta, rows), *_advice(asked)]
    if weight(drawn) <= ROOM - taken:
        return drawn
    if asked.question.kind is Kind.ROWS:
        drawn = [*_wrong(asked), *_line_boxes(asked), *_advice(asked)]
    return drawn if weight(drawn) <= ROOM - taken else _too_long(asked)


def rows_shown(asked: Field, wanted: int = 0) -> int:
    """How many rows a repeating question has on show."""
    return max(1, asked.question.least, len(given_rows(asked.answer)), wanted)


def given_rows(answer: Answer | None) -> tuple[Row, ...]:
    """The rows of an answer that say something."""
    return tuple(row for row in answer or () if isinstance(row, Mapping) and given((row,)))


def _wrong(asked: Field) -> Run:
    return lines(f"{AGAIN}{asked.error}", weight="bolder", color="attention") if asked.error else []


def _advice(asked: Field) -> Run:
    return quiet("\n".join(f"A thought: {line}" for line in asked.advice.split("\n") if line))


def _too_long(asked: Field) -> Run:
    note = "This answer is too long to be changed here. It is kept as it is."
    return [*sections(asked.question.ask, strong=True), *quiet(note), *_wrong(asked)]


def _boxes_of(asked: Field, meta: Meta, rows: int) -> Run:
    match asked.question.kind:
        case Kind.ROWS:
            return _rows(asked, meta, rows)
        case Kind.MOMENT:
            return _moment(asked)
    return _boxes(asked.question, asked.answer, f"{asked.question.id}|")


def _boxes(question: Question, answer: Answer | None, name: str, *, short: bool = False) -> Run:
    """A question that doesn't repeat, as one box; a text that is too long for one goes on in the next."""
    said = answer if isinstance(answer, str) else ""
    box = Box(name=name, ask=question.ask, hint=question.hint, needed=question.required)
    match question.kind:
        case Kind.CHOICE:
            return choosing(question, said, box, short=short)
        case Kind.CHOICES:
            return picking(question, answer, box)
        case Kind.CONFIRM:
            return box.input("ChoiceSet", **ticks((AGREED,), [AGREED.id] if said == AGREED.id else []))
        case Kind.DATE:
            day = said if _is_day(said) else ""
            return [*box.input("Date", **({"value": day} if day else {})), *([] if day else _unread(said))]
        case Kind.NUMBER if not said or _is_number(said):
            named = replace(box, name=f"{name}number" if name.endswith("|") else name)
            return named.input("Number", **({"value": int(said)} if said else {}))
    return list(_typed(question, said, box))


def _unread(said: str) -> Run:
    """An answer that the calendar can't show: at least its words are not lost."""
    return quiet(f"Written so far: {said}") if said.strip() else []


def _typed(question: Question, said: str, box: Box) -> Iterator[Block]:
    said = held(said)
    texts = list(pieces(said, BOX)) if said.strip() else [""]
    for number, text in enumerate(texts, 1):
        more = {"value": text} if text else {}
        part = box if number == 1 else replace(box, ask=f"{box.ask} (continued)", hint="", needed=True)
        named = part if len(texts) == 1 else replace(part, name=f"{box.name}#{number}/{len(texts)}")
        yield from named.input(
            "Text",
            isMultiline=question.kind is Kind.LONG_TEXT or "\n" in text,
            maxLength=max(min(question.longest, BOX), size(text), 1),
            **more,
        )


def _moment(asked: Field) -> Run:
    """A day, perhaps a time, and how sure: a moment without a time stays without."""
    question, id = asked.question, asked.question.id
    said = asked.answer if isinstance(asked.answer, str) else ""
    day, at, flags = moment_parts(said)
    unread = [] if day or at or flags else _unread(said)
    when = Box(name=f"{id}|date", ask=question.ask, hint=question.hint, needed=question.required)
    clock = Box(name=f"{id}|time", ask="Time, if you know it", needed=True)
    sure = Box(name=f"{id}|flags", ask="About the time", needed=True)
    return [
        *when.input("Date", **({"value": day} if day else {})),
        *unread,
        *clock.input("Time", **({"value": at} if at else {})),
        *sure.input("ChoiceSet", **ticks(FLAGS, flags)),
    ]


def moment_parts(said: str) -> tuple[str, str, tuple[str, ...]]:
    """The day, the time and the flags of a moment; blank where it has none or is none."""
    found = WRITTEN.fullmatch(said)
    day, at, about, ongoing = found.groups() if found else ("", "", "", "")
    if not found or (day and not _is_day(day)) or (at and not _is_time(at)):
        return "", "", ()
    return day or "", at or "", tuple(flag.strip() for flag in (about, ongoing) if flag)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16 and str(int(text)) == text


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


def _rows(asked: Field, meta: Meta, wanted: int) -> Run:
    """A set of boxes for each row, and a button for one more. A row left empty is no row."""
    question, there = asked.question, given_rows(asked.answer)
    shown = rows_shown(asked, wanted)
    blocks = [*sections(question.ask, strong=True), *small_print(hint_of(question), before="none")]
    for number in range(shown):
        row = there[number] if number < len(there) else {}
        must = question.required and number < max(question.least, 1)
        for column in question.columns:
            cell = replace(
                column,
                ask=f"{column.ask} ({number + 1})" if shown > 1 else column.ask,
                required=column.required and must,
            )
            blocks += _boxes(cell, row.get(column.id, ""), f"{question.id}|{number}.{column.id}", short=True)
    if question.most and shown >= question.most:
        return blocks
    more = submit("Add another", written(Act(do=ROW, action=question.id, meta=meta)))
    return [*blocks, {"type": "ActionSet", "actions": [more]}]


def _line_boxes(asked: Field) -> Run:
    """More rows than one card has boxes for: one line for each row, so that none is lost."""
    question = asked.question
    columns = ",".join(column.id for column in question.columns)
    asks = " | ".join(_column_hint(column) for column in question.columns)
    hint = f"{question.hint} One line for each, like this: {asks}".strip()
    box = Box(name=f"{question.id}|={columns}", ask=question.ask, hint=hint, needed=question.required)
    text = as_lines(tuple(column.id for column in question.columns), given_rows(asked.answer))
    return list(_typed(replace(question, kind=Kind.LONG_TEXT, longest=BOX), text, box))


def _column_hint(column: Question) -> str:
    ids = ", ".join(choice.id for choice in column.choices)
    return f"{column.ask} ({ids})" if ids else column.ask
