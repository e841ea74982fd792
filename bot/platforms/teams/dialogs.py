"""A dialog as a window: what to read, what to fill in, what to press; more than one card where it must be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

from bot.platforms.lengths import fit, size
from bot.platforms.teams.acts import MOST_PARTS, NEW, SEVERAL, USHER, Meta, stamped
from bot.platforms.teams.cards import (
    ADAPTIVE,
    SPARE,
    Posting,
    card,
    in_window,
    notification,
    rows,
    turns,
)
from bot.platforms.teams.fields import field_run, rows_shown
from bot.platforms.teams.limits import CARD_ROOM, TITLE, Block, Run, laid_out, weight
from bot.platforms.teams.parts import quiet, runs
from bot.platforms.teams.text import heading, title
from bot.school.forms import Answers, Kind
from bot.school.messages import Dialog, Field, Message, Paragraph, Part

SHOWN = "message"
"""The dialog of a window that only says a message."""
SIZES = {"height": "large", "width": "medium"}
"""Of a window at a desk; on a phone it fills the screen."""
NOTHING = "There is nothing here."
MOST_AT_THE_END = CARD_ROOM // 2
"""Bytes of boxes and buttons under what there is to read; more of them are laid out like the rest."""


def window(dialog: Dialog, meta: Meta = NEW, part: int = 0) -> dict[str, Any]:
    """The dialog as a taskInfo, or that part of it; 0 is the first where something is wrong, else the first.

    `meta` is what the window it follows remembers.
    """
    shown = {"title": fit(title(dialog.title), TITLE), **SIZES}
    return shown | {"card": {"contentType": ADAPTIVE, "content": card(_body(dialog, meta, part))}}


def message_window(said: Message, meta: Meta = NEW, part: int = 0) -> dict[str, Any]:
    """A message as a window, where there is no conversation to say it in."""
    return window(Dialog(id=SHOWN, title="Usher", parts=_said(said), buttons=said.buttons), meta, part)


def in_chat(dialog: Dialog, meta: Meta = NEW, part: int = 0) -> tuple[Posting, ...]:
    """The same as a card in a personal chat, where windows are not to be had."""
    headed = [] if size(title(dialog.title)) > TITLE else heading(dialog.title)
    body = [*headed, *_body(dialog, meta, part)]
    return (Posting(summary=notification(dialog.title), card=card(body)),)


def together(messages: Sequence[Message]) -> Message:
    """Several messages as one, for a window that shows only one."""
    if len(messages) == 1:
        return messages[0]
    return Message(
        summary=messages[0].summary,
        parts=tuple(part for said in messages for part in _said(said)),
        buttons=tuple(button for said in messages for button in said.buttons),
    )


def typed(dialog: Dialog, answers: Answers) -> Dialog:
    """The dialog with what has been typed, where no draft keeps it and another part or row was asked for."""
    fields = tuple(
        replace(asked, answer=answers.get(asked.question.id, asked.answer)) for asked in dialog.fields
    )
    return replace(dialog, fields=fields)


def parts_of(dialog: Dialog, meta: Meta = NEW) -> int:
    """How many parts the dialog has."""
    return len(_pages(dialog, _kept(dialog, meta)))


def _said(said: Message) -> tuple[Part, ...]:
    return said.parts or (Paragraph(text=said.summary, strong=True),)


def _kept(dialog: Dialog, meta: Meta) -> Meta:
    """What the buttons of the window remember; of what is asked, all that any part of it may ask."""
    before = meta.rows if meta.view == dialog.id else {}
    shown = {
        asked.question.id: rows_shown(asked, before.get(asked.question.id, 0))
        for asked in dialog.fields
        if asked.question.kind is Kind.ROWS
    }
    asks = tuple(_asked(asked) for asked in dialog.fields)
    return replace(meta, view=dialog.id, draft=dialog.draft, rows=shown, part=MOST_PARTS, asks=asks)


def _asked(asked: Field) -> str:
    several = asked.question.kind in (Kind.CHOICES, Kind.ROWS)
    return f"{asked.question.id}{SEVERAL if several else ''}"


def _body(dialog: Dialog, meta: Meta, part: int) -> Run:
    """That part of the dialog, its buttons told which part it is and what is asked there."""
    pages = _pages(dialog, _kept(dialog, meta))
    wrong = {asked.question.id for asked in dialog.fields if asked.error}
    first = next((number for number, page in enumerate(pages, 1) if wrong & set(_questions(_shown(page)))), 1)
    part = min(part or first, len(pages))
    body, here = pages[part - 1], set(_questions(pages[part - 1]))
    asks = [_asked(asked) for asked in dialog.fields if asked.question.id in here]
    for block in _all(body):
        for action in block.get("actions", []):
            if USHER in action.get("data", {}):
                action["data"] = stamped(action["data"], part, asks)
    return body


def _all(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from _all(block.get("items", []))


def _shown(blocks: Iterable[Block]) -> Run:
    """Those elements that anybody sees."""
    return [block for block in blocks if block.get("isVisible") is not False]


def _questions(blocks: Iterable[Block]) -> Iterator[str]:
    """The questions that have a box among these elements."""
    return (str(each["id"]).partition("|")[0] for each in _all(blocks) if "label" in each)


def _pages(dialog: Dialog, meta: Meta) -> list[Run]:
    """The parts of a dialog, each as a card's body.

    What a draft keeps is asked part by part, because each button saves what stands above it. What nobody
    keeps is asked on the last part only, once everything has been read: nobody is to sign half a text. What
    has been typed there goes along out of sight when one turns back.
    """
    reading, does = runs(dialog.parts), in_window(meta)
    filled = _fields(dialog, meta)
    last = [*_flat(filled), *_flat(rows(dialog.buttons, does))]
    if (dialog.draft and filled) or weight(last) > MOST_AT_THE_END:
        reading, last = [*reading, *filled, _flat(rows(dialog.buttons, does))], []
    others = [button for button in dialog.buttons if not button.submits]
    early = [*_flat(rows(others, does)), *_unseen(last)] if filled and last else last
    spare = weight([*_head(dialog, MOST_PARTS, MOST_PARTS), *turns(2, 3, meta, onward=True), *last])
    pages = laid_out(reading, repeat(CARD_ROOM - SPARE - spare))
    many = len(pages)
    return [
        [
            *_head(dialog, number, many),
            *page,
            *turns(number, many, meta, onward=bool(filled)),
            *(last if number == many else early),
        ]
        or quiet(NOTHING)
        for number, page in enumerate(pages, 1)
    ]


def _flat(found: Iterable[Run]) -> Run:
    return [block for run in found for block in run]


def _unseen(blocks: Iterable[Block]) -> Run:
    """The boxes among these in which something stands, hidden: Teams sends them with the others."""
    return [{**each, "isVisible": False} for each in _all(blocks) if "label" in each and "value" in each]


def _fields(dialog: Dialog, meta: Meta) -> list[Run]:
    """All boxes, question by question. What nobody keeps stands on one card, as far as that holds it."""
    found: list[Run] = []
    for asked in dialog.fields:
        taken = 0 if dialog.draft else weight(_flat(found))
        found.append(field_run(asked, meta, rows=meta.rows.get(asked.question.id, 0), taken=taken))
    return found


def _head(dialog: Dialog, part: int, many: int) -> Run:
    """The whole title, where a window's own has no room for it, and how far one has come."""
    whole = heading(dialog.title) if size(title(dialog.title)) > TITLE else []
    steps = [dialog.step, f"Part {part} of {many}" if many > 1 else ""]
    return [*whole, *quiet(" · ".join(filter(None, steps)))]
