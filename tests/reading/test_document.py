"""Documents as schools really have them: wrapped, paged, hyphenated, locked, scanned, or no document."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from bot.reading import document as documents
from bot.reading import word
from bot.reading.document import decode, read_document
from bot.reading.lines import join, parts_of_pages
from bot.reading.markdown import parts_of_markdown
from bot.reading.pieces import Block, Document, Part, Unreadable, gather, tidy
from tests.reading.mini import DOCUMENT
from tests.reading.paper import as_docx, as_pdf, as_txt

CALM = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def read(text: str, *titles: str) -> list[tuple[str, list[str]]]:
    parts = parts_of_pages([page.split("\n") for page in text.split("\f")], titles)
    return [(p.heading, [("• " if b.bullet else "") + b.text for b in p.blocks]) for p in parts]


def test_wrapped_lines_become_paragraphs_and_bullets() -> None:
    text = (
        " Tools \n\n• Adults count the\ntools, before\n\nand after lessons. \n• Nobody runs.\n\n"
        "All of this holds outdoors and \nindoors.\n"
    )
    assert read(text) == [
        (
            "Tools",
            [
                "• Adults count the tools, before and after lessons.",
                "• Nobody runs.",
                "All of this holds outdoors and indoors.",
            ],
        )
    ]


def test_headings_stand_free_are_short_and_do_not_end_like_sentences() -> None:
    text = (
        "School garden\n\n1. Aims\nWe grow food.\n\n2. Tools\n\nWe count tools.\n\n"
        "This is a sentence.\n\nand more\n"
    )
    assert read(text) == [
        ("School garden", []),
        ("Aims", ["We grow food."]),
        ("Tools", ["We count tools.", "This is a sentence.", "and more"]),
    ]


def test_an_expected_title_is_a_heading_even_without_space_around_it() -> None:
    text = "We grow food in the long beds.\nTools and ladders\nWe count the tools every day.\n"
    assert read(text, "Tools and ladders") == [
        ("", ["We grow food in the long beds."]),
        ("Tools and ladders", ["We count the tools every day."]),
    ]


def test_a_short_finished_line_ends_its_paragraph() -> None:
    text = (
        "We grow food in the long beds behind the hall, all year.\nIn spring.\n"
        "Tools are counted every day before work begins.\n"
    )
    assert read(text)[0][1] == [
        "We grow food in the long beds behind the hall, all year. In spring.",
        "Tools are counted every day before work begins.",
    ]


def test_numbers_and_dashes_are_bullets_where_a_list_can_begin() -> None:
    text = (
        "The rules are:\n(a) no running\n(b) no shouting\n\nWe also keep:\n- hens\n- bees\n\n"
        "A pond that is as old as the\n- very old - hall is closed.\n"
    )
    assert read(text)[0][1] == [
        "The rules are:",
        "• no running",
        "• no shouting",
        "We also keep:",
        "• hens",
        "• bees",
        "A pond that is as old as the - very old - hall is closed.",
    ]


def test_a_bullet_alone_on_its_line_takes_the_next_line() -> None:
    assert read("•\nno running\n•\nno shouting\n")[0][1] == ["• no running", "• no shouting"]


def test_a_numbered_list_of_short_lines_is_no_row_of_headings() -> None:
    assert read("Read these:\n\n1. Libel Act\n2. Theft Act\n")[0][1] == [
        "Read these:",
        "• Libel Act",
        "• Theft Act",
    ]


def test_page_furniture_is_left_out() -> None:
    pages = [f"Garden policy 2026\n\nText number {n} goes on\n\nPage {n} of 4" for n in "1234"]
    found = read("\f".join(pages))
    assert found == [("", [" ".join(f"Text number {n} goes on" for n in "1234")])] or "Garden" not in str(
        found
    )
    assert "Page" not in str(found)


def test_a_sentence_goes_on_over_a_page_break() -> None:
    assert read("The tools are counted by\n\n\f\n  \n\nadults every day.")[0][1] == [
        "The tools are counted by adults every day."
    ]


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("search on-", "line today", "search on-line today"),
        ("confiden-", "tiality first", "confidentiality first"),
        ("well-", "known", "well-known"),
        ("pages 3-", "Four", "pages 3- Four"),
        ("plain", "text", "plain text"),
        ("", "text", "text"),
    ],
)
def test_words_broken_at_the_end_of_a_line(before: str, after: str, joined: str) -> None:
    assert join(before, after, {"confidentiality", "online", "on"}) == joined


def test_markdown_headings_lists_tables_and_marks() -> None:
    text = (
        "# Garden\n\nSome *strong*\nwords with `code` and [a link](http://x).  \nEnd.\n\n"
        "- one\n\n  more\n  - deep\n1. two\n\n| a | b |\n|---|---|\n| c | d |\n"
    )
    assert parts_of_markdown(text) == (
        Part(
            heading="Garden",
            blocks=(
                Block(text="Some strong words with code and a link. End."),
                Block(text="one more", bullet=True),
                Block(text="deep", bullet=True, depth=1),
                Block(text="two", bullet=True),
                *(Block(text=cell) for cell in "abcd"),
            ),
        ),
    )


def test_word_headings_may_be_styled_bold_or_expected_and_bullets_typed_styled_or_numbered(
    tmp_path: Path,
) -> None:
    paper = docx.Document()
    paper.add_heading("Garden", level=1)
    paper.add_paragraph("Tools").runs[0].bold = True
    paper.add_paragraph("• typed")
    paper.add_paragraph("styled", style="List Bullet 2")
    numbered = paper.add_paragraph("numbered")
    level, numbering = OxmlElement("w:ilvl"), OxmlElement("w:numPr")
    level.set(qn("w:val"), "1")
    numbering.append(level)
    numbered._p.get_or_add_pPr().append(numbering)
    paper.add_paragraph("Bees and honey")
    paper.add_paragraph("")
    table = paper.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    paper.save(str(tmp_path / "garden.docx"))
    assert read_document(tmp_path / "garden.docx", ("Bees & honey", "Bees and honey")).parts == (
        Part(heading="Garden", blocks=()),
        Part(
            heading="Tools",
            blocks=(
                Block(text="typed", bullet=True),
                Block(text="styled", bullet=True, depth=1),
                Block(text="numbered", bullet=True, depth=1),
            ),
        ),
        Part(heading="Bees and honey", blocks=(Block(text="left"), Block(text="right"))),
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Café".encode(), "Café"),
        (b"\xef\xbb\xbf" + "Café".encode(), "Café"),
        ("Café".encode("utf-16"), "Café"),
        ("Café – “so”".encode("cp1252"), "Café – “so”"),
    ],
)
def test_text_files_of_every_age_are_decoded(content: bytes, text: str) -> None:
    assert decode(content) == text


def test_odd_characters_are_made_plain() -> None:
    assert tidy(" o\ufb03cial\u00a0so\u00adcial \u200b media ") == "official social media"


def test_empty_blocks_are_dropped() -> None:
    assert gather([Block(text=""), "Tools", Block(text="x")]) == (
        Part(heading="Tools", blocks=(Block(text="x"),)),
    )


def refused(path: Path) -> str:
    with pytest.raises(Unreadable) as reason:
        read_document(path)
    return str(reason.value)


def test_what_cannot_be_read_is_refused_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "garden.odt").write_text("x")
    assert "only .txt, .md, .docx and .pdf" in refused(tmp_path / "garden.odt")
    assert "can't be opened" in refused(tmp_path / "nowhere.txt")
    (tmp_path / "empty.txt").write_text("\n \n")
    assert "there is no text in it" in refused(tmp_path / "empty.txt")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    assert refused(tmp_path / "broken.pdf").startswith("broken.pdf: the PDF can't be read")
    (tmp_path / "broken.docx").write_bytes(b"PK broken")
    assert "isn't a Word document" in refused(tmp_path / "broken.docx")
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as packed:
        packed.writestr("readme.txt", "x" * 100)
    assert "isn't a Word document" in refused(tmp_path / "other.docx")
    monkeypatch.setattr(documents, "LARGEST", 10)
    assert "larger than" in refused(as_txt(DOCUMENT, tmp_path / "garden.txt"))


def test_a_small_file_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word, "LARGEST_UNPACKED", 1000)
    assert "far too much" in refused(as_docx(DOCUMENT, tmp_path / "garden.docx"))


def test_locked_and_endless_pdfs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = PdfWriter(PdfReader(as_pdf(DOCUMENT, tmp_path / "garden.pdf")))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    assert "locked with a password" in refused(tmp_path / "locked.pdf")
    monkeypatch.setattr(documents, "MOST_PAGES", 0)
    assert "more than 0 pages" in refused(tmp_path / "garden.pdf")


@CALM
@given(content=st.binary(max_size=400), kind=st.sampled_from(["txt", "md", "docx", "pdf"]))
def test_any_bytes_are_read_or_refused(content: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"any.{kind}"
    path.write_bytes(content)
    try:
        found: Document | None = read_document(path)
    except Unreadable:
        found = None
    assert found is None or found.text


@CALM
@given(cut=st.integers(0, 3000), put=st.binary(max_size=20))
def test_a_damaged_pdf_or_word_file_is_read_or_refused(cut: int, put: bytes, tmp_path: Path) -> None:
    for write, kind in ((as_pdf, "pdf"), (as_docx, "docx")):
        path = write(DOCUMENT, tmp_path / f"hurt.{kind}")
        content = io.BytesIO(path.read_bytes()).getvalue()
        path.write_bytes(content[:cut] + put + content[cut + len(put) :])
        try:
            found: Document | None = read_document(path)
        except Unreadable:
            found = None
        assert found is None or found.text
