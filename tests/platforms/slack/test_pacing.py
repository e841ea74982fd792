"""Calls leave at Slack's pace: hardly slower, never faster, and an alert before everybody else."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.platforms.slack.errors import SlackLater
from bot.platforms.slack.pacing import (
    EVERYWHERE,
    MOST_KEYS,
    PATIENCE,
    POST,
    SLOW_FOR,
    SLOWER,
    WORKSPACE,
    Pace,
)
from tests.platforms.slack.pace import POST as METHOD
from tests.platforms.slack.pace import Limits


class Clock:
    """Time that passes only while somebody sleeps, for as many as do so at once."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleeping: list[tuple[float, int, asyncio.Event]] = []
        self._number = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self._number += 1
        woken = asyncio.Event()
        self._sleeping.append((self.now + seconds, self._number, woken))
        await woken.wait()

    async def run(self, *acts: asyncio.Task[None]) -> None:
        """Let time pass until all of them are done."""
        while not all(act.done() for act in acts):
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleeping:
                first = min(self._sleeping)
                self._sleeping.remove(first)
                self.now = max(self.now, first[0])
                first[2].set()
        await asyncio.gather(*acts)


class Workspace:
    """Slack's limits, and who posts there at the pace of one Usher."""

    def __init__(self, per_second: float = 10.0) -> None:
        self.clock = Clock()
        self.pace = Pace(clock=self.clock, sleep=self.clock.sleep)
        self.limits = Limits(self.clock)
        self.limits.on, self.limits.everywhere = True, per_second
        self.came = 0
        """How often anybody came, in vain or not."""

    async def post(self, who: str, *, ahead: bool = False) -> None:
        """As the courier does: come again when told to, until it is posted."""
        while True:
            self.came += 1
            try:
                await self.pace.turn(EVERYWHERE, WORKSPACE, ahead=ahead)
            except SlackLater as later:
                await self.clock.sleep(later.seconds)
                continue
            wait = self.limits.wait(METHOD, who, 0)
            if not wait:
                return
            self.pace.slow(EVERYWHERE, wait)
            await self.clock.sleep(wait)

    def posted(self, who: str) -> float:
        """When it was."""
        return next(at for at, _, channel in self.limits.passed if channel == who)

    async def campaign(self, count: int, *others: asyncio.Task[None]) -> float:
        """So many at once; the seconds until the last has gone."""
        began = self.clock.now
        acts = [asyncio.create_task(self.post(f"D{n}")) for n in range(count)]
        await self.clock.run(*acts, *others)
        return max(at for at, _, _ in self.limits.passed) - began


async def test_a_thousand_posts_take_hardly_longer_than_slack_allows_and_come_few_times_in_vain() -> None:
    space = Workspace()
    took = await space.campaign(1000)
    assert space.limits.refused == []
    assert took <= 1.02 * space.limits.floor({f"D{n}": 1 for n in range(1000)})
    assert space.came <= 2.1 * 1000


async def test_an_alert_overtakes_a_campaign_and_the_campaign_gives_way() -> None:
    space = Workspace()

    async def alert(after: float, who: str) -> None:
        await space.clock.sleep(after)
        await space.post(who, ahead=True)

    alerts = [asyncio.create_task(alert(20.0, f"C{n}")) for n in range(8)]
    await space.campaign(500, *alerts)
    assert [space.posted(f"C{n}") for n in range(8)] == [1020.0] * 8
    assert space.limits.refused == []


async def test_many_alerts_at_once_wait_only_for_each_other() -> None:
    space = Workspace()
    alerts = [asyncio.create_task(space.post(f"C{n}", ahead=True)) for n in range(60)]
    await space.campaign(300, *alerts)
    last = max(space.posted(f"C{n}") for n in range(60))
    assert last - 1000.0 <= (60 - WORKSPACE.burst) * WORKSPACE.every + 2.5


async def test_a_slower_workspace_is_learnt_and_then_not_offended_again() -> None:
    space = Workspace(per_second=5.0)
    took = await space.campaign(1000)
    objections = [at - 1000.0 for at, _, _ in space.limits.refused]
    assert 0 < len(objections) < 200
    assert max(objections) < 30
    assert took <= 1.3 * space.limits.floor({f"D{n}": 1 for n in range(1000)})


async def test_one_wall_is_one_objection_and_the_usual_pace_comes_back() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    for _ in range(40):
        pace.slow(EVERYWHERE, 1)
    assert pace._every(EVERYWHERE, WORKSPACE) == WORKSPACE.every * SLOWER
    clock.now += PATIENCE + 2
    pace.slow(EVERYWHERE, 1)
    assert pace._every(EVERYWHERE, WORKSPACE) == pytest.approx(WORKSPACE.every * SLOWER**2)
    clock.now += SLOW_FOR
    assert pace._every(EVERYWHERE, WORKSPACE) == WORKSPACE.every


async def test_a_pause_that_slack_asks_for_is_kept_by_those_who_wait_already() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    left: list[float] = []

    async def go() -> None:
        await pace.turn(EVERYWHERE, WORKSPACE)
        left.append(clock.now)

    waiting = [asyncio.create_task(go()) for _ in range(20)]
    for _ in range(5):
        await asyncio.sleep(0)
    pace.slow(EVERYWHERE, 3)
    await clock.run(*waiting)
    at_once = sum(at < 1003.0 for at in left)
    assert at_once in (WORKSPACE.burst - 1, WORKSPACE.burst), "the last of them a rounding later, or not"
    assert len(left) == 20


async def test_a_busy_room_holds_up_no_other_and_nobody_waits_longer_than_patience() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    pace.hold("post:C1", 60)
    with told_to_wait(58):
        await pace.turn("post:C1", POST)
    await pace.turn("post:C2", POST)
    assert clock.now == 1000.0
    with told_to_wait(59):
        await pace.turn("post:C1", POST)


@contextmanager
def told_to_wait(seconds: float) -> Iterator[None]:
    with pytest.raises(SlackLater) as later:
        yield
    assert later.value.seconds == pytest.approx(seconds)


async def test_queues_long_quiet_are_forgotten() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    for n in range(3 * MOST_KEYS):
        clock.now += 0.01
        await pace.turn(f"post:D{n}", POST)
    assert len(pace._free) <= MOST_KEYS + 1
