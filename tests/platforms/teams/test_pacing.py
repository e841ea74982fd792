"""Calls leave at the pace Teams allows: never faster in any stretch of time, and hardly slower."""

import asyncio
import heapq
import random
from bisect import bisect_left
from collections.abc import Coroutine
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.teams.errors import TeamsLater
from bot.platforms.teams.pacing import MOST, MOST_KEYS, PATIENCE, SLOW_FOR, UNSURE, Pace
from tests.platforms.teams.wire import Clock

THREAD_LIMITS = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))
"""What Microsoft allows one bot in one thread: so many in so many seconds."""
TENANT_LIMITS = ((1.0, 30),)


def most(left: list[float], window: float) -> int:
    """The most calls in any stretch of this length."""
    return max(
        (at - bisect_left(left, moment - window + 1e-9) + 1 for at, moment in enumerate(left)), default=0
    )


async def patient(pace: Pace, clock: Clock, conversation: str) -> float:
    """Come again whenever one is told to; when the call left."""
    while True:
        try:
            pace.arrived(await pace.turn(conversation))
            return clock.now
        except TeamsLater as later:
            clock.now += later.seconds


async def test_one_thread_never_goes_over_any_of_its_limits() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    left = [await patient(pace, clock, "a:1") for _ in range(4000)]
    for window, limit in THREAD_LIMITS:
        assert most(left, window) <= limit
    assert most(left, 3600.0) > 1700


async def test_a_whole_tenant_never_goes_over_thirty_a_second_and_hardly_under() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    start = clock.now
    left = [await patient(pace, clock, f"a:{n}") for n in range(1000)]
    for window, limit in TENANT_LIMITS:
        assert most(left, window) <= limit
    assert left[-1] - start <= 1000 / 30 * 1.1


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 3)), min_size=50, max_size=200))
async def test_whatever_comes_when_the_limits_hold(coming: list[tuple[float, int]]) -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    left: dict[str, list[float]] = {}
    for pause, room in coming:
        clock.now += pause
        left.setdefault(f"a:{room}", []).append(await patient(pace, clock, f"a:{room}"))
    for calls in left.values():
        assert all(most(calls, window) <= limit for window, limit in THREAD_LIMITS)
    assert most(sorted(chain.from_iterable(left.values())), 1.0) <= 30


async def test_a_first_call_leaves_at_once_and_a_busy_thread_holds_up_no_other() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    start = clock.now
    await pace.turn("a:1")
    assert clock.now == start
    for _ in range(30):
        await patient(pace, clock, "a:1")
    before = clock.now
    await pace.turn("a:2")
    assert clock.now - before <= 1 / 29


async def test_nobody_waits_longer_than_patience_and_being_told_to_come_again_uses_nothing_up() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    pace.hold("a:1", 60)
    for _ in range(5):
        with pytest.raises(TeamsLater) as later:
            await pace.turn("a:1")
        assert 59.9 <= later.value.seconds <= 60
    before = clock.now
    await pace.turn("a:2")
    assert clock.now == before
    clock.now += 60 - PATIENCE
    await pace.turn("a:1")
    assert clock.now == before + 60


async def test_a_pause_for_the_whole_tenant_holds_everybody() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    pace.hold("", 2)
    start = clock.now
    await pace.turn("a:1")
    assert clock.now - start >= 2


async def test_conversations_long_quiet_are_forgotten() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    for n in range(3 * MOST_KEYS):
        await pace.turn(f"a:{n}")
    assert len(pace._free) <= MOST_KEYS + 3


@dataclass(kw_only=True)
class World:
    """Many at once on one clock; our loop stalls now and then, and wakes nobody meanwhile."""

    chance: random.Random
    stall: float = 0.0
    """Seconds of the longest stall."""
    now: float = 1_000_000.0
    _asleep: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    _number: Any = field(default_factory=count)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Until the time has come; somebody has to `live` for it to pass."""
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._asleep, (self.now + seconds, next(self._number), woken))
        await woken

    async def live(self, *doing: Coroutine[Any, Any, None]) -> None:
        """Let the time pass until all is done."""
        tasks = [asyncio.create_task(each) for each in doing]
        while not all(task.done() for task in tasks):
            for _ in range(12):
                await asyncio.sleep(0)
            if self._asleep:
                when = max(self.now, self._asleep[0][0])
                if self.stall and self.chance.random() < 0.15:
                    when += self.chance.random() * self.stall
                self.now = when
                while self._asleep and self._asleep[0][0] <= when:
                    woken = heapq.heappop(self._asleep)[2]
                    if not woken.done():
                        woken.set_result(None)
        for task in tasks:
            task.result()


@dataclass(kw_only=True)
class Teams:
    """When calls reach Teams: each takes a while there, some longer than others, and a while back."""

    world: World
    pace: Pace
    way: float
    """Seconds that the way takes in each direction when nothing is in it."""
    jam: float
    """Seconds that a call may take longer."""
    reached: list[float] = field(default_factory=list)
    alerts: list[float] = field(default_factory=list)
    """Seconds that each alert waited."""
    away: int = 0
    """How often somebody was sent away."""

    async def notice(self, conversation: str, at: float, *, ahead: bool = False) -> None:
        """A chat made and a word said in it, however often one has to come again."""
        await self.world.sleep(at)
        came, made = self.world.now, False
        while True:
            try:
                if not made:
                    await self._call("", ahead)
                    made = True
                await self._call(conversation, ahead)
                break
            except TeamsLater as later:
                self.away += 1
                await self.world.sleep(later.seconds)
        if ahead:
            self.alerts.append(self.world.now - came)

    async def _call(self, conversation: str, ahead: bool) -> None:
        call = await self.pace.turn(conversation, ahead=ahead)
        there = self.way + self.world.chance.random() * self.jam
        self.reached.append(self.world.now + there)
        await self.world.sleep(there + self.way)
        self.pace.arrived(call)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32),
    st.floats(0, 1.5),
    st.floats(0.01, 0.1),
    st.floats(0, UNSURE - 0.1),
    st.integers(50, 200),
    st.integers(0, 20),
)
async def test_however_our_loop_stalls_no_second_at_teams_sees_more_than_thirty(
    seed: int, stall: float, way: float, jam: float, people: int, alerts: int
) -> None:
    world = World(chance=random.Random(seed), stall=stall)
    teams = Teams(world=world, pace=Pace(clock=world, sleep=world.sleep), way=way, jam=jam)
    await world.live(
        *(teams.notice(f"a:{n}", 0) for n in range(people)),
        *(teams.notice(f"b:{n}", world.chance.random() * 5, ahead=True) for n in range(alerts)),
    )
    assert len(teams.reached) == 2 * (people + alerts)
    assert most(sorted(teams.reached), 1.0) <= MOST


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 0.02), st.floats(0.001, 0.02), st.floats(0, 0.03))
async def test_a_thousand_at_once_are_hardly_slower_than_teams_and_each_is_sent_away_about_once(
    seed: int, stall: float, way: float, jam: float
) -> None:
    world = World(chance=random.Random(seed), stall=stall)
    teams = Teams(world=world, pace=Pace(clock=world, sleep=world.sleep), way=way, jam=jam)
    start = world.now
    await world.live(
        *(teams.notice(f"a:{n}", 0) for n in range(1000)),
        *(teams.notice(f"b:{n}", 10 + n, ahead=True) for n in range(20)),
    )
    floor = (len(teams.reached) - MOST) / MOST
    assert max(teams.reached) - start <= 1.10 * floor
    assert teams.away <= 1500
    assert len(teams.alerts) == 20
    assert max(teams.alerts) < 1.0


async def test_an_alert_overtakes_whatever_is_waiting() -> None:
    world = World(chance=random.Random(1))
    pace, left = Pace(clock=world, sleep=world.sleep), []

    async def campaign(number: int) -> None:
        while True:
            try:
                await pace.turn(f"a:{number}")
            except TeamsLater as later:
                await world.sleep(later.seconds)
            else:
                left.append(world.now)
                return

    async def alerts() -> None:
        await world.sleep(0.5)
        for number in range(12):
            began = world.now
            await pace.turn(f"alert:{number % 3}", ahead=True)
            left.append(world.now)
            assert left[-1] - began < 0.6
            await world.sleep(0.05)
        assert len(left) < 80, "nothing was waiting any more"

    await world.live(*map(campaign, range(160)), alerts())
    assert most(left, 1.0) <= MOST
    assert left[-1] - left[0] < 172 / 29 + 1.5


async def test_somebody_who_writes_without_end_holds_up_nobody_else() -> None:
    """All of one chat's answers wait their turn in that chat, and not in everybody's way."""
    world = World(chance=random.Random(1))
    pace = Pace(clock=world, sleep=world.sleep)
    away = []

    async def chatty() -> None:
        try:
            await pace.turn("a:chatty", ahead=True)
        except TeamsLater:
            away.append(world.now)

    async def others() -> None:
        await world.sleep(0.2)
        began = world.now
        await pace.turn("19:safeguarding", ahead=True)
        await pace.turn("a:quiet")
        assert world.now - began < 0.3

    await world.live(*(chatty() for _ in range(60)), others())
    assert len(away) > 40


async def test_who_gives_up_waiting_leaves_their_turn_to_the_next() -> None:
    world = World(chance=random.Random(1))
    pace = Pace(clock=world, sleep=world.sleep)
    left: list[str] = []

    async def call(name: str) -> None:
        await pace.turn(name)
        left.append(name)

    async def impatient() -> None:
        tasks = [asyncio.create_task(call(f"a:{n}")) for n in range(60)]
        await world.sleep(0.5)
        for task in tasks[30:59]:
            task.cancel()
        await asyncio.wait(tasks)

    start = world.now
    await world.live(impatient())
    assert left == [f"a:{n}" for n in (*range(30), 59)]
    assert world.now - start < 1.35
    await world.live(call("b"))
    assert world.now - start < 1.45


async def test_an_objection_makes_the_tenants_queue_a_little_slower_for_a_while() -> None:
    world = World(chance=random.Random(1))
    pace = Pace(clock=world, sleep=world.sleep)

    async def took() -> float:
        await world.sleep(2)
        start = world.now
        for n in range(50):
            pace.arrived(await pace.turn(f"a:{n}"))
        return world.now - start

    found: list[float] = []

    async def see() -> None:
        found.append(await took())
        for _ in range(30):
            pace.slow()
        found.append(await took())
        await world.sleep(PATIENCE)
        pace.slow()
        found.append(await took())
        await world.sleep(SLOW_FOR)
        found.append(await took())

    await world.live(see())
    usual, slower, slowest, again = found
    assert usual * 1.02 < slower < usual * 1.04
    assert slower * 1.02 < slowest < slower * 1.04
    assert again == pytest.approx(usual)
