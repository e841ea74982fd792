"""The answers behind what Teams sends of a window: the inverse of fields.py, from the names of the boxes."""

from collections.abc import Mapping
from typing import Any

from bot.platforms.teams.acts import SEVERAL, read_act
from bot.platforms.teams.boxes import IDS
from bot.school.forms import Answer, Row
from bot.school.lines import from_lines

FLAGS = ("about", "ongoing")
Told = dict[str, dict[int, str]]
"""Part of a question -> which of its boxes -> what is in it."""


def read_answers(data: Mapping[str, Any]) -> dict[str, Answer]:
    """Question id -> answer for every question on show; a blank one where nothing is given.

    Blank answers are not left out: they are how the desk learns that an answer was taken back. Teams leaves
    out a box in which there is nothing, so the button that was pressed says what was asked.
    """
    told: dict[str, Told] = {}
    for name, said in data.items():
        question, bar, rest = name.partition("|")
        if bar and question and isinstance(said, str | int | float | None):
            part, _, number = rest.partition("#")
            which = number.partition("/")[0]
            place = int(which) if which.isascii() and which.isdecimal() and len(which) < 5 else 0
            told.setdefault(question, {}).setdefault(part, {})[place] = _words(said)
    act = read_act(data)
    asked = act.meta.asks if act else ()
    blank: dict[str, Answer] = {id.removesuffix(SEVERAL): () if id.endswith(SEVERAL) else "" for id in asked}
    return blank | {question: _answer(found) for question, found in told.items()}


def _words(said: str | float | None) -> str:
    """What is in one box, as text; lines end in one way on every phone."""
    if isinstance(said, str):
        return said.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(said, bool) or said is None:
        return "true" if said else ""
    return str(int(said)) if isinstance(said, float) and said.is_integer() else str(said)


def _answer(told: Told) -> Answer:
    if "" in told:
        return _text(told, "")
    if "number" in told:
        return _text(told, "number").strip().removesuffix(".0")
    if IDS in told:
        return _picked(told[IDS])
    if any(part in told for part in ("date", "time", "flags")):
        return _moment(told)
    listed = next((part for part in told if part.startswith("=")), "")
    if listed:
        return from_lines(listed.removeprefix("=").split(","), _text(told, listed))
    return _rows(told)


def _text(told: Told, part: str) -> str:
    """The words in all boxes of a part, one after the other."""
    return "".join(said for _, said in sorted(told.get(part, {}).items()))


def _picked(boxes: Mapping[int, str]) -> tuple[str, ...]:
    """What is ticked in all sets of one question, in the order in which it is offered."""
    values = [value.partition(".") for said in boxes.values() for value in said.split(",") if value]
    order = {
        id.replace("%2C", ",").replace("%25", "%"): int(place) if _places(place) else 0
        for place, dot, id in values
        if dot and id
    }
    return tuple(sorted(order, key=lambda id: order[id]))


def _places(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6


def _moment(told: Told) -> str:
    """Canonical where a day is given; without one it is as odd as it was filled in, and the desk says so."""
    at, picked = _text(told, "time"), _text(told, "flags").split(",")
    flags = "".join(f" {flag}" for flag in FLAGS if flag in picked)
    return f"{_text(told, 'date')}{f'T{at}' if at else ''}{flags}"


def _rows(told: Told) -> tuple[Row, ...]:
    """The rows in order, without their blank cells, and without those that are blank altogether."""
    found: dict[int, dict[str, str]] = {}
    for part in told:
        number, _, column = part.partition(".")
        if _places(number):
            cell = _text(told, part)
            row = found.setdefault(int(number), {})
            row |= {column: cell} if cell.strip() else {}
    return tuple(row for _, row in sorted(found.items()) if row)
