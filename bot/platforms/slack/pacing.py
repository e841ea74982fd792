"""Waits its turn, so that Slack never has to say "too many": calls leave at the pace Slack allows."""

import asyncio
import time
from collections.abc import Callable
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
WORKSPACE = Rate(every=0.1, burst=20)
"""Posts in a whole workspace; Slack names no figure, several hundred a minute are known to pass."""
TIER_2 = Rate(every=3.0, burst=5)
"""20 a minute: users.list, usergroups."""
TIER_3 = Rate(every=1.2, burst=10)
"""50 a minute: chat.update, conversations."""
TIER_4 = Rate(every=0.6, burst=20)
"""100 a minute: views, users.info, chat.postEphemeral."""

PATIENCE = 4.0
"""Seconds a call waits here; when its turn is later the courier is told to come again."""
MOST_KEYS = 5_000


@dataclass(kw_only=True)
class Pace:
    """The queues of one workspace, each with the moment its next call may leave."""

    clock: Callable[[], float] = time.monotonic
    _free: dict[str, float] = field(default_factory=dict)

    async def turn(self, queue: str, rate: Rate) -> None:
        """Wait for this queue's turn. SlackLater when that is further away than anybody should wait."""
        now = self.clock()
        slot = max(self._free.get(queue, 0.0), now - rate.every * (rate.burst - 1))
        wait = slot - now
        if wait > PATIENCE:
            raise SlackLater(wait)
        self._free[queue] = slot + rate.every
        self._forget(now)
        if wait > 0:
            await asyncio.sleep(wait)

    def hold(self, queue: str, seconds: float) -> None:
        """Slack has asked for a pause in this queue."""
        self._free[queue] = max(self._free.get(queue, 0.0), self.clock() + seconds)

    def _forget(self, now: float) -> None:
        if len(self._free) > MOST_KEYS:
            self._free = {queue: free for queue, free in self._free.items() if free > now}
