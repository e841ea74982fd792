"""Writes a document as a text file, Markdown, Word and PDF, the way schools' files really look."""

import textwrap
from pathlib import Path

import docx

from bot.reading.pieces import Document

WIDTH = 88
PAGE = 46


def as_txt(document: Document, path: Path) -> Path:
    """Hard-wrapped, with bullets and page breaks in the middle of sentences."""
    path.write_text("\f".join("\n".join(page) for page in pages(document)), encoding="utf-8")
    return path


def as_md(document: Document, path: Path) -> Path:
    lines = []
    for part in document.parts:
        lines += [f"## {part.heading}", ""] if part.heading else []
        for number, block in enumerate(part.blocks):
            following = part.blocks[number + 1 : number + 2]
            indent = "    " * block.depth
            text = block.text.replace("*", r"\*")
            lines.append(f"{indent}- {text}" if block.bullet else text)
            lines += [] if block.bullet and following and following[0].bullet else [""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def as_docx(document: Document, path: Path) -> Path:
    paper = docx.Document()
    for part in document.parts:
        if part.heading:
            paper.add_heading(part.heading, level=2)
        for block in part.blocks:
            paper.add_paragraph(block.text, style="List Bullet" if block.bullet else None)
    paper.save(str(path))
    return path


def as_pdf(document: Document, path: Path, rows: int = PAGE) -> Path:
    """A PDF with a running head, page numbers and nothing but placed lines of text."""
    objects: list[bytes] = []
    sheets = pages(document, rows)
    for number, page in enumerate(sheets, 1):
        shown = [(50, 805, "Social media policy"), (290, 30, f"Page {number} of {len(sheets)}")]
        shown += [(50, 770 - 16 * row, line) for row, line in enumerate(page) if line.strip()]
        text = "".join(f"1 0 0 1 {x} {y} Tm ({_escaped(line)}) Tj\n" for x, y, line in shown)
        stream = f"BT /F1 10 Tf\n{text}ET".encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    path.write_bytes(_pdf(objects))
    return path


def pages(document: Document, rows: int = PAGE) -> list[list[str]]:
    """The document's lines, wrapped and cut into pages without regard to sentences."""
    lines = []
    for part in document.parts:
        lines += [part.heading, ""]
        for block in part.blocks:
            lines += textwrap.wrap(f"• {block.text}" if block.bullet else block.text, WIDTH)
            lines.append("")
        lines.append("")
    return [lines[start : start + rows] for start in range(0, len(lines), rows)]


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf(streams: list[bytes]) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        font,
    ]
    for number, stream in enumerate(streams):
        page = (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects += [page.encode(), stream]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + head.encode() + tail.encode()
