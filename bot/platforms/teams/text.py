"""Words on their way into a card: nothing that somebody wrote may act as markup.

They are drawn as RichTextBlocks, which know no Markdown: a TextBlock does, and no two of Teams' clients agree
on how to escape it. A run never holds a line break, because phones drop it; every line has its own block.
"""

import re
import unicodedata

from bot.platforms.lengths import pieces
from bot.platforms.teams.limits import TEXT, Block, Run

TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing, and could make a line read as something else."""
BRACES = re.compile(r"\{(?=\{)")
JOINER = "\u2060"
"""Nothing to see; keeps {{DATE(...)}} from being turned into a date."""
HARMLESS = re.compile(r"[^\W\d_](?:[\w\s.,;:?!'’“”„–—()/&%-](?<!_))*")
"""Words that mean the same with and without markup, so that they may be a heading for a screen reader."""
ADDRESS = re.compile(r"https?:|www\.|\n", re.IGNORECASE)
MARKS = re.compile(r"([\\*_`~\[\]<>#|])")
LINKED = re.compile(r"https?:|(?<=\w)[.@](?=\w)", re.IGNORECASE)
"""What an address can't do without."""
NOTHING = "–"


def held(text: str) -> str:
    """Text as a box can hold it: lines end in one way, and nothing that no keyboard types."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})


def clean(text: str) -> str:
    """Text to show: what it holds, without what would turn it round. Somebody else may have written it."""
    kept = "".join(c for c in held(text) if c not in TURNERS)
    return BRACES.sub("{" + JOINER, kept)


def title(text: str) -> str:
    """Words for a label or a button, where there is no markup and one line only; never blank."""
    return " ".join(clean(text).split()) or NOTHING


def choice(text: str) -> str:
    """Words of a choice that is shown with all others: Markdown may be read there, and backslashes end it.

    Nor does an address become a link, which somebody might press instead of picking it.
    """
    return LINKED.sub(rf"\g<0>{JOINER}", MARKS.sub(r"\\\1", title(text)))


def run(text: str, **style: object) -> Block:
    """Words in one line."""
    return {"type": "TextRun", "text": text, **style}


def rich(*runs: Block, **style: object) -> Block:
    """Runs one after the other."""
    return {"type": "RichTextBlock", "inlines": list(runs), **style}


def lines(text: str, *, before: str = "", **style: object) -> Run:
    """A text over the whole width, line by line, in as many blocks as it needs; `before` is its spacing."""
    found: Run = []
    gap = before
    for line in clean(text).split("\n"):
        if not line.strip():
            gap = "small" if found else before
            continue
        for piece in pieces(line, TEXT):
            found.append(rich(run(piece, **style), **({"spacing": gap} if gap else {})))
            gap = "none"
    return found


def heading(text: str) -> Run:
    """A short title: a real heading where its words are harmless, else in bold."""
    words = title(text)
    if not text.strip():
        return []
    if HARMLESS.fullmatch(words) and not ADDRESS.search(words):
        return [{"type": "TextBlock", "text": words, "style": "heading", "size": "medium", "weight": "bolder"}
                | {"wrap": True}]  # fmt: skip
    return lines(text, weight="bolder", size="medium")
