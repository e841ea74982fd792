"""A thousand school days at once: a small school, three clocks that tick at the same moment, and outages."""

import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.desk.remind import remind, waiting
from bot.records.campaign_tables import reminders
from bot.records.database import Database
from bot.records.tables import outbox
from bot.records.vault import KeyRing
from bot.school.cadence import CAP, REMINDERS, Step, speaking_time, there
from bot.school.calendar import is_school_day, school_days_after
from bot.school.campaigns import Audience, Campaign, CampaignState, Said, members
from bot.school.codec import from_json
from bot.school.people import Absence, Hours, Person, Role, School, Term
from tests.hazards.doing import KEY

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


def person(id: str, **more: object) -> Person:
    given = {"id": id, "name": id.title(), "job": "", "email": f"{id}@a.example", "line_manager": "head"}
    return Person(**{**given, **more})  # type: ignore[arg-type]


def small_school(years: range = range(2024, 2036)) -> School:
    """Every year the same terms; clocks change in the middle of them."""
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
    )


@dataclass
class Told:
    """A message that went out."""

    at: datetime
    to: str
    summary: str


class Travel:
    """One school's database, and the clocks that tick on it."""

    def __init__(self, url: str, school: School) -> None:
        self.school = school
        self.databases = [Database(url, KeyRing.parse(KEY)) for _ in range(CLOCKS)]
        self.done: set[tuple[str, str]] = set()
        self.faults: list[BaseException] = []

    @property
    def first(self) -> Database:
        return self.databases[0]

    def launch(self, day: date, length: int = 20) -> Campaign:
        """A campaign approved and running from that day."""
        start = school_days_after(self.school, day - timedelta(days=1), 1)
        moment = datetime.combine(start, time(6), LONDON)
        draft = Campaign(
            id="",
            title=f"Policy {start.year}",
            policy="p",
            version="v",
            hash="0" * 64,
            audience=Audience(),
            launch=start,
            due=school_days_after(self.school, start, length),
            created=moment,
            created_by="owner",
        )
        with self.first.books(self.school.id, moment) as books:
            made = replace(books.campaigns.create(draft), state=CampaignState.RUNNING, started=moment)
            books.campaigns.keep(made)
            books.campaigns.enrol(made, members(self.school, made.audience), start)
        return made

    def read(self, campaign: Campaign, who: str, moment: datetime) -> None:
        """Somebody acknowledges."""
        with self.first.books(self.school.id, moment) as books:
            books.campaigns.say(campaign, who, Said.READ, name=who)
        self.done.add((campaign.id, who))

    def tick(self, moment: datetime) -> None:
        """Every clock at the same moment."""
        gate = threading.Barrier(CLOCKS)
        threads = [threading.Thread(target=self._tick, args=(db, moment, gate)) for db in self.databases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.faults:
            raise self.faults[0]

    def _tick(self, database: Database, moment: datetime, gate: threading.Barrier) -> None:
        try:
            with database.read(self.school.id, moment) as books:
                due = waiting(self.school, books, moment)
            gate.wait(30)
            if due:
                with database.books(self.school.id, moment) as books:
                    remind(self.school, books, moment)
        except BaseException as fault:  # noqa: BLE001 - the test's own thread raises it again
            self.faults.append(fault)

    def days(self, count: int, dice: random.Random) -> Iterator[datetime]:
        """The moments at which the clocks tick, outages left out; both sides of every clock change are in."""
        up_from = datetime.combine(BEGINS, time(0), UTC)
        for ahead in range(count):
            day = BEGINS + timedelta(days=ahead)
            hours = [dice.uniform(0, 24) for _ in range(2)] + [dice.uniform(8.4, 15.6) for _ in range(3)]
            for hour in sorted(hours) if is_school_day(self.school, day) else hours[:1]:
                moment = (datetime.combine(day, time(0), LONDON) + timedelta(hours=hour)).astimezone(UTC)
                if moment >= up_from:
                    yield moment
            if dice.random() < 0.04:
                up_from = datetime.combine(day, time(12), UTC) + dice.choice(OUTAGES)

    def told(self) -> list[Told]:
        """Every message, oldest first."""
        with self.first.reading() as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.id)).all()
        found = ((row.created, from_json(row.notice)) for row in rows)
        return [Told(at=at, to=each.to.person, summary=each.message.summary) for at, each in found]

    def steps(self) -> dict[tuple[str, str], dict[str, datetime]]:
        """Campaign and person -> step -> when it was taken."""
        found: dict[tuple[str, str], dict[str, datetime]] = defaultdict(dict)
        with self.first.reading() as connection:
            for row in connection.execute(select(reminders)).all():
                found[row.campaign, row.person][row.step] = row.at
        return found

    def close(self) -> None:
        for database in self.databases:
            database.close()


def wrong(travel: Travel, campaigns: list[Campaign]) -> list[str]:
    """Everything that breaks the promise: one reminder for each step, in school hours, on own days."""
    found, told, steps = [], travel.told(), travel.steps()
    for each in told:
        who = travel.school.people[each.to]
        if not speaking_time(travel.school, each.at) or not there(travel.school, who, each.at):
            found.append(f"{each.to} was told at {each.at}")
    for campaign in campaigns:
        for who in members(travel.school, campaign.audience):
            taken = {s: at for s, at in steps[campaign.id, who].items() if s != Step.HANDED}
            mine = [t.at for t in told if t.to == who and f"Please read “{campaign.title}”" in t.summary]
            if sorted(mine) != sorted(set(taken.values())):
                found.append(f"{who}, {campaign.title}: {len(mine)} messages for {len(taken)} steps")
            if len(mine) > CAP:
                found.append(f"{who} had {len(mine)} messages")
            if travel.school.people[who].reachable and (campaign.id, who) not in travel.done:
                missing = set(REMINDERS) - set(taken)
                found += [f"{who}, {campaign.title}: never had {step}" for step in sorted(missing)]
    handed = [t for t in told if t.summary.startswith("Please speak to")]
    keys = {(id, who) for (id, who), taken in steps.items() if Step.HANDED in taken}
    if len(handed) > len(keys):
        found.append(f"{len(handed)} hand-overs for {len(keys)} people")
    return found
