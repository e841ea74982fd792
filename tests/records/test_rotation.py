"""New master keys: whenever the change is cut short, everything can be read and it can go on."""

import subprocess
import sys

import pytest

from bot.records.audit import verify
from bot.records.database import Database
from bot.records.errors import MissingKey, Shredded
from bot.records.keys import BATCH
from bot.records.vault import KeyRing
from bot.school.concerns import Case
from tests.records.given import KEY, NEW_KEY, NOW, SCHOOL, new_case, rows

BOTH = KeyRing.parse(f"{NEW_KEY},{KEY}")
CASES = 3 * BATCH


def _fill(database: Database) -> list[Case]:
    cases = []
    for _ in range(3):
        with database.books(SCHOOL, NOW) as books:
            for _ in range(BATCH):
                cases += books.cases.open("ta", "esafety", [new_case()]).cases
            books.audit.write("ta", "case.sent", cases[-1].reference)
    return cases


def _assert_readable(database: Database, cases: list[Case]) -> None:
    with database.read(SCHOOL, NOW) as books:
        assert len(books.cases.all()) == len(cases)
        for case in cases:
            assert books.cases.entries(case)[0].body == new_case().account
    assert verify(database, SCHOOL).ok


def test_rotation_moves_every_key_and_tells_how_far_it_is(url: str, database: Database) -> None:
    cases = _fill(database)
    both = Database(url, BOTH)
    told: list[tuple[int, int]] = []
    total = len(rows(database, "keys"))
    assert both.rotate(lambda done, of: told.append((done, of))) == total
    assert told[-1] == (total, total)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert both.rotate(lambda *_: None) == 0
    both.close()
    only_new = Database(url, KeyRing.parse(NEW_KEY))
    only_new.ready()
    _assert_readable(only_new, cases)
    only_new.close()
    with pytest.raises(MissingKey, match="k2"):
        database.ready()


def test_rotation_killed_after_every_batch_leaves_everything_readable(url: str, database: Database) -> None:
    cases = _fill(database)
    both = Database(url, BOTH)
    for _ in range(2):
        killed = subprocess.run([sys.executable, "-m", "tests.records.worker", "rotate", url, "1"])
        assert killed.returncode == -9
        both.ready()
        _assert_readable(both, cases)
        assert {row["master"] for row in rows(both, "keys")} == {"k1", "k2"}
    both.rotate(lambda *_: None)
    _assert_readable(both, cases)
    assert {row["master"] for row in rows(both, "keys")} == {"k2"}
    both.close()


def test_rotation_cut_short_inside_a_batch_changes_nothing_of_it(
    url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = _fill(database)
    both = Database(url, BOTH)
    wrap, turns = both.vault.wrap, iter(range(10_000))

    def failing(*args: object) -> tuple[str, bytes]:
        if next(turns) == BATCH + 7:
            raise KeyboardInterrupt
        return wrap(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(both.vault, "wrap", failing)
    with pytest.raises(KeyboardInterrupt):
        both.rotate(lambda *_: None)
    assert sum(row["master"] == "k2" for row in rows(both, "keys")) == BATCH
    _assert_readable(both, cases)
    both.close()


def test_a_case_erased_before_rotation_stays_erased(url: str, database: Database) -> None:
    cases = _fill(database)
    both = Database(url, BOTH)
    with both.books(SCHOOL, NOW) as books:
        books.cases.erase(cases[0])
    both.rotate(lambda *_: None)
    with both.read(SCHOOL, NOW) as books, pytest.raises(Shredded):
        books.cases.keys.get("case", cases[0].id)
    both.close()


def test_writing_goes_on_while_keys_are_rotated(url: str, database: Database) -> None:
    cases = _fill(database)
    both = Database(url, BOTH)

    def meanwhile(_done: int, _of: int) -> None:
        with database.books(SCHOOL, NOW) as books:  # a process that knows only the older key still works
            books.counts.add(NOW.date(), "PER-1", "asked")
        with both.books(SCHOOL, NOW) as books:
            cases.extend(books.cases.open("ta", "esafety", [new_case()]).cases)

    both.rotate(meanwhile)
    _assert_readable(both, cases)
    both.close()
