"""Ticks: what has to be looked at again and again. The clock itself remembers nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Tick:
    """Something done every so many seconds; `name` is how the log calls it."""

    name: str
    every: float
    act: Act


class Clock:
    """Ticks in memory only: what is due is always worked out anew from the records, so that a tick
    that was missed, or done twice by two processes, changes nothing.
    """

    def __init__(self, ticks: Sequence[Tick]) -> None:
        self._ticks = tuple(ticks)
        self._scheduler: Any = None

    def start(self) -> None:
        """Start ticking, on the running event loop."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler
        from apscheduler.triggers.interval import IntervalTrigger

        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for tick in self._ticks:
            self._scheduler.add_job(
                tick.act,
                IntervalTrigger(seconds=tick.every, timezone="UTC"),
                id=tick.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """No further ticks; one that is running goes on to its end."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
