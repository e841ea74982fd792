"""When a campaign speaks: in school hours, on own days, capped, put off, and told in one message."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.school.cadence import (
    CAP,
    REMINDERS,
    Step,
    handovers_due,
    reminders_due,
    schedule,
    speaking_time,
    step_days,
)
from bot.school.calendar import closes, is_school_day, opens, school_days_after, school_days_between
from bot.school.campaigns import Audience, Campaign, CampaignState, Standing, foresee, members
from bot.school.people import Absence, Person, School
from bot.school.school_days import SchoolDays
from tests.hazards.travelling import person, small_school

LONDON = ZoneInfo("Europe/London")
CALM = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
SCHOOL = small_school()
DAYS = st.dates(min_value=date(2024, 9, 2), max_value=date(2034, 5, 1))
MOMENTS = st.datetimes(min_value=datetime(2024, 9, 2), max_value=datetime(2034, 5, 1)).map(  # noqa: DTZ001
    lambda when: when.replace(tzinfo=UTC)
)
WEEKDAYS = st.frozensets(st.integers(0, 4), max_size=5)


def campaign(launch: date, length: int = 20, **more: object) -> Campaign:
    start = school_days_after(SCHOOL, launch - timedelta(days=1), 1)
    made = Campaign(
        id="c1",
        title="Policy",
        policy="p",
        version="v",
        hash="0" * 64,
        launch=start,
        due=school_days_after(SCHOOL, start, length),
        state=CampaignState.RUNNING,
        created=datetime(2024, 1, 1, tzinfo=UTC),
        created_by="owner",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def with_person(who: Person) -> School:
    return replace(SCHOOL, people={**SCHOOL.people, who.id: who})


def standing(who: str, joined: date, id: str = "c1", **more: object) -> Standing:
    return replace(Standing(campaign=id, person=who, joined=joined), **more)  # type: ignore[arg-type]


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


@CALM
@given(DAYS, st.integers(1, 40), st.integers(0, 60), WEEKDAYS)
def test_steps_come_in_order_on_school_days(
    launch: date, length: int, late: int, days: frozenset[int]
) -> None:
    one = campaign(launch, length)
    who = person("new", days=days)
    plan = schedule(with_person(who), one, who, one.launch + timedelta(days=late))
    told = [plan.days[step] for step in REMINDERS] + [plan.days[Step.HANDED]]
    assert all(is_school_day(SCHOOL, day) for day in told)
    assert told[0] == plan.start
    assert told[3] <= plan.due < told[4] < told[5] < told[6]
    assert max(told[:4]) <= plan.due
    assert plan.due >= one.due


@CALM
@given(DAYS, st.integers(8, 40))
def test_the_steps_are_where_the_rules_have_them(launch: date, length: int) -> None:
    one = campaign(launch, length)
    days = step_days(SCHOOL, one).days
    assert days[Step.LAUNCH] == one.launch
    assert days[Step.DUE] == one.due
    assert school_days_between(SCHOOL, one.launch, days[Step.HALFWAY]) == length // 2
    assert school_days_between(SCHOOL, days[Step.SOON], one.due) == 3
    assert school_days_between(SCHOOL, one.due, days[Step.LATE_2]) == 2
    assert school_days_between(SCHOOL, one.due, days[Step.LATE_5]) == 5
    assert school_days_between(SCHOOL, one.due, days[Step.HANDED]) == 6


@CALM
@given(MOMENTS, WEEKDAYS)
def test_nobody_is_told_outside_school_hours_or_on_a_day_off(now: datetime, days: frozenset[int]) -> None:
    who = person("new", days=days, away=(Absence(first=date(2026, 3, 2), last=date(2026, 3, 3)),))
    school = with_person(who)
    one = campaign(date(2024, 9, 4))
    found = reminders_due(school, [one], {("c1", "new"): standing("new", one.launch)}, now)
    if not found:
        return
    day = school.day(now)
    assert opens(school, day) <= now < closes(school, day)
    assert not days or day.weekday() in days
    assert not who.away_on(day)


@pytest.mark.parametrize("year", range(2024, 2035))
@pytest.mark.parametrize("month", [3, 10])
def test_around_every_clock_change_the_wall_clock_counts(year: int, month: int) -> None:
    sunday = max(d for d in (date(year, month, n) for n in range(25, 32)) if d.weekday() == 6)
    open_every_day = replace(
        SCHOOL,
        hours=dict.fromkeys(range(7), SCHOOL.hours[0]),
        closed={},
        bank_holidays={},
        terms=(replace(SCHOOL.terms[0], first=date(2024, 1, 1), last=date(2035, 12, 31)),),
    )
    for day in (sunday - timedelta(days=1), sunday, sunday + timedelta(days=1)):
        first = datetime(day.year, day.month, day.day, 8, 30, tzinfo=LONDON).astimezone(UTC)
        assert not speaking_time(open_every_day, first - timedelta(seconds=1))
        assert speaking_time(open_every_day, first)
        assert speaking_time(open_every_day, first + timedelta(hours=6, minutes=29))
        assert not speaking_time(open_every_day, first + timedelta(hours=6, minutes=30))


@CALM
@given(DAYS, st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_one_message_for_all_that_is_due(launch: date, lengths: list[int]) -> None:
    several = [campaign(launch, length, id=f"c{n}") for n, length in enumerate(lengths)]
    standings = {(c.id, "whole"): standing("whole", c.launch, c.id) for c in several}
    found = reminders_due(SCHOOL, several, standings, at(several[0].launch))
    mine = [each for each in found if each.person == "whole"]
    assert len(mine) == 1
    assert len(mine[0].items) == len(several)


def test_a_missed_fortnight_ends_in_one_message_that_takes_every_step() -> None:
    one = campaign(date(2024, 11, 4), 8)
    now = at(school_days_after(SCHOOL, one.due, 5))
    (found,) = reminders_due(SCHOOL, [one], {("c1", "whole"): standing("whole", one.launch)}, now)
    assert found.items[0].steps == tuple(REMINDERS)
    assert found.items[0].late == 5


def test_nobody_hears_more_than_the_cap_and_then_a_human_is_told() -> None:
    one = campaign(date(2024, 11, 4))
    tired = standing("whole", one.launch, told=CAP)
    day = school_days_after(SCHOOL, one.due, 6)
    assert reminders_due(SCHOOL, [one], {("c1", "whole"): tired}, at(day)) == ()
    (handed,) = handovers_due(SCHOOL, [one], {("c1", "whole"): tired}, at(day))
    assert (handed.to, dict(handed.people)) == ("head", {"whole": 6})
    assert handovers_due(SCHOOL, [one], {("c1", "whole"): tired}, at(one.due)) == ()


def test_who_is_their_own_boss_is_handed_to_somebody_else() -> None:
    one = campaign(date(2024, 11, 4))
    day = school_days_after(SCHOOL, one.due, 6)
    standings = {("c1", id): standing(id, one.launch) for id in ("head", "owner")}
    assert {h.to for h in handovers_due(SCHOOL, [one], standings, at(day))} == {"head", "owner"}


def test_a_snooze_is_kept_and_ends_in_one_reminder() -> None:
    one = campaign(date(2024, 11, 4))
    until = school_days_after(SCHOOL, one.launch, 3)
    asleep = standing("whole", one.launch, steps=frozenset({Step.LAUNCH}), told=1, snoozes=1, until=until)
    before = school_days_after(SCHOOL, one.launch, 2)
    assert reminders_due(SCHOOL, [one], {("c1", "whole"): asleep}, at(before)) == ()
    (woken,) = reminders_due(SCHOOL, [one], {("c1", "whole"): asleep}, at(until))
    assert woken.items[0].steps == ("snooze-1",)
    awake = replace(asleep, steps=asleep.steps | {"snooze-1"}, told=2)
    assert reminders_due(SCHOOL, [one], {("c1", "whole"): awake}, at(until)) == ()


def test_a_joiner_gets_time_to_read_and_a_leaver_hears_nothing() -> None:
    one = campaign(date(2024, 11, 4))
    joined = school_days_after(SCHOOL, one.due, 1)
    plan = schedule(SCHOOL, one, SCHOOL.people["whole"], joined)
    assert school_days_between(SCHOOL, joined, plan.due) == 10
    gone = {("c1", "left"): standing("left", one.launch)}
    assert reminders_due(SCHOOL, [one], gone, at(one.launch)) == ()


def test_a_long_absence_pauses_and_a_short_one_only_delays() -> None:
    one = campaign(date(2024, 9, 4))
    leave = schedule(SCHOOL, one, SCHOOL.people["leave"], one.launch)
    assert leave.due > date(2024, 12, 31)
    assert schedule(SCHOOL, one, SCHOOL.people["short"], one.launch).due == one.due
    seen = foresee(SCHOOL, one, date(2024, 9, 20))
    assert seen.waiting == {"leave": date(2024, 12, 31)}
    assert list(seen.apart) == ["paper"]
    assert seen.told["whole"] == "member of staff"


def test_an_audience_says_why_and_leaves_out_whom_it_must() -> None:
    groups = {"whole": ("teachers",), "part": ("teachers", "office")}
    people = {id: replace(p, groups=groups.get(id, ())) for id, p in SCHOOL.people.items()}
    school = replace(SCHOOL, people=people)
    found = members(school, Audience(groups=("teachers",), people=("head",), but=("part",)))
    assert found == {"whole": "in the group teachers", "head": "named"}


def test_a_paused_or_closed_campaign_says_nothing() -> None:
    for state in CampaignState:
        one = campaign(date(2024, 11, 4), state=state)
        found = reminders_due(SCHOOL, [one], {("c1", "whole"): standing("whole", one.launch)}, at(one.launch))
        assert bool(found) is (state is CampaignState.RUNNING)


@CALM
@given(DAYS, st.integers(0, 30))
def test_counting_days_agrees_with_the_calendar(first: date, count: int) -> None:
    days = SchoolDays(SCHOOL, first)
    found = days.after(first, count, lambda _: False)
    assert found == school_days_after(SCHOOL, first, count)
    assert days.between(first, found) == school_days_between(SCHOOL, first, found)
