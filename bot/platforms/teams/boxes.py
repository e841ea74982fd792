"""The boxes that a card has for an answer: with a label, a hint in small print, and choices to pick from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.platforms.lengths import fit, size
from bot.platforms.teams.limits import LABEL, OPEN_CHOICES, PICKED_FROM_A_LIST, Run, weight
from bot.platforms.teams.parts import bullets, quiet, sections
from bot.platforms.teams.text import choice, clean, title
from bot.school.forms import Answer, Choice, Kind, Question, chosen

IDS = "ids"
"""The part of an input's id that holds any of several choices; each value begins with its place among all."""
SPELLED_OUT = 4000
"""Bytes of what is spelled out above a list that drops down; a list of people needs none of it."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """One input to be: where its answer belongs, what is asked there, and what helps to answer it."""

    name: str
    ask: str
    hint: str = ""
    needed: bool = False

    def input(self, kind: str, **more: object) -> Run:
        """The input with its label, and under it the hint in small print."""
        label = title(self.ask) if self.needed else f"{title(self.ask)} (optional)"
        block = {"type": f"Input.{kind}", "id": self.name, "label": fit(label, LABEL), **more}
        return [block, *small_print(self.hint)]


def small_print(hint: str, *, before: str = "small") -> Run:
    """What helps to answer, under what is asked; no more of it than a label holds."""
    return quiet(fit(clean(hint), LABEL), before=before)


def offered(question: Question, answer: Answer | None) -> tuple[Choice, ...]:
    """The choices; with those picked earlier that the desk no longer proposes, so that none is lost."""
    there = {each.id for each in question.choices}
    before = chosen(answer) if question.filled_by_desk else ()
    gone = tuple(Choice(id=id, say=id) for id in dict.fromkeys(before) if id not in there)
    return question.choices + gone


def _nothing_to_choose(question: Question) -> Run:
    return [*sections(question.ask, strong=True), *quiet("There is nothing to choose from here.")]


def choosing(question: Question, said: str, box: Box, *, short: bool = False) -> Run:
    """One of several: all on show when they are few, else a list that drops down (`short`: always)."""
    # In a row written line by line, anything may have been written where one of the choices belongs.
    choices = offered(replace(question, filled_by_desk=question.filled_by_desk or short), said)
    if not choices:
        return _nothing_to_choose(question)
    value = {"value": said} if said in [each.id for each in choices] else {}
    if len(choices) <= OPEN_CHOICES and not short:
        return box.input("ChoiceSet", **_open(choices, [each.id for each in choices]), **value)
    spelled = bullets([_words(each) for each in choices if size(_words(each)) > PICKED_FROM_A_LIST])
    options = [{"title": fit(title(_words(each)), PICKED_FROM_A_LIST), "value": each.id} for each in choices]
    drops = {"style": "compact", "placeholder": "Choose one", "choices": options}
    above = spelled if weight(spelled) <= SPELLED_OUT else []
    return [*above, *box.input("ChoiceSet", **drops, **value)]


def picking(question: Question, answer: Answer | None, box: Box) -> Run:
    """Any of several, under their headings. Each value begins with its place in the order of all of them."""
    choices = offered(question, answer)
    if not choices:
        return _nothing_to_choose(question)
    box = replace(box, hint=hint_of(question))
    order = {each.id: number for number, each in enumerate(choices)}
    sets = [(name, list(run)) for name, run in groupby(choices, key=lambda each: each.group)]
    if len(sets) == 1:
        named = replace(box, name=f"{box.name}{IDS}")
        return named.input("ChoiceSet", **_several(sets[0][1], order, chosen(answer)))
    found = [
        *sections(box.ask if box.needed else f"{box.ask} (optional)", strong=True),
        *small_print(box.hint, before="none"),
    ]
    for number, (name, run) in enumerate(sets, 1):
        part = Box(name=f"{box.name}{IDS}#{number}", ask=name or "Other", needed=True)
        found += part.input("ChoiceSet", **_several(run, order, chosen(answer)))
    return found


def _several(choices: Sequence[Choice], order: Mapping[str, int], picked: Sequence[str]) -> dict[str, object]:
    values = [_value(each.id, order[each.id]) for each in choices]
    ticked = [_value(each.id, order[each.id]) for each in choices if each.id in picked]
    more = {"value": ",".join(ticked)} if ticked else {}
    return {"isMultiSelect": True, **_open(choices, values), **more}


def _value(id: str, place: int) -> str:
    """An id that may stand in a list parted by commas."""
    return f"{place}.{id.replace('%', '%25').replace(',', '%2C')}"


def _open(choices: Sequence[Choice], values: Sequence[str]) -> dict[str, object]:
    """Choices that are all on show, with their hints."""
    titles = [fit(choice(_words(each)), LABEL) for each in choices]
    options = [{"title": said, "value": value} for said, value in zip(titles, values, strict=True)]
    return {"style": "expanded", "wrap": True, "choices": options}


def ticks(choices: Sequence[Choice], ticked: Sequence[str]) -> dict[str, object]:
    """Boxes to tick whose ids are their values."""
    more = {"value": ",".join(ticked)} if ticked else {}
    return {"isMultiSelect": True, **_open(choices, [each.id for each in choices]), **more}


def _words(each: Choice) -> str:
    return f"{each.say} – {each.hint}" if each.hint.strip() else each.say


def hint_of(question: Question) -> str:
    """What the form says, or how many may be picked where it says nothing."""
    if question.hint or question.kind is not Kind.CHOICES:
        return question.hint
    return f"Choose up to {question.most}." if question.most else "Choose all that apply."
