"""What the tests of records begin with: a case, a notice, all the bytes of a database."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import text

from bot.records.database import Database
from bot.records.tables import metadata
from bot.school.concerns import Case, CaseKind, NewCase, Urgency
from bot.school.messages import Lane, Message, Notice, Recipient
from bot.school.people import Role

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
SCHOOL = "palatine"
KEY, NEW_KEY = (
    f"{id}:{base64.b64encode(hashlib.sha256(id.encode()).digest()).decode()}" for id in ("k1", "k2")
)

HEAD = Recipient(person="head")
CHAIR = Recipient(person="chair")
DSL = Recipient(channel="dsl")


def new_case(**changes: Any) -> NewCase:
    """A child's case, for the DSL."""
    return replace(
        NewCase(
            kind=CaseKind.ESAFETY,
            part="child",
            urgency=Urgency.TODAY,
            roles=(Role.DSL, Role.DEPUTY_DSL),
            excluded={"ta": "reporter"},
            account={"form": "esafety", "answers": {"account": "He showed me the message."}},
            names=("Anna Bell",),
            flags=("image",),
        ),
        **changes,
    )


def notice(key: str, **changes: Any) -> Notice:
    """A new case is announced to the DSL's channel."""
    return replace(
        Notice(
            key=key,
            lane=Lane.ALERT,
            to=DSL,
            message=Message(summary="New concern, today"),
            fallback=(HEAD, CHAIR),
        ),
        **changes,
    )


def open_case(database: Database, now: datetime = NOW, school: str = SCHOOL, **changes: Any) -> Case:
    """Write one case with its audit entry."""
    with database.books(school, now) as books:
        case = books.cases.open("ta", "esafety", [new_case(**changes)]).cases[0]
        books.audit.write("ta", "case.sent", case.reference, urgency="today")
    return case


def post(database: Database, *notices: Notice, now: datetime = NOW, school: str = SCHOOL) -> None:
    """Queue notices."""
    with database.books(school, now) as books:
        for one in notices:
            books.outbox.post(one)


def execute(database: Database, statement: str, **values: Any) -> Any:
    """Do to the database what an intruder with its password could do."""
    with database.writing() as connection:
        found = connection.execute(text(statement), values)
        return found.mappings().all() if found.returns_rows else found.rowcount


def stored(database: Database) -> bytes:
    """All the bytes the database holds: the files on SQLite, every column on PostgreSQL."""
    if database.on_sqlite:
        file = Path(str(database.url.database))
        return b"".join(part.read_bytes() for part in sorted(file.parent.glob(file.name + "*")))
    found = b""
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')):
                found += b"".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
    return found


def spellings(canary: str) -> tuple[bytes, ...]:
    """A canary as it could lie around: plain, as UTF-16, base64 at each alignment, escaped, in JSON."""
    raw = canary.encode()
    shifted = [base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)]
    return (
        raw,
        canary.encode("utf-16-le"),
        canary.encode("utf-16-be"),
        raw.hex().encode(),
        quote(canary).encode(),
        json.dumps(canary).encode()[1:-1],
        *shifted,
    )


def rows(database: Database, table: str) -> list[Mapping[str, Any]]:
    """Every row of a table, raw."""
    return list(execute(database, f'SELECT * FROM "{table}"'))
