"""What stands in the rooms of the local page and the terminal: delivered messages, cards kept in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from bot.records.room import Room
from bot.records.tables import posts
from bot.school import codec
from bot.school.messages import Message


@dataclass(frozen=True, kw_only=True)
class Post:
    """One delivered message. `seq` is its place in the room, `revision` when it last changed."""

    seq: int
    revision: int
    place: str
    card: str
    message: Message
    at: datetime


class Posts(Room):
    """The rooms of one school; a place is "person:<id>" or "channel:<id>"."""

    def show(self, place_key: str, card: str, message: Message, now: datetime) -> Post:
        """Put a message into a room; one with the same card there is replaced where it stands."""
        revision = self.revision() + 1
        seq = self._standing(place_key, card)
        changed = {"message": codec.to_json(message), "revision": revision, "at": now}
        if seq is None:
            seq = revision
            self.connection.execute(
                insert(posts).values(school=self.school, seq=seq, place=place_key, card=card, **changed)
            )
        else:
            self.connection.execute(
                update(posts).where(posts.c.school == self.school, posts.c.seq == seq).values(**changed)
            )
        return Post(seq=seq, revision=revision, place=place_key, card=card, message=message, at=now)

    def after(self, place_key: str, seq: int = 0) -> tuple[Post, ...]:
        """A room's posts behind this one, in order."""
        rows = select(posts).where(
            posts.c.school == self.school, posts.c.place == place_key, posts.c.seq > seq
        )
        return self._posts(rows.order_by(posts.c.seq))

    def changed(self, place_keys: Sequence[str], revision: int) -> tuple[Post, ...]:
        """What was put or replaced in these rooms since a revision, in the order it happened."""
        rows = select(posts).where(
            posts.c.school == self.school,
            posts.c.place.in_(list(place_keys)),
            posts.c.revision > revision,
        )
        return self._posts(rows.order_by(posts.c.revision))

    def revision(self) -> int:
        """A number that grows whenever anything in any room changes."""
        last = select(func.coalesce(func.max(posts.c.revision), 0))
        found = self.connection.execute(last.where(posts.c.school == self.school))
        return int(found.scalar_one())

    def prune(self, before: datetime) -> int:
        """Clear the rooms of what was put there before this moment; the newest post stays."""
        return self.connection.execute(
            delete(posts).where(
                posts.c.school == self.school,
                posts.c.at < before,
                posts.c.revision < self.revision(),
            )
        ).rowcount

    def _standing(self, place_key: str, card: str) -> int | None:
        """Where a card already stands in a room."""
        if not card:
            return None
        seq = select(func.max(posts.c.seq)).where(
            posts.c.school == self.school, posts.c.place == place_key, posts.c.card == card
        )
        found: int | None = self.connection.execute(seq).scalar_one()
        return found

    def _posts(self, rows: Select[Any]) -> tuple[Post, ...]:
        return tuple(_post(row) for row in self.connection.execute(rows).all())


def _post(row: Row[Any]) -> Post:
    return Post(
        seq=row.seq,
        revision=row.revision,
        place=row.place,
        card=row.card,
        message=codec.from_json(row.message),
        at=row.at,
    )
