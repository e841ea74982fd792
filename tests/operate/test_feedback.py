"""`usher feedback`: numbers for a month, never small ones."""

from datetime import date

from bot.settings import read_settings
from bot.wiring.works import now, open_database
from tests.operate.conftest import Terminal


def count(records: Terminal, clause: str, kind: str, n: int) -> None:
    database = open_database(read_settings(records.environment()))
    with database.books("palatine", now()) as books:
        books.counts.add(date(2026, 10, 31), clause, kind, n)
        books.counts.add(date(2026, 11, 1), clause, kind, 100)
    database.close()


def test_what_staff_pressed_is_shown_by_clause_in_steps_of_five(records: Terminal) -> None:
    count(records, "PER-1a", "needed", 13)
    count(records, "PER-1a", "not meant", 4)
    count(records, "some-intent", "answered", 7)
    lines = records.right("feedback", "--month", "2026-10").splitlines()
    assert lines[0] == "October 2026"
    assert lines[2].split("  ")[0] == "PER-1a"
    assert "10 or more" in lines[2]
    assert "fewer than 5" in lines[2]
    assert len(lines) == 3


def test_a_month_without_any_says_so(records: Terminal) -> None:
    assert "Nobody has pressed" in records.right("feedback", "--month", "2020-01")
    assert records.usher("feedback", "--month", "soon").returncode == 2
