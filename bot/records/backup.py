"""The records as one file, and back: sealed as they are, proven on the way in, without master keys.

One format for both databases: gzipped JSON lines, a header, the rows of every table as one moment saw
them, and a footer with their number and the SHA-256 of all before it.
"""

import base64
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text

from bot.records import keys, migrations
from bot.records.audit import verified
from bot.records.database import Database
from bot.records.errors import BrokenBackup, NotEmpty, Tampered
from bot.records.room import Json
from bot.records.tables import metadata
from bot.records.vault import KeyRing

MARK = "usher backup"
AT_ONCE = 500
UNWHOLE = "The file is not a whole and unchanged backup of Usher; use another one."


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back."""

    rows: int
    heads: Mapping[str, str]
    """School -> head of its audit, to be compared with the one noted at the time of the backup."""


def backup(database: Database, to: Path) -> Path:
    """Write a backup into a folder or to a file, while others go on writing in the database.

    Only the account that runs this may read the file.
    """
    file = to / f"usher-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup" if to.is_dir() else to
    part = file.with_name(file.name + ".part")
    opened = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(opened, "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", filename="") as out:
            _write(database, out)
        raw.flush()
        os.fsync(raw.fileno())
    part.replace(file)
    return file


def restore(file: Path, url: str, ring: KeyRing) -> Restored:
    """Fill an empty database from a backup; prove its keys and every audit, or leave it empty.

    NotEmpty, BrokenBackup, WrongKey, MissingKey, Tampered. A backup of an older release is migrated.
    """
    database = Database(url, ring)
    try:
        release = _proven(file)
        database.prepare()
        with database.writing() as connection:
            _refuse_unless_empty(connection)
            migrations.upgrade(connection, release)
            rows = _fill(connection, file)
            migrations.upgrade(connection)
            keys.prove_keys(connection, database.vault)
            return Restored(rows=rows, heads=_proven_heads(connection, database))
    finally:
        database.close()


def _write(database: Database, out: gzip.GzipFile) -> None:
    """Header, rows, footer."""
    digest, rows = hashlib.sha256(), -1
    with database.reading(steady=True) as connection:
        for line in _lines(connection):
            digest.update(line)
            out.write(line)
            rows += 1
    out.write(_line({"rows": rows, "sha256": digest.hexdigest()}))


def _lines(connection: Connection) -> Iterator[bytes]:
    """Everything in the database, just as it is stored, a row a line."""
    columns = {table.name: [c.name for c in table.columns] for table in metadata.sorted_tables}
    yield _line({MARK: 1, "release": migrations.current(connection), "tables": columns})
    quote = connection.dialect.identifier_preparer.quote
    for table, names in columns.items():
        chosen = ", ".join(map(quote, names))
        rows = connection.execution_options(yield_per=AT_ONCE).exec_driver_sql(
            f"SELECT {chosen} FROM {quote(table)}"  # noqa: S608 - our own names
        )
        for row in rows:
            yield _line([table, *map(_plain, row)])


def _line(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> Json:
    """A stored value as JSON; bytes as an object."""
    if isinstance(value, bytes | memoryview):
        return {"b64": base64.b64encode(bytes(value)).decode()}
    return value


def _stored(value: Json) -> Json:
    return base64.b64decode(value["b64"]) if isinstance(value, dict) else value


def _proven(file: Path) -> str:
    """Read the whole backup once before anything is changed; returns the release it is of."""
    digest, last, rows = hashlib.sha256(), b"", -2
    try:
        with gzip.open(file, "rb") as lines:
            for line in lines:
                digest.update(last)
                last, rows = line, rows + 1
            lines.seek(0)
            header, footer = json.loads(lines.readline()), json.loads(last)
        whole = footer == {"rows": rows, "sha256": digest.hexdigest()} and header[MARK] == 1
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise BrokenBackup(UNWHOLE)
    if not migrations.known(header["release"]):
        raise BrokenBackup("The backup was made by a newer Usher; restore it with that one.")
    return str(header["release"])


def _refuse_unless_empty(connection: Connection) -> None:
    """Take away the tables of a database that holds nothing but its check key."""
    if not migrations.current(connection):
        return
    here = MetaData()
    here.reflect(connection)
    for table in here.sorted_tables:
        rows = select(func.count()).select_from(table)
        if table.name == "keys":
            rows = rows.where(table.c.kind != keys.CHECK[1])
        if table.name != "alembic_version" and connection.execute(rows).scalar_one():
            raise NotEmpty("The database already holds records; restore into an empty one.")
    migrations.downgrade(connection, "base")


def _fill(connection: Connection, file: Path) -> int:
    """Put every row back."""
    here, total = MetaData(), 0
    here.reflect(connection)
    with gzip.open(file, "rb") as lines:
        columns = json.loads(lines.readline())["tables"]
        told = (row for row in map(json.loads, lines) if isinstance(row, list))
        while batch := list(islice(told, AT_ONCE)):
            total += len(batch)
            for name in dict.fromkeys(row[0] for row in batch):
                rows = [row[1:] for row in batch if row[0] == name]
                _put(connection, here.tables[name], columns[name], rows)
    if connection.dialect.name == "postgresql":
        connection.execute(text(NEXT_ID))
    return total


NEXT_ID = (
    "SELECT setval(pg_get_serial_sequence('outbox', 'id'),"
    " (SELECT coalesce(max(id), 0) + 1 FROM outbox), false)"
)


def _put(connection: Connection, table: Table, columns: list[str], rows: list[Json]) -> None:
    """Rows of one table; SQLite knows a truth as a number."""
    truths = {c.name for c in table.columns if c.type.python_type is bool}
    connection.execute(
        insert(table),
        [
            {
                name: bool(value) if name in truths else _stored(value)
                for name, value in zip(columns, row, strict=True)
            }
            for row in rows
        ],
    )


def _proven_heads(connection: Connection, database: Database) -> dict[str, str]:
    """The head of every school's audit, or Tampered."""
    heads = {}
    for school in keys.schools(connection):
        verdict = verified(connection, database.vault, school)
        if not verdict.ok:
            raise Tampered(f"The audit of {school} in the backup is not whole: {verdict.first_fault}.")
        heads[school] = verdict.head
    return heads
