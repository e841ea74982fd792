"""Where people are found in Teams, as the records keep it for every process of this deployment."""

from dataclasses import dataclass
from functools import partial

from bot import log
from bot.delivery.courier import Desk
from bot.platforms.teams.identity import TEAMS
from bot.platforms.teams.whereabouts import Found, Whereabouts
from bot.records.database import Database
from bot.records.errors import RecordsFault
from bot.wiring.works import now


@dataclass(kw_only=True)
class Book:
    """Of one school."""

    database: Database
    desk: Desk
    school: str

    def whereabouts(self) -> Whereabouts:
        """Nothing known yet: recall() looks it up."""
        return Whereabouts(keep=self.keep, close=self.close)

    async def recall(self, where: Whereabouts) -> None:
        """What any process has heard. Where the records don't answer, what was known holds."""
        try:
            found, service = await self.desk.do(self._found)
        except RecordsFault as fault:
            log.event("teams.conversations_unknown", school=self.school, code=type(fault).__name__)
            return
        where.recall(found, service)

    async def keep(self, whom: str, found: Found) -> None:
        """They are found there."""
        await self._write(partial(self._keep, whom, found))

    async def close(self, whom: str) -> None:
        """They let nothing of ours in."""
        await self._write(partial(self._close, whom))

    async def _write(self, act: partial[None]) -> None:
        """What can't be written down now is heard of again with the next thing they do."""
        try:
            await self.desk.do(act)
        except RecordsFault as fault:
            log.event("teams.conversation_unkept", school=self.school, code=type(fault).__name__)

    def _keep(self, whom: str, found: Found) -> None:
        with self.database.books(self.school, now()) as books:
            books.conversations.meet(TEAMS, whom, found.conversation, found.service)

    def _close(self, whom: str) -> None:
        with self.database.books(self.school, now()) as books:
            books.conversations.shut(TEAMS, whom)

    def _found(self) -> tuple[dict[str, Found], str]:
        with self.database.read(self.school, now()) as books:
            known = books.conversations.of(TEAMS)
        found = {
            each.whom: Found(conversation=each.conversation, service=each.service, shut=each.shut is not None)
            for each in known
        }
        return found, known[0].service if known else ""
