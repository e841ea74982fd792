"""A thousand days at once: a small school, three clocks that tick at the same moment, and outages.

Each clock makes the product's own rounds and has a courier of its own. Outages befall the process, or the
platform that takes its posts; people acknowledge and campaigns are paused all the while.
"""

import asyncio
import json
import os
import random
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.delivery.courier import Courier
from bot.desk import run_campaign
from bot.desk.visit import Visit
from bot.reading.school_times import known_holidays
from bot.records.books import Books
from bot.records.campaign_tables import reminders
from bot.records.database import Database
from bot.records.outbox import Outbox
from bot.records.vault import KeyRing
from bot.school.activities import Place
from bot.school.cadence import CAP, REMINDERS, Step, there
from bot.school.calendar import is_school_day, is_school_time, school_days_after, school_days_between
from bot.school.campaigns import Audience, Campaign, CampaignState, members
from bot.school.messages import Facts, Notice
from bot.school.moments import say_day
from bot.school.people import Absence, Hours, Person, Role, School, Term
from bot.school.policy import own_hash
from bot.wiring.rounds import Rounds
from tests.hazards.doing import KEY, Here, house

LONDON = ZoneInfo("Europe/London")
CLOCKS = 3
OUTAGES = (
    timedelta(seconds=1),
    timedelta(minutes=10),
    timedelta(hours=5),
    timedelta(days=3),
    timedelta(days=30),
)
BEGINS = date(2024, 9, 1)
READS = "Please read “{}”"


def person(id: str, **more: object) -> Person:
    given = {"id": id, "name": id.title(), "job": "", "email": f"{id}@a.example", "line_manager": "head"}
    return Person(**{**given, **more})  # type: ignore[arg-type]


def small_school(years: range = range(2024, 2036)) -> School:
    """Every year the same terms; clocks change in the middle of them, and bank holidays fall into them."""
    terms = []
    for year in years:
        terms += [
            Term(name="Autumn", first=date(year, 9, 2), last=date(year, 12, 18)),
            Term(name="Spring", first=date(year + 1, 1, 5), last=date(year + 1, 4, 4)),
            Term(name="Summer", first=date(year + 1, 4, 20), last=date(year + 1, 7, 20)),
        ]
    people = (
        person("head", roles=frozenset({Role.STAFF, Role.HEADTEACHER}), line_manager="owner"),
        person("owner", roles=frozenset({Role.STAFF, Role.POLICY_OWNER})),
        person("whole"),
        person("part", days=frozenset({0, 3})),
        person("short", away=(Absence(first=date(2024, 9, 9), last=date(2024, 9, 13)),)),
        person("leave", away=(Absence(first=date(2024, 9, 16), last=date(2024, 12, 31)),)),
        person("paper", email=""),
    )
    return School(
        id="small",
        name="Small School",
        timezone="Europe/London",
        people={each.id: each for each in people},
        channels={},
        hours={day: Hours(opens=time(8, 30), closes=time(15, 30)) for day in range(5)},
        terms=tuple(terms),
        closed={date(year, 10, 7): "INSET" for year in years},
        phones={},
        retention={},
        bank_holidays=known_holidays("ENG", range(years[0], years[-1] + 2)),
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message that the platform has shown."""

    at: datetime
    to: str
    summary: str
    rows: list[str]
    """Where it speaks of several campaigns: a line for each."""

    def of(self, title: str) -> str:
        """What it says of a campaign; "" for nothing."""
        found = (line for line in (self.summary, *self.rows) if line.startswith((READS.format(title), title)))
        return next(found, "")


class Wall:
    """A platform that takes posts, unless it is down; each is a line of a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.up_from = datetime.min.replace(tzinfo=UTC)
        self.now = self.up_from
        self._lock = threading.Lock()

    async def send(self, _school: str, notice: Notice, _replaces: str | None) -> str:
        """Show it."""
        if self.now < self.up_from:
            raise OSError("no route")
        facts = (part for part in notice.message.parts if isinstance(part, Facts))
        rows = [f"{title}: {when}" for part in facts for title, when in part.rows]
        said = {"summary": notice.message.summary, "rows": rows}
        line = {"at": self.now.isoformat(), "to": notice.to.person, **said}
        with self._lock, self.file.open("a") as out:
            out.write(json.dumps(line) + "\n")
        return notice.key

    def told(self) -> list[Told]:
        """Everything, oldest first."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        found = (json.loads(line) for line in lines)
        return [Told(**{**line, "at": datetime.fromisoformat(line["at"])}) for line in found]


class Gated(Database):
    """Whoever has read waits until all have: so every clock acts on the same state."""

    gate: threading.Barrier | None = None

    @contextmanager
    def read(self, school: str, now: datetime) -> Iterator[Books]:
        """Read, then wait for the others."""
        with super().read(school, now) as books:
            yield books
        if self.gate:
            self.gate.wait(30)


class Clockwork:
    """One clock of those that tick: its rounds, its courier and its database."""

    def __init__(self, url: str, school: School, wall: Wall, gate: threading.Barrier | None = None) -> None:
        self.wall = wall
        self.database = Gated(url, KeyRing.parse(KEY))
        self.database.gate = gate
        self.trouble: dict[str, str] = {}
        self.rounds = Rounds(
            database=self.database,
            schools=lambda: [school],
            desk=Here(),
            now=lambda: self.wall.now,
            wake=lambda: None,
            trouble=self.trouble,
        )
        self.courier = Courier(
            outbox=Outbox(self.database),
            sender_for=lambda school, to: self.wall,
            desk=Here(),
            now=lambda: self.wall.now,
            worker=f"{os.getpid()}:{id(self)}",
            jitter=random.random,
            speaking=lambda now: self.rounds.speaking(now),
        )

    def tick(self) -> None:
        """Carry, look what is due, and carry again: the courier may always be the first."""
        asyncio.run(self._tick())
        assert not self.trouble

    async def _tick(self) -> None:
        await self._carry()
        await self.rounds.remind()
        await self._carry()

    async def _carry(self) -> None:
        await self.courier.cycle()
        while self.courier._sending:
            await asyncio.wait(self.courier._sending)


def remind(*, url: str, at: str, up_from: str, file: str, mutant: str = "") -> dict[str, Any]:
    """What a forked process does: one tick at a moment, perhaps with a fault put in on purpose."""
    if mutant:
        import importlib

        importlib.import_module(f"tests.hazards.mutants.{mutant}").apply()
    wall = Wall(Path(file))
    wall.now, wall.up_from = datetime.fromisoformat(at), datetime.fromisoformat(up_from)
    one = Clockwork(url, small_school(), wall)
    one.tick()
    one.database.close()
    return {}


class Travel:
    """One school's database, the clocks that tick on it, and what people do meanwhile."""

    def __init__(
        self, url: str, school: School, file: Path, together: Callable[[Wall], None] | None = None
    ) -> None:
        self.school, self.wall, self.together = school, Wall(file), together
        self.desk = Database(url, KeyRing.parse(KEY))
        gate = threading.Barrier(CLOCKS)
        self.clocks = [] if together else [Clockwork(url, school, self.wall, gate) for _ in range(CLOCKS)]
        self.pool = ThreadPoolExecutor(CLOCKS)
        self.done: dict[tuple[str, str], datetime] = {}
        self.pauses: list[tuple[str, datetime, datetime]] = []

    def launch(self, day: date, length: int = 20) -> Campaign:
        """A campaign approved and running from that day."""
        start = school_days_after(self.school, day - timedelta(days=1), 1)
        moment = datetime.combine(start, time(6), LONDON)
        draft = Campaign(
            id="",
            title=f"Policy {start.year}",
            policy=house().policy.id,
            version="v",
            hash=own_hash(house().policy),
            audience=Audience(),
            launch=start,
            due=school_days_after(self.school, start, length),
            created=moment,
            created_by="owner",
        )
        with self.desk.books(self.school.id, moment) as books:
            made = replace(books.campaigns.create(draft), state=CampaignState.RUNNING, started=moment)
            books.campaigns.keep(made)
            books.campaigns.enrol(made, members(self.school, made.audience), start)
        return made

    def read(self, campaign: Campaign, who: str, moment: datetime) -> None:
        """The owner records that somebody has signed."""
        with self._visit(moment) as visit:
            run_campaign.put_down(visit, campaign, who)
        self.done[campaign.id, who] = moment

    def pause(self, campaign: Campaign, moment: datetime) -> None:
        """The owner pauses it."""
        with self._visit(moment) as visit:
            run_campaign.pause(visit, campaign.id)
        self.pauses.append((campaign.id, moment, datetime.max.replace(tzinfo=UTC)))

    def go_on(self, moment: datetime) -> None:
        """The owner lets everything go on that is paused."""
        for place, (id, since, until) in enumerate(self.pauses):
            if until > moment:
                with self._visit(moment) as visit:
                    run_campaign.run(visit, id)
                self.pauses[place] = (id, since, moment)

    @contextmanager
    def _visit(self, moment: datetime) -> Iterator[Visit]:
        home = house()
        with self.desk.books(self.school.id, moment) as books:
            yield Visit(
                school=self.school,
                policy=home.policy,
                forms=home.forms,
                step_zero=home.step_zero,
                intents=home.intents,
                matcher=cast(Any, None),
                books=books,
                who=self.school.people["owner"],
                place=Place(),
                now=moment,
            )

    def tick(self, moment: datetime) -> None:
        """Every clock at the same moment."""
        self.wall.now = moment
        if self.together:
            self.together(self.wall)
        else:
            list(self.pool.map(lambda clock: clock.tick(), self.clocks))

    def days(self, count: int, dice: random.Random) -> Iterator[datetime]:
        """The moments at which the clocks tick, outages of the process left out; those of the platform not.

        Both sides of every clock change are in, and the first minute of school.
        """
        up_from = datetime.combine(BEGINS, time(0), UTC)
        for ahead in range(count):
            day = BEGINS + timedelta(days=ahead)
            hours = [dice.uniform(0, 24)] + [dice.uniform(8.4, 15.6) for _ in range(2)]
            hours += [8.501] if dice.random() < 0.3 else []
            for hour in sorted(hours) if is_school_day(self.school, day) else hours[:1]:
                moment = (datetime.combine(day, time(0), LONDON) + timedelta(hours=hour)).astimezone(UTC)
                if moment >= up_from:
                    yield moment
            if dice.random() < 0.04:
                up_from = datetime.combine(day, time(12), UTC) + dice.choice(OUTAGES)
            if dice.random() < 0.08:
                begins = datetime.combine(day, time(dice.randrange(24)), UTC)
                self.wall.up_from = max(self.wall.up_from, begins + dice.choice(OUTAGES))

    def steps(self) -> dict[tuple[str, str], dict[str, datetime]]:
        """Campaign and person -> step -> when it was taken."""
        found: dict[tuple[str, str], dict[str, datetime]] = defaultdict(dict)
        with self.desk.reading() as connection:
            for row in connection.execute(select(reminders)).all():
                found[row.campaign, row.person][row.step] = row.at
        return found

    def kept(self, campaign: Campaign) -> Campaign:
        """As it stands, with the due day that pauses have moved."""
        with self.desk.read(self.school.id, self.wall.now) as books:
            return books.campaigns.get(campaign.id)

    def close(self) -> None:
        self.pool.shutdown()
        self.desk.close()
        for clock in self.clocks:
            clock.database.close()


def wrong(travel: Travel, campaigns: list[Campaign]) -> list[str]:
    """Everything that breaks the promise: one post for each step, in school hours, true when it is read."""
    found, told, steps = [], travel.wall.told(), travel.steps()
    for each in told:
        who = travel.school.people[each.to]
        if not is_school_time(travel.school, each.at) or not there(travel.school, who, each.at):
            found.append(f"{each.to} was told at {each.at}")
    for campaign in campaigns:
        for who in members(travel.school, campaign.audience):
            mine = [t for t in told if t.to == who and t.of(campaign.title)]
            taken = {s: at for s, at in steps[campaign.id, who].items() if s != Step.HANDED}
            found += list(_faults(travel, campaign, who, mine, taken))
    handed = [t for t in told if t.summary.startswith("Please speak to")]
    keys = {(id, who) for (id, who), taken in steps.items() if Step.HANDED in taken}
    if len(handed) > len(keys):
        found.append(f"{len(handed)} hand-overs for {len(keys)} people")
    return found


def _faults(
    travel: Travel, campaign: Campaign, who: str, mine: list[Told], taken: dict[str, datetime]
) -> Iterator[str]:
    """What is wrong with what one person was told of one campaign."""
    what = f"{who}, {campaign.title}"
    turns = sorted(set(taken.values()))
    late = [turn for turn, post in zip(turns, mine, strict=False) if post.at < turn]
    early = [turn for turn, post in zip(turns[1:], mine, strict=False) if post.at >= turn]
    if len(turns) != len(mine) or late or early:
        yield f"{what}: {len(mine)} posts at {[f'{t.at:%d %b %H:%M}' for t in mine]} for {taken}"
    if len(mine) > CAP:
        yield f"{what}: {len(mine)} messages"
    read = travel.done.get((campaign.id, who))
    for post in mine:
        if read and post.at > read:
            yield f"{what}: reminded at {post.at}, after it was read"
        if any(id == campaign.id and since < post.at < until for id, since, until in travel.pauses):
            yield f"{what}: reminded at {post.at}, while it was paused"
        if not _true(travel.school, post.of(campaign.title), travel.school.day(post.at)):
            yield f"{what}: was told {post.of(campaign.title)} at {post.at}"
    if travel.school.people[who].reachable and not read:
        missing = set(REMINDERS) - set(taken)
        yield from (f"{what}: never had {step}" for step in sorted(missing))


def _true(school: School, words: str, today: date) -> bool:
    """Whether what it says of the due day is so on the day on which it is read."""
    nearby = (today + timedelta(days=ahead) for ahead in range(-250, 250))
    due = next((day for day in nearby if say_day(day) in words), None)
    if due is None:
        return False
    if "due by" in words:
        return today <= due
    days = school_days_between(school, due, today)
    return f", {days} school day{'s' if days > 1 else ''} ago" in words
