"""The answers behind a view's state: the inverse of fields.py, from the names of the boxes alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.slack.fields import LINES
from bot.platforms.slack.text import Block
from bot.school.forms import Answer, Kind
from bot.school.lines import from_lines

TYPED = frozenset({Kind.TEXT.value, Kind.LONG_TEXT.value, Kind.NUMBER.value, LINES})
FLAGS = ("about", "ongoing")

Values = Mapping[str, Mapping[str, Any]]
"""Slack's view.state.values: block_id -> action_id -> what is in the box."""


@dataclass(kw_only=True)
class Told:
    """What the boxes of one question hold."""

    whole: dict[str, dict[int, str | tuple[str, ...]]] = field(default_factory=dict)
    """Part of the question -> which of its boxes -> what is in it."""

    def text(self, part: str) -> str:
        """The words in all boxes of a part, one after the other."""
        boxes = self.whole.get(part, {})
        return "".join(said for _, said in sorted(boxes.items()) if isinstance(said, str))

    def picked(self, part: str) -> tuple[str, ...]:
        """What is ticked or picked in a part."""
        return next((said for said in self.whole.get(part, {}).values() if isinstance(said, tuple)), ())


def read_answers(values: Values, blocks: Sequence[Block] = ()) -> dict[str, Answer]:
    """Question id -> answer for every question on show; a blank one where nothing is given.

    Blank answers are not left out: they are how the desk learns that an answer was taken back. With the
    view's `blocks`, what was ticked comes in the order in which it is offered.
    """
    order = {block["block_id"]: list(_offered(block)) for block in blocks if "block_id" in block}
    told: dict[str, Told] = {}
    for block_id, boxes in values.items():
        question, bar, name = block_id.partition("|")
        for kind, state in boxes.items():
            if bar and isinstance(state, Mapping):
                part, _, number = name.partition("#")
                said = _said(kind, state, order.get(block_id, []))
                whole = told.setdefault(question, Told()).whole
                whole.setdefault(part, {})[int(number.partition("/")[0] or 0)] = said
    return {question: _answer(found) for question, found in told.items()}


def _answer(told: Told) -> Answer:
    parts = told.whole
    if "" in parts:
        return (
            told.picked("") if any(isinstance(said, tuple) for said in parts[""].values()) else told.text("")
        )
    if any(part in parts for part in ("date", "time", "flags")):
        return _moment(told)
    listed = next((part for part in parts if part.startswith("=")), "")
    if listed:
        return from_lines(listed.removeprefix("=").split(","), told.text(listed))
    return _rows(told)


def _moment(told: Told) -> str:
    """Canonical where a day is given; without one it is as odd as it was filled in, and the desk says so."""
    at = told.text("time")
    flags = "".join(f" {flag}" for flag in FLAGS if flag in told.picked("flags"))
    return f"{told.text('date')}{f'T{at}' if at else ''}{flags}"


def _rows(told: Told) -> tuple[Mapping[str, str], ...]:
    """The rows in order, without their blank cells, and without those that are blank altogether."""
    found: dict[int, dict[str, str]] = {}
    for part in told.whole:
        number, _, column = part.partition(".")
        if number.isdecimal():
            cell = told.text(part)
            row = found.setdefault(int(number), {})
            row |= {column: cell} if cell.strip() else {}
    return tuple(row for _, row in sorted(found.items()) if row)


def _said(kind: str, state: Mapping[str, Any], order: Sequence[str]) -> str | tuple[str, ...]:
    """What is in one box."""
    match kind:
        case Kind.CHOICE:
            return str((state.get("selected_option") or {}).get("value") or "")
        case Kind.CHOICES | "flags":
            ids = (str(option.get("value", "")) for option in state.get("selected_options") or [])
            return tuple(sorted(ids, key=lambda id: order.index(id) if id in order else len(order)))
        case Kind.CONFIRM:
            return "yes" if state.get("selected_options") else ""
        case Kind.DATE:
            return str(state.get("selected_date") or "")
        case "time":
            return str(state.get("selected_time") or "")
        case Kind.NUMBER:
            return str(state.get("value") or "").strip()
    return str(state.get("value") or "") if kind in TYPED else ""


def _offered(block: Block) -> Iterator[str]:
    """The values of an input block's options, in the order in which they are shown."""
    element = block.get("element") or {}
    groups = [element, *(element.get("option_groups") or [])]
    return (option["value"] for group in groups for option in group.get("options") or [])
