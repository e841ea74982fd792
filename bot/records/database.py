"""The school's database: opened safely, written in whole transactions, on SQLite and on PostgreSQL alike."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property

from psycopg.errors import UndefinedTable
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from bot.records import keys, migrations, opening
from bot.records.books import Books
from bot.records.errors import Busy, NotMigrated, RecordsFault, UnknownDatabase, Unreachable
from bot.records.vault import KeyRing, Vault

PATIENCE = 30.0
"""Seconds to wait for the books before giving up."""
POOLED, EXTRA = 8, 24


def nothing(_moment: str) -> None:
    """What happens at a named moment outside the tests."""


WHICH = "DATABASE_URL must be sqlite:///path/to/file or postgresql://user@host/name."


class Pen:
    """On SQLite, the threads of one process take turns here instead of polling the file."""

    def __init__(self, *, held: bool) -> None:
        self._lock = threading.Lock() if held else None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Write while nobody else in this process does; Busy after a long wait."""
        if self._lock is None:
            yield
            return
        if not self._lock.acquire(timeout=PATIENCE):
            raise Busy("Somebody else has been writing for too long; nothing was changed.")
        try:
            yield
        finally:
            self._lock.release()


class Database:
    """The records of every school of this deployment. Nothing is opened until it is needed."""

    def __init__(self, url: str, ring: KeyRing, *, moment: Callable[[str], None] = nothing) -> None:
        self.url = address(url)
        self.moment = moment
        self.vault = Vault(ring)
        self._pen = Pen(held=self.on_sqlite)
        self._scrubbed: int | None = None

    @property
    def on_sqlite(self) -> bool:
        """Whether the records are one local file."""
        return self.url.get_backend_name() == "sqlite"

    @cached_property
    def engine(self) -> Engine:
        """The pool of connections, each opened safely."""
        engine = create_engine(
            self.url,
            hide_parameters=True,
            pool_size=POOLED,
            max_overflow=EXTRA,
            pool_timeout=PATIENCE,
            pool_pre_ping=not self.on_sqlite,
        )
        opening.guard(engine)
        return engine

    def prepare(self) -> None:
        """Make the SQLite file, for nobody else to read; PostgreSQL has its own ways."""
        if self.on_sqlite:
            opening.make_file(str(self.url.database))

    def migrate(self) -> None:
        """Bring the tables to this release, make the check key, and prove the master keys."""
        self.prepare()
        with self.writing() as connection:
            if not self.on_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(7)"))
            migrations.upgrade(connection)
            keys.make_check(connection, self.vault)
            keys.prove_keys(connection, self.vault)

    def ready(self) -> None:
        """Raise Unreachable, NotMigrated, NotDurable, MissingKey or WrongKey unless all is well."""
        if self.on_sqlite and not opening.is_file(str(self.url.database)):
            raise NotMigrated("There is no database file yet; run `usher migrate` first.")
        with self.reading() as connection:
            found, needed = migrations.current(connection), migrations.head()
            if found != needed:
                raise NotMigrated(
                    f"The tables are of release {found or 'none'} and this Usher needs {needed};"
                    " run `usher migrate` first."
                )
            opening.prove_durable(connection)
            keys.prove_keys(connection, self.vault)

    @contextmanager
    def books(self, school: str, now: datetime) -> Iterator[Books]:
        """Open one school's books: one transaction, kept whole at the end or not at all.

        Only one desk at a time writes in the books of a school, on either database.
        """
        with self.writing(school) as connection:
            books = Books(connection, self.vault, school, now, self.moment)
            yield books
            books.close()
        self.moment("committed")

    @contextmanager
    def read(self, school: str, now: datetime) -> Iterator[Books]:
        """Open one school's books to read only; never waits for anybody who writes."""
        with self.reading() as connection:
            yield Books(connection, self.vault, school, now, self.moment)

    @contextmanager
    def writing(self, school: str = "") -> Iterator[Connection]:
        """A transaction that may write; with a school, the only one in its books."""
        with _plain_faults(), self._pen.hold(), self.engine.begin() as connection:
            if school and not self.on_sqlite:
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtextextended(:school, 7))"),
                    {"school": school},
                )
            yield connection

    @contextmanager
    def reading(self, *, steady: bool = False) -> Iterator[Connection]:
        """A transaction that only reads; steady ones see one and the same state throughout."""
        with _plain_faults(), self.engine.connect() as connection:
            reader = connection.execution_options(**opening.reading_options(connection, steady))
            with reader.begin(), opening.read_only(reader):
                yield reader

    def rotate(self, progress: Callable[[int, int], None]) -> int:
        """Re-wrap every data key with the newest master key; can be cut short and begun again.

        Every process must already know the newest key. Returns how many keys were re-wrapped.
        """
        with _plain_faults():
            return keys.rotate(self.writing, self.vault, progress, self.moment)

    def schools(self) -> tuple[str, ...]:
        """Every school that has records here."""
        with self.reading() as connection:
            return keys.schools(connection)

    def scrub(self, *, destroyed: bool = False) -> bool:
        """Overwrite what was deleted, in every file the database keeps; False if somebody held it.

        PostgreSQL's keys are rewritten only when some were just `destroyed`, or since the last time.
        """
        with self.reading() as connection:
            churn = opening.churn(connection)
        if churn == self._scrubbed and not destroyed:
            return True
        with _plain_faults():
            done = opening.scrub(self.engine)
        self._scrubbed = churn if done and not self.on_sqlite else None
        return done

    def close(self) -> None:
        """Give back every connection."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def address(url: str) -> URL:
    """The database's address with the driver Usher uses; UnknownDatabase when it is no such thing."""
    try:
        parsed = make_url(url.strip())
    except ArgumentError:
        raise UnknownDatabase(f"{WHICH} The address given is not one.") from None
    backend = parsed.drivername.partition("+")[0]
    if backend in ("postgres", "postgresql") and parsed.database:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite+pysqlite")
    raise UnknownDatabase(f"{WHICH} A {backend or 'nameless'} address like this one is not.")


@contextmanager
def _plain_faults() -> Iterator[None]:
    """Faults of the database as nouns; no parameter of a query ever shows in one."""
    try:
        yield
    except OperationalError as fault:
        raise _noun(fault) from fault
    except DBAPIError as fault:
        if fault.connection_invalidated or isinstance(fault.orig, UndefinedTable):
            raise _noun(fault) from fault
        raise


def _noun(fault: DBAPIError) -> RecordsFault:
    said = str(fault.orig).partition("\n")[0].strip()
    if "locked" in said or "lock timeout" in said:
        return Busy(f"Somebody else has held the database for too long: {said}.")
    if "no such table" in said or isinstance(fault.orig, UndefinedTable):
        return NotMigrated("The tables are missing; run `usher migrate` first.")
    return Unreachable(f"The database does not answer: {said}.")
