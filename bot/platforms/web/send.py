"""Hang a notice in the room it is addressed to, and wake every page that shows that room."""

from collections.abc import Awaitable, Callable

from bot.platforms.web.rooms import Bell
from bot.school.messages import Notice

Keep = Callable[[Notice], Awaitable[None]]
"""Keeps the notice's message as a post of its place; wiring passes the one of records."""


class Send:
    """The courier's hands on this platform: keep first, ring after, so that a ring always finds it."""

    def __init__(self, keep: Keep, bell: Bell) -> None:
        self._keep = keep
        self._bell = bell

    async def __call__(self, notice: Notice) -> None:
        """Deliver one notice. What `keep` raises goes to the courier, which retries or raises the alarm."""
        await self._keep(notice)
        self._bell.ring()
