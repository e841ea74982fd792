"""Notices on their way: claimed by lease, tried until they arrive, never lost and never overtaken."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from bot.records.keys import inserted
from bot.records.posting import LANES, place_key, put
from bot.records.tables import outbox, posted_keys
from bot.school import codec
from bot.school.messages import Lane, Notice, Recipient

if TYPE_CHECKING:
    from bot.records.database import Database

WHYS = frozenset(
    {
        "rate_limited", "unreachable", "timed_out", "refused", "no_address", "not_allowed",
        "too_long", "gone", "failed", "stopped", "unknown",
    }
)  # fmt: skip
"""Why a notice was not delivered this time; anything else is kept as `unknown`."""

ONE = outbox.c.id == bindparam("with_id")
UNSETTLED = outbox.c.settled.is_(None)
CAMPAIGN = outbox.c.lane == LANES.index(Lane.CAMPAIGN)
CLAIM = (
    update(outbox)
    .where(ONE)
    .values(due=bindparam("until"), worker=bindparam("taker"), attempts=outbox.c.attempts + 1)
)
SETTLE = (
    update(outbox).where(ONE, UNSETTLED).values(settled=bindparam("at"), posted=bindparam("called"), why="")
)
RETRY = (
    update(outbox)
    .where(ONE, UNSETTLED, outbox.c.attempts == bindparam("claimed_as"))
    .values(due=bindparam("at"), why=bindparam("reason"), worker="")
)
RELEASE = (
    update(outbox)
    .where(ONE, UNSETTLED, outbox.c.attempts == bindparam("claimed_as"))
    .values(due=bindparam("at"), attempts=outbox.c.attempts - 1, worker="")
)
ALARM = (
    update(outbox)
    .where(ONE, UNSETTLED, outbox.c.alarms == bindparam("raised"))
    .values(alarms=outbox.c.alarms + 1, alarmed=bindparam("at"))
)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A notice not yet delivered. `attempts` is how often it had been claimed before this time."""

    id: int
    school: str
    notice: Notice
    attempts: int
    created: datetime
    alarms: int


class Outbox:
    """The courier's side: short transactions of its own, over the notices of every school."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    def claim(
        self,
        now: datetime,
        worker: str,
        *,
        lease: timedelta,
        most: int,
        speaking: Collection[str] | None = None,
    ) -> list[Waiting]:
        """Take up to `most` notices for the length of the lease, the urgent lanes first.

        At least half are notices never tried before, when there are as many: however many keep
        failing, a fresh one waits for one cycle at most. Nobody else can claim them until the lease
        has passed; then anybody can. Of campaigns only those of the schools in `speaking`, where it is
        given: elsewhere it isn't a time at which people are reminded of anything.
        """
        with self._database.writing() as connection:
            rows = _chosen(connection, now, most, speaking)
            taken = [{"with_id": r.id, "until": now + lease, "taker": worker} for r in rows]
            if taken:
                connection.execute(CLAIM, taken)
        if rows:
            self._database.moment("claimed")
        return [_waiting(row) for row in rows]

    def settle(self, waiting: Waiting, now: datetime, posted: str) -> None:
        """It has arrived; `posted` is what the platform calls it."""
        with self._database.writing() as connection:
            connection.execute(SETTLE, {"with_id": waiting.id, "at": now, "called": posted})
        self._database.moment("settled")

    def retry(self, waiting: Waiting, now: datetime, *, after: timedelta, why: str) -> None:
        """It has not arrived: try again later. Ignored when somebody else has claimed it since."""
        again = {
            "with_id": waiting.id,
            "claimed_as": waiting.attempts + 1,
            "at": now + after,
            "reason": why if why in WHYS else "unknown",
        }
        with self._database.writing() as connection:
            connection.execute(RETRY, again)

    def release(self, waiting: Waiting, now: datetime) -> None:
        """Give a claimed notice back untried, when the courier stops before its turn."""
        back = {"with_id": waiting.id, "claimed_as": waiting.attempts + 1, "at": now}
        with self._database.writing() as connection:
            connection.execute(RELEASE, back)

    def posted_before(self, school: str, card: str, recipient: Recipient) -> str | None:
        """What the platform calls the newest delivered notice of this card to this recipient."""
        if not card:
            return None
        newest = (
            select(outbox.c.posted)
            .where(
                outbox.c.school == school,
                outbox.c.card == card,
                outbox.c.recipient == place_key(recipient),
                outbox.c.settled.is_not(None),
            )
            .order_by(outbox.c.settled.desc(), outbox.c.id.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.execute(newest).scalar_one_or_none()

    def overdue(self, now: datetime, *, older: timedelta) -> list[Waiting]:
        """Undelivered for longer than this since it was queued, or since the last alarm for it.

        A reminder is not among them: it may wait for school to open, and nobody else is told in its stead.
        """
        late = select(outbox).where(UNSETTLED, ~CAMPAIGN, outbox.c.alarmed <= now - older)
        with self._database.reading() as connection:
            rows = connection.execute(late.order_by(outbox.c.lane, outbox.c.id)).all()
        return [_waiting(row) for row in rows]

    def raise_alarm(self, waiting: Waiting, now: datetime) -> bool:
        """Tell the next fallback recipient as well; False when there is nobody left to tell.

        The undelivered notice stays and is still tried.
        """
        if waiting.alarms >= len(waiting.notice.fallback):
            return False
        with self._database.writing() as connection:
            mark = {"with_id": waiting.id, "raised": waiting.alarms, "at": now}
            raised = bool(connection.execute(ALARM, mark).rowcount)
            if raised:
                put(connection, waiting.school, _alarm(waiting), now)
        if raised:
            self._database.moment("alarm.raised")
        return raised

    def oldest(
        self,
        now: datetime,
        speaking: Mapping[str, datetime] | None = None,
        *,
        unhurried: timedelta = timedelta(0),
    ) -> timedelta | None:
        """How long the oldest undelivered notice has waited.

        Where `speaking` says since when campaigns may speak in which schools, theirs wait since then only,
        and only what they wait beyond `unhurried` counts.
        """
        oldest = func.min(outbox.c.created)
        with self._database.reading() as connection:
            since: list[datetime | None] = [
                connection.execute(select(oldest).where(UNSETTLED, ~CAMPAIGN)).scalar_one()
            ]
            rows = select(outbox.c.school, oldest).where(UNSETTLED, CAMPAIGN).group_by(outbox.c.school)
            for school, first in connection.execute(rows).all():
                if speaking is None or school in speaking:
                    since.append(unhurried + (max(first, speaking[school]) if speaking else first))
        found = [moment for moment in since if moment is not None]
        return max(now - min(found), timedelta(0)) if found else None

    def undelivered(self) -> Mapping[Lane, int]:
        """How many notices wait in each lane."""
        rows = select(outbox.c.lane, func.count()).where(UNSETTLED).group_by(outbox.c.lane)
        with self._database.reading() as connection:
            found = {LANES[lane]: n for lane, n in connection.execute(rows).all()}
        return {lane: found.get(lane, 0) for lane in LANES}

    def prune(self, now: datetime, *, older: timedelta, school: str = "") -> int:
        """Delete notices delivered longer ago than this, except the newest of each card.

        Their keys are remembered, so that none can ever be posted twice.
        """
        old = [outbox.c.settled <= now - older, (outbox.c.card == "") | _replaced()]
        if school:
            old.append(outbox.c.school == school)
        with self._database.writing() as connection:
            gone = select(outbox.c.school, outbox.c.key).where(*old)
            remember = inserted(posted_keys, connection.dialect.name).from_select(["school", "key"], gone)
            connection.execute(remember.on_conflict_do_nothing())
            return connection.execute(delete(outbox).where(*old)).rowcount


def _chosen(
    connection: Connection, now: datetime, most: int, speaking: Collection[str] | None
) -> Sequence[Row[Any]]:
    """Lock the notices to claim: half of the places are for fresh ones, half for those tried before."""
    due: list[ColumnElement[bool]] = [UNSETTLED, outbox.c.due <= now]
    if speaking is not None:
        due.append(or_(~CAMPAIGN, outbox.c.school.in_(speaking)))
    tried = _locked(connection, [*due, outbox.c.attempts > 0], most)
    fresh = _locked(connection, [*due, outbox.c.attempts == 0], most - min(len(tried), most // 2))
    rows = [*fresh, *tried[: most - len(fresh)]]
    return sorted(rows, key=lambda row: (row.lane, row.attempts, row.id))


def _locked(connection: Connection, wanted: list[ColumnElement[bool]], most: int) -> Sequence[Row[Any]]:
    """Lock up to `most` notices nobody else is claiming at this moment."""
    rows = (
        select(outbox)
        .where(*wanted)
        .order_by(outbox.c.lane, outbox.c.attempts, outbox.c.due, outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(rows).all() if most > 0 else []


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        id=row.id,
        school=row.school,
        notice=codec.from_json(row.notice),
        attempts=row.attempts,
        created=row.created,
        alarms=row.alarms,
    )


def _replaced() -> ColumnElement[bool]:
    """Whether a later notice of the same card has been delivered to the same recipient."""
    later = outbox.alias("later")
    return exists().where(
        later.c.school == outbox.c.school,
        later.c.card == outbox.c.card,
        later.c.recipient == outbox.c.recipient,
        tuple_(later.c.settled, later.c.id) > tuple_(outbox.c.settled, outbox.c.id),
    )


def _alarm(waiting: Waiting) -> Notice:
    """The same message, for the next who may be told."""
    return replace(
        waiting.notice,
        key=f"{waiting.notice.key}:alarm:{waiting.alarms + 1}",
        lane=Lane.ALERT,
        to=waiting.notice.fallback[waiting.alarms],
        fallback=(),
    )
