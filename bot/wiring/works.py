"""Puts one process of Usher together: records, desk and delivery, and starts and stops them."""

import asyncio
import os
import random
import signal
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bot import log
from bot.delivery.clock import Clock, Tick
from bot.delivery.courier import Courier, Sender, Unreachable
from bot.delivery.watch import Watch
from bot.reading import House
from bot.reception import Reception
from bot.records.database import Database, address
from bot.records.errors import MalformedKeys, RecordsFault, UnknownDatabase
from bot.records.outbox import Outbox
from bot.records.vault import KeyRing
from bot.school.activities import Activity
from bot.school.matching import Matcher
from bot.school.messages import Recipient, Reply
from bot.school.people import School
from bot.settings import Misset, Settings
from bot.wiring.listening import DRAIN
from bot.wiring.reach import Either, Hands
from bot.wiring.rounds import Rounds
from bot.wiring.schools import open_house as open_house
from bot.wiring.staff import Staff

T = TypeVar("T")
Moment = Callable[[str], None]
Progress = Callable[[str, float], None]

POSTGRES_THREADS = 8


def nothing(_moment: str) -> None:
    """What happens at a named moment outside the tests."""


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class Threads:
    """Where work with the database is done: one thread for SQLite, a small pool for PostgreSQL."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="records")

    async def do(self, act: Callable[[], T]) -> T:
        """Do it there and give back what comes of it."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, act)

    def close(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown(wait=True)


def open_matcher(
    settings: Settings, house: House, progress: Progress | None = None, *, stays: bool = False
) -> Matcher:
    """The engine, from its cache where that still fits.

    Where it has to learn first, a process that `stays` has it done by another one, because learning
    takes seven times the memory of answering.
    """
    from bot.understanding import apart, engine

    make_home(settings.learnt)
    learn = apart.learn if stays else engine.learn_here
    try:
        return engine.load(house.intents, house.phrasings, settings.learnt, progress, learn=learn)
    except apart.NotLearnt as ended:
        raise Misset(
            f"Usher could not learn what staff say ({ended}): run `usher train` to see why"
        ) from None


def key_ring(settings: Settings) -> KeyRing:
    """The master keys. Misset with what to do when there are none, or none that can be used."""
    try:
        return KeyRing.parse(settings.keys())
    except MalformedKeys as fault:
        raise Misset(str(fault)) from None


def make_folder(settings: Settings) -> None:
    """The folder of a SQLite database, for nobody else to look into."""
    try:
        url = address(settings.database)
    except UnknownDatabase as fault:
        raise Misset(str(fault)) from None
    if url.get_backend_name() == "sqlite":
        make_home(Path(str(url.database)).parent)


def make_home(folder: Path) -> None:
    """A folder for nobody else to look into. Misset when it cannot be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refused:
        raise Misset(f"the folder {folder} cannot be made ({refused.strerror}): set USHER_HOME") from None


def open_database(settings: Settings, moment: Moment = nothing) -> Database:
    """The records, not yet touched. Misset when keys or address cannot be used."""
    ring = key_ring(settings)
    make_folder(settings)
    return Database(settings.database, ring, moment=moment)


def prove_records(settings: Settings) -> None:
    """Misset unless tables, keys and roles are as they must be: quickly seen, before anything is learnt."""
    database = open_database(settings)
    try:
        database.ready()
    except RecordsFault as fault:
        raise Misset(str(fault)) from None
    finally:
        database.close()


@dataclass(kw_only=True)
class Usher:
    """One process of Usher, put together and not yet started."""

    settings: Settings
    house: House
    """Of the school that this Usher serves, or of the first one."""
    matcher: Matcher | None
    """None where only notices are carried."""
    others: tuple[tuple[House, Matcher | None], ...] = ()
    """The other schools of a trust that share this Usher."""
    moment: Moment = nothing
    hands: list[Hands] = field(default_factory=list)
    """The platforms that carry notices, each to whom it reaches; the first that does is taken."""
    restaffed: list[Callable[[str, str], None]] = field(default_factory=list)
    """Who wants to hear that a platform, of a school, has seen somebody join or leave."""
    houses: dict[str, House] = field(init=False)
    staff: Staff = field(init=False)
    """Who works at each school, as school.yml and the platforms together have it."""
    database: Database = field(init=False)
    threads: Threads = field(init=False)
    outbox: Outbox = field(init=False)
    courier: Courier = field(init=False)
    watch: Watch = field(init=False)
    rounds: Rounds = field(init=False)
    clock: Clock = field(init=False)
    _reception: Reception | None = None

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.database = open_database(self.settings, self.moment)
        self.threads = Threads(1 if self.database.on_sqlite else POSTGRES_THREADS)
        self.outbox = Outbox(self.database)
        served = ((self.house, self.matcher), *self.others)
        self.houses = {house.school.id: house for house, _ in served}
        self.staff = Staff({id: house.school for id, house in self.houses.items()})
        matchers = {house.school.id: matcher for house, matcher in served if matcher}
        if matchers:
            self._reception = Reception(
                database=self.database, houses=self.houses, matchers=matchers, moment=self.moment
            )
        self.courier = self._courier()
        self.watch = Watch(
            database=self.database,
            outbox=self.outbox,
            schools=self._schools,
            desk=self.threads,
            now=now,
            speaking=lambda moment: self.rounds.speaking(moment),
        )
        self.rounds = Rounds(
            database=self.database,
            schools=self._schools,
            desk=self.threads,
            now=now,
            wake=self.courier.wake,
            trouble=self.watch.trouble,
        )
        self.clock = Clock(self._ticks())

    def _courier(self) -> Courier:
        return Courier(
            outbox=self.outbox,
            sender_for=self._sender_for,
            desk=self.threads,
            now=now,
            worker=f"{socket.gethostname()}:{os.getpid()}",
            jitter=random.random,
            speaking=lambda moment: self.rounds.speaking(moment),
            moment=self.moment,
        )

    def _sender_for(self, school: str, recipient: Recipient) -> Sender:
        """The platforms that reach a recipient of this school, one after the other."""
        reach = [hands for hands in self.hands if hands.reaches(school, recipient)]
        if not reach or not self.knows(school, recipient):
            raise Unreachable
        return reach[0] if len(reach) == 1 else Either(reach)

    def knows(self, school: str, recipient: Recipient) -> bool:
        """Whether the school has such a person or channel."""
        here = self.houses.get(school)
        if here is None:
            return False
        return recipient.person in here.school.people or recipient.channel in here.school.channels

    def _schools(self) -> list[School]:
        """The schools as their people are now."""
        return [house.school for house in self.houses.values()]

    def restaff(self, platform: str, school: School) -> None:
        """From now on these are the people of a school on this platform: somebody has joined or left.

        The others go on knowing theirs: everybody of school.yml, and whoever each of them adds.
        """
        self.staff.saw(platform, school)
        merged = self.staff.everybody(school.id)
        self.houses[school.id] = replace(self.houses[school.id], school=merged)
        if self.house.school.id == school.id:
            self.house = self.houses[school.id]
        for told in self.restaffed:
            told(platform, school.id)

    def _ticks(self) -> tuple[Tick, ...]:
        return (
            Tick(name="alarms", every=5, act=self.courier.sweep),
            Tick(name="watch", every=15, act=self.watch.tick),
            *self.rounds.ticks(),
        )

    async def admit(self, activity: Activity) -> Reply:
        """Let one activity in; once it is committed, its notices set out."""
        reception = self._reception
        if reception is None:
            raise RuntimeError("this process carries notices and admits nobody")
        reply = await self.threads.do(lambda: reception.admit(activity))
        self.courier.wake()
        return reply

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        """Carry notices and tick for as long as the block runs, then finish what is under way."""
        carrying = asyncio.create_task(self.courier.run())
        carrying.add_done_callback(_fallen)
        self.clock.start()
        log.event("courier.started")
        try:
            yield
        finally:
            self.courier.stop()
            await asyncio.gather(carrying, self.clock.stop(DRAIN))
            log.event("courier.stopped")

    def close(self) -> None:
        """Give everything back."""
        self.threads.close()
        self.database.close()


def _fallen(carrying: "asyncio.Task[None]") -> None:
    """A courier that ends by an error ends the process: better restarted than silent."""
    if not carrying.cancelled() and (error := carrying.exception()):
        log.failure("courier.fallen", error)
        signal.raise_signal(signal.SIGTERM)
