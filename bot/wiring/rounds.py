"""What is looked at again and again; worked out anew from the records, so that nothing is doubled."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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
from bot.records.retention import forget_leavers, sweep
from bot.school.cadence import posting_time, speaking_time
from bot.school.calendar import opens
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
    _looked: dict[str, datetime] = field(default_factory=dict)
    """School -> when its campaigns were last looked through, as far as that was done."""

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

    def speaking(self, now: datetime) -> dict[str, datetime]:
        """Schools in which what campaigns have queued may be posted, each since it opened today.

        First this round has to take back what is no longer so since yesterday.
        """
        there = (school for school in self.schools() if posting_time(school, now))
        opened = {school.id: opens(school, school.day(now)) for school in there}
        return {id: at for id, at in opened.items() if id in self._looked and self._looked[id] >= at}

    async def look_for_cover(self) -> None:
        """Tell the headteacher, once a day, of days on which nobody answers for safeguarding."""
        for school in list(self.schools()):
            await self._round(school, "cover", partial(self._cover, school))

    async def retain(self) -> None:
        """Erase what is no longer kept."""
        for school in list(self.schools()):
            await self.desk.do(partial(forget_leavers, self.database, school, self.now()))
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
        if not speaking_time(school, moment):
            return Done()
        with self.database.read(school.id, moment) as books:
            due = waiting(school, books, moment)
        count = 0
        if due:
            with self.database.books(school.id, moment) as books:
                count = remind(school, books, moment)
            log.event("campaign.reminded", school=school.id, count=count)
        self._looked[school.id] = moment
        return Done(posted=bool(count))

    def _cover(self, school: School) -> Done:
        moment = self.now()
        with self.database.read(school.id, moment) as books:
            if not cover.unsaid(school, books, moment):
                return Done()
        with self.database.books(school.id, moment) as books:
            return Done(posted=bool(cover.warn(school, books, moment)))
