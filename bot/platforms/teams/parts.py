"""The parts of a message or dialog as elements of a card that read well on a phone."""

from collections.abc import Iterator, Sequence

from bot.platforms.lengths import size
from bot.platforms.teams.limits import Block, Run, weight
from bot.platforms.teams.text import NOTHING, clean, heading, lines, rich, run
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
TONE_STYLES = {
    Tone.PLAIN: "emphasis",
    Tone.GOOD: "good",
    Tone.CAUTION: "warning",
    Tone.DANGER: "attention",
}
ONE_LINE = 44
"""A label and its value that are no longer than this together stand side by side, even on a phone."""
BOXED = 5000
"""Bytes of one box, so that it fits on any card."""
POINT = "• "


def runs(parts: Sequence[Part]) -> list[Run]:
    """The parts in order; a heading stays with the first thing it stands over."""
    found: list[Run] = []
    above: Run = []
    for part in parts:
        if isinstance(part, Heading):
            above += heading(part.text)
            continue
        drawn = list(_part(part)) or [[]]
        found += [above + drawn[0], *drawn[1:]]
        above = []
    return [each for each in (*found, above) if each]


def verdict(text: str) -> Run:
    """The first line of an answer, large: what somebody on a phone between two lessons must not miss."""
    return lines(text, weight="bolder", size="large")


def sections(text: str, *, strong: bool = False) -> Run:
    """A text over the whole width, in full."""
    return lines(text, weight="bolder") if strong else lines(text)


def quiet(text: str, before: str = "") -> Run:
    """A text in small print."""
    return lines(text, before=before, isSubtle=True, size="small")


def bullets(items: Sequence[str]) -> Run:
    """A list, a point before the first line of each."""
    found: Run = []
    for item in items:
        listed = lines(item, before="small")
        if listed:
            listed[0]["inlines"].insert(0, run(POINT))
        found += listed
    return found


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
        case Facts(rows=rows):
            yield from (_fact(label, value) for label, value in rows)
        case Callout():
            yield _callout(part)


def boxed(items: Sequence[Block], style: str) -> Run:
    """A box in a colour; more than one where a card has no room for it whole."""
    boxes: Run = []
    inside: Run = []
    for item in items:
        if inside and weight([*inside, item]) > BOXED:
            boxes.append({"type": "Container", "style": style, "items": inside})
            inside = []
        inside.append(item)
    return [*boxes, {"type": "Container", "style": style, "items": inside}] if inside else boxes


def _quotation(quoted: Quotation) -> Run:
    """The clause's words in a box, and under them where they stand."""
    words = "official wording" if quoted.official else "in our own words"
    source = " · ".join(filter(None, (quoted.clause, quoted.section, quoted.version, words)))
    return boxed([*lines(quoted.text), *quiet(source, before="small")], "emphasis")


def _callout(box: Callout) -> Run:
    """A box that must not be missed: its tone in a word as well as in a colour, and what to do as a list."""
    told = lines(f"{TONE_WORDS[box.tone]}: {box.title}", weight="bolder")
    listed = lines(box.lines[0]) if len(box.lines) == 1 else bullets(box.lines)
    return boxed([*told, *listed], TONE_STYLES[box.tone])


def _fact(label: str, value: str) -> Run:
    """Label and value in one line where both are short, else the value under its label."""
    label, value = clean(label).strip() or NOTHING, clean(value).strip("\n")
    if "\n" not in label + value and size(label) + size(value) <= ONE_LINE:
        mark = "" if label[-1] in ":?!." else ":"
        told = run(f"{label}{mark} ", weight="bolder")
        return [rich(told, run(value if value.strip() else NOTHING), spacing="small")]
    above = lines(label, weight="bolder")
    return [*above, *(lines(value, before="none") or lines(NOTHING, before="none"))]
