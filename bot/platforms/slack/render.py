"""A message as Slack shows it: the verdict first, then what it rests on, then what one can do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from bot.platforms.lengths import fit, size
from bot.platforms.slack.limits import (
    BUTTON,
    CONFIRM_BUTTON,
    CONFIRM_TEXT,
    MESSAGE_BLOCKS,
    MESSAGE_ROOM,
    NOTIFICATION,
    SHOWN_ON_A_PHONE,
    SIDE_BY_SIDE,
    VIEW_BLOCKS,
    VIEW_ROOM,
)
from bot.platforms.slack.pages import DIVIDER, Run, laid_out, tidy
from bot.platforms.slack.parts import bullets, quiet, runs, sections
from bot.platforms.slack.text import Block, clean, escape, plain
from bot.school.messages import Button, Message, Style

PRESS, FILL, PART = "press", "fill", "part"
"""How the action_id of a button begins: press:<n>:<action>, fill:<n>:<action>, part:<n>."""
ASK = "ask"
"""The box of App Home in which a question is typed."""
QUIET = "quiet"
"""How the block_id of a row of quiet buttons begins."""
LOUD = frozenset({Style.PRIMARY, Style.DANGER})
SPARE = 300
"""Characters kept free for the line that says that a message goes on."""


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One message as Slack's API takes it. `text` is for notifications and screen readers."""

    text: str
    blocks: list[Block]


def message(said: Message) -> tuple[Posting, ...]:
    """A message, in as many postings as it needs: nearly always one. Its buttons are under the last."""
    rooms = repeat((MESSAGE_BLOCKS - 1, MESSAGE_ROOM - SPARE))
    pages = [tidy(page) for page in laid_out(message_runs(said), rooms)]
    many = len(pages)
    return tuple(
        Posting(
            text=_notification(said.summary, f" ({number} of {many})" if number > 1 else ""),
            blocks=page if number == many else [*page, *quiet(f"Part {number} of {many}; it goes on below.")],
        )
        for number, page in enumerate(pages, 1)
    )


def message_runs(said: Message, first: int = 1) -> list[Run]:
    """What a message says, or its summary where it has no parts, then its buttons, counted from `first`."""
    spoken = runs(said.parts) or [sections(said.summary) or sections("–")]
    return [*spoken, *rows(said.buttons, first=first)]


def home(*messages: Message, part: int = 1) -> Block:
    """The App Home: a place to ask, then these messages. What one view can't hold is on its next part."""
    apart: list[Run] = [[_question_box()]]
    for said, first in _numbered(messages):
        apart += [*message_runs(said, first), [DIVIDER]]
    pages = laid_out(apart, repeat((VIEW_BLOCKS - 1, VIEW_ROOM)), escaped=True)
    part = min(max(part, 1), len(pages))
    return {
        "type": "home",
        "callback_id": "home",
        "blocks": [*tidy(pages[part - 1]), *turns(part, len(pages), "home")],
    }


def rows(buttons: Sequence[Button], *, submitting: bool = False, first: int = 1) -> list[Run]:
    """Buttons two by two; a long label has a row of its own, with all its words above if Slack can't.

    Quiet ones come last, in rows whose block_id says so: they go once one of them has been pressed.
    """
    numbered = list(enumerate(buttons, first))
    loud = [(number, each) for number, each in numbered if each.style is not Style.QUIET]
    quiet_ones = [(number, each) for number, each in numbered if each.style is Style.QUIET]
    found = [_row(row, submitting=submitting) for row in _side_by_side(loud)]
    for row in _side_by_side(quiet_ones):
        found.append(_row(row, submitting=submitting))
        found[-1][-1]["block_id"] = f"{QUIET}:{row[0][0]}"
    return found


def settled(blocks: Sequence[Block]) -> list[Block]:
    """A message's blocks without its quiet buttons."""
    return [block for block in blocks if not str(block.get("block_id", "")).startswith(f"{QUIET}:")]


def turns(part: int, many: int, view: str) -> Run:
    """The buttons that lead to the part before and to the next one."""
    ways = ((part - 1, "Earlier", part > 1), (part + 1, "More", part < many))
    elements = [
        {"type": "button", "action_id": f"{PART}:{to}", "text": plain(label), "value": view}
        for to, label, there in ways
        if there
    ]
    return [{"type": "actions", "elements": elements}] if elements else []


def _numbered(messages: Sequence[Message]) -> Iterator[tuple[Message, int]]:
    """Each message with the number of its first button, so that no two in a view are called alike."""
    first = 1
    for said in messages:
        yield said, first
        first += len(said.buttons)


def _question_box() -> Block:
    """Where a question can be typed; Enter sends it."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": ASK,
        "placeholder": plain("Can I accept a parent's friend request?"),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    label = plain("Ask about the social media policy")
    return {
        "type": "input",
        "block_id": ASK,
        "label": label,
        "element": element,
        "dispatch_action": True,
        "optional": True,
    }


def _notification(summary: str, after: str) -> str:
    """The one line a push shows, with nothing in it that could ping anybody."""
    most = NOTIFICATION - len(after)
    text = fit(clean(summary), most)
    while size(escape(text)) > most:
        text = fit(text, size(text) * 4 // 5)
    return escape(text) + after


def _row(buttons: Sequence[tuple[int, Button]], *, submitting: bool) -> Run:
    elements = [_button(number, each, submitting=submitting) for number, each in buttons]
    return [*_in_full([each for _, each in buttons]), {"type": "actions", "elements": elements}]


def _side_by_side(buttons: list[tuple[int, Button]]) -> Iterator[list[tuple[int, Button]]]:
    row: list[tuple[int, Button]] = []
    for number, button in buttons:
        wide = size(button.label) > SHOWN_ON_A_PHONE
        if row and (wide or len(row) == SIDE_BY_SIDE):
            yield row
            row = []
        row.append((number, button))
        if wide:
            yield row
            row = []
    if row:
        yield row


def _in_full(buttons: Sequence[Button]) -> Run:
    """The words that a button or its "are you sure?" is too small for."""
    labels = [button.label for button in buttons if size(clean(button.label)) > BUTTON]
    doubts = [button.confirm for button in buttons if size(clean(button.confirm)) > CONFIRM_TEXT]
    return bullets([*labels, *doubts])


def _button(number: int, button: Button, *, submitting: bool) -> Block:
    kind = FILL if submitting and button.submits else PRESS
    element: Block = {
        "type": "button",
        "action_id": f"{kind}:{number}:{button.action}",
        "text": plain(fit(clean(button.label), BUTTON)),
    }
    if button.value:
        element["value"] = button.value
    if button.style in LOUD:
        element["style"] = button.style.value
    if button.confirm.strip():
        element["confirm"] = _confirm(button)
    return element


def _confirm(button: Button) -> Block:
    asked: Block = {
        "title": plain("Are you sure?"),
        "text": plain(fit(clean(button.confirm), CONFIRM_TEXT)),
        "confirm": plain(fit(clean(button.label), CONFIRM_BUTTON)),
        "deny": plain("Cancel"),
    }
    if button.style in LOUD:
        asked["style"] = button.style.value
    return asked
