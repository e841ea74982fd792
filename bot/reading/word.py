"""Reads a policy written in Word (.docx)."""

import io
import re
import zipfile
from collections.abc import Collection
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table
from rapidfuzz import fuzz

from bot.reading.lines import BULLET, SURE_OF_A_TITLE
from bot.reading.pieces import BROKEN, Block, Part, Unreadable, gather, plain, tidy

LARGEST_UNPACKED = 200_000_000
"""Bytes; a small file that unpacks to more is a trap, not a policy."""
BROKEN_WORD: tuple[type[Exception], ...] = (zipfile.BadZipFile, OpcError, *BROKEN)
LEVEL = re.compile(r"\d+$")


def parts_of_word(content: bytes, titles: Collection[str]) -> tuple[Part, ...]:
    """Paragraphs and tables in order. A heading is styled as one, or bold and short, or expected."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_UNPACKED:
                raise Unreadable("the Word file unpacks to far too much.")
        document = docx.Document(io.BytesIO(content))
    except BROKEN_WORD as reason:
        raise Unreadable("this isn't a Word document; save it again as .docx.") from reason
    pieces: list[Block | str] = []
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            pieces += _cells(item)
        else:
            pieces += _paragraph(item, titles)
    return gather(pieces)


def _cells(table: Table) -> list[Block | str]:
    """Each cell of a table once, as paragraphs; a merged cell stands in several places."""
    found: dict[Any, Block | str] = {}
    for row in table.rows:
        for cell in row.cells:
            found.setdefault(cell._tc, Block(text=tidy(cell.text)))
    return list(found.values())


def _paragraph(paragraph: Any, titles: Collection[str]) -> list[Block | str]:  # noqa: ANN401 - untyped
    text = tidy(paragraph.text)
    if not text:
        return []
    style = (paragraph.style.name or "").casefold() if paragraph.style is not None else ""
    numbering = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    typed = BULLET.match(text)
    if _is_heading(paragraph, style, text, titles) and not typed:
        return [text]
    if typed:
        return [Block(text=text[typed.end() :], bullet=True)]
    if numbering or style.startswith("list"):
        return [Block(text=text, bullet=True, depth=_depth(paragraph, style))]
    return [Block(text=text)]


def _is_heading(paragraph: Any, style: str, text: str, titles: Collection[str]) -> bool:  # noqa: ANN401
    if style.startswith(("heading", "title", "subtitle")):
        return True
    if any(fuzz.ratio(plain(text), plain(title)) >= SURE_OF_A_TITLE for title in titles):
        return True
    inked = [run for run in paragraph.runs if run.text.strip()]
    bold = bool(inked) and all(run.bold for run in inked)
    return bold and len(text) <= 80 and not text.endswith((".", ":", ";", ","))


def _depth(paragraph: Any, style: str) -> int:  # noqa: ANN401
    """The level of a bullet, from its numbering or from a style such as "List Bullet 2"."""
    level = LEVEL.search(style)
    numbering = paragraph._p.pPr.numPr if paragraph._p.pPr is not None else None
    if numbering is not None and numbering.ilvl is not None:
        return int(numbering.ilvl.val)
    return int(level[0]) - 1 if level else 0
