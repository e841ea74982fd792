"""The escalation clock through simulated time: each step once, at the first tick after its minute."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.records import audit
from bot.school.people import Hours, School, Term
from tests.hazards.doing import house
from tests.hazards.forge import Forge
from tests.hazards.office import quick_database
from tests.hazards.ticking import KINDS, TICK, WORKERS, Ticking, Travel, around, first_rungs, outside

pytestmark = pytest.mark.hazard

SCHOOL = house().school
SENT = datetime(2026, 10, 3, 22, 0, tzinfo=UTC)
"""A Saturday night in term."""
IN_SCHOOL = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
NIGHTS = replace(
    SCHOOL,
    hours={day: Hours(opens=time(0, 30), closes=time(2, 45)) for day in range(7)},
    terms=(Term(name="All", first=date(2023, 1, 1), last=date(2035, 12, 31)),),
    closed={},
    bank_holidays={},
)
"""A school that is open in the hours in which clocks change."""
OUTAGES = [
    timedelta(seconds=1), timedelta(seconds=59), timedelta(minutes=11), timedelta(hours=7),
    timedelta(days=1), timedelta(days=3, hours=5), timedelta(days=30),
]  # fmt: skip


@contextmanager
def travel(school: School = SCHOOL, url: str = "", **how: object) -> Iterator[Travel]:
    with quick_database() as quick:
        one = Travel(url=url or quick, school=school, **how)  # type: ignore[arg-type]
        try:
            yield one
        finally:
            one.close()


@pytest.mark.parametrize("length", OUTAGES, ids=str)
@pytest.mark.parametrize("sent", [SENT, IN_SCHOOL], ids=["night", "school"])
def test_whatever_the_outage_each_step_is_taken_once_at_the_first_tick_after_its_minute(
    sent: datetime, length: timedelta
) -> None:
    with travel() as one:
        one.send(sent)
        ticks = around(first_rungs(SCHOOL, list(one.cases.values()), sent + timedelta(days=12)))
        one.go(outside(ticks, sent + timedelta(minutes=4), length))
        end = max(one.ticks or ()) + timedelta(minutes=25)
        one.go([end])
        assert one.wrong() == []
        one.acknowledge(end + timedelta(seconds=1))
        one.go([end + timedelta(minutes=n) for n in (1, 30, 60 * 24, 60 * 24 * 30)])
        assert one.wrong() == []
        assert audit.verify(one.desk, SCHOOL.id).ok


@pytest.mark.parametrize("how", ["opened", "acknowledged"])
@pytest.mark.parametrize("minutes", [4, 9, 29, 31, 400])
def test_no_step_is_taken_once_what_it_waits_for_has_happened(minutes: int, how: str) -> None:
    with travel() as one:
        one.send(IN_SCHOOL)
        ticks = around(first_rungs(SCHOOL, list(one.cases.values()), IN_SCHOOL + timedelta(days=12)))
        stop = IN_SCHOOL + timedelta(minutes=minutes)
        one.go(at for at in ticks if at < stop)
        one.open(stop) if how == "opened" else one.acknowledge(stop)
        one.go(at for at in ticks if at > stop)
        assert one.wrong() == []


def test_a_step_that_was_taken_is_not_taken_again_when_its_notices_have_been_pruned() -> None:
    with travel() as one:
        one.send(IN_SCHOOL, [name for name in KINDS if "danger" not in name and "DSL" not in name])
        ticks = around(first_rungs(SCHOOL, list(one.cases.values()), IN_SCHOOL + timedelta(days=12)))
        one.go(ticks)
        later = max(ticks) + timedelta(days=31)
        one.forget(later)
        one.go([later + TICK, later + timedelta(days=1)])
        assert one.wrong() == []


def clock_changes() -> list[datetime]:
    """Every change of the clocks in London from 2024 to 2034: 01:00 UTC on two Sundays a year."""
    lasts = [date(year, month, 31) for year in range(2024, 2035) for month in (3, 10)]
    sundays = [last - timedelta(days=(last.weekday() + 1) % 7) for last in lasts]
    return [datetime.combine(sunday, time(1), UTC) for sunday in sundays]


def test_the_clocks_change_and_nothing_is_doubled_or_left_out() -> None:
    with travel(NIGHTS) as one:
        assert len(clock_changes()) == 22
        for change in clock_changes():
            sent = change - timedelta(minutes=25)
            before = len(one.cases)
            one.send(sent)
            fresh = list(one.cases.values())[before:]
            ticks = around(first_rungs(NIGHTS, fresh, change + timedelta(days=2), most=4))
            one.go(at for at in ticks if at > sent)
            one.acknowledge(max(one.ticks or ()) + TICK)
        assert one.wrong() == []


def in_processes(forge: Forge, url: str, mutant: str = "") -> Callable[[datetime], None]:
    """Three processes, forked for each tick, that all tick at this moment."""

    def together(at: datetime) -> None:
        act = {"act": "tick", "url": url, "at": at.isoformat(), "mutant": mutant}
        for ended in forge.together([dict(act) for _ in range(WORKERS)]):
            assert ended.code == 0, ended.trouble

    return together


def main_case(one: Travel) -> list[str]:
    """From Saturday night to the day after, with an outage of six hours on Sunday; then acknowledged."""
    one.send(SENT)
    hours = timedelta(hours=1)
    ticks = [SENT + timedelta(minutes=n) for n in (4, 5, 9, 10, 19, 20, 30)]
    ticks += [SENT + gap for gap in (8 * hours, 14 * hours, 34 * hours, 35 * hours, 42 * hours)]
    one.go(ticks)
    one.acknowledge(ticks[-1] + timedelta(seconds=1))
    one.go([ticks[-1] + timedelta(minutes=30), ticks[-1] + timedelta(days=9)])
    return one.wrong()


def test_three_processes_take_each_step_once(forge: Forge, fresh: Callable[[], str]) -> None:
    url = fresh()
    with travel(url=url, together=in_processes(forge, url)) as one:
        assert main_case(one) == []
        danger = next(case for name, case in one.cases.items() if name.startswith("danger"))
        with one.desk.read(SCHOOL.id, SENT) as books:
            verbs = [entry["verb"] for entry in books.audit.about(danger.reference)]
        assert verbs.count("case.escalated") >= 6, "danger runs at night"
        assert audit.verify(one.desk, SCHOOL.id).ok


@pytest.mark.parametrize(
    "mutant",
    [
        "step_key_without_step",
        "step_checks_sent",
        "step_tells_subject",
        "step_without_key",
        "step_skips_night",
    ],
)
def test_a_fault_put_into_the_clock_is_caught(mutant: str, forge: Forge) -> None:
    with quick_database() as url:
        one = Travel(url=url, school=SCHOOL, together=in_processes(forge, url, mutant))
        try:
            assert main_case(one) != []
        finally:
            one.close()


def test_a_case_that_cannot_be_unsealed_keeps_no_other_waiting_and_turns_health_red() -> None:
    with travel() as one:
        one.send(IN_SCHOOL, ["today", "danger_now"])
        broken, other = one.cases.values()
        with one.desk.writing() as connection:
            connection.exec_driver_sql("UPDATE cases SET apart = ? WHERE id = ?", (os.urandom(80), broken.id))
        worker = Ticking(one.url, SCHOOL)
        worker.at = IN_SCHOOL + timedelta(minutes=6)
        asyncio.run(worker.rounds.escalate())
        assert worker.trouble == {f"escalation:{SCHOOL.id}": "unreadable_case"}
        with one.desk.read(SCHOOL.id, worker.at) as books:
            assert books.outbox.trail(other.id)
            assert not books.outbox.trail(broken.id)
        worker.close()
