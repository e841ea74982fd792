"""Opened safely: durable settings on every connection, clear faults at the start, no lost turns."""

import pkgutil
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DBAPIError

import bot.records
from bot.records import migrations, opening
from bot.records.database import Database, address
from bot.records.errors import (
    Busy,
    MissingKey,
    NotDurable,
    NotMigrated,
    RecordsFault,
    Tampered,
    UnknownDatabase,
    Unreachable,
    WrongKey,
)
from bot.records.tables import metadata
from bot.records.vault import KeyRing
from tests.records.given import KEY, NEW_KEY, NOW, SCHOOL, execute, open_case, rows

WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "busy_timeout": 30_000,
}


def test_every_pooled_connection_reads_back_the_durable_settings(database: Database) -> None:
    reading = {"usher_reading": True}
    connections = [database.engine.connect().execution_options(**reading) for _ in range(12)]
    try:
        for connection in connections:
            if database.on_sqlite:
                found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in WANTED}
                assert found == WANTED
            else:
                assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
                assert connection.execute(text("SHOW fsync")).scalar() == "on"
        assert len({id(c.connection.dbapi_connection) for c in connections}) == 12
    finally:
        for connection in connections:
            connection.close()


def test_a_setting_that_does_not_hold_stops_the_start(
    url: str, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(opening.PRAGMAS, "synchronous", 7)
    monkeypatch.setitem(opening.SETTINGS, "lock_timeout", "30000ms")
    with pytest.raises(NotDurable):
        Database(url, ring).ready()


def test_fifty_writers_at_once_never_find_the_database_locked(database: Database) -> None:
    def write(number: int) -> None:
        for turn in range(4):
            with database.books(SCHOOL, NOW) as books:
                books.counts.add(NOW.date(), "PER-1", "asked")
                books.audit.write("ta", "question.asked", f"q{number}-{turn}")

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(write, range(50)))
    with database.read(SCHOOL, NOW) as books:
        assert [count.n for count in books.counts.total(NOW.date(), NOW.date())] == [200]


def test_two_processes_writing_at_once_both_get_their_turn(url: str, database: Database) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-m", "tests.records.worker", "count", url, "60"]) for _ in range(2)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    with database.read(SCHOOL, NOW) as books:
        assert [count.n for count in books.counts.total(NOW.date(), NOW.date())] == [120]


def test_what_fails_half_way_leaves_nothing(database: Database) -> None:
    def fail_half_way() -> None:
        with database.books(SCHOOL, NOW) as books:
            books.drafts.start("ta", "esafety", "one", {"account": "words"})
            books.audit.write("ta", "draft.started", "d")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert rows(database, "drafts") == rows(database, "audit") == []
    assert [row["kind"] for row in rows(database, "keys")] == ["check"]


def test_books_opened_to_read_cannot_be_written_in(database: Database) -> None:
    with pytest.raises((Unreachable, DBAPIError)), database.read(SCHOOL, NOW) as books:
        books.counts.add(NOW.date(), "PER-1", "asked")
    with database.books(SCHOOL, NOW) as books:  # and the same connection can write again
        books.counts.add(NOW.date(), "PER-1", "asked")


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        books.counts.add(NOW.date(), "PER-1", "asked")
        with database.read(SCHOOL, NOW) as others:
            assert others.counts.total(NOW.date(), NOW.date()) == ()


def test_the_named_moments_come_in_the_order_they_happen(url: str, ring: KeyRing) -> None:
    said: list[str] = []
    database = Database(url, ring, moment=said.append)
    with database.books(SCHOOL, NOW) as books:
        books.drafts.start("ta", "esafety", "one", {})
    open_case(database)
    database.close()
    assert said == ["draft.saved", "committed", "case.written", "audit.written", "committed"]


# Starting


def test_the_right_key_is_ready(database: Database) -> None:
    database.ready()


def test_a_wrong_key_of_the_same_name_is_a_clear_fault(url: str) -> None:
    wrong = Database(url, KeyRing.parse("k1:" + "C" * 43 + "="))
    with pytest.raises(WrongKey, match="k1 in USHER_KEYS is not the one"):
        wrong.ready()
    with pytest.raises(WrongKey):
        wrong.migrate()
    wrong.close()


def test_a_missing_key_is_a_clear_fault(url: str) -> None:
    other = Database(url, KeyRing.parse(NEW_KEY))
    with pytest.raises(MissingKey, match="sealed with master key k1"):
        other.ready()
    other.close()


def test_an_older_key_behind_the_newest_is_enough(url: str) -> None:
    both = Database(url, KeyRing.parse(f"{NEW_KEY},{KEY}"))
    both.ready()
    case = open_case(both)
    assert {row["master"] for row in rows(both, "keys")} == {"k1", "k2"}
    both.ready()
    both.close()
    alone = Database(url, KeyRing.parse(KEY))
    with pytest.raises(MissingKey, match="k2"):
        alone.ready()
    alone.close()
    assert case.reference


def test_a_database_without_tables_says_migrate_first(empty_url: Callable[[], str], ring: KeyRing) -> None:
    database = Database(empty_url(), ring)
    with pytest.raises(NotMigrated, match="usher migrate"):
        database.ready()
    database.close()


def test_asking_whether_it_is_ready_never_makes_a_file(tmp_path: Path, ring: KeyRing) -> None:
    with pytest.raises(NotMigrated):
        Database(f"sqlite:///{tmp_path}/none.db", ring).ready()
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_was_taken_away_says_migrate_first(database: Database) -> None:
    execute(database, "DROP TABLE counts")
    with pytest.raises(NotMigrated, match="usher migrate"), database.read(SCHOOL, NOW) as books:
        books.counts.total(NOW.date(), NOW.date())


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_server_that_does_not_wait_for_the_disk_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "text", lambda _: text("SELECT 'off'"))
    with pytest.raises(NotDurable, match="fsync off"):
        database.ready()


def test_a_database_that_cannot_be_reached_is_a_clear_fault(ring: KeyRing, tmp_path: Path) -> None:
    for url in ("postgresql://usher@127.0.0.1:1/none", f"sqlite:///{tmp_path}/no/such/folder/u.db"):
        with pytest.raises(Unreachable, match="does not answer"):
            Database(url, ring).migrate()


def test_only_one_file_or_one_server_will_do() -> None:
    assert address("postgres://u:p@h/n").drivername == "postgresql+psycopg"
    assert address("postgresql://u:p@h/n").drivername == "postgresql+psycopg"
    assert address(" sqlite:///x.db ").drivername == "sqlite+pysqlite"
    for url in ("", "sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/n", "postgresql://h", "nonsense"):
        with pytest.raises(UnknownDatabase, match="DATABASE_URL must be") as fault:
            address(url)
        assert "secret" not in str(fault.value)


def test_nobody_else_may_read_the_file(tmp_path: Path, ring: KeyRing) -> None:
    database = Database(f"sqlite:///{tmp_path}/u.db", ring)
    database.migrate()
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    database.close()


def test_faults_never_show_the_values_of_a_query(database: Database) -> None:
    with pytest.raises((DBAPIError, RecordsFault)) as fault, database.writing() as connection:
        connection.execute(text("SELECT a FROM nowhere WHERE a = :a"), {"a": "-".join(["CAN", "ARY"])})
    assert "CAN-ARY" not in "".join(traceback.format_exception(fault.value))


# Migrations


def test_migrations_go_up_and_down_and_up_again_and_end_at_the_models(
    empty_url: Callable[[], str], ring: KeyRing
) -> None:
    database = Database(empty_url(), ring)
    database.prepare()
    for _ in range(2):
        with database.writing() as connection:
            migrations.upgrade(connection)
            assert (
                compare_metadata(
                    MigrationContext.configure(connection, opts={"compare_type": True}), metadata
                )
                == []
            )
            assert migrations.current(connection) == migrations.head()
        with database.writing() as connection:
            migrations.downgrade(connection, "base")
            assert inspect(connection).get_table_names() == ["alembic_version"]
    database.migrate()
    database.ready()
    database.close()


def test_the_indexes_of_the_database_are_those_of_the_models(database: Database) -> None:
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            found = {index["name"] for index in inspect(connection).get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= found


def test_migrating_again_changes_nothing(database: Database) -> None:
    before = rows(database, "keys")
    database.migrate()
    assert rows(database, "keys") == before


def test_processes_that_migrate_at_once_agree(empty_url: Callable[[], str]) -> None:
    url = empty_url()
    workers = [
        subprocess.Popen([sys.executable, "-m", "tests.records.worker", "migrate", url]) for _ in range(3)
    ]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    database = Database(url, KeyRing.parse(KEY))
    database.ready()
    assert len(rows(database, "keys")) == 1
    database.close()


def test_importing_any_module_of_records_does_nothing() -> None:
    found = pkgutil.walk_packages(bot.records.__path__, "bot.records.")
    names = [module.name for module in found]
    assert "bot.records.migrations.env" in names
    lines = "; ".join(f"importlib.import_module({name!r})" for name in names)
    code = f"import importlib, sqlite3 as s; c = s.connect; s.connect = None; {lines}; s.connect = c"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# Schools


def test_no_school_sees_anything_of_another(database: Database) -> None:
    case = open_case(database, school="north")
    with database.books("north", NOW) as books:
        draft = books.drafts.start("ta", "esafety", "one", {})
        books.inbox.enter("a1")
        books.inbox.keep("a1", "{}")
    with database.books("south", NOW) as books:
        assert books.cases.all() == books.cases.of_reporter("ta") == books.drafts.of("ta") == ()
        assert books.inbox.enter("a1") is None
        books.inbox.keep("a1", "{}")
        for act in (
            lambda: books.cases.by_reference(case.reference),
            lambda: books.cases.concern(case.concern),
            lambda: books.drafts.get(draft.id, "ta"),
        ):
            with pytest.raises(Exception, match=r"no such|no case"):
                act()


def test_every_statement_names_the_school_it_is_about(database: Database) -> None:
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    case = open_case(database, keep_until=NOW)
    with database.books(SCHOOL, NOW) as books:
        draft = books.drafts.start("ta", "esafety", "one", {})
        books.drafts.save(draft.id, "ta", "two", {})
        books.drafts.of("ta", "esafety")
        books.drafts.drop(draft.id, "ta")
        books.inbox.enter("a")
        books.inbox.keep("a", "{}")
        books.cases.all()
        books.cases.linked(case)
        books.cases.entries(case)
        books.cases.due_for_erasure(NOW)
        books.cases.erase(case)
        books.policies.all("p")
        books.sites.all()
        books.posts.after("person:x", 0)
        books.posts.changed(["person:x"], 0)
        books.drafts.expire(NOW)
        books.inbox.expire(NOW)
    told = [
        s for s in said if any(f" {t.name} " in f"{s} ".replace("\n", " ") for t in metadata.sorted_tables)
    ]
    assert len(told) > 30
    assert [statement for statement in told if "school" not in statement] == []


def test_a_row_moved_to_another_school_cannot_be_read_there(database: Database) -> None:
    case = open_case(database, school="north")
    for table, wanted in (("concerns", ""), ("keys", " WHERE kind = 'case'"), ("cases", "")):
        names = ", ".join(column.name for column in metadata.tables[table].columns if column.name != "school")
        execute(
            database, f"INSERT INTO {table} (school, {names}) SELECT 'south', {names} FROM {table}{wanted}"
        )
    with pytest.raises(Tampered), database.read("south", NOW) as books:
        books.cases.by_reference(case.reference)


# Time


def test_times_come_back_aware_and_naive_ones_are_refused(database: Database) -> None:
    local = datetime(2026, 10, 1, 10, 30, tzinfo=UTC) + timedelta(microseconds=1)
    case = open_case(database, now=local)
    assert case.sent == local
    with database.read(SCHOOL, NOW) as books:
        assert books.cases.by_reference(case.reference).sent == local
        assert books.cases.by_reference(case.reference).sent.tzinfo is not None
    with pytest.raises(ValueError, match="aware"), database.books(SCHOOL, datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_a_writer_who_never_finishes_makes_the_others_busy(
    url: str, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(opening.PRAGMAS, "busy_timeout", 100)
    monkeypatch.setitem(opening.SETTINGS, "lock_timeout", "100ms")
    one, two = Database(url, ring), Database(url, ring)
    with one.books(SCHOOL, NOW), pytest.raises(Busy), two.books(SCHOOL, NOW):
        pass
    one.close()
    two.close()


def test_a_thread_that_never_finishes_makes_the_others_busy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.records.database.PATIENCE", 0.1)
    monkeypatch.setitem(opening.SETTINGS, "lock_timeout", "100ms")
    database.close()
    with database.books(SCHOOL, NOW), pytest.raises(Busy), database.books(SCHOOL, NOW):
        pass
    with database.books(SCHOOL, NOW) as books:
        books.counts.add(NOW.date(), "PER-1", "asked")
