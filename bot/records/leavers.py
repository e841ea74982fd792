"""People who have left: since when, whether a legal hold keeps what they acknowledged, and its erasure."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from bot.records.campaign_tables import (
    acknowledgements,
    campaign_people,
    held_people,
    leavers,
    reminders,
    snoozes,
)
from bot.records.errors import OnHold
from bot.records.keys import put_once
from bot.records.room import Room

KIND = "acknowledgement"
"""Kind of key: one for each person seals what they say to campaigns, so that it can be shredded alone."""
OF_PERSON = (acknowledgements, campaign_people, reminders, snoozes)


class Leavers(Room):
    """Those of one school whom campaigns have asked and who are no longer in its list of people."""

    def compare(self, people: Collection[str]) -> None:
        """Note who is missing from the list since now; whoever is back has never left."""
        there = select(campaign_people.c.person).where(campaign_people.c.school == self.school).distinct()
        for person in sorted(set(self.connection.execute(there).scalars()) - set(people)):
            row = {"school": self.school, "person": person, "since": self.now}
            put_once(self.connection, leavers, row)
        back = (leavers.c.school == self.school, leavers.c.person.in_(people))
        self.connection.execute(delete(leavers).where(*back))

    def changed(self, people: Collection[str]) -> bool:
        """Whether there is anything to note; only reads."""
        asked = select(campaign_people.c.person).where(campaign_people.c.school == self.school).distinct()
        missing = set(self.connection.execute(asked).scalars()) - set(people)
        return missing != set(self._since())

    def gone(self) -> dict[str, datetime]:
        """Person -> since when, for whomever no legal hold keeps."""
        held = self.held()
        return {person: since for person, since in self._since().items() if person not in held}

    def hold(self, person: str, by: str) -> bool:
        """Nothing of this person is erased from now on; False when it was so before."""
        row = {"school": self.school, "person": person, "held_by": by, "at": self.now}
        return put_once(self.connection, held_people, row)

    def lift(self, person: str) -> bool:
        """The hold has ended; False when there was none."""
        mine = (held_people.c.school == self.school, held_people.c.person == person)
        return bool(self.connection.execute(delete(held_people).where(*mine)).rowcount)

    def held(self) -> frozenset[str]:
        """Who is under a legal hold."""
        rows = select(held_people.c.person).where(held_people.c.school == self.school)
        return frozenset(self.connection.execute(rows).scalars())

    def erase(self, person: str) -> None:
        """Shred what a person acknowledged, and delete that they were ever asked. OnHold."""
        if person in self.held():
            raise OnHold("What this person acknowledged is under legal hold and is not erased.")
        self.keys.destroy(KIND, person)
        for table in OF_PERSON:
            mine = (table.c.school == self.school, table.c.person == person)
            self.connection.execute(delete(table).where(*mine))
        gone = (leavers.c.school == self.school, leavers.c.person == person)
        self.connection.execute(delete(leavers).where(*gone))
        self.moment("shredded")

    def _since(self) -> dict[str, datetime]:
        rows = select(leavers.c.person, leavers.c.since).where(leavers.c.school == self.school)
        return {row.person: row.since for row in self.connection.execute(rows).all()}
