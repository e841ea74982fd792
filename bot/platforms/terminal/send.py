"""Hang a notice in the room it is addressed to; every terminal looks there before it asks again."""

from collections.abc import Awaitable, Callable

from bot.school.messages import Notice

Keep = Callable[[str, Notice], Awaitable[str]]
"""Keeps a school's notice as a post of its place and names the post; wiring passes that of records."""


class Send:
    """The courier's hands on this platform."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        """Deliver one notice. The room itself replaces an earlier post of the same card."""
        del replaces
        return await self._keep(school, notice)
