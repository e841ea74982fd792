"""A dialog as a modal: what to read, what to fill in, what to press; more than one view where it must be."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from typing import Any

from bot.platforms.lengths import fit, size
from bot.platforms.slack.fields import field_run, rows_shown, tells, thoughts
from bot.platforms.slack.limits import TITLE, VIEW_BLOCKS, VIEW_ROOM
from bot.platforms.slack.pages import Run, laid_out, tidy, weight
from bot.platforms.slack.parts import heading, quiet, runs, sections
from bot.platforms.slack.render import rows, turns
from bot.platforms.slack.text import Block, clean, plain
from bot.school.forms import Kind
from bot.school.messages import Button, Dialog, Message, Paragraph, Part, Style

DIALOG = "dialog"
"""The callback_id of every modal of ours."""
SHOWN = "message"
"""The dialog of a modal that only says a message."""
LEAVE = Button(label="Done", action="dialog.close", submits=True)
"""Slack wants a way to send where there is something to fill in, even if the desk gave none."""


class TooMuch(ValueError):
    """More questions at once than a view of Slack's can hold."""


@dataclass(frozen=True, kw_only=True)
class Meta:
    """What a modal remembers for when it comes back: opaque ids, never a word that somebody wrote."""

    view: str = ""
    """The dialog's id."""
    draft: str = ""
    submit: tuple[str, str] = ("", "")
    """Action and value of the button that is Slack's own submit."""
    part: int = 1
    rows: Mapping[str, int] = field(default_factory=dict)
    """Question id -> how many rows are on show."""
    origin: tuple[str, str] = ("", "")
    """Action and value of the press that can show the same again."""
    channel: str = ""
    thread: str = ""

    def packed(self) -> str:
        """As private_metadata."""
        kept = {name: getattr(self, attribute) for name, attribute in KEPT.items()}
        return json.dumps(kept, separators=(",", ":"))

    @classmethod
    def read(cls, private_metadata: str) -> "Meta":
        """What packed() wrote; nothing for a view that isn't ours."""
        kept: dict[str, Any] = json.loads(private_metadata or "{}")
        found = {attribute: kept[name] for name, attribute in KEPT.items() if name in kept}
        for pair in PAIRS & set(found):
            found[pair] = tuple(found[pair])
        return cls(**found)


KEPT = {
    "v": "view",
    "d": "draft",
    "s": "submit",
    "p": "part",
    "r": "rows",
    "o": "origin",
    "c": "channel",
    "t": "thread",
}
"""Key in private_metadata -> attribute of Meta."""
PAIRS = frozenset({"submit", "origin"})


def modal(dialog: Dialog, meta: Meta = Meta(), *, part: int = 1) -> Block:
    """The dialog as a modal view, or that part of it. `meta` is what the view it follows remembers.

    All boxes are on part 1, with the buttons that send them; only what there is to read goes on.
    """
    before = meta.rows if meta.view == dialog.id else {}
    shown = {
        asked.question.id: rows_shown(asked, before.get(asked.question.id, 0))
        for asked in dialog.fields
        if asked.question.kind is Kind.ROWS
    }
    filled = _fields(dialog, shown)
    submit = _submit(dialog) if any(block["type"] == "input" for block in filled) else None
    pages = _pages(dialog, filled, _buttons(dialog, submit))
    part = min(max(part, 1), len(pages))
    submit = submit if part == 1 else None
    kept = replace(
        meta,
        view=dialog.id,
        draft=dialog.draft,
        submit=(submit.action, submit.value) if submit else ("", ""),
        part=part,
        rows=shown,
    )
    view: Block = {
        "type": "modal",
        "callback_id": DIALOG,
        "title": plain(fit(clean(dialog.title), TITLE)),
        "close": plain("Close"),
        "clear_on_close": False,
        "notify_on_close": False,
        "private_metadata": kept.packed(),
        "blocks": pages[part - 1],
    }
    return view | ({"submit": plain(fit(clean(submit.label), TITLE))} if submit else {})


def message_modal(said: Message, meta: Meta = Meta(), *, part: int = 1) -> Block:
    """A message as a modal, where there is no conversation to say it in."""
    return modal(Dialog(id=SHOWN, title="Usher", parts=_said(said), buttons=said.buttons), meta, part=part)


def _said(said: Message) -> tuple[Part, ...]:
    return said.parts or (Paragraph(text=said.summary, strong=True),)


def together(messages: Sequence[Message]) -> Message:
    """Several messages as one, for a window that shows only one."""
    if len(messages) == 1:
        return messages[0]
    return Message(
        summary=messages[0].summary,
        parts=tuple(part for said in messages for part in _said(said)),
        buttons=tuple(button for said in messages for button in said.buttons),
    )


def errors(dialog: Dialog, blocks: Iterable[Block]) -> dict[str, str]:
    """What is wrong, by block_id of the view on show.

    Nothing when a question at fault isn't in that view, or a suggestion isn't yet: Slack puts its errors
    into a view as it stands, so then the dialog has to be shown anew.
    """
    if _unseen(dialog, blocks := list(blocks)):
        return {}
    boxes = [block["block_id"] for block in blocks if block.get("type") == "input"]
    wrong = {asked.question.id: asked.error for asked in dialog.fields if asked.error}
    found = {next((box for box in boxes if box.startswith(f"{id}|")), ""): wrong[id] for id in wrong}
    return {} if "" in found else found


def _unseen(dialog: Dialog, blocks: Sequence[Block]) -> bool:
    """Whether there is a suggestion beside a field that the view on show doesn't have."""
    there = {_small_print(block) for block in blocks if block.get("type") == "context"}
    return any(_small_print(block) not in there for asked in dialog.fields for block in thoughts(asked))


def _small_print(block: Block) -> str:
    return "".join(str(element.get("text")) for element in block["elements"])


def _submit(dialog: Dialog) -> Button:
    """The button that becomes Slack's own; it can't ask "are you sure?", so one that does only if it must."""
    senders = [button for button in dialog.buttons if button.submits]
    order = sorted(senders, key=lambda button: (bool(button.confirm), button.style is not Style.PRIMARY))
    return order[0] if order else LEAVE


def _buttons(dialog: Dialog, submit: Button | None) -> Run:
    """The other buttons, and what stands above them: what Slack's own button has no room to say."""
    others = [button for button in dialog.buttons if button is not submit]
    below = [block for run in rows(others, submitting=True) for block in run]
    if submit is None:
        return below
    full = sections(submit.label, strong=True) if size(clean(submit.label)) > TITLE else []
    return [*full, *sections(submit.confirm), *below]


def _fields(dialog: Dialog, shown: Mapping[str, int]) -> Run:
    """All boxes; repeating answers line by line when there are more rows than a view has boxes for."""
    boxes = _boxes(dialog, shown, in_lines=False)
    room = VIEW_BLOCKS - len(_head(dialog, 1, 2)) - len(_buttons(dialog, None)) - 3
    if len(boxes) <= room and weight(boxes, escaped=True) <= VIEW_ROOM // 2:
        return boxes
    return _boxes(dialog, shown, in_lines=True)


def _boxes(dialog: Dialog, shown: Mapping[str, int], *, in_lines: bool) -> Run:
    conditions = {id: values for asked in dialog.fields for id, values in asked.question.when.items()}
    return [
        block
        for asked in dialog.fields
        for block in field_run(
            asked,
            rows=shown.get(asked.question.id, 0),
            tells=bool(dialog.draft) and tells(asked.question, conditions),
            in_lines=in_lines,
        )
    ]


def _pages(dialog: Dialog, filled: Run, buttons: Run) -> list[Run]:
    """The views' blocks: one view if it holds everything, else as many as there is to read."""
    reading = runs(dialog.parts)
    whole = tidy([*_head(dialog, 1, 1), *(block for run in reading for block in run), *filled, *buttons])
    if len(whole) <= VIEW_BLOCKS and weight(whole, escaped=True) <= VIEW_ROOM:
        return [whole or quiet("There is nothing here.")]
    always = [] if filled else buttons
    rooms = chain([_room(dialog, [*filled, *buttons])], repeat(_room(dialog, always)))
    pages = laid_out(reading, rooms, escaped=True)
    many = len(pages)
    return [
        tidy(
            [
                *_head(dialog, number, many),
                *page,
                *turns(number, many, dialog.id),
                *(filled if number == 1 else []),
                *(buttons if number == 1 else always),
            ]
        )
        for number, page in enumerate(pages, 1)
    ]


def _room(dialog: Dialog, besides: Run) -> tuple[int, int]:
    """How many blocks and characters there are for reading on a part that holds these besides."""
    taken = [*_head(dialog, 2, 3), *turns(2, 3, dialog.id), *besides]
    blocks, room = VIEW_BLOCKS - len(taken), VIEW_ROOM - weight(taken, escaped=True)
    if blocks < 0 or room < 0:
        raise TooMuch
    return blocks, room


def _head(dialog: Dialog, part: int, many: int) -> Run:
    """The whole title, where Slack's own has no room for it, and how far one has come."""
    title = heading(dialog.title) if size(clean(dialog.title)) > TITLE else []
    steps = [dialog.step, f"Part {part} of {many}" if many > 1 else ""]
    return [*title, *quiet(" · ".join(filter(None, steps)))]
