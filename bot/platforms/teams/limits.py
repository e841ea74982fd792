"""What Teams lets one card and one button hold, and how a text is parted or a label made to fit.

Numbers are from learn.microsoft.com: 28 KB for a card, 100 KB for a message counted as UTF-16 (one card is
never more than 56 KB so). Cards are weighed as JSON in UTF-8 and kept well below; texts in UTF-16 units.
"""

import json
from collections.abc import Iterable
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


def weight(blocks: Iterable[Block]) -> int:
    """How many bytes the elements take in a card."""
    return sum(len(json.dumps(block, ensure_ascii=False).encode()) + 2 for block in blocks)


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
