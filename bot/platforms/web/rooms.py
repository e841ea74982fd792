"""What has been posted in the rooms a person may see, and the bell that rings when more is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.school.messages import Message, Recipient


@dataclass(frozen=True, kw_only=True)
class Post:
    """One notice as it hangs in a room. `revision` only ever grows; a card keeps its name for life."""

    revision: int
    place: str
    """ "person:<id>" or "channel:<id>"."""
    card: str
    message: Message
    at: datetime

    @property
    def id(self) -> str:
        """The same for every revision of one card, so that the page replaces it in place."""
        return f"card-{self.card}" if self.card else f"post-{self.revision}"


class Rooms(Protocol):
    """Where the courier's notices are kept; the page only reads it."""

    async def after(self, places: Sequence[str], revision: int) -> Sequence[Post]:
        """Posts in these places with a later revision than this one, oldest first."""
        ...


class Bell:
    """Wakes everybody who is watching the page; rung from the event loop that serves it."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Something is new."""
        rung, self._next = self._next, asyncio.Event()
        rung.set()

    def listen(self) -> asyncio.Event:
        """The next ring. Take it before looking at what there is, so that no ring is missed."""
        return self._next


def place_of(recipient: Recipient) -> str:
    """The name of a place, as posts and the page use it."""
    if recipient.channel:
        return f"channel:{recipient.channel}"
    return f"person:{recipient.person}"
