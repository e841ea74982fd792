"""The evidence as page, PDF and list: one A4 page, no names, and nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

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
from bot.school.campaign_evidence import Evidence
from bot.wiring import campaign_evidence
from tests.browser import browser
from tests.desk.test_campaign import Bureau
from tests.hazards.office import OFFICE, TA, quick_database

__all__ = ["browser"]
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


def test_the_pdf_is_one_page_however_many_groups(evidence: Evidence) -> None:
    crowded = replace(evidence, groups=GROUPS)
    assert len(pypdf.PdfReader(io.BytesIO(pdf(crowded))).pages) == 1


def test_a_title_in_any_script_can_be_printed(evidence: Evidence) -> None:
    odd = replace(evidence, campaign=replace(evidence.campaign, title="Łódź “日本” – 2026…"))
    assert len(pypdf.PdfReader(io.BytesIO(pdf(odd))).pages) == 1
    assert "Łódź “日本”" in page(odd)


@pytest.mark.browser
def test_the_page_prints_on_one_sheet(evidence: Evidence, browser: Browser) -> None:
    sheet = browser.new_page()
    sheet.set_content(page(replace(evidence, groups=GROUPS)))
    printed = sheet.pdf(prefer_css_page_size=True)
    sheet.close()
    assert len(pypdf.PdfReader(io.BytesIO(printed)).pages) == 1


def test_a_touched_audit_is_reported_by_name(bureau: Bureau, evidence: Evidence) -> None:
    with bureau.database.writing() as connection:
        connection.execute(text("UPDATE audit SET actor = 'nobody' WHERE number = 2"))
    again = campaign_evidence.evidence_of(bureau.database, bureau.home, evidence.campaign.id)
    assert not again.chain.ok
    assert "TOUCHED: entry 2 was changed" in page(again)
    assert "TOUCHED" in pypdf.PdfReader(io.BytesIO(pdf(again))).pages[0].extract_text()


def test_the_list_opens_in_a_spreadsheet(bureau: Bureau, evidence: Evidence) -> None:
    file = table(evidence, bureau.school).encode()
    assert file.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
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


@given(st.integers(0, 400), st.integers(1, 2000))
def test_a_chart_can_be_drawn_of_anything(days: int, asked: int) -> None:
    curve = [(date(2026, 9, 1) + timedelta(days=n), min(n, asked)) for n in range(days + 1)]
    assert completion(curve, asked, date(2026, 10, 1)).count("<svg") == 1
