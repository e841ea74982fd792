"""Another process of Usher on the same records: it sends drills, and its clock ticks when time has gone by.

Nothing in the product can move time. Here everything that was sent is written back in the records by as
much as goes by, and then the clock of this process ticks, as that of a second `usher work` would. So the
same words work on every platform, also on those where Usher is a process of its own.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select, update

from bot.reading import House
from bot.records.database import Database
from bot.records.tables import cases, concerns
from bot.school.concerns import URGENCY_WORDS
from bot.settings import Settings
from bot.wiring import drills
from bot.wiring.rounds import Rounds
from bot.wiring.works import now, open_database
from tests.hazards.doing import Here


class Beside:
    """One school's records, opened a second time."""

    def __init__(self, settings: Settings, house: House) -> None:
        self.settings, self.house = settings, house

    def time_goes_by(self, length: timedelta) -> None:
        """Everything was sent longer ago by so much; then the clock ticks."""
        with self._open() as database:
            with database.writing(self.house.school.id) as connection:
                for table in (cases, concerns):
                    for row in connection.execute(select(table.c.id, table.c.sent)).all():
                        earlier = update(table).where(table.c.id == row.id).values(sent=row.sent - length)
                        connection.execute(earlier)
            rounds = self._rounds(database)
            with ThreadPoolExecutor(1) as apart:  # the browser's own loop runs on this thread
                apart.submit(lambda: asyncio.run(rounds.escalate())).result()

    def drill(self, who: str, urgency: str) -> None:
        """`usher drill start`."""
        wanted = next(each for each, words in URGENCY_WORDS.items() if words == urgency)
        with self._open() as database:
            drills.start(database, self.house, self.house.school.people[who], wanted, now())

    def _rounds(self, database: Database) -> Rounds:
        return Rounds(
            database=database,
            schools=lambda: [self.house.school],
            desk=Here(),
            now=now,
            wake=lambda: None,
            trouble={},
        )

    @contextmanager
    def _open(self) -> Iterator[Database]:
        database = open_database(self.settings)
        try:
            yield database
        finally:
            database.close()
