"""How often things were asked and done: numbers by day, never the words."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from bot.records.room import Room
from bot.records.tables import counts

FEWEST = 5
"""Fewer than this many are never shown as a number: in a small school they could point at somebody."""


@dataclass(frozen=True, kw_only=True)
class Count:
    """So many of one kind."""

    what: str
    kind: str
    n: int


def shown(n: int) -> str:
    """A number as anybody may see it.

    In steps, so that two looks on two days don't tell who pressed in between.
    """
    return f"{n - n % FEWEST} or more" if n >= FEWEST else f"fewer than {FEWEST}"


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
