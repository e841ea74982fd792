"""Which turns a campaign has taken towards whom, by which message, and what of it has not arrived yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, delete, or_, select

from bot.records.campaign_tables import reminders
from bot.records.keys import put_once
from bot.records.posting import LANES, carried
from bot.records.room import Room
from bot.records.tables import outbox
from bot.school import codec
from bot.school.cadence import Step
from bot.school.messages import Lane, Notice

WAITS = (outbox.c.lane == LANES.index(Lane.CAMPAIGN), outbox.c.settled.is_(None))


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One step of one campaign towards one person."""

    campaign: str
    person: str
    step: str


@dataclass(frozen=True, kw_only=True)
class Unsaid:
    """A message of campaigns that has not arrived yet, with the steps it takes."""

    key: str
    queued: datetime
    turns: tuple[Turn, ...]
    """None for the figures that a head gets."""
    carried: bool
    """Somebody is posting it just now."""
    written: str

    @property
    def notice(self) -> Notice:
        """What it is to say to whom."""
        return cast(Notice, codec.from_json(self.written))


class Reminders(Room):
    """The steps of one school's campaigns."""

    def take(self, turn: Turn, notice: str) -> bool:
        """Take a step by the notice of this key; False when it was taken before."""
        row = {"school": self.school, **vars(turn), "notice": notice, "at": self.now}
        return put_once(self.connection, reminders, row)

    def taken(
        self, campaigns: Sequence[str], but: Collection[str] = ()
    ) -> Mapping[tuple[str, str], tuple[frozenset[str], int]]:
        """Campaign and person -> the steps taken, and in how many messages to them.

        What these notices took does not count, where some are named.
        """
        steps: dict[tuple[str, str], dict[str, Any]] = {}
        for row in self._rows(reminders.c.campaign.in_(campaigns)) if campaigns else ():
            if row.notice not in but:
                steps.setdefault((row.campaign, row.person), {})[row.step] = row.at
        return {
            key: (frozenset(taken), len({at for step, at in taken.items() if step != Step.HANDED}))
            for key, taken in steps.items()
        }

    def unsaid(self, campaign: str = "", person: str = "") -> tuple[Unsaid, ...]:
        """What has not arrived yet: all of it, or what is about a campaign, or about one person in it."""
        mine = [outbox.c.school == self.school, *WAITS]
        if campaign:
            mine.append(self._about(campaign, person))
        columns = (outbox.c.key, outbox.c.created, outbox.c.notice, carried(self.now).label("carried"))
        found = self.connection.execute(select(*columns).where(*mine).order_by(outbox.c.id)).all()
        turns = self._turns(select(outbox.c.key).where(*mine)) if found else {}
        return tuple(
            Unsaid(
                key=row.key,
                queued=row.created,
                turns=tuple(turns.get(row.key, ())),
                carried=bool(row.carried),
                written=row.notice,
            )
            for row in found
        )

    def free(self, notice: str) -> None:
        """It was never said: the steps it took can be taken again."""
        mine = (reminders.c.school == self.school, reminders.c.notice == notice)
        self.connection.execute(delete(reminders).where(*mine))

    def _about(self, campaign: str, person: str) -> ColumnElement[bool]:
        there = [reminders.c.school == self.school, reminders.c.campaign == campaign]
        if person:
            there.append(reminders.c.person == person)
        by_steps = outbox.c.key.in_(select(reminders.c.notice).where(*there))
        figures = outbox.c.key.startswith(f"campaign:{campaign}:", autoescape=True)
        return by_steps if person else or_(by_steps, figures)

    def _turns(self, notices: Select[Any]) -> dict[str, list[Turn]]:
        found: dict[str, list[Turn]] = {}
        for row in self._rows(reminders.c.notice.in_(notices)):
            turn = Turn(campaign=row.campaign, person=row.person, step=row.step)
            found.setdefault(row.notice, []).append(turn)
        return found

    def _rows(self, which: ColumnElement[bool]) -> Sequence[Row[Any]]:
        rows = select(reminders).where(reminders.c.school == self.school, which)
        return self.connection.execute(rows).all()
