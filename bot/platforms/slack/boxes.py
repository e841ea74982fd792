"""The boxes that Slack has for an answer, to type in, tick or pick from, with what is given so far."""

from collections.abc import Sequence
from itertools import groupby

from bot.platforms.lengths import fit, size
from bot.platforms.slack.limits import BOX, OPTION, RADIOS, SELECT
from bot.platforms.slack.text import Block, clean, plain
from bot.school.forms import Answer, Choice, Kind, Question, chosen

UNGROUPED = "Other"


def typed(question: Question, answer: str) -> Block:
    """A box to type in. It is never too small for what it already holds."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": question.kind.value,
        "multiline": question.kind is Kind.LONG_TEXT or "\n" in answer,
        "max_length": max(min(question.longest, BOX), size(answer), 1),
    }
    return element | ({"initial_value": answer} if answer else {})


def day(answer: str) -> Block:
    """A calendar."""
    element: Block = {"type": "datepicker", "action_id": "date"}
    return element | ({"initial_date": answer} if answer else {})


def clock(answer: str) -> Block:
    """A time of day."""
    element: Block = {"type": "timepicker", "action_id": "time"}
    return element | ({"initial_time": answer} if answer else {})


def ticks(action_id: str, choices: Sequence[Choice], ticked: Sequence[str]) -> Block:
    """Boxes to tick, ten at most."""
    options = [_option(choice) for choice in choices]
    element: Block = {"type": "checkboxes", "action_id": action_id, "options": options}
    initial = _picked(options, ticked)
    return element | ({"initial_options": initial} if initial else {})


def picked(question: Question, choices: Sequence[Choice], answer: Answer | None, *, short: bool) -> Block:
    """What shows all choices at once when they are few, else a list that drops down (`short`: always)."""
    several = question.kind is Kind.CHOICES
    if several and len(choices) <= RADIOS:
        return ticks(question.kind.value, choices, chosen(answer))
    element: Block = {"action_id": question.kind.value}
    if len(choices) <= RADIOS and not short:
        options = [_option(choice) for choice in choices]
        element |= {"type": "radio_buttons", "options": options}
    else:
        groups = _groups(choices)
        options = [option for group in groups for option in group["options"]]
        element["type"] = "multi_static_select" if several else "static_select"
        element["placeholder"] = plain("Choose one or more" if several else "Choose one")
        element |= {"option_groups": groups} if len(groups) > 1 else {"options": options}
    initial = _picked(options, chosen(answer))
    if several and question.most:
        element["max_selected_items"] = max(question.most, len(initial))
    if initial:
        element |= {"initial_options": initial} if several else {"initial_option": initial[0]}
    return element


def offered(question: Question, answer: Answer | None) -> tuple[Choice, ...]:
    """The choices; with those picked earlier that the desk no longer proposes, so that none is lost."""
    there = {choice.id for choice in question.choices}
    before = chosen(answer) if question.filled_by_desk else ()
    gone = tuple(Choice(id=id, say=id) for id in dict.fromkeys(before) if id not in there)
    return question.choices + gone


def too_long(choice: Choice) -> bool:
    """Whether an option has no room for all its words."""
    return size(clean(choice.say)) > OPTION or size(clean(choice.hint)) > OPTION


def _option(choice: Choice) -> Block:
    option: Block = {"text": plain(fit(clean(choice.say), OPTION)), "value": choice.id}
    if choice.hint.strip():
        option["description"] = plain(fit(clean(choice.hint), OPTION))
    return option


def _picked(options: Sequence[Block], ids: Sequence[str]) -> list[Block]:
    """Options that are chosen from the start; Slack wants each of them exactly as it is offered."""
    return [option for option in options if option["value"] in ids]


def _groups(choices: Sequence[Choice]) -> list[Block]:
    """The choices in their order, a heading wherever it changes, as many under one as Slack takes."""
    found = []
    for name, run in groupby(choices, key=lambda choice: choice.group or UNGROUPED):
        options = [_option(choice) for choice in run]
        found += [
            {"label": plain(fit(clean(name), OPTION)), "options": options[start : start + SELECT]}
            for start in range(0, len(options), SELECT)
        ]
    return found
