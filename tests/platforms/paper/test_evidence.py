"""The evidence as page, PDF and list: one A4 page, no names, and nothing that a spreadsheet would run."""

import csv
import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser
from sqlalchemy import text

from bot.platforms.paper.chart import completion
from bot.platforms.paper.page import page
from bot.platforms.paper.pdf import pdf
from bot.platforms.paper.table import HEADINGS, MARK, guarded, table
from bot.reading.scenarios_file import read_scenarios
from bot.school.campaign_evidence import Evidence
from bot.school.campaigns import LONGEST_TITLE
from bot.wiring import campaign_evidence
from tests.browser import browser
from tests.desk.test_campaign import Bureau
from tests.hazards.office import OFFICE, TA, quick_database

__all__ = ["browser"]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
GROUPS = {f"a group with a long name, number {n:02}": (n, n + 3) for n in range(40)}


@pytest.fixture
def bureau() -> Iterator[Bureau]:
    with quick_database() as url:
        office = Bureau(url)
        yield office
        office.database.close()


@pytest.fixture
def evidence(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Evidence:
    id = bureau.running(groups=("everybody",))
    bureau.at("2026-10-07T10:00").tick()
    bureau.fill(TA, "ack.sign", id, {"name": "Jem Karuna"})
    bureau.at("2026-10-09T10:00")
    bureau.fill(OFFICE, "campaign.record", id, {"person": "lorcan-vasanth", "signed": "yes"})
    bureau.at("2026-10-22T10:00")
    monkeypatch.setattr(campaign_evidence, "now", bureau.clock)
    return campaign_evidence.evidence_of(bureau.database, bureau.home, id)


def test_the_figures_are_those_of_the_records(evidence: Evidence) -> None:
    assert (evidence.progress.done, evidence.progress.asked) == (2, 13)
    assert dict(evidence.curve)[date(2026, 10, 6)] == 0
    assert dict(evidence.curve)[date(2026, 10, 7)] == 1
    assert evidence.curve[-1] == (date(2026, 10, 22), 2)
    assert evidence.groups["support"] == (2, 5)
    assert evidence.chain.ok


def test_the_page_and_the_pdf_name_nobody_asked_and_say_the_same(bureau: Bureau, evidence: Evidence) -> None:
    html = page(evidence)
    printed = pypdf.PdfReader(io.BytesIO(pdf(evidence)))
    words = printed.pages[0].extract_text()
    for person in bureau.school.people.values():
        if person.name != evidence.approved_by:
            assert person.name not in html
            assert person.name not in words
    for said in ("2 of 13", "Rafferty Oduya", evidence.campaign.hash, "2 of 5, 3 to come"):
        assert said in html
        assert said in words.replace("\n", "") or said in words
    assert "<script" not in html


def crowded(evidence: Evidence) -> Evidence:
    """As much as there can be on one page: every text as long as it gets, and the audit touched."""
    asked = read_scenarios(Path(__file__).parents[3] / "policy/scenarios.yml")
    campaign = replace(
        evidence.campaign,
        title=("What has changed for everybody here " * 3)[:LONGEST_TITLE],
        version="The version that the governors agreed at their meeting in the autumn term of 2026 " * 3,
        clauses=tuple(f"PER-{number}" for number in range(60)),
        quiz=asked,
    )
    fault = "entry 1207 was changed, or does not follow the one before it"
    return replace(
        evidence,
        campaign=campaign,
        groups=GROUPS,
        tries={each.id: (900, 1000) for each in asked},
        chain=replace(evidence.chain, ok=False, fault=fault),
    )


def test_the_pdf_is_one_page_on_which_nothing_lies_over_anything_else(evidence: Evidence) -> None:
    for shown in (evidence, crowded(evidence)):
        (sheet,) = pypdf.PdfReader(io.BytesIO(pdf(shown))).pages
        lines: dict[str, float] = {}

        def seen(
            text: str, _: object, at: list[float], *_more: object, lines: dict[str, float] = lines
        ) -> None:
            lines |= {text.strip(): at[5]} if text.strip() else {}

        sheet.extract_text(visitor_text=seen)
        (foot,) = (high for said, high in lines.items() if said.startswith("Made by Usher"))
        last = min(high for said, high in lines.items() if high > foot)
        assert 20 < foot < last - 8
        (chart,) = (high for said, high in lines.items() if said == "Acknowledged by day")
        (below,) = (high for said, high in lines.items() if said == "Still to come")
        assert chart - below > 130, "the chart has its room"


def test_a_title_in_any_script_can_be_printed(evidence: Evidence) -> None:
    odd = replace(evidence, campaign=replace(evidence.campaign, title="Łódź “日本” – 2026…"))
    assert len(pypdf.PdfReader(io.BytesIO(pdf(odd))).pages) == 1
    assert "Łódź “日本”" in page(odd)


@pytest.mark.browser
def test_the_page_prints_on_one_sheet(evidence: Evidence, browser: Browser) -> None:
    sheet = browser.new_page()
    sheet.set_content(page(crowded(evidence)))
    printed = sheet.pdf(prefer_css_page_size=True)
    sheet.close()
    assert len(pypdf.PdfReader(io.BytesIO(printed)).pages) == 1


def test_a_touched_audit_is_reported_by_name(bureau: Bureau, evidence: Evidence) -> None:
    with bureau.database.writing() as connection:
        connection.execute(text("UPDATE audit SET actor = 'nobody' WHERE number = 2"))
    again = campaign_evidence.evidence_of(bureau.database, bureau.home, evidence.campaign.id)
    assert not again.chain.ok
    for said in (page(again), pypdf.PdfReader(io.BytesIO(pdf(again))).pages[0].extract_text()):
        assert "TOUCHED: entry 2 was changed" in said
        assert "rely on this page: the audit was touched, entry 2 was changed" in said.replace("\n", " ")


def test_the_list_opens_in_a_spreadsheet(bureau: Bureau, evidence: Evidence) -> None:
    file = table(evidence, bureau.school).encode()
    assert file.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig")), dialect="excel", strict=True))
    assert len(rows) == 13
    assert tuple(rows[0]) == HEADINGS
    found = {row["name"]: row for row in rows}
    assert found["Jem Karuna"]["acknowledged at"] == "2026-10-07 11:00", "the school's own clock"
    assert found["Jem Karuna"]["how"] == "self"
    assert found["Lorcan Vasanth"]["entered by"] == "Dorothea Appiah-Lund"
    assert found["Yusra Pendlebury"]["state"] == "overdue"


@given(st.text(max_size=30))
def test_no_cell_is_a_formula(cell: str) -> None:
    safe = guarded(cell)
    assert safe in (cell, f"'{cell}")
    assert not safe.lstrip().startswith(("=", "+", "-", "@"))
    assert not safe.startswith(("\t", "\r", "\n"))


def test_names_that_would_run_are_guarded_in_the_file(bureau: Bureau, evidence: Evidence) -> None:
    line = replace(evidence.lines[0], name='=HYPERLINK("http://x","y")', job="@SUM(1)")
    lines = replace(evidence.progress, lines=(line,))
    text_ = table(replace(evidence, progress=lines), bureau.school)
    (row,) = csv.DictReader(io.StringIO(text_.removeprefix(MARK)))
    assert row["name"].startswith("'=")
    assert row["job"] == "'@SUM(1)"


OFFICE_SUITE = shutil.which("soffice") or ""


@pytest.mark.skipif(
    not OFFICE_SUITE, reason="LibreOffice is not installed (apt-get install libreoffice-calc)"
)
def test_libreoffice_opens_the_list_and_sees_words_in_every_cell(
    bureau: Bureau, evidence: Evidence, tmp_path: Path
) -> None:
    odd = replace(
        evidence.lines[0], name='=HYPERLINK("http://x","y")', job="-3+4", why="Zoë “Łukasz”, O’Neill"
    )
    lines = replace(evidence.progress, lines=(odd, *evidence.lines[1:]))
    (tmp_path / "list.csv").write_bytes(table(replace(evidence, progress=lines), bureau.school).encode())
    subprocess.run(
        [OFFICE_SUITE, "--headless", "--norestore", f"-env:UserInstallation={(tmp_path / 'own').as_uri()}",
         "--infilter=CSV:44,34,UTF8,1", "--convert-to", "xlsx", "--outdir", str(tmp_path),
         str(tmp_path / "list.csv")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "list.xlsx") as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        words = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    texts = ["".join(each.itertext()) for each in words]
    assert texts[: len(HEADINGS)] == list(HEADINGS)
    assert {"'-3+4", "Zoë “Łukasz”, O’Neill", "Lorcan Vasanth"} <= set(texts)
    assert len(list(sheet.iter(f"{SHEET}row"))) == 1 + len(evidence.lines)
    assert not list(sheet.iter(f"{SHEET}f")), "no cell has become a formula"


@given(st.integers(0, 400), st.integers(1, 2000))
def test_a_chart_can_be_drawn_of_anything(days: int, asked: int) -> None:
    curve = [(date(2026, 9, 1) + timedelta(days=n), min(n, asked)) for n in range(days + 1)]
    assert completion(curve, asked, date(2026, 10, 1)).count("<svg") == 1
