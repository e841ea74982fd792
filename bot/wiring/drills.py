"""Drills from the terminal: the counter's own verbs, on the real records, without the engine."""

from collections.abc import Sequence
from datetime import datetime

from bot.desk import drill
from bot.desk.drill_report import Report, report
from bot.desk.visit import Visit
from bot.reading import House
from bot.records.books import Books
from bot.records.database import Database
from bot.school.activities import Place
from bot.school.concerns import Urgency
from bot.school.matching import Match, NotCovered
from bot.school.people import Person, Role


class NothingAsked:
    """Stands where the engine would: nothing is asked in a drill."""

    def match(self, text: str) -> Match:
        """Nothing."""
        del text
        return NotCovered(intent="", nearest=(), confidence=0.0)

    def as_question(self, text: str) -> Match:
        """Nothing."""
        return self.match(text)

    def match_all(self, texts: Sequence[str]) -> Sequence[Match]:
        """Nothing, so many times."""
        return [self.match(text) for text in texts]


def start(database: Database, house: House, who: Person, urgency: Urgency, now: datetime) -> str:
    """Send a synthetic report as this person; its reference. NoDrill when the form doesn't allow it."""
    with database.books(house.school.id, now) as books:
        begun = drill.start(_visit(house, books, who, now), urgency)
        for notice in begun.notices:
            books.outbox.post(notice)
    return begun.concern.cases[0].reference


def end(database: Database, house: House, reference: str, now: datetime) -> None:
    """Close the drill. NoDrill for a real report, NoSuchCase for none."""
    with database.books(house.school.id, now) as books:
        for notice in drill.end(_visit(house, books, _reporter(house, books, reference), now), reference):
            books.outbox.post(notice)


def look(database: Database, house: House, reference: str, now: datetime) -> Report:
    """How the drill has gone so far. NoDrill for a real report, NoSuchCase for none."""
    with database.read(house.school.id, now) as books:
        return report(_visit(house, books, _reporter(house, books, reference), now), reference)


def _reporter(house: House, books: Books, reference: str) -> Person:
    """Whose drill it is; the DSL's once that person has left."""
    people = house.school.people
    reporter = books.cases.by_reference(reference).reporter
    return people.get(reporter) or house.school.holders(Role.DSL)[0]


def _visit(house: House, books: Books, who: Person, now: datetime) -> Visit:
    return Visit(
        school=house.school,
        policy=house.policy,
        forms=house.forms,
        step_zero=house.step_zero,
        intents=house.intents,
        matcher=NothingAsked(),
        books=books,
        who=who,
        place=Place(),
        now=now,
    )
