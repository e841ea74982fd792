"""The tables in which the school's records are kept; every row says which school it belongs to."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

UNPRINTABLE = "\ufffd"


class Words(TypeDecorator[str]):
    """Text that both databases take: a NUL or half a surrogate pair becomes the replacement character."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """On the way in."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", UNPRINTABLE).encode("utf-8", "replace").decode()


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC as text of one width, so that both databases sort it alike."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        """On the way in; a naive time is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("records keep aware datetimes only")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        """On the way out."""
        return None if value is None else datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A calendar day as YYYY-MM-DD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, _dialect: Dialect) -> str | None:
        """On the way in; a moment is not a day."""
        if isinstance(value, datetime):
            raise ValueError("a day is expected, not a moment")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, _dialect: Dialect) -> date | None:
        """On the way out."""
        return None if value is None else date.fromisoformat(value)


metadata = MetaData()


def _school() -> Column[Any]:
    return Column("school", Words, primary_key=True)


def _named(name: str) -> Column[Any]:
    return Column(name, Words, primary_key=True)


def _words(name: str) -> Column[Any]:
    return Column(name, Words, nullable=False, server_default="")


keys = Table(
    "keys",
    metadata,
    _school(),
    _named("kind"),
    _named("id"),
    Column("master", Words, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made", Moment, nullable=False),
    Index("keys_by_master", "master"),
)
"""Data keys, each wrapped by a master key. Deleting a row shreds what the key sealed."""

inbox = Table(
    "inbox",
    metadata,
    _school(),
    _named("activity"),
    Column("at", Moment, nullable=False),
    Column("key", Words, nullable=False),
    Column("reply", LargeBinary),
    Index("inbox_by_age", "school", "at"),
)
"""Activities already let in, with the reply each got (sealed)."""

drafts = Table(
    "drafts",
    metadata,
    _school(),
    _named("id"),
    Column("person", Words, nullable=False),
    Column("form", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("started", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Index("drafts_by_person", "school", "person"),
    Index("drafts_by_age", "school", "changed"),
)
"""Half-filled forms: page and answers sealed together."""

concerns = Table(
    "concerns",
    metadata,
    _school(),
    _named("id"),
    Column("stem", Words, nullable=False),
    Column("reporter", Words, nullable=False),
    Column("form", Words, nullable=False),
    Column("sent", Moment, nullable=False),
    UniqueConstraint("school", "stem", name="concerns_stem"),
    Index("concerns_by_reporter", "school", "reporter"),
)

cases = Table(
    "cases",
    metadata,
    _school(),
    _named("id"),
    Column("reference", Words, nullable=False),
    Column("concern", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("part", Words, nullable=False),
    Column("urgency", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("roles", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("apart", LargeBinary, nullable=False),
    Column("sent", Moment, nullable=False),
    Column("opened", Moment),
    _words("opened_by"),
    Column("acknowledged", Moment),
    _words("acknowledged_by"),
    Column("closed", Moment),
    Column("hold", Boolean, nullable=False),
    Column("keep_until", Moment),
    Column("erased", Moment),
    UniqueConstraint("school", "reference", name="cases_reference"),
    ForeignKeyConstraint(["school", "concern"], ["concerns.school", "concerns.id"]),
    Index("cases_by_concern", "school", "concern"),
    Index("cases_by_age", "school", "sent"),
)
"""`apart` seals who may never read the case, and why, with its flags."""

entries = Table(
    "entries",
    metadata,
    _school(),
    _named("case_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    ForeignKeyConstraint(["school", "case_id"], ["cases.school", "cases.id"]),
)
"""The append-only log of each case, sealed line by line."""

marks = Table(
    "marks",
    metadata,
    _school(),
    _named("case_id"),
    _named("mark"),
    ForeignKeyConstraint(["school", "case_id"], ["cases.school", "cases.id"]),
    Index("marks_by_mark", "school", "mark"),
)
"""Keyed marks of the full names in a case, so that cases of one child can be linked."""

audit = Table(
    "audit",
    metadata,
    _school(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", Words, nullable=False),
    Column("verb", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("facts", Words, nullable=False),
    Column("link", Words, nullable=False),
    Column("proof", Words, nullable=False),
)
"""Who did what when, each entry chained to the one before and proven with the school's audit key."""

audit_heads = Table(
    "audit_heads",
    metadata,
    _school(),
    Column("number", BigInteger, nullable=False),
    Column("link", Words, nullable=False),
    Column("proof", Words, nullable=False),
)
"""Where each school's chain ends."""

WAITING = text("settled IS NULL")

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("school", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("recipient", Words, nullable=False),
    Column("card", Words, nullable=False),
    Column("notice", Words, nullable=False),
    Column("created", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    _words("worker"),
    _words("why"),
    Column("alarms", Integer, nullable=False),
    Column("alarmed", Moment, nullable=False),
    Column("settled", Moment),
    _words("posted"),
    UniqueConstraint("school", "key", name="outbox_key"),
    Index(
        "outbox_fresh",
        "attempts",
        "lane",
        "due",
        "id",
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    ),
    Index("outbox_due", "due", sqlite_where=WAITING, postgresql_where=WAITING),
    Index("outbox_overdue", "alarmed", sqlite_where=WAITING, postgresql_where=WAITING),
    Index("outbox_by_card", "school", "card", "recipient"),
    Index("outbox_by_end", "school", "settled"),
    sqlite_autoincrement=True,
)
"""Notices on their way. `due` is when one may next be claimed: it is also the lease."""

posted_keys = Table("posted_keys", metadata, _school(), _named("key"))
"""Keys of settled notices that were pruned: they are never posted again."""

posts = Table(
    "posts",
    metadata,
    _school(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Words, nullable=False),
    Column("card", Words, nullable=False),
    Column("message", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index("posts_by_revision", "school", "revision"),
    Index("posts_by_place", "school", "place", "seq"),
)
"""What stands in the rooms of the local page and the terminal."""

policies = Table(
    "policies",
    metadata,
    _school(),
    _named("policy"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("label", Words, nullable=False),
    Column("hash", Words, nullable=False),
    Column("published", Day, nullable=False),
    Column("wording", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

counts = Table(
    "counts",
    metadata,
    _school(),
    Column("day", Day, primary_key=True),
    _named("what"),
    _named("kind"),
    Column("n", Integer, nullable=False),
)
"""How often something was asked: numbers only, the questions are not kept."""

sites = Table(
    "sites",
    metadata,
    _school(),
    _named("id"),
    Column("body", LargeBinary, nullable=False),
    Column("review", Day, nullable=False),
    Column("reference", Words, nullable=False),
    Column("granted", Moment, nullable=False),
    Column("granted_by", Words, nullable=False),
    Column("ended", Moment),
)
"""The register of official sites; what was written about each is sealed in `body`."""

installations = Table(
    "installations",
    metadata,
    *(_school(), _named("id")),
    *(Column(name, Words, nullable=False) for name in ("platform", "team", "installed_by", "state")),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Column("gone", Moment),
    UniqueConstraint("school", "platform", "state", name="installations_state"),
)
"""Where Usher is installed: the token of each workspace is sealed in `body`, empty once it is gone."""
