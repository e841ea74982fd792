"""Moments are understood as staff type them, kept in one form, and read back in words."""

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.school.moments import Moment, parse_date, parse_moment, read_moment, say_moment

NOW = datetime(2026, 11, 20, 14, 5, 30, tzinfo=ZoneInfo("Europe/London"))  # a Friday
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

MOMENTS = st.builds(
    Moment,
    day=st.dates(min_value=datetime(1990, 1, 1, tzinfo=UTC).date()),
    at=st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    about=st.booleans(),
    ongoing=st.booleans(),
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("today 10:30", "2026-11-20T10:30"),
        ("today at 10.30", "2026-11-20T10:30"),
        ("Today, 10:30am", "2026-11-20T10:30"),
        ("10:30", "2026-11-20T10:30"),
        ("2pm", "2026-11-20T14:00"),
        ("about 2pm", "2026-11-20T14:00 about"),
        ("about 2 p.m. yesterday", "2026-11-19T14:00 about"),
        ("~ 2:15 pm", "2026-11-20T14:15 about"),
        ("12am today", "2026-11-20T00:00"),
        ("12 pm", "2026-11-20T12:00"),
        ("noon", "2026-11-20T12:00"),
        ("midnight yesterday", "2026-11-19T00:00"),
        ("today", "2026-11-20"),
        ("yesterday", "2026-11-19"),
        ("yesterday evening", "2026-11-19 about"),
        ("this morning", "2026-11-20 about"),
        ("last night", "2026-11-19 about"),
        ("on Monday", "2026-11-16"),
        ("friday", "2026-11-20"),
        ("last friday", "2026-11-13"),
        ("monday 9:05", "2026-11-16T09:05"),
        ("just now", "2026-11-20T14:05"),
        ("20 minutes ago", "2026-11-20T13:45 about"),
        ("an hour ago", "2026-11-20T13:05 about"),
        ("two days ago", "2026-11-18"),
        ("a week ago", "2026-11-13"),
        ("18/11", "2026-11-18"),
        ("18/11/26 09:00", "2026-11-18T09:00"),
        ("18/11/2026", "2026-11-18"),
        ("18 November", "2026-11-18"),
        ("18th of november at 8:50", "2026-11-18T08:50"),
        ("18 nov 2025", "2025-11-18"),
        ("3 sept", "2026-09-03"),
        ("25 December", "2025-12-25"),
        ("29 February", None),
        ("Wednesday 18 November 2026", "2026-11-18"),
        ("yesterday, still going on", "2026-11-19 ongoing"),
        ("since about Monday ongoing", "2026-11-16 about ongoing"),
        ("2026-11-20T10:30 about ongoing", "2026-11-20T10:30 about ongoing"),
        ("2026-11-20t10:30", "2026-11-20T10:30"),
        ("2026-11-20 10:30", "2026-11-20T10:30"),
        ("2026-11-20", "2026-11-20"),
        ("", None),
        ("at 3", None),
        ("when the bell rang", None),
        ("25:00", None),
        ("13pm", None),
        ("31/02/2026", None),
        ("2026-02-30", None),
        ("Monday 18 November 2026", None),
        ("10:30 and 11:30", None),
        ("about", None),
    ],
)
def test_moments_as_staff_type_them(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(ValueError, match="Please give a day"):
            parse_moment(typed, NOW)
    else:
        assert parse_moment(typed, NOW) == kept
        assert read_moment(kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1 July 2027", "2027-07-01"),
        ("1 July", "2027-07-01"),
        ("2027-07-01", "2027-07-01"),
        ("01/07/2027", "2027-07-01"),
        ("tomorrow", "2026-11-21"),
        ("friday", "2026-11-27"),
        ("next monday", "2026-11-23"),
        ("soon", None),
        ("31 June 2027", None),
        ("1 July at 10:30", None),
    ],
)
def test_dates_that_lie_ahead(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(ValueError, match="Please give a date"):
            parse_date(typed, NOW)
    else:
        assert parse_date(typed, NOW) == kept


@CALM
@given(moment=MOMENTS)
def test_the_kept_form_reads_back_as_itself(moment: Moment) -> None:
    assert read_moment(str(moment)) == moment
    assert parse_moment(str(moment), NOW) == str(moment)


@CALM
@given(moment=MOMENTS)
def test_what_is_said_aloud_can_be_typed_again(moment: Moment) -> None:
    assert parse_moment(say_moment(str(moment)), NOW) == str(moment)


@CALM
@given(text=st.text(max_size=40))
def test_any_text_is_either_a_moment_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        kept = parse_moment(text, NOW)
        assert str(read_moment(kept)) == kept


@CALM
@given(minutes=st.integers(min_value=-3000, max_value=3000))
def test_the_future_begins_after_this_minute(minutes: int) -> None:
    then = NOW.replace(second=0) + timedelta(minutes=minutes)
    assert Moment(day=then.date(), at=then.time()).after(NOW) == (minutes > 0)
    assert Moment(day=then.date()).after(NOW) == (then.date() > NOW.date())


def test_a_text_that_is_no_moment_is_said_as_it_stands() -> None:
    assert say_moment("some time") == "some time"
