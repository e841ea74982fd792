"""Turns hard-wrapped lines, as a PDF or a text file holds them, back into headings, paragraphs, bullets."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from bot.reading.pieces import Block, Part, gather, plain, tidy

BULLET = re.compile(r"[•●◦▪▫■□‣⁃∙·►➢✓\uf0b7\uf0a7]\s*|[*+](?:\s+|$)")
DASH = re.compile(r"(?:[-–—o])(?:\s+|$)")
NUMBERED = re.compile(r"(?:\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)]|\d{1,2}(?:\.\d{1,2})+\.?)\s+(?=\S)")
PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?|-\s*\d{1,3}\s*-", re.IGNORECASE)
ENDS = (".", "!", "?", ":", ";")
SMALL_WORDS = "a an and are as at be by for from in is it no not of on or that the their this to with"
DANGLING = frozenset(SMALL_WORDS.split())
LONGEST_HEADING = 80
MOST_HEADING_WORDS = 10
SURE_OF_A_TITLE = 90
SHORT_LINE = 0.7
"""A finished line below this share of the usual width ends its paragraph."""
EDGE = 2
"""Lines at the top and the bottom of a page among which furniture is looked for."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What is known about the document as a whole while its lines are read."""

    titles: Collection[str]
    words: Collection[str]
    width: int


@dataclass(kw_only=True)
class Unwrapping:
    """The pieces so far. The last block may still be growing."""

    pieces: list[Block | str] = field(default_factory=list)
    gap: bool = True
    """Whether blank space stands before the line at hand."""
    dashed: bool = False
    """Whether the last bullet began with a dash, so that the next dash is one too."""
    last_line: str = ""

    @property
    def open(self) -> Block | None:
        """The block that the next line may continue."""
        last = self.pieces[-1] if self.pieces else None
        return last if isinstance(last, Block) else None


def parts_of_pages(pages: Sequence[Sequence[str]], titles: Collection[str]) -> tuple[Part, ...]:
    """Pages of lines as parts of a document."""
    lines = [line for page in without_furniture(pages) for line in page]
    filled = sorted(len(tidy(line)) for line in lines if line.strip())
    words = {word.casefold() for line in lines for word in re.findall(r"[A-Za-z]+(?!\w|-$)", line)}
    width = filled[len(filled) * 9 // 10] if filled else 0
    layout = Layout(titles=titles, words=words, width=width)
    state = Unwrapping()
    for number, line in enumerate(lines):
        _take(state, layout, line, next((x for x in lines[number + 1 :] if x.strip()), ""))
    return gather(state.pieces)


def without_furniture(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The pages without page numbers, and without lines that most pages carry at an edge."""
    seen = Counter(mark for page in pages for mark in {_masked(page[i]) for i in _edges(page)})
    often = {mark for mark, count in seen.items() if count >= 3 and count > len(pages) / 2}
    return [
        [
            ""
            if PAGE_NUMBER.fullmatch(tidy(line)) or (i in _edges(page) and _masked(line) in often)
            else line
            for i, line in enumerate(page)
        ]
        for page in pages
    ]


def _edges(page: Sequence[str]) -> set[int]:
    filled = [i for i, line in enumerate(page) if line.strip()]
    return {*filled[:EDGE], *filled[-EDGE:]}


def _masked(line: str) -> str:
    return re.sub(r"\d+", "#", tidy(line).casefold())


def _take(state: Unwrapping, layout: Layout, line: str, following: str) -> None:
    """Add one line: a heading, a new bullet, more of the block at hand, or a new paragraph."""
    text = tidy(line)
    if not text:
        state.gap = True
        return
    if is_heading(state, layout, text, tidy(following)):
        state.pieces.append(NUMBERED.sub("", text, count=1))
    elif (start := _bullet(state, text)) is not None:
        state.pieces.append(Block(text=text[start:].strip(), bullet=True, depth=_depth(line)))
    elif (last := state.open) is not None and _continues(state, layout, text):
        state.pieces[-1] = replace(last, text=join(last.text, text, layout.words))
    else:
        state.pieces.append(Block(text=text))
        state.dashed = False
    state.gap, state.last_line = False, text


def is_heading(state: Unwrapping, layout: Layout, text: str, following: str) -> bool:
    """Whether a line is a heading: an expected title, or a short line of its own that stands free."""
    free = state.gap or state.open is None
    if BULLET.match(text) or DASH.match(text):
        return False
    bare = NUMBERED.sub("", text, count=1)
    if any(fuzz.ratio(plain(bare), plain(title)) >= SURE_OF_A_TITLE for title in layout.titles):
        return free or not _unfinished(state)
    if NUMBERED.match(text) and NUMBERED.match(following):
        return False
    goes_on = following[:1].islower() or bare.rpartition(" ")[2].casefold() in DANGLING
    return free and _short(bare) and not goes_on and not _unfinished(state)


def join(before: str, after: str, words: Collection[str]) -> str:
    """Two lines as one. A hyphen at the line's end goes when only the whole is a word used elsewhere."""
    broken = re.search(r"([A-Za-z]+)-$", before)
    if not before or not broken or not after[:1].islower():
        return f"{before} {after}".strip()
    half = broken[1].casefold()
    whole = half + (re.match(r"[A-Za-z]*", after) or [""])[0].casefold()
    return (before[:-1] if whole in words and half not in words else before) + after


def _short(text: str) -> bool:
    """Whether a line has the length and shape of a heading."""
    first = next((c for c in text if c.isalpha()), "")
    fits = len(text) <= LONGEST_HEADING and len(text.split()) <= MOST_HEADING_WORDS
    return fits and first.isupper() and not text.endswith((*ENDS, ",", ")"))


def _bullet(state: Unwrapping, text: str) -> int | None:
    """Where the text of a new bullet begins; None when the line doesn't begin one."""
    found = BULLET.match(text)
    if found:
        state.dashed = False
        return found.end()
    last = state.open
    fresh = state.gap or last is None or last.text.endswith(ENDS)
    dash = DASH.match(text)
    if dash and (fresh or state.dashed):
        state.dashed = True
        return dash.end()
    number = NUMBERED.match(text)
    listed = last is not None and last.bullet
    return number.end() if number and (fresh or listed) else None


def _depth(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())


def _continues(state: Unwrapping, layout: Layout, text: str) -> bool:
    """Whether a line carries on with the block at hand."""
    last = state.open
    if last is None or not last.text:
        return last is not None
    if state.gap:
        return _unfinished(state) or (text[:1].islower() and not last.text.endswith(ENDS))
    ended = last.text.endswith((".", "!", "?", ":")) and text[:1].isupper()
    return not (ended and len(state.last_line) < SHORT_LINE * layout.width)


def _unfinished(state: Unwrapping) -> bool:
    """Whether the block at hand clearly waits for more: it ends in a comma or a small word."""
    last = state.open
    return last is not None and (
        last.text.endswith(",") or last.text.rpartition(" ")[2].casefold() in DANGLING
    )
