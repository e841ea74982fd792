"""Where people and rooms are found in Teams, and speaking to them there: renewed with all that comes in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot import log
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.errors import BLOCKED, LEFT, TeamsUnreachable

EVERYWHERE = "https://smba.trafficmanager.net/teams/"
"""Leads to the right server until a tenant's own is known."""
GONE = "gone"
SHUT_OUT = BLOCKED | LEFT | {"ForbiddenOperationException"}
"""What Teams says when somebody has blocked us, or hasn't got the app."""
MOST = 20_000


@dataclass(frozen=True, kw_only=True)
class Found:
    """Where somebody or a room is found."""

    conversation: str
    service: str
    shut: bool = False
    """Nothing of ours got in the last time."""


@dataclass(kw_only=True)
class Whereabouts:
    """All of one school, as its records have it."""

    keep: Callable[[str, Found], Awaitable[None]]
    """Whom, where: kept for after a restart."""
    close: Callable[[str], Awaitable[None]]
    """Whom: lets nothing of ours in any more."""
    changed: Callable[[], Awaitable[None]] | None = None
    """Somebody has shut us out, or let us in again."""
    service: str = EVERYWHERE
    """The server that was heard of last."""
    found: dict[str, Found] = field(default_factory=dict)

    def recall(self, known: Mapping[str, Found], service: str = "") -> None:
        """What the records say now: another process may have heard of somebody."""
        self.found = dict(known)
        self.service = service or self.service

    async def met(self, whom: str, conversation: str, service: str, *, heard: bool = True) -> None:
        """They are found there: written down when that is news. `heard` of by them, not by trying."""
        here = Found(conversation=conversation, service=service)
        self.service = service if heard else self.service
        if whom and self.found.get(whom) != here:
            if len(self.found) >= MOST:
                self.found.pop(next(iter(self.found)))
            before, self.found[whom] = self.found.get(whom), here
            await self.keep(whom, here)
            if before is not None and before.shut and self.changed is not None:
                await self.changed()

    async def shut(self, whom: str) -> None:
        """They let nothing of ours in."""
        here = self.found.get(whom) or Found(conversation="", service=self.service)
        if whom and not here.shut:
            self.found[whom] = Found(conversation=here.conversation, service=here.service, shut=True)
            await self.close(whom)
            if self.changed is not None:
                await self.changed()

    def server(self, whom: str) -> str:
        """The server that looks after them."""
        here = self.found.get(whom)
        return here.service if here and here.service else self.service


@dataclass(kw_only=True)
class Voice:
    """Speaks in people's personal chats."""

    connector: Connector
    where: Whereabouts

    def ahead(self) -> "Voice":
        """The same, for what can't wait behind a campaign."""
        return replace(self, connector=self.connector.ahead())

    async def chat(self, user: str) -> tuple[str, str]:
        """Server and conversation of somebody's personal chat, begun if need be."""
        here = self.where.found.get(user)
        if here and here.conversation:
            return here.service, here.conversation
        return await self.begin(user)

    async def to_person(self, user: str, activity: Mapping[str, Any]) -> str:
        """Say it in their personal chat; what it is called there."""
        try:
            return await self._said(user, activity)
        except TeamsUnreachable as refused:
            await self.refused(user, refused)
            raise

    async def refused(self, user: str, refused: TeamsUnreachable) -> None:
        """Mark whoever has shut us out. Our own login that no longer holds says nothing about them."""
        if refused.why == GONE or refused.code in SHUT_OUT:
            log.event("teams.shut", code=refused.code)
            await self.where.shut(user)

    async def to_room(self, room: str, activity: Mapping[str, Any]) -> tuple[str, str]:
        """Begin a thread in a channel: the conversation, and what was said is called there."""

        async def begin(service: str) -> tuple[str, str]:
            begun = await self.connector.create_thread(service, room, activity)
            await self.where.met(room, "", service, heard=False)
            return begun

        return await self._anywhere(room, begin)

    async def begin(self, user: str) -> tuple[str, str]:
        """Have Teams say where their chat is. TeamsUnreachable where the app isn't installed for them."""

        async def begin(service: str) -> tuple[str, str]:
            conversation = await self.connector.create_personal(service, user)
            await self.where.met(user, conversation, service, heard=False)
            return service, conversation

        return await self._anywhere(user, begin)

    async def _said(self, user: str, activity: Mapping[str, Any]) -> str:
        service, conversation = await self.chat(user)
        try:
            posted = await self.connector.post(service, conversation, activity)
        except TeamsUnreachable as refused:
            if refused.why != GONE:
                raise
            service, conversation = await self.begin(user)
            posted = await self.connector.post(service, conversation, activity)
        await self.where.met(user, conversation, service, heard=False)
        return f"{conversation}|{posted}"

    async def _anywhere(self, whom: str, ask: Callable[[str], Awaitable[tuple[str, str]]]) -> tuple[str, str]:
        """Ask the server that looks after them; where they are unknown, the others: it may have moved."""
        servers = list(dict.fromkeys((self.where.server(whom), self.where.service, EVERYWHERE)))
        for service in servers[:-1]:
            try:
                return await ask(service)
            except TeamsUnreachable as refused:
                if refused.why != GONE:
                    raise
        return await ask(servers[-1])
