"""Waits its turn, so that Teams never has to say "too many": calls leave at the pace Teams allows."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.platforms.teams.errors import TeamsLater


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many calls a second in the long run, and so many at once."""

    every: float
    """Seconds between two calls."""
    burst: int = 1


THREAD = Rate(every=0.55, burst=5)
"""One conversation: Teams allows 7 calls in any second, 8 in two and 60 in thirty; this stays below all."""
THREAD_HOUR = Rate(every=2.1, burst=80)
"""The same conversation over the hour: 1,800, of which at most 80 + 3600 / 2.1 = 1,794 are used."""
TENANT = Rate(every=1 / 29)
"""Everything in one tenant: 30 a second; one less, so that a jolt on the way doesn't make it 31."""
AHEAD = "!"
"""The queue of those who overtake all others of the tenant."""

PATIENCE = 4.0
"""Seconds a call waits here; when its turn is later the courier is told to come again."""
MOST_KEYS = 5_000


@dataclass(kw_only=True)
class Pace:
    """The queues of one tenant, each with the moment its next call may leave."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _free: dict[tuple[str, Rate], float] = field(default_factory=dict)
    _left: float = float("-inf")
    """When the last call left."""
    _slid: float = 0.0
    """By how many seconds, all in all, everybody who waits has had to give way."""

    async def turn(self, conversation: str = "", *, ahead: bool = False) -> None:
        """Wait for a conversation's turn, then for the tenant's: a busy conversation holds up no other.

        TeamsLater when that is further away than anybody should wait. Who goes `ahead` waits in the tenant's
        queue only for others who do, and everybody else there gives way: an alert overtakes a campaign
        however long that is. Of one conversation's limits nobody gets more.
        """
        until = self.clock() + PATIENCE
        if conversation:
            self._in_time(self._tenant_slot(ahead), until)
            await self._wait_in(conversation, until)
        leaves = self._in_time(self._tenant_slot(ahead), until)
        mine = (AHEAD if ahead else "", TENANT)
        self._free[mine] = self._next(mine, leaves)
        if ahead:
            self._give_way(leaves)
        self._forget(self.clock())
        await self._until(leaves, ahead=ahead)

    async def _wait_in(self, conversation: str, until: float) -> None:
        """Until both of the conversation's limits let one more call go."""
        now, queues = self.clock(), [(conversation, THREAD), (conversation, THREAD_HOUR)]
        leaves = self._in_time(max(self._slot(queue, now) for queue in queues), until)
        for queue in queues:
            self._free[queue] = self._next(queue, leaves)
        if leaves > now:
            await self.sleep(leaves - now)

    def _tenant_slot(self, ahead: bool) -> float:
        """When the tenant lets the next one go."""
        if not ahead:
            return self._slot(("", TENANT), self.clock())
        return max(self._slot((AHEAD, TENANT), self.clock()), self._left + TENANT.every)

    def _in_time(self, leaves: float, until: float) -> float:
        if leaves > until:
            raise TeamsLater(leaves - self.clock())
        return leaves

    def _give_way(self, leaves: float) -> None:
        """Everybody else in the tenant's queue, and whoever comes after them, goes later by one call."""
        behind = ("", TENANT)
        self._free[behind] = max(self._free.get(behind, 0.0), leaves) + TENANT.every
        self._slid += TENANT.every

    async def _until(self, leaves: float, *, ahead: bool) -> None:
        """Sleep until then, and for as much longer as others have gone ahead meanwhile."""
        now, slid = self.clock(), self._slid
        while leaves > now:
            await self.sleep(leaves - now)
            now, more = leaves, 0.0 if ahead else self._slid - slid
            leaves, slid = leaves + more, slid + more
        self._left = max(self._left, leaves)

    def hold(self, conversation: str, seconds: float) -> None:
        """Teams has asked for a pause in this conversation, or with "" in all of the tenant."""
        rate = THREAD if conversation else TENANT
        until = self.clock() + seconds + rate.every * (rate.burst - 1)
        for name in (conversation,) if conversation else ("", AHEAD):
            self._free[name, rate] = max(self._free.get((name, rate), 0.0), until)

    def _slot(self, queue: tuple[str, Rate], now: float) -> float:
        """When this queue lets the next one go: at once while its burst is not used up."""
        rate = queue[1]
        return max(now, self._free.get(queue, 0.0) - rate.every * (rate.burst - 1))

    def _next(self, queue: tuple[str, Rate], leaves: float) -> float:
        return max(self._free.get(queue, 0.0), leaves) + queue[1].every

    def _forget(self, now: float) -> None:
        if len(self._free) > MOST_KEYS:
            self._free = {queue: free for queue, free in self._free.items() if free > now}
