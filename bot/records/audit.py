"""Who did what, when: an append-only chain per school that shows if anybody has touched it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.records.chain import Head, Link, Verdict, check, head_words, spoken, start
from bot.records.errors import NotForTheAudit, Shredded, Tampered
from bot.records.keys import Keys, put_once
from bot.records.room import Room, written
from bot.records.tables import audit, audit_heads, cases
from bot.records.vault import Vault, chained

if TYPE_CHECKING:
    from bot.records.database import Database

KIND = "audit"
VERB = re.compile(r"[a-z]+([._][a-z]+)*")
VALUE = re.compile(r"[\w.:@/+#=,-]{0,120}")
"""No spaces: an identifier, a state, a moment or a number fits, a sentence does not."""

FACTS = frozenset(
    {
        "acknowledged", "campaign", "card", "channel", "clause", "count", "day", "due",
        "entry", "error", "first", "flag", "form", "form_hash", "from_state", "group", "hash",
        "head", "id", "kind", "lane", "last", "master", "moved_to", "number", "on", "page", "part",
        "person", "platform", "policy", "reason", "reference", "release", "review", "role", "roles",
        "route", "state", "step", "to", "until", "urgency", "version", "was",
    }
)  # fmt: skip
"""The names a fact may have. None of them can hold what anybody wrote."""


BEGIN = insert(audit_heads).values(
    school=bindparam("in_school"),
    number=bindparam("to"),
    link=bindparam("at_link"),
    proof=bindparam("proven"),
)
MOVE = (
    update(audit_heads)
    .where(audit_heads.c.school == bindparam("in_school"))
    .values(number=bindparam("to"), link=bindparam("at_link"), proof=bindparam("proven"))
)
LINKS = (
    select(*(audit.c[field.name] for field in fields(Link)))
    .where(audit.c.school == bindparam("in_school"))
    .order_by(audit.c.number)
)
HEAD = select(*(audit_heads.c[field.name] for field in fields(Head))).where(
    audit_heads.c.school == bindparam("in_school")
)


class Audit(Room):
    """The school's audit within one transaction; it stands or falls with what it tells of."""

    def write(self, actor: str, verb: str, subject: str, /, **facts: str) -> None:
        """Add one entry. NotForTheAudit when a name or a value could be content.

        Where somebody has touched the chain, a number is left out for the check to find: a damaged
        audit never keeps a school from taking a report.
        """
        _check(actor, verb, subject, facts)
        key, begun = self._key()
        said = (actor, verb, subject, written(facts))
        number, before = self._end(key, begun=begun)
        if not self._put(key, number + 1, before, said):
            number = self._last() + 1
            self._put(key, number + 1, before, said)
        self.moment("audit.written")

    def head(self) -> str:
        """Where the chain ends now, to be kept elsewhere as evidence: "" before the first entry."""
        row = self.connection.execute(HEAD, {"in_school": self.school}).first()
        return f"{row.number}:{row.link}" if row else ""

    def about(self, subject: str) -> tuple[Mapping[str, Any], ...]:
        """The entries about one subject, oldest first, as at, actor, verb and facts."""
        rows = select(audit).where(audit.c.school == self.school, audit.c.subject == subject)
        return tuple(
            {
                "number": row.number,
                "at": row.at,
                "actor": row.actor,
                "verb": row.verb,
                "facts": json.loads(row.facts),
            }
            for row in self.connection.execute(rows.order_by(audit.c.number)).all()
        )

    def said(self, verb: str, first: datetime, last: datetime) -> tuple[tuple[str, Mapping[str, str]], ...]:
        """Subject and facts of every entry with this verb from one moment until before another."""
        rows = select(audit.c.subject, audit.c.facts).where(
            audit.c.school == self.school, audit.c.verb == verb, audit.c.at >= first, audit.c.at < last
        )
        found = self.connection.execute(rows.order_by(audit.c.number)).all()
        return tuple((row.subject, json.loads(row.facts)) for row in found)

    def _key(self) -> tuple[bytes, bool]:
        """The school's audit key, and whether the audit had been begun."""
        try:
            return self.keys.get(KIND, KIND), True
        except Shredded:
            return self.keys.make(KIND, KIND), False
        except Tampered:
            self.keys.destroy(KIND, KIND)
            return self.keys.make(KIND, KIND), True

    def _end(self, key: bytes, *, begun: bool) -> tuple[int, str]:
        """The number and the link that the next entry follows."""
        row = self.connection.execute(HEAD, {"in_school": self.school}).first()
        if row and self.vault.proves(key, head_words(self.school, row.number, row.link), row.proof):
            return row.number, row.link
        last = self._last()
        return (last + 1, "") if begun or row or last else (0, start(self.school))

    def _last(self) -> int:
        """The highest number of an entry."""
        last = select(func.coalesce(func.max(audit.c.number), 0))
        found = self.connection.execute(last.where(audit.c.school == self.school))
        return int(found.scalar_one())

    def _put(self, key: bytes, number: int, before: str, said: tuple[str, str, str, str]) -> bool:
        """Add the entry and move the end; False when there is one of this number."""
        link = chained(before, spoken(self.school, number, self.now, *said))
        row = {
            "school": self.school,
            "number": number,
            "at": self.now,
            **dict(zip(("actor", "verb", "subject", "facts"), said, strict=True)),
            "link": link,
            "proof": self.vault.proof(key, link.encode()),
        }
        if not put_once(self.connection, audit, row):
            return False
        proof = self.vault.proof(key, head_words(self.school, number, link))
        ends = {"in_school": self.school, "to": number, "at_link": link, "proven": proof}
        if not self.connection.execute(MOVE, ends).rowcount:
            self.connection.execute(BEGIN, ends)
        return True


def _check(actor: str, verb: str, subject: str, facts: Mapping[str, str]) -> None:
    """Refuse what isn't an identifier."""
    if not VERB.fullmatch(verb):
        raise NotForTheAudit(f"{verb[:40]!r} is not a verb of the audit, such as case.opened")
    for name in facts:
        if name not in FACTS:
            raise NotForTheAudit(f"the audit has no fact called {name[:40]!r}")
    for name, value in {"actor": actor, "subject": subject, **facts}.items():
        if not VALUE.fullmatch(value):
            raise NotForTheAudit(f"{name} must be an identifier without spaces, not text")


def verify(database: "Database", school: str, expect_head: str = "") -> Verdict:
    """Check a school's whole audit in the database, with the keys at hand.

    `expect_head` is a head noted earlier, in a log or in evidence: it shows that nothing before it
    was cut off or rewritten, even by somebody who put back an older database.
    """
    with database.reading(steady=True) as connection:
        return verified(connection, database.vault, school, expect_head)


def verified(connection: Connection, vault: Vault, school: str, expect_head: str = "") -> Verdict:
    """The same, within a transaction."""
    try:
        key = Keys(connection, vault, school, datetime.now(UTC)).get(KIND, KIND)
    except Shredded:
        return _without_key(connection, school, expect_head)
    except Tampered:
        return faulty("the audit key was changed")
    return begun(
        check(
            school,
            links(connection, school),
            head(connection, school),
            proves=lambda said, proof: vault.proves(key, said, proof),
            expect_head=expect_head,
        )
    )


def links(connection: Connection, school: str) -> Iterator[Link]:
    """The entries of a school as stored, first to last."""
    rows = connection.execute(LINKS, {"in_school": school}, execution_options={"yield_per": 1000})
    return (Link(**row._mapping) for row in rows)


def head(connection: Connection, school: str) -> Head | None:
    """Where the chain of a school says that it ends."""
    row = connection.execute(HEAD, {"in_school": school}).first()
    return Head(**row._mapping) if row else None


def begun(verdict: Verdict) -> Verdict:
    """A school with an audit key has at least one entry."""
    return verdict if verdict.entries or not verdict.ok else faulty("the audit was removed")


def faulty(fault: str) -> Verdict:
    """A verdict without a walk."""
    return Verdict(ok=False, entries=0, first_fault=fault, head="")


def _without_key(connection: Connection, school: str, expect_head: str) -> Verdict:
    """A school without an audit key has done nothing yet, or somebody has removed it."""
    told = connection.execute(select(cases.c.id).where(cases.c.school == school).limit(1)).first()
    left = head(connection, school) or next(links(connection, school), None)
    if told or left or expect_head:
        return faulty("the audit key was removed")
    return Verdict(ok=True, entries=0, first_fault="", head="")
