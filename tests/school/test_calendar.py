"""School time: terms, closed days, weekends and clock changes, counted as the school counts."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reading.school_times import known_holidays
from bot.school import calendar
from bot.school.cadence import speaking_time
from bot.school.people import Hours, School, Term

LONDON = ZoneInfo("Europe/London")
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
WEEK = {day: Hours(opens=time(8, 30), closes=time(15, 30)) for day in range(5)}


def school(**changed: object) -> School:
    given: dict[str, object] = {
        "id": "sample",
        "name": "Sample School",
        "timezone": "Europe/London",
        "people": {},
        "channels": {},
        "hours": WEEK,
        "terms": (
            Term(name="Autumn", first=date(2026, 9, 1), last=date(2026, 10, 23)),
            Term(name="Winter", first=date(2026, 11, 2), last=date(2026, 12, 18)),
            Term(name="Spring", first=date(2027, 1, 4), last=date(2027, 3, 31)),
        ),
        "closed": {date(2026, 9, 1): "INSET", date(2027, 1, 4): "INSET"},
        "phones": {},
        "retention": {},
    }
    return School(**{**given, **changed})  # type: ignore[arg-type]


SCHOOL = school()
ALWAYS = school(
    hours={day: Hours(opens=time(0, 30), closes=time(1, 45)) for day in range(7)},
    terms=(Term(name="All", first=date(2024, 1, 1), last=date(2034, 12, 31)),),
    closed={},
)
TEN_YEARS = school(
    terms=tuple(
        term
        for year in range(2023, 2035)
        for term in (
            Term(name="Autumn", first=date(year, 9, 2), last=date(year, 12, 18)),
            Term(name="Spring", first=date(year + 1, 1, 4), last=date(year + 1, 4, 11)),
            Term(name="Summer", first=date(year + 1, 4, 20), last=date(year + 1, 7, 21)),
        )
    ),
    closed={date(year, 10, 7): "INSET" for year in range(2024, 2035)},
    bank_holidays=known_holidays("ENG", range(2023, 2037)),
)
"""Terms that hold Easter in some years, and two May holidays in all."""
YEAR = st.datetimes(min_value=datetime(2026, 9, 1), max_value=datetime(2027, 3, 31)).map(  # noqa: DTZ001
    lambda when: when.replace(tzinfo=UTC)
)
DECADE = st.datetimes(min_value=datetime(2024, 1, 2), max_value=datetime(2034, 12, 1)).map(  # noqa: DTZ001
    lambda when: when.replace(tzinfo=UTC)
)
DAYS = st.dates(min_value=date(2026, 9, 1), max_value=date(2027, 3, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 1), False),  # INSET
        (date(2026, 9, 2), True),
        (date(2026, 9, 5), False),  # Saturday
        (date(2026, 10, 26), False),  # half-term
        (date(2026, 12, 18), True),
        (date(2026, 12, 25), False),
        (date(2027, 6, 1), False),  # after the last term
    ],
)
def test_which_days_are_school_days(day: date, expected: bool) -> None:
    assert calendar.is_school_day(SCHOOL, day) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-09-02T08:29", False),
        ("2026-09-02T08:30", True),
        ("2026-09-02T15:29", True),
        ("2026-09-02T15:30", False),
        ("2026-09-05T10:00", False),
    ],
)
def test_school_time_is_inside_school_hours(moment: str, expected: bool) -> None:
    assert calendar.is_school_time(SCHOOL, at(moment)) is expected
    assert calendar.is_school_time(SCHOOL, at(moment).astimezone(UTC)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-09-02T10:00", "2026-09-02T10:00"),
        ("2026-09-02T06:00", "2026-09-02T08:30"),
        ("2026-09-04T15:30", "2026-09-07T08:30"),
        ("2026-10-23T16:00", "2026-11-02T08:30"),
        ("2026-12-18T16:00", "2027-01-05T08:30"),
    ],
)
def test_the_next_school_time_skips_nights_weekends_holidays(moment: str, expected: str) -> None:
    assert calendar.next_school_time(SCHOOL, at(moment)) == at(expected)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-09-02T10:00", "2026-09-02T15:30"),
        ("2026-09-02T07:00", "2026-09-02T15:30"),
        ("2026-09-04T15:30", "2026-09-07T15:30"),
    ],
)
def test_the_end_of_the_session_is_this_afternoon_or_the_next_one(moment: str, expected: str) -> None:
    assert calendar.end_of_session(SCHOOL, at(moment)) == at(expected)


def test_nine_on_the_next_school_day() -> None:
    assert calendar.next_school_day_at(SCHOOL, at("2026-10-23T07:00"), time(9)) == at("2026-11-02T09:00")


def test_counting_school_days() -> None:
    assert calendar.school_days_before(SCHOOL, date(2026, 11, 4), 3) == date(2026, 10, 23)
    assert calendar.school_days_after(SCHOOL, date(2026, 10, 22), 2) == date(2026, 11, 2)
    assert calendar.school_days_after(SCHOOL, date(2026, 10, 25), 0) == date(2026, 10, 25)
    assert calendar.school_days_between(SCHOOL, date(2026, 10, 22), date(2026, 11, 3)) == 3
    assert calendar.school_days_between(SCHOOL, date(2026, 11, 3), date(2026, 10, 22)) == 0


@CALM
@given(moment=YEAR)
def test_the_next_school_time_is_school_time_and_never_earlier(moment: datetime) -> None:
    following = calendar.next_school_time(SCHOOL, moment)
    end = calendar.end_of_session(SCHOOL, moment)
    assert calendar.is_school_time(SCHOOL, following)
    assert moment.astimezone(UTC) <= following.astimezone(UTC) < end.astimezone(UTC)
    assert end.date() == following.date()


@CALM
@given(day=DAYS, count=st.integers(min_value=1, max_value=30))
def test_days_counted_forward_and_back_are_school_days_with_the_right_number_between(
    day: date, count: int
) -> None:
    there = calendar.school_days_after(SCHOOL, date(2026, 9, 1), count)
    assert calendar.school_days_between(SCHOOL, date(2026, 9, 1), there) == count
    back = calendar.school_days_before(SCHOOL, there, count - 1)
    assert back == calendar.school_days_after(SCHOOL, date(2026, 9, 1), 1)
    for found in (calendar.school_days_after(SCHOOL, day, count),):
        assert found > day


@CALM
@given(moment=DECADE)
def test_hours_at_night_survive_every_clock_change(moment: datetime) -> None:
    following = calendar.next_school_time(ALWAYS, moment)
    assert moment <= following.astimezone(UTC) <= moment + timedelta(hours=26)
    assert following == following.astimezone(UTC)
    assert calendar.is_school_time(ALWAYS, following) or following.month == 3


def test_every_clock_change_of_a_decade_keeps_opening_before_closing() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(4000)]
    openings = [calendar.opens(ALWAYS, day).astimezone(UTC) for day in days]
    assert all(
        timedelta(hours=22) < after - before < timedelta(hours=26) for before, after in pairwise(openings)
    )
    for day in days:
        begins, ends = calendar.opens(ALWAYS, day), calendar.closes(ALWAYS, day)
        assert begins.astimezone(UTC) < ends.astimezone(UTC)
        assert begins.astimezone(UTC).astimezone(LONDON) == begins  # it exists


def test_a_skipped_clock_time_is_moved_past_the_gap() -> None:
    assert calendar.local(ALWAYS, date(2027, 3, 28), time(1, 30)).time() == time(2, 30)


def test_a_calendar_that_has_run_out_counts_open_weekdays() -> None:
    assert calendar.next_school_time(SCHOOL, at("2028-01-07T20:00")) == at("2028-01-10T08:30")
    assert calendar.school_days_before(SCHOOL, date(2029, 1, 1), 1) == date(2028, 12, 29)
    empty = school(hours={}, terms=())
    assert calendar.next_school_time(empty, at("2028-01-07T20:00")) == at("2028-01-08T00:00")
    assert calendar.end_of_session(empty, at("2028-01-07T20:00")) == at("2028-01-09T00:00")


def test_a_calendar_that_has_run_out_still_knows_bank_holidays() -> None:
    known = school(bank_holidays=known_holidays("ENG", range(2026, 2030)))
    assert calendar.next_school_time(known, at("2028-04-13T20:00")) == at("2028-04-18T08:30"), "Easter"
    assert calendar.school_days_before(known, date(2029, 1, 2), 1) == date(2028, 12, 29)


@CALM
@given(moment=DECADE)
def test_for_ten_years_the_next_school_time_is_never_on_a_bank_holiday(moment: datetime) -> None:
    following = calendar.next_school_time(TEN_YEARS, moment)
    day = following.date()
    assert day not in TEN_YEARS.bank_holidays
    assert day.weekday() < 5
    assert calendar.is_school_time(TEN_YEARS, following)
    assert moment <= following.astimezone(UTC) <= moment + timedelta(days=60)
    between = [
        day
        for day in _days(TEN_YEARS.day(moment), following.date())
        if calendar.is_school_day(TEN_YEARS, day)
    ]
    assert [each for each in between if each not in (TEN_YEARS.day(moment), day)] == [], "none is left out"


@CALM
@given(moment=DECADE)
def test_quiet_hours_are_all_but_school_hours_and_campaigns_stop_before_the_end(moment: datetime) -> None:
    local = moment.astimezone(LONDON)
    inside = calendar.is_school_day(TEN_YEARS, local.date()) and time(8, 30) <= local.time() < time(15, 30)
    assert calendar.is_school_time(TEN_YEARS, moment) is inside
    assert speaking_time(TEN_YEARS, moment) is (inside and local.time() < time(15, 0))


@CALM
@given(
    day=st.dates(min_value=date(2024, 2, 1), max_value=date(2034, 6, 1)),
    count=st.integers(min_value=1, max_value=40),
)
def test_so_many_school_days_before_and_after_undo_each_other_for_ten_years(day: date, count: int) -> None:
    start = calendar.school_days_after(TEN_YEARS, day, 1)
    there = calendar.school_days_after(TEN_YEARS, start, count)
    assert calendar.school_days_before(TEN_YEARS, there, count) == start
    assert calendar.school_days_between(TEN_YEARS, start, there) == count
    counted = [each for each in _days(start, there) if calendar.is_school_day(TEN_YEARS, each)]
    assert len(counted) == count + 1
    assert not {*counted} & {*TEN_YEARS.bank_holidays}


@CALM
@given(day=st.dates(min_value=date(2024, 1, 1), max_value=date(2034, 12, 31)))
def test_a_working_day_is_the_first_weekday_without_a_bank_holiday(day: date) -> None:
    following = calendar.working_day_after(TEN_YEARS, day)
    works = [
        each
        for each in _days(day + timedelta(days=1), day + timedelta(days=7))
        if each.weekday() < 5 and each not in TEN_YEARS.bank_holidays
    ]
    assert following == works[0]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
