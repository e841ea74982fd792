"""Waits its turn, so that Teams never has to say "too many": calls leave at the pace Teams allows."""

import asyncio
import time
from collections import deque
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
MOST, SECOND = 30, 1.0
"""Everything in one tenant: so many calls that reach Teams in any second."""
UNSURE = 0.3
"""Seconds within which a call reaches Teams, as far as we reckon with its being slow."""
USUAL = 50
"""So many answers tell how long the way there and back takes when nothing is in the way."""
TENANT = Rate(every=1 / 28.5, burst=5)
"""How they leave one after another, so that they don't leave thirty at once and then none for a second."""

PATIENCE = 2.0
"""Seconds a call waits here; when its turn is later the courier is told to come again. A first word to
somebody is two calls, each with its wait, within the ten seconds that the courier gives a notice."""
SLOWER, SLOWEST = 1.03, 3.0
"""How many times slower the tenant's queue gets each time Teams objects, and at most."""
SLOW_FOR = 300.0
"""Seconds after the last objection until the usual pace is tried again."""
MOST_KEYS = 5_000


@dataclass(kw_only=True)
class Call:
    """A call that has left."""

    left: float
    counts: float
    """Until when it has to be reckoned among those that Teams has had within a second."""


@dataclass(kw_only=True)
class Queue:
    """Those who wait for the tenant's turn, first come first served."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


@dataclass(kw_only=True)
class Pace:
    """The queues of one tenant. What has left is counted: no stall of ours makes a crowd at Teams' door."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _free: dict[tuple[str, Rate], float] = field(default_factory=dict)
    """When each conversation's next call may leave."""
    _gone: list[Call] = field(default_factory=list)
    _took: deque[float] = field(default_factory=lambda: deque(maxlen=USUAL))
    """Seconds that the last answers took."""
    _due: float = float("-inf")
    """When the tenant's next call would leave if all left evenly."""
    _held: float = float("-inf")
    """Until when Teams has asked for a pause."""
    _promised: float = float("-inf")
    """When the last of those who were sent away comes again."""
    _first: Queue = field(default_factory=Queue)
    """Those who overtake all others."""
    _others: Queue = field(default_factory=Queue)
    _times: float = 1.0
    """How many times slower than usual."""
    _objected: float = float("-inf")

    async def turn(self, conversation: str = "", *, ahead: bool = False) -> Call:
        """Wait for a conversation's turn, then for the tenant's: a busy conversation holds up no other.

        TeamsLater when that is further away than anybody should wait. Who goes `ahead` waits in the tenant's
        queue only for others who do, and everybody else there gives way: an alert overtakes a campaign
        however long that is. Of one conversation's limits nobody gets more.
        """
        until = self.clock() + PATIENCE
        self._in_time(conversation, until, ahead)
        if conversation:
            await self._wait_in(conversation, until)
            self._in_time(conversation, until, ahead)
        queue = self._first if ahead else self._others
        queue.waiting += 1
        try:
            async with queue.turn:
                while (wait := self._wait(ahead)) > 0:
                    await self.sleep(wait)
                return self._leave()
        finally:
            queue.waiting -= 1

    def arrived(self, call: Call) -> None:
        """Teams has answered it: it was there by now at the latest, less the way back."""
        now = self.clock()
        back = min(self._took) / 2 if len(self._took) == USUAL else 0.0
        self._took.append(now - call.left)
        call.counts = min(call.counts, max(now - back, call.left) + SECOND)

    def hold(self, conversation: str, seconds: float) -> None:
        """Teams has asked for a pause in this conversation, or with "" in all of the tenant."""
        until = self.clock() + seconds
        if not conversation:
            self._held = max(self._held, until)
            return
        until += THREAD.every * (THREAD.burst - 1)
        self._free[conversation, THREAD] = max(self._free.get((conversation, THREAD), 0.0), until)

    def slow(self) -> None:
        """Teams finds us too fast: the whole tenant's queue is a little slower for a while."""
        now = self.clock()
        # Those who had left before hit the same wall: one objection, not thirty.
        if now - self._objected > PATIENCE:
            self._times = min(self._slower() * SLOWER, SLOWEST)
            self._objected = now

    def _slower(self) -> float:
        return self._times if self.clock() - self._objected < SLOW_FOR else 1.0

    def _every(self) -> float:
        return TENANT.every * self._slower()

    async def _wait_in(self, conversation: str, until: float) -> None:
        """Until both of the conversation's limits let one more call go."""
        now, queues = self.clock(), [(conversation, THREAD), (conversation, THREAD_HOUR)]
        leaves = max(self._slot(queue, now) for queue in queues)
        if leaves > until:
            raise TeamsLater(leaves - now)
        for queue in queues:
            self._free[queue] = max(self._free.get(queue, 0.0), leaves) + queue[1].every
        self._forget(now)
        if leaves > now:
            await self.sleep(leaves - now)

    def _slot(self, queue: tuple[str, Rate], now: float) -> float:
        """When this queue lets the next one go: at once while its burst is not used up."""
        rate = queue[1]
        return max(now, self._free.get(queue, 0.0) - rate.every * (rate.burst - 1))

    def _in_time(self, conversation: str, until: float, ahead: bool) -> None:
        """TeamsLater when the tenant's queue is too long to stand in."""
        now = self.clock()
        before = self._first.waiting + (0 if ahead else self._others.waiting)
        leaves = now + self._wait(ahead) + before * self._every()
        if leaves <= until:
            return
        # Whoever has no conversation yet begins one, and comes back to speak in it: two calls.
        raise TeamsLater((leaves if ahead else self._promise(leaves, 1 if conversation else 2)) - now)

    def _promise(self, leaves: float, calls: int) -> float:
        """When to come again: each a little after the one before, so that few come in vain."""
        last = max(self._promised, leaves)
        self._promised = last + calls * self._every()
        return last - PATIENCE / 2

    def _wait(self, ahead: bool) -> float:
        """Seconds until one of this queue may leave, as far as can be said now."""
        now, every = self.clock(), self._every()
        leaves = max(self._room(now), self._held)
        if not ahead:
            give_way = now + every if self._first.waiting else now
            leaves = max(leaves, give_way, self._due - every * (TENANT.burst - 1))
        return max(leaves - now, 0.0)

    def _room(self, now: float) -> float:
        """When fewer than Teams' most have to be reckoned with."""
        self._gone = [call for call in self._gone if call.counts > now]
        counts = sorted(call.counts for call in self._gone)
        return counts[-MOST] if len(counts) >= MOST else now

    def _leave(self) -> Call:
        """It leaves now; whoever comes next gives way to it, whichever queue it was in."""
        now = self.clock()
        self._due = max(self._due, now) + self._every()
        call = Call(left=now, counts=now + SECOND + UNSURE)
        self._gone.append(call)
        return call

    def _forget(self, now: float) -> None:
        if len(self._free) > MOST_KEYS:
            self._free = {queue: free for queue, free in self._free.items() if free > now}
