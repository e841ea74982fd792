"""How often things were asked and done: numbers by day, never the words."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from bot.records.room import Room
from bot.records.tables import counts
from bot.school.tallies import FEWEST, shown

__all__ = ["FEWEST", "Count", "Counts", "Daily", "shown"]


@dataclass(frozen=True, kw_only=True)
class Count:
    """So many of one kind."""

    what: str
    kind: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Daily(Count):
    """So many of one kind on one day."""

    day: date


class Counts(Room):
    """The tally of one school."""

    def add(self, day: date, what: str, kind: str, n: int = 1) -> None:
        """Count something: `what` is an id (of a clause, an intent, a form), `kind` what happened."""
        put = self.insert(counts).values(school=self.school, day=day, what=what, kind=kind, n=n)
        self.connection.execute(
            put.on_conflict_do_update(
                index_elements=["school", "day", "what", "kind"], set_={"n": counts.c.n + n}
            )
        )

    def total(self, first: date, last: date) -> tuple[Count, ...]:
        """The sums over these days, both included, largest first."""
        n = func.sum(counts.c.n)
        rows = (
            select(counts.c.what, counts.c.kind, n)
            .where(counts.c.school == self.school, counts.c.day.between(first, last))
            .group_by(counts.c.what, counts.c.kind)
            .order_by(n.desc(), counts.c.what, counts.c.kind)
        )
        return tuple(
            Count(what=what, kind=kind, n=int(total))
            for what, kind, total in self.connection.execute(rows).all()
        )

    def daily(self, first: date, last: date) -> tuple[Daily, ...]:
        """What was counted on each of these days, both included. For adding up, never for showing."""
        rows = (
            select(counts.c.day, counts.c.what, counts.c.kind, counts.c.n)
            .where(counts.c.school == self.school, counts.c.day.between(first, last))
            .order_by(counts.c.day, counts.c.what, counts.c.kind)
        )
        found = self.connection.execute(rows).all()
        return tuple(Daily(day=row.day, what=row.what, kind=row.kind, n=row.n) for row in found)
