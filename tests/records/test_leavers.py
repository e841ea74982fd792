"""What somebody acknowledged is kept as long as the school says after they have left, and then it is gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.reading import read_school
from bot.records.audit import verify
from bot.records.database import Database
from bot.records.errors import OnHold
from bot.records.leavers import KIND
from bot.records.reminders import Turn
from bot.records.retention import forget_leavers
from bot.school.campaigns import Campaign, Said
from bot.school.people import Retention, School
from bot.school.retention import acknowledged_until
from tests.records.given import NOW, rows, spellings, stored
from tests.records.test_campaigns import DRAFT

SAMPLE = read_school(Path(__file__).parents[2] / "policy")
LEAVER, STAYS = "jem-karuna", "idris-hollowell"
WITHOUT = replace(SAMPLE, people={id: one for id, one in SAMPLE.people.items() if id != LEAVER})
LEFT = NOW + timedelta(days=300)
OVER = LEFT.replace(year=LEFT.year + 6)
CANARY = "Tess Ansell-Quillingworth"


def acknowledged(database: Database) -> Campaign:
    """Two people have acknowledged; one has asked as well."""
    with database.books(SAMPLE.id, NOW) as books:
        one = books.campaigns.create(DRAFT)
        books.campaigns.enrol(one, [LEAVER, STAYS], NOW.date())
        books.campaigns.say(one, LEAVER, Said.QUESTION, words=f"{CANARY} asks")
        books.campaigns.say(one, LEAVER, Said.READ, name=CANARY)
        books.campaigns.say(one, STAYS, Said.READ, name="Idris Hollowell")
        books.campaigns.snooze(one.id, LEAVER, 1, NOW.date())
        books.reminders.take(Turn(campaign=one.id, person=LEAVER, step="launch"), "n")
    return one


def of_leaver(database: Database) -> list[str]:
    """The tables that still have a row about them."""
    names = ("acknowledgements", "campaign_people", "reminders", "snoozes", "leavers")
    found = {name: rows(database, name) for name in names}
    found["keys"] = [{"person": row["id"]} for row in rows(database, "keys") if row["kind"] == KIND]
    return sorted(name for name, lines in found.items() if any(line["person"] == LEAVER for line in lines))


EVERYWHERE = ["acknowledgements", "campaign_people", "keys", "reminders", "snoozes"]


def test_whoever_works_here_keeps_what_they_acknowledged_for_ever(database: Database) -> None:
    acknowledged(database)
    for years in (1, 7, 30):
        assert forget_leavers(database, SAMPLE, NOW + timedelta(days=365 * years)) == 0
    assert of_leaver(database) == EVERYWHERE


def test_six_years_after_somebody_has_left_nothing_is_left_of_it(database: Database) -> None:
    one = acknowledged(database)
    assert forget_leavers(database, WITHOUT, LEFT) == 0
    assert of_leaver(database) == sorted([*EVERYWHERE, "leavers"])
    assert forget_leavers(database, WITHOUT, OVER - timedelta(seconds=1)) == 0
    with database.read(SAMPLE.id, OVER) as books:
        assert {each.name for each in books.campaigns.said(one)} == {CANARY, "", "Idris Hollowell"}
        (key,) = [books.campaigns.keys.get(KIND, LEAVER)]
    assert forget_leavers(database, WITHOUT, OVER) == 1
    assert of_leaver(database) == []
    with database.read(SAMPLE.id, OVER) as books:
        assert [each.name for each in books.campaigns.said(one)] == ["Idris Hollowell"]
        assert [entry["verb"] for entry in books.audit.about(LEAVER)] == ["campaign.erased"]
    assert key not in stored(database)
    assert [spelling for spelling in spellings(CANARY) if spelling in stored(database)] == []
    assert verify(database, SAMPLE.id).ok
    assert forget_leavers(database, WITHOUT, OVER + timedelta(days=1)) == 0


def test_whoever_comes_back_has_never_left(database: Database) -> None:
    acknowledged(database)
    forget_leavers(database, WITHOUT, LEFT)
    forget_leavers(database, SAMPLE, LEFT + timedelta(days=2000))
    assert forget_leavers(database, WITHOUT, OVER) == 0
    assert of_leaver(database) == sorted([*EVERYWHERE, "leavers"]), "the time begins anew"


def test_a_legal_hold_stops_it_until_it_is_lifted(database: Database) -> None:
    acknowledged(database)
    forget_leavers(database, WITHOUT, LEFT)
    with database.books(SAMPLE.id, LEFT) as books:
        assert books.leavers.hold(LEAVER, "rafferty-oduya")
        assert not books.leavers.hold(LEAVER, "honor-bexwell"), "it is held already"
    assert forget_leavers(database, WITHOUT, OVER + timedelta(days=4000)) == 0
    with pytest.raises(OnHold), database.books(SAMPLE.id, OVER) as books:
        books.leavers.erase(LEAVER)
    assert of_leaver(database) == sorted([*EVERYWHERE, "leavers"])
    with database.books(SAMPLE.id, OVER) as books:
        assert books.leavers.lift(LEAVER)
        assert not books.leavers.lift(LEAVER)
    assert forget_leavers(database, WITHOUT, OVER + timedelta(days=4000)) == 1


def test_another_school_keeps_its_own_leaver_of_the_same_name(database: Database) -> None:
    acknowledged(database)
    with database.books("another", NOW) as books:
        two = books.campaigns.create(DRAFT)
        books.campaigns.enrol(two, [LEAVER], NOW.date())
        books.campaigns.say(two, LEAVER, Said.READ, name="Jem")
    forget_leavers(database, WITHOUT, LEFT)
    forget_leavers(database, WITHOUT, OVER)
    with database.read("another", OVER) as books:
        assert [each.name for each in books.campaigns.said(two)] == ["Jem"]


def kept(keep: str, then: str = "erase") -> School:
    rule = Retention(kind="acknowledgement", keep=keep, owner="dsl", reason="why", then=then)
    return replace(SAMPLE, retention={"acknowledgement": rule})


LEAP = datetime(2028, 2, 29, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("school", "until"),
    [
        (kept("employment + 6 years"), datetime(2034, 2, 28, 9, tzinfo=UTC)),
        (kept("employment + 1 month"), datetime(2028, 3, 29, 9, tzinfo=UTC)),
        (kept("employment + 11 months"), datetime(2029, 1, 29, 9, tzinfo=UTC)),
        (kept("employment + 10 days"), datetime(2028, 3, 10, 9, tzinfo=UTC)),
        (kept("employment + 6 years", "review"), None),
        (kept("6 years"), None),
        (replace(SAMPLE, retention={}), None),
    ],
)
def test_how_long_is_what_the_school_has_decided(school: School, until: datetime | None) -> None:
    assert acknowledged_until(school, LEAP) == until


def test_a_crash_while_erasing_leaves_all_or_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged(database)
    forget_leavers(database, WITHOUT, LEFT)

    def fail(point: str) -> None:
        if point == "shredded":
            raise RuntimeError("cut short")

    monkeypatch.setattr(database, "moment", fail)
    with pytest.raises(RuntimeError):
        forget_leavers(database, WITHOUT, OVER)
    assert of_leaver(database) == sorted([*EVERYWHERE, "leavers"])
    monkeypatch.undo()
    assert forget_leavers(database, WITHOUT, OVER) == 1
