"""Notices join the transaction they tell of: queued once under their key, whatever happens later."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from bot.records.keys import put_once
from bot.records.room import Room
from bot.records.tables import outbox, posted_keys
from bot.school import codec
from bot.school.messages import Lane, Notice, Recipient

LANES = tuple(Lane)
"""In the order in which the courier empties them."""

WITHDRAWN = "withdrawn"
"""Why a notice was settled that never arrived: what it says is no longer so."""

PRUNED = select(posted_keys.c.key).where(
    posted_keys.c.school == bindparam("in_school"), posted_keys.c.key == bindparam("with_key")
)


@dataclass(frozen=True, kw_only=True)
class Posted:
    """How one notice has fared."""

    key: str
    to: Recipient
    queued: datetime
    arrived: datetime | None
    tries: int
    why: str
    """Why it had not arrived the last time, as a code."""


class Posting(Room):
    """The desk's side of the outbox of one school."""

    def post(self, notice: Notice) -> bool:
        """Queue a notice; False when its key was queued before, and then nothing happens."""
        queued = put(self.connection, self.school, notice, self.now)
        self.moment("outbox.written")
        return queued

    def withdraw(self, key: str) -> bool:
        """Take back what is no longer so, and free its key; False when it has arrived or is being posted.

        A notice with a card is never taken back: what is on show is brought up to date instead.
        """
        mine = (outbox.c.school == self.school, outbox.c.key == key)
        free = (outbox.c.settled.is_(None), outbox.c.card == "", not_(carried(self.now)))
        other = literal(f"{key}:{WITHDRAWN}:").concat(cast(outbox.c.id, Text))
        gone = {"settled": self.now, "why": WITHDRAWN, "key": other}
        return bool(self.connection.execute(update(outbox).where(*mine, *free).values(**gone)).rowcount)

    def call_off(self, key: str) -> None:
        """Somebody is posting it just now: if that fails, it is not tried again."""
        mine = (outbox.c.school == self.school, outbox.c.key == key)
        waits = (outbox.c.settled.is_(None), outbox.c.card == "")
        gone = {"settled": self.now, "why": WITHDRAWN}
        self.connection.execute(update(outbox).where(*mine, *waits).values(**gone))

    def waiting_since(self) -> datetime | None:
        """When the oldest undelivered notice of this school was queued."""
        oldest = select(func.min(outbox.c.created)).where(
            outbox.c.school == self.school, outbox.c.settled.is_(None)
        )
        found: datetime | None = self.connection.execute(oldest).scalar_one()
        return found

    def trail(self, *ids: str) -> tuple[Posted, ...]:
        """Every notice about these cases or concerns, and when each arrived; delivered ones go in a month."""
        about = or_(*(outbox.c.key.contains(id, autoescape=True) for id in ids))
        rows = select(outbox).where(outbox.c.school == self.school, about).order_by(outbox.c.id)
        return tuple(
            Posted(
                key=row.key,
                to=codec.from_json(row.notice).to,
                queued=row.created,
                arrived=None if row.why == WITHDRAWN else row.settled,
                tries=row.attempts,
                why=row.why,
            )
            for row in self.connection.execute(rows).all()
        )

    def known(self, key: str) -> bool:
        """Whether a notice of this key was ever queued."""
        row = select(outbox.c.id).where(outbox.c.school == self.school, outbox.c.key == key)
        queued = self.connection.execute(row).first() is not None
        return queued or _pruned(self.connection, self.school, key)


def put(connection: Connection, school: str, notice: Notice, now: datetime) -> bool:
    """Queue a notice once; False when its key was queued before."""
    if _pruned(connection, school, notice.key):
        return False
    row = {
        "school": school,
        "key": notice.key,
        "lane": LANES.index(notice.lane),
        "recipient": place_key(notice.to),
        "card": notice.card,
        "notice": codec.to_json(notice),
        "created": now,
        "due": now,
        "attempts": 0,
        "alarms": 0,
        "alarmed": now,
    }
    return put_once(connection, outbox, row)


def carried(now: datetime) -> ColumnElement[bool]:
    """Whether a courier has claimed a notice and may be posting it at this moment."""
    return and_(outbox.c.worker != "", outbox.c.due > now)


def place_key(recipient: Recipient) -> str:
    """A recipient as one word: person:<id> or channel:<id>."""
    return f"person:{recipient.person}" if recipient.person else f"channel:{recipient.channel}"


def _pruned(connection: Connection, school: str, key: str) -> bool:
    """Whether a notice of this key was delivered and has been pruned since."""
    row = connection.execute(PRUNED, {"in_school": school, "with_key": key})
    return row.first() is not None
