"""Once in: activities already admitted, with the reply each got, for the day a platform may repeat them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, select, update

from bot.records.keys import put_once
from bot.records.room import Room
from bot.records.tables import inbox, keys
from bot.records.vault import Spot

KEEP = timedelta(hours=24)
KIND = "inbox"


SEEN = select(inbox.c.key, inbox.c.reply).where(
    inbox.c.school == bindparam("in_school"), inbox.c.activity == bindparam("with_id")
)
KEPT = (
    update(inbox)
    .where(inbox.c.school == bindparam("in_school"), inbox.c.activity == bindparam("with_id"))
    .values(key=bindparam("under"), reply=bindparam("sealed"))
)


@dataclass(frozen=True, kw_only=True)
class Inbox(Room):
    """The inbox of one school. A reply is sealed: it may show a dialog with what somebody wrote."""

    entered: set[str] = field(default_factory=set)

    def enter(self, activity: str) -> str | None:
        """Let an activity in: None the first time, and the reply it got every time after.

        The same activity arriving at the same moment waits here until the first one is committed.
        """
        row = {"school": self.school, "activity": activity, "at": self.now, "key": ""}
        if put_once(self.connection, inbox, row):
            self.entered.add(activity)
            return None
        return self.seen(activity)

    def seen(self, activity: str) -> str | None:
        """The reply an activity already got, if it has been here."""
        row = self.connection.execute(SEEN, self._one(activity)).first()
        if row is None or row.reply is None:
            return None
        key = self.keys.get(KIND, row.key)
        return self.vault.unseal(key, self._spot(activity), row.reply).decode()

    def keep(self, activity: str, reply_json: str) -> None:
        """Keep the reply, so that the activity can be answered again without doing it again."""
        batch = f"{self.now.astimezone(UTC):%Y-%m-%dT%H}"
        key = self.keys.ensure(KIND, batch)
        sealed = self.vault.seal(key, self._spot(activity), reply_json.encode())
        if activity not in self.entered:
            self.enter(activity)
        self.entered.discard(activity)
        self.connection.execute(KEPT, {**self._one(activity), "under": batch, "sealed": sealed})

    @property
    def unkept(self) -> bool:
        """Whether an activity of this transaction was entered and has no reply yet."""
        return bool(self.entered)

    def expire(self, now: datetime) -> int:
        """Forget replies older than a day, and destroy the keys nothing is sealed with any more."""
        gone = self.connection.execute(
            delete(inbox).where(inbox.c.school == self.school, inbox.c.at <= now - KEEP)
        ).rowcount
        used = select(inbox.c.key).where(inbox.c.school == self.school)
        idle = select(keys.c.id).where(
            keys.c.school == self.school,
            keys.c.kind == KIND,
            keys.c.made <= now - KEEP,
            keys.c.id.not_in(used),
        )
        for id in self.connection.execute(idle).scalars().all():
            self.keys.destroy(KIND, id)
        return gone

    def _one(self, activity: str) -> dict[str, str]:
        return {"in_school": self.school, "with_id": activity}

    def _spot(self, activity: str) -> Spot:
        return Spot(school=self.school, table="inbox", row=activity, column="reply")
