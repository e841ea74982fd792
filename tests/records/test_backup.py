"""Backups: sealed, whole or refused, restored into an empty database of either kind."""

import gzip
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.records.audit import verify
from bot.records.backup import backup, restore
from bot.records.database import Database
from bot.records.errors import BrokenBackup, MissingKey, NotEmpty, Tampered, WrongKey
from bot.records.tables import metadata
from bot.records.vault import KeyRing
from bot.school.concerns import Case
from bot.school.messages import Message
from bot.school.policy import PolicyVersion
from tests.records.given import KEY, NEW_KEY, NOW, SCHOOL, execute, notice, open_case, rows, spellings


def _fill(database: Database) -> Case:
    case = open_case(database, excluded={"p-subject": "canary-subject"})
    open_case(database, school="other")
    version = PolicyVersion(policy="p", label="v1", hash="h", published=NOW.date(), wording={"PER-1": "x"})
    with database.books(SCHOOL, NOW) as books:
        books.drafts.start("ta", "esafety", "one", {"account": "canary-words"})
        books.inbox.enter("a1")
        books.inbox.keep("a1", "{}")
        books.outbox.post(notice("n1"))
        books.posts.show("channel:dsl", "c", Message(summary="New \u2014 concern"), NOW)
        books.policies.publish(version, "the text")
        books.counts.add(NOW.date(), "PER-1", "asked")
        books.cases.hold(case, on=True)
        return books.cases.by_reference(case.reference)


def _everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: sorted(
            (
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row.values())
                for row in rows(database, table.name)
            ),
            key=repr,
        )
        for table in metadata.sorted_tables
    }


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_was_backed_up_comes_back_on_either_database(
    kind: str, database: Database, tmp_path: Path, ring: KeyRing, request: pytest.FixtureRequest
) -> None:
    case = _fill(database)
    file = backup(database, tmp_path)
    if kind == "sqlite":
        target = f"sqlite:///{tmp_path}/restored.db"
    else:
        server, name = request.getfixturevalue("postgres"), f"restored{database.url.database[-8:]}"
        name = "".join(letter for letter in name if letter.isalnum()).lower()
        request.addfinalizer(lambda: server.drop(name))
        target = server.create(name)
    restored = restore(file, target, ring)
    assert restored.heads == {school: verify(database, school).head for school in (SCHOOL, "other")}
    again = Database(target, ring)
    again.ready()
    assert _everything(again) == _everything(database)
    assert restored.rows == sum(map(len, _everything(database).values()))
    with again.books(SCHOOL, NOW) as books:
        assert books.cases.by_reference(case.reference) == case
        assert books.outbox.post(notice("n2"))  # the next id is free
    again.close()


def test_a_backup_holds_no_words_and_no_keys(database: Database, tmp_path: Path, ring: KeyRing) -> None:
    _fill(database)
    file = backup(database, tmp_path / "b.backup")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    held = gzip.decompress(file.read_bytes())
    for canary in ("canary-words", "canary-subject", "Anna Bell"):
        assert not [spelling for spelling in spellings(canary) if spelling in held]
    for key in ring.keys.values():
        assert not [spelling for spelling in (key, key.hex().encode()) if spelling in held]
    assert KEY.partition(":")[2].encode() not in held
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_is_one_moment_while_others_write(database: Database, tmp_path: Path, ring: KeyRing) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            open_case(database)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        files = [backup(database, tmp_path / f"{number}.backup") for number in range(5)]
    finally:
        stop.set()
        writer.join()
    for number, file in enumerate(files):
        url = f"sqlite:///{tmp_path}/r{number}.db"
        restored = restore(file, url, ring)
        again = Database(url, ring)
        head = restored.heads.get(SCHOOL, "")
        assert len(rows(again, "cases")) == int(head.partition(":")[0] or 0)
        again.close()


def test_only_an_empty_database_is_filled(
    database: Database, tmp_path: Path, ring: KeyRing, url: str
) -> None:
    file = backup(database, tmp_path)
    restore(file, url, ring)  # a migrated one without records is empty
    _fill(database)
    before = _everything(database)
    with pytest.raises(NotEmpty):
        restore(file, url, ring)
    assert _everything(database) == before


def test_a_backup_needs_its_own_master_key(
    database: Database, tmp_path: Path, empty_url: Callable[[], str], ring: KeyRing
) -> None:
    _fill(database)
    file, url = backup(database, tmp_path), empty_url()
    with pytest.raises(MissingKey):
        restore(file, url, KeyRing.parse(NEW_KEY))
    with pytest.raises(WrongKey):
        restore(file, url, KeyRing.parse("k1:" + "C" * 43 + "="))
    restore(file, url, ring)  # nothing was left behind


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_backup_changed_or_cut_anywhere_is_refused(
    database: Database, tmp_path: Path, ring: KeyRing, data: st.DataObject
) -> None:
    good = tmp_path / "good.backup"
    if not good.exists():
        _fill(database)
        backup(database, good)
    raw = bytearray(good.read_bytes())
    place = data.draw(st.integers(10, len(raw) - 1))  # the first ten bytes are gzip's own name and date
    bad = tmp_path / "bad.backup"
    bad.write_bytes(
        raw[:place] if data.draw(st.booleans()) else raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :]
    )
    target = tmp_path / "none.db"
    with pytest.raises(BrokenBackup):
        restore(bad, f"sqlite:///{target}", ring)
    assert not target.exists()


def test_a_backup_of_a_tampered_database_is_not_restored(
    database: Database, tmp_path: Path, empty_url: Callable[[], str], ring: KeyRing
) -> None:
    _fill(database)
    execute(database, "UPDATE audit SET actor = 'head' WHERE school = 'other'")
    url = empty_url()
    with pytest.raises(Tampered, match="audit of other"):
        restore(backup(database, tmp_path), url, ring)
    fresh = Database(url, ring)
    fresh.migrate()
    assert rows(fresh, "cases") == []
    fresh.close()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_backup_of_a_newer_release_is_not_guessed_at(
    database: Database, tmp_path: Path, ring: KeyRing
) -> None:
    execute(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BrokenBackup, match="newer"):
        restore(backup(database, tmp_path), f"sqlite:///{tmp_path}/n.db", ring)
