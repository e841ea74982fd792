"""A message as Teams shows it: the verdict first, then what it rests on, then what one can do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from bot.platforms.lengths import fit, size
from bot.platforms.teams.acts import FILL, OPENING, PART, PRESS, Act, Meta, written
from bot.platforms.teams.limits import (
    BUTTON,
    CARD_ROOM,
    SHOWN_ON_A_PHONE,
    SIDE_BY_SIDE,
    SUMMARY,
    SURE,
    Block,
    Run,
    laid_out,
)
from bot.platforms.teams.parts import bullets, quiet, runs, sections, verdict
from bot.platforms.teams.text import title
from bot.school.messages import Button, Message, Paragraph, Style
from bot.school.opening import opens

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
QUIET = "quiet-"
"""How the id of a row of quiet buttons begins."""
SURELY = "sure-"
"""How the id of an "are you sure?" begins."""
STYLES = {Style.PRIMARY: "positive", Style.DANGER: "destructive"}
SPARE = 600
"""Bytes kept free for the line that says that a message goes on."""
Data = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One message as Teams takes it. `summary` is for notifications."""

    summary: str
    card: Block


def message(said: Message) -> tuple[Posting, ...]:
    """A message, in as many postings as it needs: nearly always one. Its buttons are under the last."""
    pages = laid_out(message_runs(said, in_message), repeat(CARD_ROOM - SPARE))
    many = len(pages)
    return tuple(
        Posting(
            summary=notification(said.summary, f" ({number} of {many})" if number > 1 else ""),
            card=card(page if number == many else [*page, *_goes_on(number, many)]),
        )
        for number, page in enumerate(pages, 1)
    )


def activity(posting: Posting) -> Data:
    """The activity that says it. There is no plain text beside the card: Teams would show both."""
    attachment = {"contentType": ADAPTIVE, "content": posting.card}
    return {"type": "message", "summary": posting.summary, "attachments": [attachment]}


def card(body: Sequence[Block]) -> Block:
    """A card of these elements, as wide as the conversation."""
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "msteams": {"width": "Full"},
        "body": list(body),
    }


def settled(shown: Block) -> Block:
    """A message's card without its quiet buttons."""
    left = [block for block in shown["body"] if not str(block.get("id", "")).startswith(QUIET)]
    return {**shown, "body": left}


def message_runs(said: Message, does: Callable[[Button], Data]) -> list[Run]:
    """What a message says, or its summary where it has no parts, then its buttons."""
    first = said.parts[0] if said.parts else None
    if isinstance(first, Paragraph) and first.strong:
        spoken = [verdict(first.text), *runs(said.parts[1:])]
    else:
        spoken = runs(said.parts)
    spoken = [run for run in spoken if run] or [verdict(said.summary) or sections("–")]
    return [*spoken, *rows(said.buttons, does)]


def in_message(button: Button) -> Data:
    """What a button in a conversation sends: a press, which Teams is told to answer with a window or not."""
    act = Act(do=PRESS, action=button.action, value=button.value, quiet=button.style is Style.QUIET)
    return written(act) | ({"msteams": OPENING} if opens(button) else {})


def in_window(meta: Meta) -> Callable[[Button], Data]:
    """What a button in a window sends. The boxes always come along, so that nothing typed is ever lost."""

    def does(button: Button) -> Data:
        do = FILL if button.submits else PRESS
        return written(Act(do=do, action=button.action, value=button.value, meta=meta))

    return does


def rows(buttons: Sequence[Button], does: Callable[[Button], Data]) -> list[Run]:
    """Buttons one under the other, short ones two by two; quiet ones last, in rows that can be taken away.

    They stand in the body: of a card's own actions Teams shows six, and on a phone less of their words.
    """
    numbered = list(enumerate(buttons, 1))
    loud = [(number, each) for number, each in numbered if each.style is not Style.QUIET]
    quiet_ones = [(number, each) for number, each in numbered if each.style is Style.QUIET]
    found = [_row(row, does) for row in _side_by_side(loud)]
    for row in _side_by_side(quiet_ones):
        found.append(_row(row, does, QUIET))
    return found


def turns(part: int, many: int, meta: Meta, *, onward: bool = False) -> Run:
    """The buttons that lead to the part before and to the next one; `onward`: there is no other way on."""
    ways = (
        (part - 1, "Earlier", part > 1, ""),
        (part + 1, "More", part < many, "positive" if onward else ""),
    )
    actions = [
        submit(label, written(Act(do=PART, action="", value=str(to), meta=meta)), style)
        for to, label, there, style in ways
        if there
    ]
    return [{"type": "ActionSet", "actions": actions}] if actions else []


def submit(label: str, data: Data, style: str = "") -> Block:
    """A button that sends something."""
    named = {"type": "Action.Submit", "title": fit(title(label), BUTTON), "data": data}
    return named | ({"style": style} if style else {})


def notification(summary: str, after: str = "") -> str:
    """The one line a push shows."""
    return fit(title(summary), SUMMARY - len(after)) + after


def _goes_on(number: int, many: int) -> Run:
    return quiet(f"Part {number} of {many}; it goes on below.")


def _side_by_side(buttons: list[tuple[int, Button]]) -> Iterator[list[tuple[int, Button]]]:
    row: list[tuple[int, Button]] = []
    for number, button in buttons:
        wide = size(title(button.label)) > SIDE_BY_SIDE or bool(button.confirm.strip())
        if row and (wide or len(row) == 2):
            yield row
            row = []
        row.append((number, button))
        if wide:
            yield row
            row = []
    if row:
        yield row


def _row(buttons: Sequence[tuple[int, Button]], does: Callable[[Button], Data], name: str = "") -> Run:
    """One row. Cards have no "are you sure?": a button that asks first shows one that was hidden."""
    long = [each.label for _, each in buttons if size(title(each.label)) > SHOWN_ON_A_PHONE]
    found = bullets([fit(title(label), SURE) for label in long])
    (number, only), asks = buttons[0], bool(buttons[0][1].confirm.strip())
    if not asks:
        actions = [submit(each.label, does(each), STYLES.get(each.style, "")) for _, each in buttons]
        return [*found, _actions(actions, f"{name}{number}" if name else "")]
    sure = f"{name}{SURELY}{number}"
    asking = {"type": "Action.ToggleVisibility", "title": fit(title(only.label), BUTTON)} | _style(only)
    shows = _actions([{**asking, "targetElements": [sure]}], f"{name}{number}" if name else "")
    return [*found, shows, _sure(only, does(only), sure)]


def _actions(actions: Run, id: str = "") -> Block:
    return {"type": "ActionSet", **({"id": id} if id else {}), "actions": actions}


def _style(button: Button) -> Block:
    return {"style": STYLES[button.style]} if button.style in STYLES else {}


def _sure(button: Button, data: Data, id: str) -> Block:
    label = title(button.label)
    yes = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    done = _actions([submit(f"Yes, {yes}", data, STYLES.get(button.style, ""))])
    return {
        "type": "Container",
        "id": id,
        "isVisible": False,
        "style": "warning",
        "items": [*sections(fit(title(button.confirm), SURE)), done],
    }
