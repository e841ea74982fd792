"""Bank holidays are known without anybody writing them down, and can be another nation's or one's own."""

import shutil
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.reading import Faulty, read_school
from bot.reading.school_times import NATIONS, known_holidays
from bot.school.calendar import is_school_day, local, working_day_after
from bot.school.concerns import CaseKind, Urgency
from bot.school.escalation import ladder
from bot.school.people import Role, School
from tests.school.ladders import case

POLICY = Path(__file__).parents[2] / "policy"
LONDON = ZoneInfo("Europe/London")
GOVERNMENT = {
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
}
"""The days off work in England, as the government publishes them: substitutes in place of weekend days."""


def school(folder: Path, *lines: str) -> School:
    """The sample school with further lines."""
    shutil.copytree(POLICY, folder / "policy")
    with (folder / "policy" / "school.yml").open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
    return read_school(folder / "policy")


@pytest.mark.parametrize("year", GOVERNMENT)
def test_the_days_are_those_that_the_government_publishes(year: int) -> None:
    weekdays = [day for day in known_holidays("ENG", range(year, year + 1)) if day.weekday() < 5]
    assert " ".join(f"{day:%m-%d}" for day in weekdays) == GOVERNMENT[year]


def test_a_school_that_says_nothing_keeps_those_of_england() -> None:
    found = read_school(POLICY)
    assert date(2027, 5, 3) in found.bank_holidays
    assert not is_school_day(found, date(2027, 5, 3)), "a Monday in term that closed doesn't list"
    assert date(2027, 5, 3) not in found.closed
    assert {day.year for day in found.bank_holidays} == {2026, 2027, 2028, 2029}


@pytest.mark.parametrize(
    ("nation", "day", "off"),
    [
        ("scotland", date(2027, 1, 4), True),  # the second of January's substitute
        ("scotland", date(2027, 3, 29), False),  # no Easter Monday
        ("northern-ireland", date(2027, 7, 12), True),
        ("wales", date(2027, 3, 29), True),
        ("none", date(2026, 12, 25), False),
    ],
)
def test_a_school_may_name_another_nation_or_none(nation: str, day: date, off: bool, tmp_path: Path) -> None:
    assert (day in school(tmp_path, f"bank_holidays: {nation}").bank_holidays) is off


def test_an_unknown_nation_is_a_fault_that_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(Faulty) as found:
        school(tmp_path, "bank_holidays: cornwall")
    (fault,) = found.value.faults
    assert fault.what == 'there is no nation "cornwall"'
    assert fault.line
    for nation in NATIONS:
        assert nation in (POLICY.parent / "docs/policy.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 12, 24), date(2026, 12, 29)),  # Christmas, the weekend, Boxing Day's substitute
        (date(2027, 3, 25), date(2027, 3, 30)),  # Good Friday to Easter Monday, outside the terms
        (date(2027, 8, 27), date(2027, 8, 31)),  # summer holidays
        (date(2026, 10, 23), date(2026, 10, 26)),  # half-term: councils work
    ],
)
def test_the_working_day_of_a_council_skips_bank_holidays_in_term_and_out_of_it(
    day: date, following: date
) -> None:
    assert working_day_after(read_school(POLICY), day) == following


def test_the_reminder_of_the_lado_waits_for_a_day_on_which_somebody_is_there() -> None:
    found, sent = read_school(POLICY), datetime(2027, 3, 25, 14, 0, tzinfo=UTC)
    adult = case(CaseKind.BREACH, Urgency.TODAY, sent, roles=(Role.HEADTEACHER,))
    (lado,) = (rung for rung in ladder(found, adult, datetime(2027, 4, 10, tzinfo=UTC)) if rung.lado)
    assert lado.at == local(found, date(2027, 3, 30), time(9)), "Thursday before Easter, to Tuesday"
