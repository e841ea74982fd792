"""Reads a school's own policy document, whatever it was written with, into parts and blocks."""

import io
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from bot.reading.lines import parts_of_pages
from bot.reading.markdown import parts_of_markdown
from bot.reading.pieces import BROKEN, Document, Part, Unreadable
from bot.reading.word import parts_of_word

LARGEST = 20_000_000
"""Bytes; a policy stays far below, pictures included."""
MOST_PAGES = 300
BROKEN_PDF: tuple[type[Exception], ...] = (PyPdfError, *BROKEN)


def read_document(path: Path, titles: Collection[str] = ()) -> Document:
    """The document in a file. `titles` are headings to expect, for files that don't mark them."""
    reader = READERS.get(path.suffix.casefold())
    if reader is None:
        raise Unreadable(f"{path.name}: only .txt, .md, .docx and .pdf can be read; save it as one of them.")
    try:
        content = path.read_bytes()
    except OSError as reason:
        raise Unreadable(f"{path.name}: the file can't be opened ({type(reason).__name__}).") from reason
    if len(content) > LARGEST:
        raise Unreadable(f"{path.name}: the file is larger than {LARGEST // 1_000_000} MB.")
    try:
        parts = reader(content, titles)
    except Unreadable as reason:
        raise Unreadable(f"{path.name}: {reason}") from reason
    if not any(part.blocks for part in parts):
        raise Unreadable(f"{path.name}: there is no text in it; a scan has to be turned into text first.")
    return Document(name=path.name, parts=parts)


def decode(content: bytes) -> str:
    """Text bytes as text: UTF-8 with or without a mark, UTF-16 with one, otherwise Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _text(content: bytes, titles: Collection[str]) -> tuple[Part, ...]:
    pages = decode(content).replace("\r\n", "\n").replace("\r", "\n").split("\f")
    return parts_of_pages([page.split("\n") for page in pages], titles)


def _markdown(content: bytes, _titles: Collection[str]) -> tuple[Part, ...]:
    return parts_of_markdown(decode(content))


def _pdf(content: bytes, titles: Collection[str]) -> tuple[Part, ...]:
    """Text as it is laid out, so that the space between paragraphs is kept."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("the PDF is locked with a password; save it without one.")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(f"the PDF has more than {MOST_PAGES} pages.")
        pages = [page.extract_text(extraction_mode="layout").split("\n") for page in reader.pages]
    except BROKEN_PDF as reason:
        raise Unreadable("the PDF can't be read; save it again, or as .docx.") from reason
    return parts_of_pages(pages, titles)


READERS: Mapping[str, Callable[[bytes, Collection[str]], tuple[Part, ...]]] = {
    ".txt": _text,
    ".md": _markdown,
    ".markdown": _markdown,
    ".docx": parts_of_word,
    ".pdf": _pdf,
}
