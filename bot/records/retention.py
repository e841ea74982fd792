"""What is kept no longer: drafts, replies, cases whose time has come, delivered notices."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.records.errors import Erased, OnHold
from bot.records.outbox import Outbox
from bot.school.concerns import Case
from bot.school.people import School
from bot.school.retention import acknowledged_until

if TYPE_CHECKING:
    from bot.records.database import Database

KEEP_SETTLED = timedelta(days=30)
KEEP_POSTS = timedelta(days=365)
KEEP_CONVERSATIONS = timedelta(days=365)
"""Whoever has been silent for longer is found anew when there is something to say."""
BOT = "usher"


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How many of each are gone."""

    drafts: int
    inbox: int
    cases: int
    outbox: int
    posts: int
    conversations: int
    scrubbed: bool
    """Whether the deleted bytes were overwritten too; if not, the next sweep does it."""


def sweep(database: "Database", school: str, now: datetime) -> Swept:
    """Erase what is due, one short transaction after another; what a crash leaves is due next time."""
    with database.books(school, now) as books:
        drafts, inbox = books.drafts.expire(now), books.inbox.expire(now)
        posts = books.posts.prune(now - KEEP_POSTS)
        met = books.conversations.prune(now - KEEP_CONVERSATIONS)
    cases = _erase_due(database, school, now)
    outbox = Outbox(database).prune(now, older=KEEP_SETTLED, school=school)
    return Swept(
        drafts=drafts,
        inbox=inbox,
        cases=cases,
        outbox=outbox,
        posts=posts,
        conversations=met,
        scrubbed=database.scrub(destroyed=bool(drafts or inbox or cases)),
    )


def forget_leavers(database: "Database", school: School, now: datetime) -> int:
    """Note who has left, and shred the acknowledgements of those who have been gone for long enough."""
    with database.read(school.id, now) as books:
        changed = books.leavers.changed(school.people)
    if changed:
        with database.books(school.id, now) as books:
            books.leavers.compare(school.people)
    erased = 0
    for person in _long_gone(database, school, now):
        # OnHold: somebody has decided otherwise since
        with suppress(OnHold), database.books(school.id, now) as books:
            if person not in books.leavers.gone():
                continue
            books.leavers.erase(person)
            books.audit.write(BOT, "campaign.erased", person, reason="retention")
            erased += 1
    if erased:
        database.scrub(destroyed=True)
    return erased


def _long_gone(database: "Database", school: School, now: datetime) -> list[str]:
    """Whose time has come."""
    with database.read(school.id, now) as books:
        gone = books.leavers.gone()
    kept = {person: acknowledged_until(school, since) for person, since in gone.items()}
    return [person for person, until in kept.items() if until is not None and until <= now]


def _erase_due(database: "Database", school: str, now: datetime) -> int:
    """Shred each due case with its audit entry, each in a transaction of its own."""
    erased = 0
    for case in _due(database, school, now):
        # OnHold, Erased: somebody has decided otherwise since
        with suppress(OnHold, Erased), database.books(school, now) as books:
            books.cases.erase(case)
            books.audit.write(BOT, "case.erased", case.reference, reason="retention")
            erased += 1
    return erased


def _due(database: "Database", school: str, now: datetime) -> tuple[Case, ...]:
    """The cases whose time has come."""
    with database.read(school, now) as books:
        return books.cases.due_for_erasure(now)
