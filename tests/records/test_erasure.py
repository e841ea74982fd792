"""Silence and erasure: what was told is nowhere to be read, and once erased it is nowhere at all."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from bot.records import retention
from bot.records.audit import verify
from bot.records.cases import Tombstone
from bot.records.database import Database
from bot.records.errors import Erased, OnHold, Shredded
from bot.records.retention import sweep
from bot.records.vault import KeyRing
from bot.school.concerns import CaseKind, EntryKind, State
from tests.records.given import (
    NOW,
    SCHOOL,
    new_case,
    notice,
    open_case,
    post,
    rows,
    spellings,
    stored,
)

LATER = NOW + timedelta(days=365)
ODD = "\u201c\u00e9\u2019 '\";--"


def _hits(database: Database, canary: str) -> list[bytes]:
    found = stored(database)
    return [spelling for spelling in spellings(canary) if spelling in found]


def test_a_canary_in_every_sealed_field_is_nowhere_in_the_bytes(database: Database) -> None:
    words = iter(f"canary{number:03d}{ODD}zz" for number in range(100))
    used: list[str] = []

    def canary() -> str:
        used.append(next(words))
        return used[-1]

    with database.books(SCHOOL, NOW) as books:
        draft = books.drafts.start(
            "ta", "esafety", canary(), {"account": canary(), canary(): ("x", canary())}
        )
        books.drafts.save(draft.id, "ta", canary(), {"account": canary(), "rows": ({"name": canary()},)})
        books.inbox.enter("a1")
        books.inbox.keep("a1", f'{{"dialog": "{canary().replace(chr(34), "")}"}}')
        new = new_case(
            account={"answers": {"account": canary(), "risks": [canary()]}},
            names=(canary(), canary()),
            excluded={canary(): canary()},
            flags=(canary(),),
        )
        case = books.cases.open("ta", "esafety", [new]).cases[0]
        for kind in EntryKind:
            books.cases.add(case, kind, "dsl", {"text": canary(), "agency": canary()})
        books.cases.exclude(case, "dsl", canary())
        books.cases.mark(case, [canary()])
        books.audit.write("ta", "case.sent", case.reference)
        books.outbox.post(notice("n1"))
    assert len(used) > 30
    assert {word: hits for word in used if (hits := _hits(database, word[:9]))} == {}
    with database.read(SCHOOL, NOW) as books:  # and yet it is all there for those who may read it
        found = [word for entry in books.cases.entries(case) for word in entry.body.values()]
        assert used[-4] in found


def test_no_data_key_lies_in_the_database_unwrapped(database: Database, ring: KeyRing) -> None:
    open_case(database)
    with database.read(SCHOOL, NOW) as books:
        found = [books.cases.keys.get(row["kind"], row["id"]) for row in _school_keys(database)]
    assert found
    assert [key for key in found if key in stored(database)] == []
    assert [key for key in ring.keys.values() if key in stored(database)] == []


def _school_keys(database: Database) -> list[dict[str, str]]:
    with database.reading() as connection:
        found = connection.exec_driver_sql("SELECT school, kind, id FROM keys").mappings().all()
    return [dict(row) for row in found if row["school"]]


def _sealed_of(database: Database, case: str) -> list[bytes]:
    """The wrapped key, every sealed line and every mark of a case, as stored."""
    found = [bytes(row["wrapped"]) for row in rows(database, "keys") if row["id"] == case]
    found += [bytes(row["body"]) for row in rows(database, "entries") if row["case_id"] == case]
    found += [bytes(row["apart"]) for row in rows(database, "cases") if row["id"] == case]
    return found + [row["mark"].encode() for row in rows(database, "marks") if row["case_id"] == case]


def test_after_erasure_no_byte_of_key_or_words_is_left_in_any_file(database: Database) -> None:
    gone = []
    for number in range(30):
        due = NOW + timedelta(days=1) if number % 2 else None
        case = open_case(
            database, names=("Child " + chr(65 + number % 26) * (1 + number // 26),), keep_until=due
        )
        with database.books(SCHOOL, NOW) as books:
            for size in (10, 300, 9000):
                books.cases.add(case, EntryKind.NOTE, "dsl", {"text": "x" * size})
        if due:
            gone.append(case)
    sealed = [part for case in gone for part in _sealed_of(database, case.id)]
    assert len(sealed) == 15 * 7
    swept = sweep(database, SCHOOL, LATER)
    assert (swept.cases, swept.scrubbed) == (15, True)
    everything = stored(database)
    for part in sealed:
        # 24 bytes anywhere in a value: overflow pages split long ones
        pieces = {part[start : start + 24] for start in range(0, max(1, len(part) - 24), 16)}
        assert not [piece for piece in pieces if piece in everything]
    if database.on_sqlite:
        log = Path(f"{database.url.database}-wal")
        assert not log.exists() or log.stat().st_size == 0
    with database.read(SCHOOL, LATER) as books:
        assert len(books.cases.all()) == 15
        assert all(len(books.cases.entries(case)) == 4 for case in books.cases.all())


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_on_postgresql_the_file_of_keys_is_written_anew(database: Database) -> None:
    case = open_case(database, keep_until=NOW)
    open_case(database)
    (wrapped,) = [bytes(row["wrapped"]) for row in rows(database, "keys") if row["id"] == case.id]

    def files() -> list[bytes]:
        with database.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            raw.autocommit = True
            raw.execute("CHECKPOINT")
            found = "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('keys')"
            file = Path(raw.execute(found).fetchone()[0])
            raw.autocommit = False
        return [other.read_bytes() for other in file.parent.iterdir() if other.is_file()]

    assert any(wrapped in file for file in files())
    assert sweep(database, SCHOOL, LATER).scrubbed
    assert not any(wrapped in file for file in files())


def test_bytes_that_somebody_is_still_reading_are_overwritten_next_time(database: Database) -> None:
    case = open_case(database, keep_until=NOW)
    with database.read(SCHOOL, NOW) as books:
        assert books.cases.entries(case)
        swept = sweep(database, SCHOOL, LATER)
        assert (swept.cases, swept.scrubbed) == (1, False)
    assert sweep(database, SCHOOL, LATER).scrubbed
    assert database.scrub()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_dropped_drafts_and_old_replies_leave_no_byte_either(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        for number in range(20):
            draft = books.drafts.start("ta", "esafety", "one", {"account": "words " * 200 * number})
            books.inbox.enter(f"a{number}")
            books.inbox.keep(f"a{number}", "words " * 300)
    sealed = [bytes(row["body"])[:40] for row in rows(database, "drafts")]
    sealed += [bytes(row["reply"])[:40] for row in rows(database, "inbox")]
    sealed += [bytes(row["wrapped"]) for row in rows(database, "keys") if row["kind"] in ("draft", "inbox")]
    assert len(sealed) == 20 + 20 + 21
    with database.books(SCHOOL, NOW) as books:
        books.drafts.drop(draft.id, "ta")
    swept = sweep(database, SCHOOL, NOW + timedelta(days=2))
    assert (swept.drafts, swept.inbox, swept.scrubbed) == (19, 20, True)
    assert not [part for part in sealed if part in stored(database)]


def test_an_erased_case_leaves_a_tombstone_and_nothing_else(database: Database) -> None:
    case = open_case(database)
    twin = open_case(database)
    with database.books(SCHOOL, LATER) as books:
        books.cases.move(case, State.CLOSED)
        books.cases.erase(case)
    with database.books(SCHOOL, LATER) as books:
        for act in (
            lambda: books.cases.by_reference(case.reference),
            lambda: books.cases.add(case, EntryKind.NOTE, "dsl", {"text": "more"}),
            lambda: books.cases.move(case, State.REOPENED),
            lambda: books.cases.erase(case),
        ):
            with pytest.raises(Erased, match=f"{case.reference} was erased"):
                act()
        assert books.cases.entries(case) == ()
        assert [found.id for found in books.cases.all()] == [twin.id]
        assert books.cases.linked(twin) == ()
        assert [concern.cases for concern in books.cases.of_reporter("ta")] == [(twin,)]
        assert books.cases.tombstones() == (
            Tombstone(reference=case.reference, kind=CaseKind.ESAFETY, sent=NOW, closed=LATER, erased=LATER),
        )
        with pytest.raises(Shredded):
            books.cases.keys.get("case", case.id)
    (left,) = [row for row in rows(database, "cases") if row["id"] == case.id]
    assert (left["part"], left["urgency"], left["opened_by"], bytes(left["apart"])) == ("", "", "", b"")


def test_who_told_is_forgotten_with_the_last_case_of_a_concern(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        child, adult = books.cases.open("ta", "esafety", [new_case(), new_case(part="adult")]).cases
        books.cases.erase(child)
        assert books.cases.concern(child.concern).reporter == "ta"
        books.cases.erase(adult)
        assert books.cases.of_reporter("ta") == ()
        assert books.cases.concern(child.concern).cases == ()


def test_a_legal_hold_stops_every_erasure(database: Database) -> None:
    case = open_case(database, keep_until=NOW)
    with database.books(SCHOOL, NOW) as books:
        assert [due.id for due in books.cases.due_for_erasure(NOW)] == [case.id]
        case = books.cases.hold(case, on=True)
        assert case.hold
        assert books.cases.due_for_erasure(LATER) == ()
        with pytest.raises(OnHold):
            books.cases.erase(case)
    assert sweep(database, SCHOOL, LATER).cases == 0
    with database.books(SCHOOL, LATER) as books:
        books.cases.hold(case, on=False)
    assert sweep(database, SCHOOL, LATER).cases == 1


def test_a_hold_set_while_the_sweep_runs_is_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    held = open_case(database, keep_until=NOW)
    open_case(database, keep_until=NOW)
    found = retention._due

    def then_hold(*args: object) -> object:
        due = found(*args)  # type: ignore[arg-type]
        with database.books(SCHOOL, LATER) as books:
            books.cases.hold(held, on=True)
        return due

    monkeypatch.setattr(retention, "_due", then_hold)
    assert sweep(database, SCHOOL, LATER).cases == 1
    with database.read(SCHOOL, LATER) as books:
        assert books.cases.by_reference(held.reference).hold


def test_a_case_is_kept_until_its_day_and_without_one_for_ever(database: Database) -> None:
    open_case(database)
    case = open_case(database, keep_until=NOW + timedelta(days=10))
    with database.books(SCHOOL, NOW) as books:
        assert books.cases.due_for_erasure(NOW + timedelta(days=9)) == ()
        case = books.cases.keep(case, NOW + timedelta(days=20))
        assert books.cases.due_for_erasure(NOW + timedelta(days=19)) == ()
        assert [due.id for due in books.cases.due_for_erasure(NOW + timedelta(days=20))] == [case.id]


def test_the_sweep_is_told_in_the_audit_and_counts_what_went(database: Database) -> None:
    case = open_case(database, keep_until=NOW)
    with database.books(SCHOOL, NOW) as books:
        books.drafts.start("ta", "esafety", "one", {})
        books.inbox.enter("a1")
        books.inbox.keep("a1", "{}")
    post(database, notice("n1"))
    swept = sweep(database, SCHOOL, LATER)
    assert dataclasses.astuple(swept) == (1, 1, 1, 0, 0, 0, True)
    assert dataclasses.astuple(sweep(database, SCHOOL, LATER)) == (0, 0, 0, 0, 0, 0, True)
    with database.read(SCHOOL, LATER) as books:
        assert [entry["verb"] for entry in books.audit.about(case.reference)] == ["case.sent", "case.erased"]
    assert verify(database, SCHOOL).ok


def test_only_the_school_at_hand_is_swept(database: Database) -> None:
    case = open_case(database, school="other", keep_until=NOW)
    assert sweep(database, SCHOOL, LATER).cases == 0
    with database.read("other", LATER) as books:
        assert books.cases.by_reference(case.reference) == case
