"""Teams for this process: proved at the start, its door opened, its hands lent to the courier."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import ClientSession, web

from bot import log
from bot.delivery.clock import Clock, Tick
from bot.platforms.teams.connector import Connector, Member
from bot.platforms.teams.errors import UNSAID
from bot.platforms.teams.gate import Gate
from bot.platforms.teams.http import Door
from bot.platforms.teams.identity import TEAMS, Directory
from bot.platforms.teams.keys import Keys
from bot.platforms.teams.login import Login
from bot.platforms.teams.pacing import Pace
from bot.platforms.teams.preflight import (
    PASSING,
    Rosters,
    read_rosters,
)
from bot.platforms.teams.receive import Corner, Doors, Told
from bot.platforms.teams.reply import Say
from bot.platforms.teams.send import Send
from bot.platforms.teams.spots import Spot
from bot.platforms.teams.whereabouts import Voice, Whereabouts
from bot.school.messages import Recipient
from bot.school.people import School
from bot.settings import Misset, TeamsSettings
from bot.wiring.listening import DRAIN
from bot.wiring.reach import Hands
from bot.wiring.teams_book import Book
from bot.wiring.teams_hands import TeamsHands
from bot.wiring.teams_login import credential, way_out
from bot.wiring.teams_proof import Elsewhere, prove, whose
from bot.wiring.teams_rooms import EVERY as ROOMS_EVERY
from bot.wiring.teams_rooms import Rooms
from bot.wiring.works import Usher

PEOPLE_EVERY = timedelta(hours=12)
BOOK_EVERY = 60.0
"""Seconds between looks at whom other processes have met."""
SOON = 2.0
"""Seconds after somebody has joined or left that the rosters are read: they seldom come alone."""
LOOK_UP = 2.0
"""Seconds that finding out who a stranger is may take."""
ASK_AGAIN = 300.0
"""Seconds until somebody whom nobody knows is looked up again."""
MOST_STRANGERS = 2_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody who has been looked up, or is being looked up."""

    at: float
    task: "asyncio.Task[None]"


@dataclass(kw_only=True)
class TeamsAt:
    """Teams as this process has it: one app in one tenant, for one school."""

    usher: Usher
    directory: Directory
    connector: Connector
    login: Login | None
    book: Book
    where: Whereabouts
    session: ClientSession
    clock: Callable[[], float] = time.monotonic
    voice: Voice = field(init=False)
    send: Send = field(init=False)
    rooms: Rooms = field(init=False)
    rosters: Rosters = field(default_factory=Rosters)
    _met: dict[str, Member] = field(default_factory=dict)
    """Object id -> somebody who is on no roster and has spoken to us."""
    _asked: dict[str, "Asked"] = field(default_factory=dict)
    _shut: set[str] = field(default_factory=set)
    """Object ids of those who let nothing in, as last looked at."""
    _looking: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        """Put the parts together; hear of those whom other platforms know."""
        self.voice = Voice(connector=self.connector, where=self.where)
        self.send = Send(voice=self.voice, directory=self.directory)
        self.rooms = Rooms(usher=self.usher, directory=self.directory)
        self.usher.restaffed.append(self._rebase)
        self.where.changed = self.look_at_shut

    @property
    def school(self) -> str:
        """Whose tenant it is."""
        return self.directory.school.id

    async def prove(self) -> list[str]:
        """Look at everything; every fault that keeps the doors shut."""
        await self.book.recall(self.where)
        faults = await prove(self.login, self.directory, self.voice, self.learn, self._elsewhere)
        if not faults:
            await self.look_at_shut()
        return faults

    async def learn(self) -> Rosters:
        """Who is on the rosters, as things stand now; a room that can't be read keeps whom it had."""
        rosters = await read_rosters(self.connector, self.where, self.directory.declared)
        for channel in rosters.unread:
            if channel in self.rosters.inside:
                rosters.inside[channel] = self.rosters.inside[channel]
        self.rosters = rosters
        everybody = [*self._met.values(), *rosters.members()]
        if self.directory.learn(everybody, rosters.staff(self.directory.declared)):
            self.usher.restaff(TEAMS, self.directory.school)
            log.event("teams.people", school=self.school, count=len(self.directory.school.people))
        return rosters

    def people_soon(self) -> None:
        """Somebody has joined or left: look in a moment."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_soon())

    async def _look_soon(self) -> None:
        await asyncio.sleep(SOON)
        await self.people_tick()

    async def people_tick(self) -> None:
        """Look at people and private rooms again; where Teams doesn't answer, the last look holds."""
        await self.learn()
        await self.rooms.look(self.rosters)

    async def book_tick(self) -> None:
        """Look at whom other processes have met, and at rosters that couldn't be read a moment ago."""
        await self.book.recall(self.where)
        await self.look_at_shut()
        if any(isinstance(why, PASSING) for why in self.rosters.unread.values()):
            await self.people_tick()

    async def stranger(self, spot: Spot) -> None:
        """Somebody on no roster speaks to us: Teams tells who it is, if they are of this tenant.

        What they do meanwhile waits for the same answer.
        """
        known = self._asked.get(spot.user)
        if known is None or (known.task.done() and self.clock() - known.at > ASK_AGAIN):
            while len(self._asked) >= MOST_STRANGERS:
                self._asked.pop(next(iter(self._asked)))
            known = Asked(at=self.clock(), task=asyncio.create_task(self._look_up(spot.user)))
            self._asked[spot.user] = known
        await asyncio.shield(known.task)

    async def _look_up(self, user: str) -> None:
        try:
            async with asyncio.timeout(LOOK_UP):
                voice = self.voice.ahead()
                service, conversation = await voice.chat(user)
                found = await voice.connector.member(service, conversation, user)
        except UNSAID as unsaid:
            log.event("teams.stranger_unknown", school=self.school, code=type(unsaid).__name__)
            self._asked.pop(user, None)
            return
        if found is not None and found.aad_id.lower() == user and self.directory.meet(found):
            if self.directory.person(user):
                self._met[user] = found
            self.usher.restaff(TEAMS, self.directory.school)

    async def look_at_shut(self) -> None:
        """/health is red while somebody who answers for safeguarding has shut us out."""
        shut = {user for user, found in self.where.found.items() if found.shut}
        if shut != self._shut:
            self._shut = shut
            await self.rooms.told_of_shut(shut, self._elsewhere().people)

    def doors(self, secret: bytes, *, windows: bool = True) -> Doors:
        """The doors, not yet open."""
        say = Say(voice=self.voice, windows=windows)
        corner = Corner(school=self.school, directory=self.directory, say=say)
        told = Told(people=self.people_soon, stranger=self.stranger)
        return Doors(corner=corner, admit=self.usher.admit, told=told, secret=secret)

    def ticks(self, *, delivery: bool) -> Clock:
        """What is looked at again and again."""
        every = min(PEOPLE_EVERY, ROOMS_EVERY) if delivery else PEOPLE_EVERY
        return Clock(
            [
                Tick(name="teams.people", every=every.total_seconds(), act=self.people_tick),
                Tick(name="teams.book", every=BOOK_EVERY, act=self.book_tick),
            ]
        )

    async def close(self) -> None:
        """Stop looking."""
        self.usher.restaffed.remove(self._rebase)
        for task in (self._looking, *(asked.task for asked in self._asked.values())):
            if task is not None:
                task.cancel()

    def _rebase(self, platform: str, school: str) -> None:
        """Another platform has seen somebody join or leave."""
        if platform != TEAMS and school == self.school:
            self.directory.rebase(self.usher.staff.without(TEAMS, school))
            self.usher.restaff(TEAMS, self.directory.school)

    def _elsewhere(self) -> Elsewhere:
        """People and channels whom another platform reaches."""
        others: list[Hands] = [hands for hands in self.usher.hands if hands.name != TEAMS]
        here = self.directory.school

        def reached(to: Recipient) -> bool:
            return any(hands.reaches(here.id, to) for hands in others)

        return Elsewhere(
            people=frozenset(id for id in here.people if reached(Recipient(person=id))),
            channels=frozenset(id for id in here.channels if reached(Recipient(channel=id))),
        )


@asynccontextmanager
async def teams_connected(usher: Usher, settings: TeamsSettings, *, delivery: bool) -> AsyncIterator[TeamsAt]:
    """Teams for as long as the block runs. Misset with every fault when it can't be used as it stands."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(way_out())
        login = Login(settings.app_id, settings.tenant, credential(settings))
        stack.push_async_callback(login.close)
        school = whose(settings.tenant, [usher.staff.declared(id) for id in usher.houses])
        at = teams_at(usher, school, session, login, settings.tenant)
        stack.push_async_callback(at.close)
        faults = await at.prove()
        if faults:
            raise Misset(*(f"Teams: {fault}" for fault in faults))
        usher.hands.append(TeamsHands(at.directory, at.send))
        clock = at.ticks(delivery=delivery)
        clock.start()
        stack.push_async_callback(clock.stop, DRAIN)
        yield at


def teams_at(
    usher: Usher, school: School, session: ClientSession, login: Login | None, tenant: str
) -> TeamsAt:
    """The parts, put together; nothing has been looked at yet."""
    book = Book(database=usher.database, desk=usher.threads, school=school.id)
    directory = Directory(declared=usher.staff.without(TEAMS, school.id), tenant=tenant)
    return TeamsAt(
        usher=usher,
        directory=directory,
        connector=Connector(session, login, Pace()),
        login=login,
        session=session,
        book=book,
        where=book.whereabouts(),
    )


@asynccontextmanager
async def teams_open(at: TeamsAt, settings: TeamsSettings, app: web.Application) -> AsyncIterator[None]:
    """Its door, for as long as the block runs."""
    keys = Keys(at.session)
    doors = at.doors(own_secret(at.usher))
    app.add_routes(Door(Gate(settings.app_id, settings.tenant, keys), doors.take).routes())
    try:
        yield
    finally:
        await doors.close()
        await keys.close()


def own_secret(usher: Usher) -> bytes:
    """What only the processes of this deployment know, all the same: it keys the ids of submissions."""
    return hmac.new(usher.settings.keys().encode(), b"teams submissions", hashlib.sha256).digest()
