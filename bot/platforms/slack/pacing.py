"""Waits its turn, so that Slack never has to say "too many": calls leave at the pace Slack allows."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.platforms.slack.errors import SlackLater


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many calls a second in the long run, and so many at once."""

    every: float
    """Seconds between two calls."""
    burst: int = 1


POST = Rate(every=1.0)
"""chat.postMessage: one a second in each channel."""
WORKSPACE = Rate(every=0.1, burst=10)
"""Posts in a whole workspace. Slack names no figure but "several hundred" a minute and bursts beyond, so
this begins with 600 and goes slower for a while where Slack objects. As many at once may go ahead."""
EVERYWHERE = "workspace"
"""The queue of all posts."""
TIER_2 = Rate(every=3.0, burst=5)
"""20 a minute: users.list, usergroups."""
TIER_3 = Rate(every=1.2, burst=10)
"""50 a minute: chat.update, conversations."""
TIER_4 = Rate(every=0.6, burst=20)
"""100 a minute: views, users.info, chat.postEphemeral."""

PATIENCE = 4.0
"""Seconds a call waits here; when its turn is later the courier is told to come again."""
SLOWER, SLOWEST = 1.2, 12.0
"""How many times slower a queue gets each time Slack objects, and at most."""
SLOW_FOR = 1800.0
"""Seconds after the last objection until the usual pace is tried again."""
MOST_KEYS = 5_000


@dataclass(kw_only=True)
class Slower:
    """A queue that Slack has found too fast."""

    times: float = 1.0
    since: float = float("-inf")


@dataclass(kw_only=True)
class Pace:
    """The queues of one workspace, each with the moment its next call may leave."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _free: dict[str, float] = field(default_factory=dict)
    _promised: dict[str, float] = field(default_factory=dict)
    """When the last of those who were sent away comes again."""
    _slid: dict[str, float] = field(default_factory=dict)
    """By how many seconds, all in all, everybody who waits in a queue has had to give way."""
    _slower: dict[str, Slower] = field(default_factory=dict)

    async def turn(self, queue: str, rate: Rate, *, ahead: bool = False) -> None:
        """Wait for this queue's turn. SlackLater when that is further away than anybody should wait.

        Who goes `ahead` waits only for others who do, and everybody else gives way: an alert overtakes a
        campaign however long that is.
        """
        now, every = self.clock(), self._every(queue, rate)
        if ahead:
            await self.turn(f"{queue}!", rate)
            self._give_way(queue, every, self.clock() - every * (rate.burst - 1))
            return
        slot = max(self._free.get(queue, 0.0), now - every * (rate.burst - 1))
        if slot - now > PATIENCE:
            raise SlackLater(self._promise(queue, slot, every) - now)
        self._free[queue] = slot + every
        self._forget(now)
        await self._until(queue, slot, now)

    def hold(self, queue: str, seconds: float) -> None:
        """Slack has asked for a pause in this queue."""
        self._free[queue] = max(self._free.get(queue, 0.0), self.clock() + seconds)

    def slow(self, queue: str, seconds: float) -> None:
        """Slack finds the whole queue too fast: it pauses, and is slower from then on."""
        now, slower = self.clock(), self._slower.setdefault(queue, Slower())
        # Those who had their turn before hit the same wall: one objection, not forty.
        if now - slower.since <= PATIENCE + seconds:
            return
        times = slower.times if now - slower.since < SLOW_FOR else 1.0
        self._slower[queue] = Slower(times=min(times * SLOWER, SLOWEST), since=now)
        self._give_way(queue, seconds, now)

    def _every(self, queue: str, rate: Rate) -> float:
        slower = self._slower.get(queue)
        known = slower is not None and self.clock() - slower.since < SLOW_FOR
        return rate.every * slower.times if slower and known else rate.every

    def _give_way(self, queue: str, seconds: float, earliest: float) -> None:
        """Everybody in the queue, and whoever comes after them, goes later by so much."""
        self._free[queue] = max(self._free.get(queue, 0.0), earliest) + seconds
        self._slid[queue] = self._slid.get(queue, 0.0) + seconds

    def _promise(self, queue: str, slot: float, every: float) -> float:
        """When to come again: each a little after the one before, so that few come in vain."""
        last = max(self._promised.get(queue, 0.0), slot)
        self._promised[queue] = last + every
        return last - PATIENCE / 2

    async def _until(self, queue: str, slot: float, now: float) -> None:
        """Sleep until the slot, and for as much longer as others have gone ahead meanwhile."""
        slid = self._slid.get(queue, 0.0)
        while slot > now:
            await self.sleep(slot - now)
            now, more = slot, self._slid.get(queue, 0.0) - slid
            slot, slid = slot + more, slid + more

    def _forget(self, now: float) -> None:
        if len(self._free) > MOST_KEYS:
            self._free = {queue: free for queue, free in self._free.items() if free > now}
            self._promised = {queue: last for queue, last in self._promised.items() if last > now}
