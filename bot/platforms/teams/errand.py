"""One errand that everybody who needs it waits for together, so that it is never run twice at once."""

import asyncio
from collections.abc import Awaitable, Callable


class Errand:
    """Something slow, run once for all who are waiting; whoever gives up waiting doesn't stop it."""

    def __init__(self, run: Callable[[], Awaitable[None]]) -> None:
        self._run = run
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether somebody has set off and isn't back yet."""
        return self._task is not None and not self._task.done()

    def start(self) -> "asyncio.Task[None]":
        """Set off unless somebody has already."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go())
            self._task.add_done_callback(_seen)
        return self._task

    async def wait(self) -> None:
        """Until it is done; raises what it raises."""
        await asyncio.shield(self.start())

    async def stop(self) -> None:
        """Leave it undone."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _go(self) -> None:
        await self._run()


def _seen(task: "asyncio.Task[None]") -> None:
    """Whoever waits hears of a failure; without them asyncio would log it as lost."""
    if not task.cancelled():
        task.exception()
