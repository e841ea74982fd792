"""The parts of a message or dialog as blocks that read well on a phone, each with what it belongs to."""

from collections.abc import Iterator, Sequence

from bot.platforms.lengths import pieces, size
from bot.platforms.slack.limits import CONTEXT, FIELDS, HEADER, SECTION
from bot.platforms.slack.pages import DIVIDER, Run, weight
from bot.platforms.slack.text import Block, bold, clean, plain
from bot.school.messages import (
    Bullets,
    Callout,
    Facts,
    Heading,
    Paragraph,
    Part,
    Quotation,
    Tone,
)

TONE_WORDS = {
    Tone.PLAIN: "Note",
    Tone.GOOD: "Good",
    Tone.CAUTION: "Take care",
    Tone.DANGER: "Danger",
}
NARROW = 200
"""A label or value up to this long reads well in one of two columns; a longer one gets the whole width."""
LIST_ROOM = 4000
"""Characters of one list as JSON, so that it fits on any page."""


def runs(parts: Sequence[Part]) -> list[Run]:
    """The parts in order; a heading stays with the first thing it stands over."""
    found: list[Run] = []
    above: Run = []
    for part in parts:
        if isinstance(part, Heading):
            above += heading(part.text)
            continue
        first, *rest = list(_part(part)) or [[]]
        found += [above + first, *rest]
        above = []
    return [run for run in (*found, above) if run]


def heading(text: str) -> Run:
    """A short title, the larger kind where it fits."""
    if not text.strip():
        return []
    if size(clean(text)) <= HEADER:
        return [{"type": "header", "text": plain(text)}]
    return sections(text, strong=True)


def sections(text: str, *, strong: bool = False) -> Run:
    """A text over the whole width, in as many sections as it needs, always shown in full."""
    said = bold if strong else plain
    return [
        {"type": "section", "text": said(piece), "expand": True}
        for piece in pieces(clean(text).strip("\n"), SECTION)
        if piece.strip()
    ]


def quiet(text: str) -> Run:
    """A text in small print."""
    return [
        {"type": "context", "elements": [plain(piece)]}
        for piece in pieces(clean(text).strip("\n"), CONTEXT)
        if piece.strip()
    ]


def bullets(items: Sequence[str]) -> Run:
    """A list that screen readers know to be one."""
    blocks: Run = []
    lines: list[Block] = []
    for item in items:
        for piece in pieces(clean(item).strip("\n"), SECTION):
            line: Block = {"type": "rich_text_section", "elements": [{"type": "text", "text": piece}]}
            if not piece.strip():
                continue
            if lines and weight([*lines, line]) > LIST_ROOM:
                blocks.append(_list(lines))
                lines = []
            lines.append(line)
    return [*blocks, _list(lines)] if lines else blocks


def _list(lines: Sequence[Block]) -> Block:
    listed = {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}
    return {"type": "rich_text", "elements": [listed]}


def _part(part: Part) -> Iterator[Run]:
    match part:
        case Heading(text=text):
            yield heading(text)
        case Paragraph(text=text):
            yield quiet(text) if part.quiet and not part.strong else sections(text, strong=part.strong)
        case Quotation():
            yield _quotation(part)
        case Bullets(items=items):
            yield bullets(items)
        case Facts():
            yield from _facts(part)
        case Callout():
            yield _callout(part)


def _quotation(quoted: Quotation) -> Run:
    """The clause's words behind a bar, and under them where they stand."""
    words = "official wording" if quoted.official else "in our own words"
    source = " · ".join(filter(None, (quoted.clause, quoted.section, quoted.version, words)))
    bars: Run = [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": piece}]}],
        }
        for piece in pieces(clean(quoted.text).strip("\n"), SECTION)
        if piece.strip()
    ]
    return [*bars, *quiet(source)]


def _callout(box: Callout) -> Run:
    """A box: lines above and below, its tone in a word, and what to do as a list."""
    title = sections(f"{TONE_WORDS[box.tone]}: {box.title}", strong=True)
    lines = sections(box.lines[0]) if len(box.lines) == 1 else bullets(box.lines)
    return [DIVIDER, *title, *lines, DIVIDER]


def _facts(facts: Facts) -> Iterator[Run]:
    """Label and value side by side, five to a section; a long value under its label instead."""
    fields: list[Block] = []
    for label, value in facts.rows:
        narrow = size(clean(label)) <= NARROW and size(clean(value)) <= NARROW
        if fields and (not narrow or len(fields) == FIELDS):
            yield [{"type": "section", "fields": fields}]
            fields = []
        if narrow:
            fields += [bold(label), plain(value)]
        else:
            yield [*sections(label, strong=True), *(sections(value) or sections("–"))]
    if fields:
        yield [{"type": "section", "fields": fields}]
