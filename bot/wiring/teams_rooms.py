"""Teams' rooms and chats that lead to those in charge: who can see in, and who has shut us out."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from logging import ERROR

from bot import log
from bot.desk.guard_room import Outsider, outsiders_in
from bot.desk.unreached import unreached
from bot.platforms.teams.connector import Member
from bot.platforms.teams.identity import TEAMS, Directory
from bot.platforms.teams.preflight import NEEDED, PASSING, PRIVATE, Rosters
from bot.records.books import Books
from bot.records.errors import RecordsFault
from bot.school.messages import Notice
from bot.school.people import Channel
from bot.wiring.works import Usher, now

EVERY = timedelta(hours=12)


@dataclass(kw_only=True)
class Rooms:
    """Those of one school."""

    usher: Usher
    directory: Directory

    async def look(self, rosters: Rosters) -> None:
        """Is every room there, and everybody in it a reader?"""
        school = self.directory.school
        private = [
            channel
            for channel in school.channels.values()
            if channel.role in PRIVATE and TEAMS in channel.addresses
        ]
        unread = [rosters.unread[channel.id] for channel in private if channel.id in rosters.unread]
        if not any(isinstance(why, PASSING) for why in unread):
            self._alarm("rooms", "teams_room" if unread else "")
        for channel in private:
            outsiders = self.directory.strangers(channel, rosters.inside.get(channel.id, ()))
            if outsiders:
                await self._do(partial(self._outsiders, channel, outsiders))

    async def told_of_shut(self, shut: Set[str], elsewhere: Set[str]) -> None:
        """These object ids let nothing in: who answers for safeguarding among them is told of."""
        school = self.directory.school
        roles = {role for some in NEEDED for role in some}
        lost = [
            person
            for person in (self.directory.person(user) for user in sorted(shut))
            if person and person not in elsewhere and school.people[person].roles & roles
        ]
        self._alarm("shut", "teams_shut" if lost else "")
        for person in lost:
            await self._do(partial(self._shut, person))

    async def _do(self, act: "partial[None]") -> None:
        try:
            await self.usher.threads.do(act)
        except RecordsFault as fault:
            log.failure("teams.unwritten", fault, school=self.directory.school.id)
            return
        self.usher.courier.wake()

    def _outsiders(self, channel: Channel, outsiders: Sequence[Member]) -> None:
        """In the audit, and as notices to those whose room it is, in one transaction."""
        moment, school = now(), self.directory.school
        found = [Outsider(address=each.aad_id or each.id, name=each.name) for each in outsiders]
        with self.usher.database.books(school.id, moment) as books:
            self._post(books, outsiders_in(school, channel, found, f"{school.day(moment)}"))
            for each in found:
                books.audit.write("usher", "room.outsider", channel.id, platform=TEAMS, person=each.address)

    def _shut(self, person: str) -> None:
        moment, school = now(), self.directory.school
        with self.usher.database.books(school.id, moment) as books:
            notices = unreached(school, school.people[person], f"{school.day(moment)}")
            if any(not books.outbox.known(notice.key) for notice in notices):
                books.audit.write("usher", "person.unreached", person, platform=TEAMS)
            self._post(books, notices)

    def _post(self, books: Books, notices: Sequence[Notice]) -> None:
        for notice in notices:
            books.outbox.post(notice)

    def _alarm(self, about: str, code: str) -> None:
        """Turn /health red, or take it back ("")."""
        school, trouble = self.directory.school.id, self.usher.watch.trouble
        key = f"{TEAMS}:{about}:{school}"
        if code and trouble.get(key) != code:
            log.event("teams.alarm", level=ERROR, school=school, code=code)
        trouble.pop(key, None)
        if code:
            trouble[key] = code
