"""The data keys of one school: made, fetched, destroyed, and moved to a newer master key."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, Table, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.records.errors import MissingKey, NotMigrated, Shredded, Tampered, WrongKey
from bot.records.tables import keys
from bot.records.vault import Vault

BATCH = 50
MANY = 500
CHECK = ("", "check", "check")
"""The data key that seals nothing: it proves that the right master key is at hand."""


PUT = insert(keys)
ONE = and_(
    keys.c.school == bindparam("in_school"),
    keys.c.kind == bindparam("of_kind"),
    keys.c.id == bindparam("with_id"),
)
GET = select(keys.c.master, keys.c.wrapped).where(ONE)
DESTROY = delete(keys).where(ONE)


class Keys:
    """One school's data keys within one transaction, unwrapped when first needed, forgotten with it."""

    def __init__(self, connection: Connection, vault: Vault, school: str, now: datetime) -> None:
        self._connection = connection
        self._vault = vault
        self._school = school
        self._now = now
        self._open: dict[tuple[str, str], bytes] = {}

    def make(self, kind: str, id: str) -> bytes:
        """A new data key, wrapped and stored."""
        key = self._vault.new_key()
        self._connection.execute(PUT, self._row(key, kind, id))
        self._open[kind, id] = key
        return key

    def get(self, kind: str, id: str) -> bytes:
        """The data key. Shredded when it isn't there any more."""
        if (kind, id) not in self._open:
            row = self._connection.execute(GET, self._one(kind, id)).first()
            if row is None:
                raise Shredded(f"The data key of this {kind} was destroyed.")
            self._open[kind, id] = self._vault.unwrap(row.wrapped, row.master, self._school, kind, id)
        return self._open[kind, id]

    def fetch(self, kind: str, ids: Sequence[str]) -> None:
        """Unwrap many data keys ahead of their use, in a few queries; a missing one is no fault yet."""
        needed = [id for id in ids if (kind, id) not in self._open]
        for first in range(0, len(needed), MANY):
            rows = select(keys.c.id, keys.c.master, keys.c.wrapped).where(
                keys.c.school == self._school,
                keys.c.kind == kind,
                keys.c.id.in_(needed[first : first + MANY]),
            )
            for row in self._connection.execute(rows).all():
                self._open[kind, row.id] = self._vault.unwrap(
                    row.wrapped, row.master, self._school, kind, row.id
                )

    def ensure(self, kind: str, id: str) -> bytes:
        """The data key, made if need be; two at once agree on one."""
        try:
            return self.get(kind, id)
        except Shredded:
            put_once(self._connection, keys, self._row(self._vault.new_key(), kind, id))
            return self.get(kind, id)

    def destroy(self, kind: str, id: str) -> None:
        """Shred: what the key sealed can never be read again, by anybody."""
        self._open.pop((kind, id), None)
        self._connection.execute(DESTROY, self._one(kind, id))

    def _one(self, kind: str, id: str) -> dict[str, str]:
        return {"in_school": self._school, "of_kind": kind, "with_id": id}

    def _row(self, key: bytes, kind: str, id: str) -> dict[str, object]:
        """A row of the table for this key."""
        master, wrapped = self._vault.wrap(key, self._school, kind, id)
        return {
            "school": self._school,
            "kind": kind,
            "id": id,
            "master": master,
            "wrapped": wrapped,
            "made": self._now,
        }


@cache
def inserted(table: Table, dialect: str) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that can say ON CONFLICT, in the words of the database at hand."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def once(table: Table, dialect: str) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that does nothing where such a row is there already."""
    return inserted(table, dialect).on_conflict_do_nothing()


def put_once(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert a row unless one like it is there; whether it was inserted.

    psycopg's count of inserted rows is only kept when it is asked for (it would be -1).
    """
    done = connection.execute(
        once(table, connection.dialect.name),
        dict(row),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount == 1


def make_check(connection: Connection, vault: Vault) -> None:
    """Write the check key into a database that has none yet."""
    school, kind, id = CHECK
    if connection.execute(select(keys.c.id).where(keys.c.kind == kind).limit(1)).first() is None:
        Keys(connection, vault, school, datetime.now(UTC)).ensure(kind, id)


def prove_keys(connection: Connection, vault: Vault) -> None:
    """Raise MissingKey or WrongKey unless every data key can be unwrapped by the ring at hand."""
    masters = connection.execute(select(keys.c.master).distinct()).scalars().all()
    if not masters:
        raise NotMigrated("The database has no check key yet; run `usher migrate` first.")
    missing = sorted(master for master in masters if not vault.holds(master))
    if missing:
        raise MissingKey(
            f"This database was sealed with master key {', '.join(missing)}, which USHER_KEYS does"
            " not hold. Add it back (after the newest, as id:base64) and start again."
        )
    for master in masters:
        _prove(connection, vault, master)


def _prove(connection: Connection, vault: Vault, master: str) -> None:
    """Unwrap one data key with this master key."""
    row = connection.execute(select(keys).where(keys.c.master == master).limit(1)).one()
    try:
        vault.unwrap(row.wrapped, master, row.school, row.kind, row.id)
    except Tampered:
        raise WrongKey(
            f"The key called {master} in USHER_KEYS is not the one that sealed this database."
            " Put the right one back; nothing has been changed."
        ) from None


def schools(connection: Connection) -> tuple[str, ...]:
    """Every school that has a data key: none keeps records without one."""
    found = select(keys.c.school).distinct().where(keys.c.school != CHECK[0])
    return tuple(sorted(connection.execute(found).scalars().all()))


def rotate(
    writing: Callable[[], AbstractContextManager[Connection]],
    vault: Vault,
    progress: Callable[[int, int], None],
    moment: Callable[[str], None],
) -> int:
    """Re-wrap every data key with the newest master, in small transactions that may be cut short."""
    stale = keys.c.master != vault.newest
    with writing() as connection:
        total = connection.execute(select(func.count()).select_from(keys).where(stale)).scalar_one()
    done = 0
    while True:
        with writing() as connection:
            batch = _rewrap(connection, vault)
        if not batch:
            return done
        done += batch
        moment("rotated")
        progress(done, max(total, done))


def _rewrap(connection: Connection, vault: Vault) -> int:
    """One batch of rotation; a key destroyed meanwhile stays destroyed."""
    stale = select(keys).where(keys.c.master != vault.newest).limit(BATCH)
    rows = connection.execute(stale.with_for_update()).all()
    for row in rows:
        key = vault.unwrap(row.wrapped, row.master, row.school, row.kind, row.id)
        master, wrapped = vault.wrap(key, row.school, row.kind, row.id)
        connection.execute(
            update(keys)
            .where(
                keys.c.school == row.school,
                keys.c.kind == row.kind,
                keys.c.id == row.id,
                keys.c.master == row.master,
            )
            .values(master=master, wrapped=wrapped)
        )
    return len(rows)
