"""What a school's own document is made of once it has been read: parts with headings, and blocks."""

import hashlib
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass


class Unreadable(Exception):
    """The file can't be read as a policy; the message says why and what to do."""


BROKEN: tuple[type[Exception], ...] = (
    *(ValueError, LookupError, TypeError, AttributeError, RuntimeError, ArithmeticError, OSError),
    *(EOFError, AssertionError, SyntaxError, zlib.error, struct.error),
)
"""What the libraries let slip when a file is damaged in a way that they didn't foresee."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph or one bullet, un-wrapped to a single line of text."""

    text: str
    bullet: bool = False
    depth: int = 0
    """How far a bullet is indented below others."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A heading, "" for what stands before the first one, and the blocks below it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """What the file says, in order, without page furniture."""

    name: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The whole text in one fixed layout, so that the same words always have the same hash."""
        lines = []
        for part in self.parts:
            lines.append(f"# {part.heading}")
            lines += [f"- {block.text}" if block.bullet else block.text for block in part.blocks]
        return "\n".join(lines) + "\n"

    @property
    def hash(self) -> str:
        """sha256 of the text, hex: txt, md, docx and pdf of the same words share it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def tidy(text: str) -> str:
    """One line: odd spaces, soft hyphens and ligatures made plain, quotation marks kept."""
    plain = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "")
    for ligature in "\ufb00\ufb01\ufb02\ufb03\ufb04":
        plain = plain.replace(ligature, unicodedata.normalize("NFKC", ligature))
    return " ".join(plain.split())


def plain(text: str) -> str:
    """Words only, lower case: for comparing headings."""
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


def gather(pieces: Iterable[Block | str]) -> tuple[Part, ...]:
    """Headings (as bare strings) and blocks, in order, as parts. Empty blocks are dropped."""
    parts: list[Part] = []
    heading, blocks = "", list[Block]()
    for piece in [*pieces, ""]:
        if isinstance(piece, Block):
            blocks += [piece] if piece.text else []
            continue
        if heading or blocks:
            parts.append(Part(heading=heading, blocks=tuple(blocks)))
        heading, blocks = piece, []
    return tuple(parts)
