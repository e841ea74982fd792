"""The audit: whoever edits, deletes, inserts, reorders or cuts it is found out, every time."""

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest

from bot.records.audit import verify
from bot.records.chain import spoken
from bot.records.database import Database
from bot.records.errors import NotForTheAudit
from bot.records.evidence import export, verify_file
from bot.records.vault import KeyRing, Vault, chained
from tests.records.given import KEY, NEW_KEY, NOW, SCHOOL, execute, open_case, rows

HEADS = "SELECT number, link, proof FROM audit_heads"


def _history(database: Database, entries: int = 12) -> str:
    """Some entries; returns the head."""
    for number in range(entries):
        with database.books(SCHOOL, NOW + timedelta(seconds=number)) as books:
            books.audit.write("dsl", "case.opened", f"K{number}", role="dsl", state="opened")
            head = books.audit.head()
    return head


def test_an_untouched_audit_is_whole(database: Database) -> None:
    head = _history(database)
    verdict = verify(database, SCHOOL, head)
    assert (verdict.ok, verdict.entries, verdict.first_fault, verdict.head) == (True, 12, "", head)


def test_a_head_noted_earlier_still_fits_a_longer_audit(database: Database) -> None:
    noted = _history(database)
    _history(database)
    assert verify(database, SCHOOL, noted).ok


def test_a_school_that_has_done_nothing_has_nothing_wrong(database: Database) -> None:
    assert verify(database, "new").ok


EDITS = [
    f"UPDATE audit SET {column} = {value} WHERE number = {number}"
    for number in (1, 5, 12)
    for column, value in {
        "at": "'2026-10-01T09:00:00.000000+00:00'",
        "actor": "'head'",
        "verb": "'case.closed'",
        "subject": "'K99'",
        "facts": "'{}'",
        "link": "'" + "0" * 64 + "'",
        "proof": "'" + "0" * 64 + "'",
    }.items()
]


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_is_found(database: Database, edit: str) -> None:
    _history(database)
    execute(database, edit)
    number = edit.rpartition(" ")[2]
    assert f"entry {number} was" in verify(database, SCHOOL).first_fault


@pytest.mark.parametrize("number", [1, 6, 11])
def test_every_deletion_is_found(database: Database, number: int) -> None:
    _history(database)
    execute(database, "DELETE FROM audit WHERE number = :n", n=number)
    assert verify(database, SCHOOL).first_fault == f"entry {number} is missing or out of order"


def test_a_deletion_with_the_rest_moved_up_is_found(database: Database) -> None:
    _history(database)
    execute(database, "DELETE FROM audit WHERE number = 6")
    for number in range(7, 13):
        execute(database, "UPDATE audit SET number = :to WHERE number = :n", to=number - 1, n=number)
    assert verify(database, SCHOOL).first_fault.startswith("entry 6 was changed")


def test_an_inserted_entry_is_found(database: Database) -> None:
    _history(database)
    columns = "at, actor, verb, subject, facts, link, proof"
    execute(
        database,
        f"INSERT INTO audit (school, number, {columns})"
        f" SELECT school, 13, {columns} FROM audit WHERE number = 12",
    )
    assert verify(database, SCHOOL).first_fault.startswith("entry 13 was changed")


def test_a_forged_entry_with_a_right_link_has_no_proof(database: Database) -> None:
    _history(database)
    last = rows(database, "audit")[-1]
    said = spoken(SCHOOL, 13, NOW, "head", "case.closed", "K1", "{}")
    link = chained(last["link"], said)
    execute(
        database,
        "INSERT INTO audit VALUES (:s, 13, '2026-10-01T09:30:00.000000+00:00', 'head', 'case.closed',"
        " 'K1', '{}', :l, :p)",
        s=SCHOOL,
        l=link,
        p=last["proof"],
    )
    execute(database, "UPDATE audit_heads SET number = 13, link = :l", l=link)
    assert verify(database, SCHOOL).first_fault == "entry 13 was not written by Usher"


def test_two_entries_in_each_others_place_are_found(database: Database) -> None:
    _history(database)
    for old, new in ((4, 99), (5, 4), (99, 5)):
        execute(database, "UPDATE audit SET number = :new WHERE number = :old", new=new, old=old)
    assert verify(database, SCHOOL).first_fault.startswith("entry 4 was changed")


def test_a_cut_tail_is_found(database: Database) -> None:
    _history(database)
    execute(database, "DELETE FROM audit WHERE number > 9")
    assert verify(database, SCHOOL).first_fault == "entries after 9 were cut off: the audit ended at 12"


def test_a_cut_tail_with_its_old_head_put_back_is_found_by_the_evidence(database: Database) -> None:
    _history(database, 9)
    old = dict(execute(database, HEADS)[0])
    noted = _history(database, 3)
    execute(database, "DELETE FROM audit WHERE number > 9")
    execute(database, "UPDATE audit_heads SET number = :number, link = :link, proof = :proof", **old)
    assert verify(database, SCHOOL).ok  # nothing in the database itself can show it
    assert "cut off or rewritten" in verify(database, SCHOOL, noted).first_fault


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE audit_heads SET number = 9", "not written by Usher"),
        ("UPDATE audit_heads SET proof = 'x'", "not written by Usher"),
        ("DELETE FROM audit_heads", "is not recorded"),
        ("DELETE FROM audit", "entries after 0 were cut off"),
        ("DELETE FROM keys WHERE kind = 'audit'", "the audit key was removed"),
        (
            "UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE kind = 'check') WHERE kind = 'audit'",
            "the audit key was changed",
        ),
        ("UPDATE audit SET school = 'other'", "entries after 0 were cut off"),
    ],
)
def test_the_end_and_the_key_cannot_be_touched_either(database: Database, change: str, fault: str) -> None:
    _history(database)
    execute(database, change)
    assert fault in verify(database, SCHOOL).first_fault


def test_the_whole_audit_removed_with_key_and_head_is_found_while_a_case_is_left(database: Database) -> None:
    open_case(database)
    noted = verify(database, SCHOOL).head
    for table in ("audit", "audit_heads", "keys WHERE kind = 'audit'"):
        execute(database, f"DELETE FROM {table}")
    assert not verify(database, SCHOOL).ok
    assert not verify(database, "never seen", noted).ok


def test_a_hundred_random_changes_are_all_found(database: Database) -> None:
    _history(database, 15)
    dice = random.Random(7)
    before = [dict(row) for row in rows(database, "audit")]
    for _ in range(100):
        row = dice.choice(before)
        column = dice.choice(["at", "actor", "verb", "subject", "facts", "link", "proof"])
        place = dice.randrange(len(row[column]))
        letter = chr(ord(row[column][place]) ^ 1)
        changed = row[column][:place] + letter + row[column][place + 1 :]
        execute(database, f"UPDATE audit SET {column} = :v WHERE number = :n", v=changed, n=row["number"])
        try:
            assert not verify(database, SCHOOL).ok, (column, place, row["number"])
        except ValueError:
            assert column == "at"  # no longer a moment at all
        execute(database, f"UPDATE audit SET {column} = :v WHERE number = :n", v=row[column], n=row["number"])
    assert verify(database, SCHOOL).ok


@pytest.mark.parametrize(
    "change",
    [
        ["DELETE FROM audit_heads"],
        ["DELETE FROM audit_heads", "DELETE FROM audit WHERE number > 9"],
        ["DELETE FROM audit_heads", "DELETE FROM audit"],
        ["DELETE FROM audit WHERE number > 9"],
        ["UPDATE audit_heads SET number = 3"],
        ["UPDATE audit_heads SET proof = 'x'"],
        ["DELETE FROM keys WHERE kind = 'audit'"],
        ["DELETE FROM keys WHERE kind = 'audit'", "DELETE FROM audit_heads"],
        ["DELETE FROM keys WHERE kind = 'audit'", "DELETE FROM audit"],
        ["UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE kind = 'check') WHERE kind = 'audit'"],
        ["UPDATE audit SET number = number + 100", "UPDATE audit_heads SET number = 113"],
    ],
)
def test_a_damaged_audit_stops_no_report_and_is_found_ever_after(
    database: Database, change: list[str]
) -> None:
    _history(database)
    for statement in change:
        execute(database, statement)
    for _ in range(3):
        assert open_case(database).reference
    assert not verify(database, SCHOOL).ok


def test_an_older_end_put_back_stops_no_report_and_is_found_ever_after(database: Database) -> None:
    _history(database, 9)
    old = dict(execute(database, HEADS)[0])
    _history(database, 3)
    execute(database, "UPDATE audit_heads SET number = :number, link = :link, proof = :proof", **old)
    for _ in range(3):
        assert open_case(database).reference
    assert not verify(database, SCHOOL).ok


@pytest.mark.parametrize(
    ("verb", "subject", "facts"),
    [
        ("case.opened", "K1", {"account": "he"}),
        ("case.opened", "K1", {"reason": "he showed me a picture"}),
        ("case.opened", "he showed me", {}),
        ("Case Opened", "K1", {}),
        ("case.opened", "K1", {"state": "x" * 121}),
        ("case.opened", "K1", {"state": "a\nb"}),
        ("case.opened", "K1", {"state": "a\0b"}),
    ],
)
def test_what_could_be_content_never_enters_the_audit(
    database: Database, verb: str, subject: str, facts: dict[str, str]
) -> None:
    with pytest.raises(NotForTheAudit) as fault, database.books(SCHOOL, NOW) as books:
        books.audit.write("dsl", verb, subject, **facts)
    assert "picture" not in str(fault.value)
    assert rows(database, "audit") == []


def test_a_subjects_entries_can_be_listed(database: Database) -> None:
    _history(database, 3)
    with database.read(SCHOOL, NOW) as books:
        (entry,) = books.audit.about("K1")
    assert (entry["number"], entry["actor"], entry["verb"]) == (2, "dsl", "case.opened")
    assert entry["facts"] == {"role": "dsl", "state": "opened"}


# As a file


def _vault() -> Vault:
    return Vault(KeyRing.parse(KEY))


def test_anybody_can_check_an_exported_audit_without_a_key(database: Database, tmp_path: Path) -> None:
    noted = _history(database)
    file = tmp_path / "audit.jsonl"
    assert export(database, SCHOOL, file).ok
    for vault in (None, _vault()):
        verdict = verify_file(file, vault, noted)
        assert (verdict.ok, verdict.entries, verdict.head) == (True, 12, noted)
    assert not verify_file(file, Vault(KeyRing.parse(NEW_KEY))).ok
    assert not verify_file(file, None, "12:" + "0" * 64).ok


def test_every_changed_missing_or_doubled_line_of_the_file_is_found(
    database: Database, tmp_path: Path
) -> None:
    noted = _history(database)
    file = tmp_path / "audit.jsonl"
    export(database, SCHOOL, file)
    lines = file.read_text().splitlines(keepends=True)
    for number in range(1, len(lines) - 1):
        changed = json.loads(lines[number])
        changed["actor"] = "head"
        for bad in (
            [*lines[:number], json.dumps(changed) + "\n", *lines[number + 1 :]],
            [*lines[:number], *lines[number + 1 :]],
            [*lines[:number], lines[number], *lines[number:]],
            lines[:number],
        ):
            file.write_text("".join(bad))
            assert not verify_file(file, None, noted).ok
            assert not verify_file(file, _vault(), noted).ok
    file.write_text("nonsense")
    assert verify_file(file).first_fault == "the file was cut or damaged"
