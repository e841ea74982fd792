"""Posts a notice in Teams, in place of the card it replaces, at the pace Teams allows."""

from dataclasses import dataclass, replace

from bot import log
from bot.platforms.teams.cards import Posting, activity, message
from bot.platforms.teams.errors import TeamsRefused, TeamsUnreachable
from bot.platforms.teams.identity import Directory
from bot.platforms.teams.spots import THREAD
from bot.platforms.teams.whereabouts import GONE, Voice
from bot.school.messages import Lane, Notice


@dataclass(kw_only=True)
class Send:
    """The courier's hands in one tenant."""

    voice: Voice
    directory: Directory
    hurried: bool = False
    """Whether it overtakes all others."""

    async def __call__(self, notice: Notice, replaces: str | None) -> str:
        """Post it; what it is called now. Raises TeamsLater, TeamsUnreachable, TeamsDown or TeamsRefused."""
        if notice.lane is Lane.ALERT and not self.hurried:
            return await replace(self, voice=self.voice.ahead(), hurried=True)(notice, replaces)
        first, *more = message(notice.message)
        if notice.to.person:
            return await self._to_person(self._user(notice.to.person), first, more, replaces)
        return await self._to_channel(self._room(notice.to.channel), first, more, replaces)

    async def _to_person(self, user: str, first: Posting, more: list[Posting], replaces: str | None) -> str:
        # Whoever has another account since, or was somebody else's by mistake, gets a card of their own.
        known = self.voice.where.found.get(user)
        there = known is not None and (replaces or "").rpartition("|")[0] == known.conversation
        posted = await self._replaced(user, first, replaces) if replaces and there else ""
        if not posted:
            posted = await self.voice.to_person(user, activity(first))
        for posting in more:
            await self.voice.to_person(user, activity(posting))
        return posted

    async def _to_channel(self, room: str, first: Posting, more: list[Posting], replaces: str | None) -> str:
        # A room that school.yml has moved since gets a card of its own; the old room is none of ours now.
        there = replaces and replaces.partition(THREAD)[0] == room
        posted = await self._replaced(room, first, replaces) if replaces and there else ""
        if not posted:
            posted = "|".join(await self.voice.to_room(room, activity(first)))
        thread, service = posted.partition("|")[0], self.voice.where.server(room)
        for posting in more:
            await self.voice.connector.post(service, thread, activity(posting))
        return posted

    async def _replaced(self, whom: str, posting: Posting, replaces: str) -> str:
        """Bring the earlier card up to date; "" when it is not there to be changed."""
        conversation, _, id = replaces.rpartition("|")
        if not conversation:
            return ""
        service = self.voice.where.server(whom)
        try:
            await self.voice.connector.put(service, conversation, id, activity(posting))
        except (TeamsRefused, TeamsUnreachable) as refused:
            if isinstance(refused, TeamsUnreachable) and refused.why != GONE:
                await self.voice.refused(whom, refused)
                raise
            log.event("teams.card_gone", code=refused.code)
            return ""
        return replaces

    def _user(self, person: str) -> str:
        found = self.directory.user(person)
        if not found:
            raise TeamsUnreachable("no_address")
        return found

    def _room(self, channel: str) -> str:
        found = self.directory.channel(channel)
        if not found:
            raise TeamsUnreachable("no_address")
        return found
