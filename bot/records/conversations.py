"""Where people and rooms are found on a platform that gives no lasting address: ids, never a word said."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Table, delete, select, update

from bot.records.room import Room
from bot.records.tables import Moment, Words, metadata

conversations = Table(
    "conversations",
    metadata,
    *(Column(name, Words, primary_key=True) for name in ("school", "platform", "whom")),
    *(Column(name, Words, nullable=False) for name in ("conversation", "service")),
    Column("at", Moment, nullable=False),
    Column("shut", Moment),
)
"""Where somebody or a room is found on a platform; `shut` is since when that lets nothing of ours in."""


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """Somebody, or a room, as the platform lets us speak to them."""

    platform: str
    whom: str
    """The platform's own id of the person or the room."""
    conversation: str
    """"" where nothing has been begun yet."""
    service: str
    """The address of the platform's server that looks after it."""
    at: datetime
    """When it was last seen to hold."""
    shut: datetime | None = None
    """Since when nothing of ours gets in: blocked, or the app was removed."""


class Conversations(Room):
    """Those of one school."""

    def meet(self, platform: str, whom: str, conversation: str, service: str) -> Conversation:
        """Remember where they are found; what is open again counts as open."""
        found = Conversation(
            platform=platform, whom=whom, conversation=conversation, service=service, at=self.now
        )
        fresh = {"conversation": conversation, "service": service, "at": self.now, "shut": None}
        put = self.insert(conversations).values(school=self.school, platform=platform, whom=whom, **fresh)
        self.connection.execute(
            put.on_conflict_do_update(index_elements=["school", "platform", "whom"], set_=fresh)
        )
        return found

    def of(self, platform: str) -> tuple[Conversation, ...]:
        """All that is known of a platform, latest first."""
        rows = (
            select(conversations)
            .where(conversations.c.school == self.school, conversations.c.platform == platform)
            .order_by(conversations.c.at.desc(), conversations.c.whom)
        )
        return tuple(
            Conversation(
                platform=row.platform,
                whom=row.whom,
                conversation=row.conversation,
                service=row.service,
                at=row.at,
                shut=row.shut,
            )
            for row in self.connection.execute(rows)
        )

    def shut(self, platform: str, whom: str) -> bool:
        """Nothing of ours gets in there any more; False when that was known, or nothing is known of them."""
        there = (
            conversations.c.school == self.school,
            conversations.c.platform == platform,
            conversations.c.whom == whom,
            conversations.c.shut.is_(None),
        )
        return bool(
            self.connection.execute(update(conversations).where(*there).values(shut=self.now)).rowcount
        )

    def prune(self, before: datetime) -> int:
        """Forget those of whom nothing has been seen since; how many."""
        old = (conversations.c.school == self.school, conversations.c.at < before)
        return int(self.connection.execute(delete(conversations).where(*old)).rowcount)
