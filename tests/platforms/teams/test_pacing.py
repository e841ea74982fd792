"""Calls leave at the pace Teams allows: never faster in any stretch of time, and hardly slower."""

from bisect import bisect_left
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.teams.errors import TeamsLater
from bot.platforms.teams.pacing import MOST_KEYS, PATIENCE, Pace
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
            await pace.turn(conversation)
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
