"""Somebody at the desk without a platform: what the command line does there, by that person's rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from bot.desk.visit import Visit
from bot.reading import House
from bot.records.database import Database
from bot.school.activities import Place
from bot.school.matching import Matcher
from bot.school.messages import Outcome
from bot.school.people import Person
from bot.wiring.works import now


@contextmanager
def at_desk(database: Database, house: House, who: Person) -> Iterator[Visit]:
    """One transaction of this person's. Nothing is matched there, so no engine is loaded."""
    moment = now()
    with database.books(house.school.id, moment) as books:
        yield Visit(
            school=house.school,
            policy=house.policy,
            forms=house.forms,
            step_zero=house.step_zero,
            intents=house.intents,
            matcher=cast(Matcher, None),
            books=books,
            who=who,
            place=Place(),
            now=moment,
            scenarios=house.scenarios,
        )


def post(visit: Visit, outcome: Outcome) -> Outcome:
    """Its notices join the same transaction."""
    for notice in outcome.notices:
        visit.books.outbox.post(notice)
    return outcome
