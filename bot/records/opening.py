"""How a connection is opened so that what it keeps is durable and what it deletes is gone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, event, text

from bot.records.errors import NotDurable

Raw = Any
"""A driver's own connection."""

PATIENCE = 30_000
"""Milliseconds to wait for a lock."""

SCRUB_PATIENCE = 1_000
"""Milliseconds to wait when overwriting: others wait behind us, and the next sweep tries again."""

PRAGMAS = {
    "busy_timeout": PATIENCE,
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "temp_store": 2,
}
"""Set on every SQLite connection and read back: synchronous 2 is FULL, temp_store 2 is memory."""

SETTINGS = {"synchronous_commit": "on", "lock_timeout": "30s", "client_encoding": "UTF8"}
"""Set on every PostgreSQL connection and read back."""


def guard(engine: Engine) -> None:
    """Make every connection of the pool a safe one, and every transaction begin as it should."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _open_postgresql)


def make_file(path: str) -> None:
    """Create the database file readable by nobody else; SQLite gives its companions the same rights."""
    if not Path(path).exists():
        with suppress(FileExistsError, OSError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def is_file(path: str) -> bool:
    """Whether the database file is there."""
    return Path(path).is_file()


def reading_options(connection: Connection, steady: bool) -> dict[str, Any]:
    """How a transaction that only reads is opened."""
    if connection.dialect.name == "sqlite":
        return {"usher_reading": True}
    level = {"isolation_level": "REPEATABLE READ"} if steady else {}
    return {"postgresql_readonly": True, **level}


@contextmanager
def read_only(connection: Connection) -> Iterator[None]:
    """SQLite refuses to write meanwhile; PostgreSQL was told when the transaction began."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA query_only=ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA query_only=OFF")


def prove_durable(connection: Connection) -> None:
    """Raise NotDurable when the PostgreSQL server would lose what it has acknowledged."""
    if connection.dialect.name == "sqlite":
        return
    if connection.execute(text("SHOW fsync")).scalar_one() != "on":
        raise NotDurable("The PostgreSQL server runs with fsync off; switch it on.")


def scrub(engine: Engine) -> bool:
    """Leave no deleted bytes behind: empty SQLite's log, or rewrite PostgreSQL's table of keys."""
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        return _empty_log(raw) if engine.dialect.name == "sqlite" else _rewrite_keys(raw)


def churn(connection: Connection) -> int:
    """A number that changes when PostgreSQL's table of keys has deleted rows to be overwritten."""
    if connection.dialect.name == "sqlite":
        return -1
    return int(connection.execute(text(CHURN)).scalar_one())


CHURN = (
    "SELECT coalesce(sum(n_tup_del + n_tup_upd), 0) FROM pg_stat_user_tables WHERE relid = 'keys'::regclass"
)


def _empty_log(raw: Raw) -> bool:
    """Copy the write-ahead log into the file and cut it to nothing; writers wait meanwhile."""
    raw.execute(f"PRAGMA busy_timeout={SCRUB_PATIENCE}")
    try:
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.execute(f"PRAGMA busy_timeout={PRAGMAS['busy_timeout']}")
    return not busy


def _rewrite_keys(raw: Raw) -> bool:
    """VACUUM FULL writes the small table of data keys anew, without the destroyed ones."""
    raw.rollback()
    raw.autocommit = True
    try:
        raw.execute(f"SET lock_timeout = {SCRUB_PATIENCE}")
        raw.execute("VACUUM FULL keys")
    except LockNotAvailable:
        return False
    else:
        return True
    finally:
        raw.execute(f"SET lock_timeout = '{SETTINGS['lock_timeout']}'")
        raw.autocommit = False


def _open_sqlite(raw: Raw, _record: object) -> None:
    """Set every pragma and believe none until it reads back."""
    raw.isolation_level = None
    for name, value in PRAGMAS.items():
        if name == "journal_mode" and raw.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            continue
        raw.execute(f"PRAGMA {name}={value}").fetchone()
    for name, value in PRAGMAS.items():
        found = raw.execute(f"PRAGMA {name}").fetchone()[0]
        if found != value:
            raise NotDurable(f"SQLite answers {name}={found} where {value} was asked for.")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once, so that it never has to give up half-way."""
    reading = connection.get_execution_options().get("usher_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _open_postgresql(raw: Raw, _record: object) -> None:
    """The same on PostgreSQL: a commit waits for the disk."""
    raw.autocommit = True
    for name, value in SETTINGS.items():
        raw.execute(f"SET {name} = '{value}'")
        found = raw.execute(f"SHOW {name}").fetchone()[0]
        if found != value:
            raise NotDurable(f"PostgreSQL answers {name}={found} where {value} was asked for.")
    raw.autocommit = False
