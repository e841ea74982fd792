"""What is looked at again and again; worked out anew from the records, so that nothing is doubled."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot import log
from bot.delivery.clock import Tick
from bot.delivery.courier import Desk
from bot.desk import cover
from bot.desk.escalate import escalate, overdue
from bot.desk.remind import remind, waiting
from bot.records.database import Database
from bot.records.errors import RecordsFault
from bot.records.retention import sweep
from bot.school.people import School


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of one school's turn."""

    posted: bool = False
    trouble: str = ""
    """Why /health must turn red, as a code."""


@dataclass(kw_only=True)
class Rounds:
    """The rounds of one process; any number of processes may make them at once."""

    database: Database
    schools: Callable[[], Iterable[School]]
    desk: Desk
    now: Callable[[], datetime]
    wake: Callable[[], None]
    """Something has been posted: the courier may look. Called on the event loop."""
    trouble: dict[str, str]
    """What turns /health red: a school whose clock can't be kept."""

    def ticks(self) -> tuple[Tick, ...]:
        """The rounds, each with how often it is made."""
        return (
            Tick(name="escalation", every=15, act=self.escalate),
            Tick(name="reminders", every=60, act=self.remind),
            Tick(name="cover", every=300, act=self.look_for_cover),
            Tick(name="retention", every=600, act=self.retain),
        )

    async def escalate(self) -> None:
        """Tell the next in line of every case that has waited too long. Only reads when there is none."""
        for school in list(self.schools()):
            await self._round(school, "escalation", partial(self._escalate, school))

    async def remind(self) -> None:
        """Send what campaigns have to say, once for each step. Only reads when nothing is due."""
        for school in list(self.schools()):
            await self._round(school, "reminders", partial(self._remind, school))

    async def look_for_cover(self) -> None:
        """Tell the headteacher, once a day, of days on which nobody answers for safeguarding."""
        for school in list(self.schools()):
            await self._round(school, "cover", partial(self._cover, school))

    async def retain(self) -> None:
        """Erase what is no longer kept."""
        for school in list(self.schools()):
            await self.desk.do(partial(sweep, self.database, school.id, self.now()))

    async def _round(self, school: School, name: str, act: Callable[[], Done]) -> None:
        """One school's turn. What goes wrong there turns /health red, and keeps no other school waiting."""
        try:
            done = await self.desk.do(act)
        except RecordsFault as fault:
            log.failure("round.failed", fault, school=school.id, tick=name)
            done = Done(trouble=name)
        if done.posted:
            self.wake()
        key = f"{name}:{school.id}"
        if done.trouble:
            self.trouble[key] = done.trouble
        else:
            self.trouble.pop(key, None)

    def _escalate(self, school: School) -> Done:
        moment, count = self.now(), 0
        with self.database.read(school.id, moment) as books:
            waiting = books.cases.unanswered()
            late = overdue(school, books, waiting.cases, moment)
        if late:
            with self.database.books(school.id, moment) as books:
                count = escalate(school, books, moment)
            log.event("case.escalated", school=school.id, count=count)
        return Done(posted=bool(count), trouble="unreadable_case" if waiting.unreadable else "")

    def _remind(self, school: School) -> Done:
        moment = self.now()
        with self.database.read(school.id, moment) as books:
            if not waiting(school, books, moment):
                return Done()
        with self.database.books(school.id, moment) as books:
            count = remind(school, books, moment)
        log.event("campaign.reminded", school=school.id, count=count)
        return Done(posted=bool(count))

    def _cover(self, school: School) -> Done:
        moment = self.now()
        with self.database.read(school.id, moment) as books:
            if not cover.unsaid(school, books, moment):
                return Done()
        with self.database.books(school.id, moment) as books:
            return Done(posted=bool(cover.warn(school, books, moment)))
