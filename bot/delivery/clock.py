"""Ticks: what has to be looked at again and again. The clock itself remembers nothing."""

import asyncio
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
        self._stopped = False
        self._running: set[asyncio.Task[None] | None] = set()

    def start(self) -> None:
        """Start ticking, on the running event loop."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler
        from apscheduler.triggers.interval import IntervalTrigger

        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for tick in self._ticks:
            self._scheduler.add_job(
                self._tick,
                IntervalTrigger(seconds=tick.every, timezone="UTC"),
                args=[tick.act],
                id=tick.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    async def stop(self, patience: float) -> None:
        """No further ticks, and so many seconds for those that are running."""
        self._stopped = True
        running = [task for task in self._running if task]
        if running:
            await asyncio.wait(running, timeout=patience)
        if self._scheduler is not None:
            # Only now: the scheduler cancels what it still finds running.
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def _tick(self, act: Act) -> None:
        if self._stopped:
            return
        task = asyncio.current_task()
        self._running.add(task)
        try:
            await act()
        finally:
            self._running.discard(task)
