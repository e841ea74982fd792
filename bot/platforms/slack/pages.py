"""Blocks laid out over as many messages or views as they need; what belongs together stays so."""

import json
from collections.abc import Iterable, Sequence

from bot.platforms.slack.text import Block

Run = list[Block]
"""Blocks that belong together, such as a heading and what it stands over."""
KEPT_TOGETHER = 10
"""Longer runs than this may be parted."""
DIVIDER: Block = {"type": "divider"}


def weight(blocks: Iterable[Block], *, escaped: bool = False) -> int:
    """How many characters the blocks take as JSON; `escaped`: with all but ASCII spelled out."""
    return sum(len(json.dumps(block, ensure_ascii=escaped).encode("utf-16-le")) // 2 + 2 for block in blocks)


def laid_out(runs: Sequence[Run], rooms: Iterable[tuple[int, int]], *, escaped: bool = False) -> list[Run]:
    """The runs on pages. `rooms` says, page by page, how many blocks and characters it has room for."""
    sizes = iter(rooms)
    pages: list[Run] = [[]]
    blocks, room = next(sizes)
    for piece in _pieces(runs):
        heavy = weight(piece, escaped=escaped)
        if len(piece) > blocks or heavy > room:
            blocks, room = next(sizes)
            pages.append([])
        pages[-1] += piece
        blocks, room = blocks - len(piece), room - heavy
    return pages


def _pieces(runs: Sequence[Run]) -> Iterable[Run]:
    """Runs that are short enough to stay together, and the single blocks of the others."""
    for run in runs:
        if len(run) <= KEPT_TOGETHER and weight(run) < 5000:
            yield run
        else:
            yield from ([block] for block in run)


def tidy(page: Sequence[Block]) -> Run:
    """The page without a divider at its top or end, or straight after another."""
    kept: Run = []
    for block in page:
        if block != DIVIDER or (kept and kept[-1] != DIVIDER):
            kept.append(block)
    return kept[:-1] if kept and kept[-1] == DIVIDER else kept
