"""Cases: written whole, found by their reference, added to and never edited, linked without a name."""

from datetime import timedelta

import pytest

from bot.records.case_rows import ALPHABET
from bot.records.database import Database
from bot.records.errors import NoSuchCase, Shredded, Tampered
from bot.school.concerns import CaseKind, EntryKind, State
from bot.school.people import Role
from tests.records.given import NOW, SCHOOL, execute, new_case, open_case, rows

LATER = NOW + timedelta(minutes=12)


def test_a_concern_is_one_case_with_its_account(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        concern = books.cases.open("ta", "esafety", [new_case(keep_until=LATER)])
    case = concern.cases[0]
    with database.read(SCHOOL, NOW) as books:
        assert books.cases.concern(concern.id) == concern == books.cases.of_reporter("ta")[0]
        assert books.cases.by_reference(f" {case.reference.lower()} ") == case
        assert books.cases.all() == (case,)
        entry = books.cases.entries(case)[0]
    assert (entry.number, entry.kind, entry.by, entry.at) == (1, EntryKind.ACCOUNT, "ta", NOW)
    assert entry.body == new_case().account
    assert (case.state, case.reporter, case.keep_until) == (State.SENT, "ta", LATER)
    assert (dict(case.excluded), case.flags) == ({"ta": "reporter"}, ("image",))


def test_the_halves_of_a_split_concern_share_a_stem_and_nothing_else(database: Database) -> None:
    adult = new_case(kind=CaseKind.BREACH, part="adult", roles=(Role.HEADTEACHER,), account={"text": "he"})
    with database.books(SCHOOL, NOW) as books:
        child_case, adult_case = books.cases.open("ta", "esafety", [new_case(), adult]).cases
        assert books.cases.entries(adult_case)[0].body == {"text": "he"}
    stem = child_case.reference.removesuffix("-C")
    assert adult_case.reference == f"{stem}-A"
    assert len(stem) == 6
    assert child_case.concern == adult_case.concern
    keys = [bytes(row["wrapped"]) for row in rows(database, "keys") if row["kind"] == "case"]
    assert len(set(keys)) == 2


def test_references_are_easy_to_say_and_hard_to_guess(database: Database) -> None:
    with database.books(SCHOOL, NOW) as books:
        said = {books.cases.open("ta", "esafety", [new_case()]).cases[0].reference for _ in range(200)}
    assert len(said) == 200
    assert set("".join(said)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01AEIOULSBZ")
    assert len(ALPHABET) ** 6 > 200_000_000


def test_what_is_added_stays_in_order_and_the_rest_is_untouched(database: Database) -> None:
    case = open_case(database)
    with database.books(SCHOOL, LATER) as books:
        for number in range(2, 12):
            added = books.cases.add(case, EntryKind.NOTE, "dsl", {"text": f"note {number}"})
            assert added.number == number
    with database.read(SCHOOL, LATER) as books:
        entries = books.cases.entries(case)
    assert [entry.number for entry in entries] == list(range(1, 12))
    assert entries[-1] == added


def test_when_a_case_was_first_opened_and_acknowledged_never_changes(database: Database) -> None:
    case = open_case(database)
    with database.books(SCHOOL, NOW) as books:
        case = books.cases.move(case, State.OPENED, opened_by="dsl")
    with database.books(SCHOOL, LATER) as books:
        case = books.cases.move(case, State.ACKNOWLEDGED, opened_by="head", acknowledged_by="head")
        assert (case.opened, case.opened_by) == (NOW, "dsl")
        assert (case.acknowledged, case.acknowledged_by) == (LATER, "head")
        case = books.cases.move(case, State.CLOSED)
        assert case.closed == LATER
        assert books.cases.all(open_only=True) == ()
    with database.books(SCHOOL, LATER + timedelta(days=1)) as books:
        assert books.cases.move(case, State.CLOSED).closed == LATER
        assert books.cases.move(case, State.REOPENED).closed is None
        assert len(books.cases.all(open_only=True)) == 1


def test_whoever_is_excluded_later_is_added_to_those_excluded_before(database: Database) -> None:
    case = open_case(database)
    with database.books(SCHOOL, NOW) as books:
        case = books.cases.exclude(case, "dsl", "own child")
        case = books.cases.exclude(case, "head", "subject")
    assert dict(case.excluded) == {"ta": "reporter", "dsl": "own child", "head": "subject"}
    assert case.flags == ("image",)


def test_who_is_excluded_and_why_is_not_to_be_read_in_the_database(database: Database) -> None:
    open_case(database, excluded={"p-subject-of-it": "subject-word"}, flags=("flag-word",))
    text = repr(rows(database, "cases"))
    assert not [word for word in ("p-subject-of-it", "subject-word", "flag-word") if word in text]


def test_cases_of_one_name_are_linked_whatever_its_spelling(database: Database) -> None:
    one = open_case(database, names=("Anna Bell", "Mr Tom Reed"))
    two = open_case(database, names=("  anna   BELL",))
    three = open_case(database, names=("Tom Reed", "Zed Ali"))
    four = open_case(database, names=("Anna Belle", ""))
    with database.books(SCHOOL, NOW) as books:
        assert {case.id for case in books.cases.linked(one)} == {two.id, three.id}
        assert books.cases.linked(four) == ()
        books.cases.mark(four, ["Zed Ali", "Zed Ali"])
        assert [case.id for case in books.cases.linked(four)] == [three.id]
    assert "bell" not in repr(rows(database, "marks")).lower()


def test_cases_are_listed_newest_first_and_by_kind(database: Database) -> None:
    old = open_case(database, now=NOW)
    new = open_case(database, now=LATER, kind=CaseKind.SITE)
    with database.read(SCHOOL, LATER) as books:
        assert [case.id for case in books.cases.all()] == [new.id, old.id]
        assert [case.id for case in books.cases.all([CaseKind.ESAFETY])] == [old.id]
        assert books.cases.all([]) == ()


@pytest.mark.parametrize("reference", ["", "K7QF2M", "' OR 1=1 --", "\0", "\ud800", "x" * 10_000])
def test_any_unknown_reference_is_no_such_case(database: Database, reference: str) -> None:
    open_case(database)
    with database.read(SCHOOL, NOW) as books, pytest.raises(NoSuchCase):
        books.cases.by_reference(reference)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET body = (SELECT body FROM entries WHERE number = 2) WHERE number = 1",
        "UPDATE entries SET number = 9 WHERE number = 1",
        "UPDATE entries SET kind = 'note' WHERE number = 1",
        "UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE kind = 'audit') WHERE kind = 'case'",
        "UPDATE keys SET school = 'other' WHERE kind = 'case'",
        "UPDATE cases SET version = 2",
        "UPDATE cases SET apart = (SELECT body FROM entries WHERE number = 1)",
    ],
)
def test_whatever_is_moved_about_in_the_database_is_refused(database: Database, change: str) -> None:
    with database.books(SCHOOL, NOW) as books:
        case = books.cases.open("ta", "esafety", [new_case()]).cases[0]
        books.cases.add(case, EntryKind.ADDENDUM, "ta", {"text": "and"})
        books.audit.write("ta", "case.sent", case.reference)
    execute(database, change)
    with pytest.raises((Tampered, Shredded)), database.read(SCHOOL, NOW) as books:
        books.cases.entries(books.cases.by_reference(case.reference))
