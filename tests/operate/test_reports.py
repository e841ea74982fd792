"""`usher policy health` and `usher report`: what governors are handed, on paper and as numbers."""

import csv
import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.cli import page, term_page
from bot.records.database import Database
from bot.school.concerns import CaseKind, State, Urgency
from bot.school.silence import SilenceMap
from bot.school.tallies import Spans, tally
from bot.school.term import TermReport, Waited
from bot.settings import read_settings
from bot.wiring.works import open_database
from tests.browser import browser
from tests.operate.conftest import Terminal
from tests.records.given import new_case

__all__ = ["browser"]

DAYS = ("--from", "2026-09-01", "--to", "2026-12-18")
DAY = date(2026, 10, 6)
NAMES = ("Anna Bell", "isolde-penhallow", "Isolde", "He showed me the message", "ta")


@pytest.fixture
def home(tmp_path: Path) -> Terminal:
    """A fresh home with a key and tables; no engine is needed to read numbers."""
    terminal = Terminal(tmp_path / "home", Path(__file__).parents[2] / "intents")
    terminal.home.mkdir()
    terminal.right("keys", "new")
    terminal.right("migrate")
    return terminal


@pytest.fixture
def filled(home: Terminal) -> tuple[Terminal, list[str]]:
    """The same after a term; and the references of its cases."""
    database = open_database(read_settings(home.environment()))
    references = [_case(database, minute) for minute in range(1, 9)]
    with database.books("palatine", datetime(2026, 10, 6, 9, tzinfo=UTC)) as books:
        books.counts.add(DAY, "not-covered-it-support", "not covered", 13)
        books.counts.add(DAY, "not-covered-catering", "not covered", 4)
        books.counts.add(DAY, "MON-1", "nearest", 12)
        books.counts.add(DAY, "duty-of-confidence", "answered", 22)
        books.counts.add(DAY, "LAW-1", "needed", 9)
        books.audit.write("usher", "case.escalated", references[0], step="unopened", count="1", was="sent")
    database.close()
    return home, references


def _case(database: Database, minute: int) -> str:
    with database.books("palatine", datetime(2026, 10, 6, 9, 0, tzinfo=UTC)) as books:
        flags = ("drill",) if minute == 8 else ()
        case = books.cases.open(
            "ta", "esafety", [new_case(kind=CaseKind.ESAFETY, urgency=Urgency.TODAY, flags=flags)]
        ).cases[0]
    with database.books("palatine", datetime(2026, 10, 6, 9, minute, tzinfo=UTC)) as books:
        books.cases.move(case, State.OPENED, opened_by="isolde-penhallow")
    return case.reference


def test_the_health_report_says_it_in_the_terminal_and_on_a_page(home: Terminal, tmp_path: Path) -> None:
    done = home.usher("policy", "health", "--html", str(tmp_path / "health.html"))
    assert done.returncode == 1
    assert "PUT RIGHT FIRST" in done.stdout
    assert "The policy names the Data Protection Act 1998." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 130
    written = (tmp_path / "health.html").read_text("utf-8")
    assert "Data Protection Act 1998" in written
    assert "http" not in written.replace("http-equiv", "")
    assert "<script" not in written


def test_the_health_report_needs_no_records(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "nowhere", Path(__file__).parents[2] / "intents")
    assert terminal.usher("policy", "health").returncode == 1


def test_the_term_report_names_nobody_and_shows_nothing_small(
    filled: tuple[Terminal, list[str]], tmp_path: Path
) -> None:
    home, references = filled
    shown = home.right(
        "report", "term", *DAYS, "--html", str(tmp_path / "t.html"), "--csv", str(tmp_path / "t.csv")
    )
    assert "Concern about a pupil, today" in shown
    assert "opened 4 min; 7 min" in shown
    assert "LAW-1    answered 20 or more, needed 5 or more, missed fewer than 5" in shown
    everything = shown + (tmp_path / "t.html").read_text("utf-8") + (tmp_path / "t.csv").read_text("utf-8")
    for said in (*references, *(name for name in NAMES if len(name) > 2), "catering", "Lunches"):
        assert said not in everything
    for exact in (">13<", ">9<", ">22<", " 13 ", " 22 "):
        assert exact not in everything


def test_the_spreadsheet_has_one_number_in_a_row(filled: tuple[Terminal, list[str]], tmp_path: Path) -> None:
    home, _ = filled
    home.right("report", "term", *DAYS, "--csv", str(tmp_path / "t.csv"))
    raw = (tmp_path / "t.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    numbers = [row["at least"] for row in rows if row["at least"] and not row["part"].startswith("minutes")]
    assert numbers
    assert all(int(number) % 5 == 0 for number in numbers)
    assert {"period", "questions", "cases", "alarms"} <= {row["part"] for row in rows}
    assert ("minutes until opened", "median", "4") in {
        (row["part"], row["measure"], row["at least"]) for row in rows
    }


def test_the_silence_map_says_where_they_belong(filled: tuple[Terminal, list[str]], tmp_path: Path) -> None:
    home, _ = filled
    shown = home.right("report", "silence", *DAYS, "--html", str(tmp_path / "s.html"))
    assert "Computers, passwords and printers" in shown
    assert "10 or more" in shown
    assert "MON-1" in shown
    assert "Lunches" not in shown
    assert "Week of 5 October 2026: 15 or more" in shown
    assert "The silence map" in (tmp_path / "s.html").read_text("utf-8")


def test_a_term_without_anything_is_a_report_too(home: Terminal) -> None:
    shown = home.right("report", "term", *DAYS)
    assert "fewer than 5" in shown
    assert not re.search(r"\d+ or more|\d+\+", shown.replace("5 times or more", ""))


def test_days_the_wrong_way_round_are_refused(home: Terminal) -> None:
    done = home.usher("report", "term", "--from", "2026-12-01", "--to", "2026-11-01")
    assert done.returncode == 2
    assert "comes before" in done.stderr
    assert home.usher("report", "silence", "--from", "soon").returncode == 2


def test_a_cell_is_never_a_formula() -> None:
    none, took = tally("x", "-", 0), Spans(n=0, middle=None, worst=None)
    odd = TermReport(
        school="=HYPERLINK(1)",
        policy="",
        first=DAY,
        last=DAY,
        weeks=(),
        asked=none,
        questions=(),
        sections=(tally("x", "@SUM(1)", 5), tally("y", "Catering", 5)),
        clauses=(),
        cases=(),
        waited=(Waited(name="+44 1632 960001", opened=took, acknowledged=took),),
        unopened=none,
        unacknowledged=none,
        escalations=(),
        silence=SilenceMap(first=DAY, last=DAY, weeks=(), whole=none, places=(), nearest=(), unsaid=()),
    )
    cells = {cell for row in csv.reader(io.StringIO(term_page.rows(odd)), "excel") for cell in row}
    assert {"'=HYPERLINK(1)", "'@SUM(1)", "'+44 1632 960001", "Catering"} <= cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_many_bars_stand_in_stacks_that_fit_on_what_is_left_of_a_sheet() -> None:
    drawn = page.bars("Places", [tally(str(n), f"place {n}", 5 * n) for n in range(30)])
    assert drawn.count("<figure") == drawn.count("<svg") == 3
    assert drawn.count("<figcaption>Places</figcaption>") == 1
    assert [f">place {n}<" in drawn for n in range(30)] == [True] * 30
    longest = [float(wide) for wide in re.findall(r'class="bar"[^>]*width="([\d.]+)"', drawn)]
    assert longest == sorted(longest), "one scale for all of them"


def test_a_page_holds_names_as_text() -> None:
    drawn = page.page("<b>", [page.bars("<i>", [tally("x", "<script>" * 9, 5)]), page.said("&")])
    assert "<script>" not in drawn
    assert "<i>" not in drawn


@pytest.mark.browser
@pytest.mark.parametrize("command", ["policy health", "report term", "report silence"])
def test_a_page_prints_on_a4_with_nothing_cut_off(
    filled: tuple[Terminal, list[str]], tmp_path: Path, browser: Browser, command: str
) -> None:
    home, _ = filled
    file = tmp_path / "page.html"
    home.usher(*command.split(), *(() if "health" in command else DAYS), "--html", str(file))
    sheet = browser.new_page(viewport={"width": 680, "height": 996})
    sheet.goto(file.as_uri())
    sheet.emulate_media(media="print")
    assert sheet.evaluate("document.documentElement.scrollWidth") <= 680
    cut = """[...document.querySelectorAll('svg text')].filter(t => {
        const box = t.getBoundingClientRect(), svg = t.ownerSVGElement.getBoundingClientRect();
        return box.left < svg.left - 1 || box.right > svg.right + 1 || box.bottom > svg.bottom + 1;
    }).map(t => t.textContent)"""
    assert sheet.evaluate(cut) == []
    printed = sheet.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert len(sheet.query_selector_all("h1")) == 1
    sheet.close()
