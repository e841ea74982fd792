"""What Teams lets one card and one button hold, and how a text is parted or a label made to fit.

Numbers are from learn.microsoft.com: 28 KB for a card, 100 KB for a message counted as UTF-16 (one card is
never more than 56 KB so). Cards are weighed as JSON in UTF-8 and kept well below; texts in UTF-16 units.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

Block = dict[str, Any]
"""An element or an action of a card, as JSON."""
Run = list[Block]
"""Elements that belong together, such as a heading and what it stands over."""

CARD_ROOM = 26_000
"""Bytes of a card's elements; the rest of the 28 KB is for its envelope and for what measures otherwise."""
SUMMARY = 400
"""Of a notification; a phone shows two lines of it."""
TITLE = 60
"""Of a window."""
TEXT = 2000
"""Of one run of text, so that it finds room on any card."""
BUTTON = 60
SHOWN_ON_A_PHONE = 34
"""Of a button's title, before a phone of 375 pixels cuts it short."""
SIDE_BY_SIDE = 14
"""Of each of two titles that share a row: our own rule, for thumbs."""
SURE = 1000
"""Of an "are you sure?", and of a label said in full."""
LABEL = 1000
"""Of an input's label, of its hint, and of a choice."""
PICKED_FROM_A_LIST = 60
"""Of a choice in a list that drops down, where it can't go on in a second line."""
BOX = 3000
"""Of one box to type in."""
OPEN_CHOICES = 10
"""Choices that are shown all at once; more drop down from a list."""
ELLIPSIS = "…"


def size(text: str) -> int:
    """How long a text is for Teams: an emoji beyond the basic plane counts twice."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)


def weight(blocks: Iterable[Block]) -> int:
    """How many bytes the elements take in a card."""
    return sum(len(json.dumps(block, ensure_ascii=False).encode()) + 2 for block in blocks)


def fit(text: str, most: int) -> str:
    """The text, cut after a word and with an ellipsis when it is too long. For labels only."""
    if size(text) <= most:
        return text
    head = first(text, most - 1)
    whole = head if text[len(head)].isspace() else head.rpartition(" ")[0]
    return f"{whole.rstrip() or head}{ELLIPSIS}"


def first(text: str, most: int) -> str:
    """The longest beginning of a text that is no longer than this."""
    head = text[:most]
    while size(head) > most:
        head = head[: len(head) - max((size(head) - most) // 2, 1)]
    return head


def pieces(text: str, most: int) -> Iterator[str]:
    """The whole text in pieces that fit, parted after a line or a word; joined, the text."""
    while size(text) > most:
        head = first(text, most)
        ends = (head.rfind(mark) + len(mark) for mark in ("\n\n", "\n", " ") if mark in head)
        end = next((end for end in ends if end > len(head) // 2), len(head))
        yield text[:end]
        text = text[end:]
    if text:
        yield text


def laid_out(runs: Iterable[Run], rooms: Iterable[int]) -> list[Run]:
    """The runs on pages, each with room for so many bytes; what belongs together stays so where it can."""
    sizes = iter(rooms)
    pages: list[Run] = [[]]
    whole = room = next(sizes)
    for run in runs:
        for piece in [run] if weight(run) <= whole else [[block] for block in run]:
            heavy = weight(piece)
            if heavy > room and pages[-1]:
                whole = room = next(sizes)
                pages.append([])
            pages[-1] += piece
            room -= heavy
    return pages
