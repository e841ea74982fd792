"""What governors are handed, made of an autumn term that nobody has lived through."""

import random
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.cli import term_page
from bot.desk.tell_term import tell_term
from bot.platforms.paper.page import page
from bot.reading import House, read_house
from bot.reading.scenarios_file import read_scenarios
from bot.records.books import Books
from bot.records.database import Database
from bot.records.vault import KeyRing
from bot.school.campaign_evidence import Chain, Evidence, gathered
from bot.school.campaigns import Acknowledgement, Campaign, CampaignState, How, Said, Standing, members
from bot.school.concerns import CaseKind, State, Urgency
from bot.school.people import Absence, School
from tests.hazards.doing import KEY
from tests.hazards.office import HEAD, OFFICE, OWNER, TA, quick_database
from tests.learnt import HERE
from tests.records.given import new_case

FIRST, LAST = date(2026, 9, 1), date(2026, 12, 18)
LAUNCH, DUE = date(2026, 9, 14), date(2026, 10, 9)
NOW = datetime(2026, 10, 21, 14, 20, tzinfo=UTC)
GROUPS = ("teachers", "support", "office", "kitchen", "lunchtime supervisors", "early years")
CHANCE = random.Random


def house() -> House:
    return read_house(HERE / "policy", HERE / "intents", phrasings=False)


def evidence() -> str:
    """The page about a campaign among sixty people, twelve days after it was due."""
    return page(evidence_of_sixty(house()))


def evidence_of_sixty(home: House) -> Evidence:
    """Some late, three on long absence, some by link or on paper, the questions not always right at once."""
    school = crowd(home.school)
    campaign = Campaign(
        id="ab12cd34",
        title="Social media policy, autumn 2026",
        policy=home.policy.id,
        version="Agreed by the governors, 7 September 2026",
        hash="73f607d39bd7e5c2a96f3847292e10a330aae205b97dcefd448ca90cd0675647",
        launch=LAUNCH,
        due=DUE,
        quiz=read_scenarios(HERE / "policy/scenarios.yml"),
        state=CampaignState.RUNNING,
        created=datetime(2026, 9, 8, 9, tzinfo=UTC),
        created_by=OWNER,
        approved=datetime(2026, 9, 10, 9, tzinfo=UTC),
        approved_by=HEAD,
        started=datetime(2026, 9, 11, 9, tzinfo=UTC),
    )
    there = members(school, campaign.audience)
    standings = {(campaign.id, id): Standing(campaign=campaign.id, person=id, joined=LAUNCH) for id in there}
    chance = CHANCE(4)
    said = [each for id in there for each in _said(school, campaign, id, chance)]
    chain = Chain(ok=True, entries=418, fault="", head=f"418:{'8482e91e6ead8b6e' * 4}")
    return gathered(school, campaign, standings, sorted(said, key=lambda each: each.at), chain, NOW)


def crowd(school: School) -> School:
    """The sample school with so many more that a campaign asks sixty."""
    chance, one = CHANCE(7), school.people[TA]
    away = (Absence(first=FIRST, last=LAST),)
    more = {
        f"p{number}": replace(
            one,
            id=f"p{number}",
            name=f"Pat Sample {number}",
            email=f"p{number}@palatine.example" if number % 9 else "",
            groups=(chance.choice(GROUPS),),
            away=away if number in (5, 17, 29) else (),
        )
        for number in range(47)
    }
    return replace(school, people={**school.people, **more})


def _said(school: School, campaign: Campaign, id: str, chance: random.Random) -> Iterator[Acknowledgement]:
    """What one person said, if anything: sooner more often than later, and never at a weekend."""
    person = school.people[id]
    at = datetime.combine(LAUNCH, datetime.min.time(), UTC) + timedelta(
        days=min(int(chance.expovariate(1 / 7)), 35), hours=8 + chance.random() * 7
    )
    late, slip = chance.random() > 0.82, chance.random() < 0.3
    if person.away or late:
        return
    how = How.SELF if person.reachable else chance.choice((How.LINK, How.OFFICE))
    first = Acknowledgement(
        campaign=campaign.id,
        person=id,
        said=Said.READ,
        how=how,
        by=OFFICE if how is How.OFFICE else id,
        version=campaign.version,
        hash=campaign.hash,
        at=at - timedelta(days=max(at.weekday() - 4, 0)),
        name=person.name,
        answers=None if how is How.OFFICE else {each.id: each.right for each in campaign.quiz},
    )
    if first.answers and slip:
        asked = chance.choice(campaign.quiz)
        wrong = next(choice.id for choice in asked.choices if choice.id != asked.right)
        yield replace(first, said=Said.QUIZ, name="", at=first.at, answers={**first.answers, asked.id: wrong})
    yield replace(first, at=first.at + timedelta(minutes=4))


def term() -> str:
    """The page about the autumn term."""
    home = house()
    with quick_database() as url:
        database = Database(url, KeyRing.parse(KEY))
        live_through(database, home)
        with database.read(home.school.id, datetime(2026, 12, 18, 16, tzinfo=UTC)) as books:
            made = tell_term(home.school, home.policy, home.intents, books, (FIRST, LAST))
        database.close()
    return term_page.html(made)


def live_through(database: Database, home: House) -> None:
    """Questions every school day, and a few dozen cases."""
    chance = CHANCE(3)
    asked = sorted(id for id in home.intents if not id.startswith("not-covered"))
    outside = sorted(id for id in home.intents if id.startswith("not-covered"))[:4]
    days = (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
    with database.books(home.school.id, datetime(2026, 12, 18, 15, tzinfo=UTC)) as books:
        for day in (day for day in days if day.weekday() < 5):
            for id in chance.sample(asked[:30], 4):
                books.counts.add(day, id, "answered", chance.randint(0, 3))
            books.counts.add(day, chance.choice(outside), "not covered", chance.randint(0, 2))
            books.counts.add(day, chance.choice(("PER-1b", "PRI-2", "SAF-4")), "nearest", 1)
            books.counts.add(day, "PER-1b", chance.choice(("needed", "needed", "missed")), 1)
    for number in range(34):
        _case(database, home, number, chance)


def _case(database: Database, home: House, number: int, chance: random.Random) -> None:
    """One case that was opened, and mostly acknowledged, within a school day."""
    kind = CaseKind.ESAFETY if number % 3 else CaseKind.BREACH
    urgency = chance.choice((Urgency.TODAY, Urgency.TODAY, Urgency.KNOWN))
    sent = datetime(2026, 9, 3, 9, tzinfo=UTC) + timedelta(days=3 * number, minutes=chance.randint(0, 300))

    def at(minutes: int) -> AbstractContextManager[Books]:
        return database.books(home.school.id, sent + timedelta(minutes=minutes))

    with at(0) as books:
        case = books.cases.open(TA, kind.value, [new_case(kind=kind, urgency=urgency)]).cases[0]
    with at(chance.randint(2, 55)) as books:
        case = books.cases.move(case, State.OPENED, opened_by="isolde-penhallow")
        if number % 5 == 0:
            books.audit.write("usher", "case.escalated", case.reference, step="unopened", count="1")
    if number % 9:
        with at(chance.randint(60, 400)) as books:
            books.cases.move(
                case, State.ACKNOWLEDGED, opened_by="isolde-penhallow", acknowledged_by="isolde-penhallow"
            )
