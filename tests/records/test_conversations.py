"""Where people are found on a platform: renewed, shut and opened again, each school for itself."""

from datetime import timedelta

from bot.records.conversations import Conversation
from bot.records.database import Database
from bot.records.retention import KEEP_CONVERSATIONS, sweep
from tests.records.given import NOW, SCHOOL

LATER = NOW + timedelta(days=1)


def known(database: Database, school: str = SCHOOL) -> dict[str, Conversation]:
    with database.read(school, NOW) as books:
        return {met.whom: met for met in books.conversations.of("teams")}


def meet(database: Database, whom: str = "p1", service: str = "https://one/", school: str = SCHOOL) -> None:
    with database.books(school, NOW) as books:
        books.conversations.meet("teams", whom, f"a:{whom}", service)


def test_where_somebody_is_found_is_renewed_in_place(database: Database) -> None:
    meet(database)
    meet(database, "p2")
    with database.books(SCHOOL, LATER) as books:
        books.conversations.meet("teams", "p1", "a:new", "https://two/")
    found = known(database)
    assert (found["p1"].conversation, found["p1"].service, found["p1"].at) == ("a:new", "https://two/", LATER)
    assert list(found) == ["p1", "p2"], "the one seen last comes first"


def test_another_school_and_another_platform_know_nothing_of_it(database: Database) -> None:
    meet(database)
    assert known(database, "other") == {}
    with database.books("other", NOW) as books:
        assert books.conversations.of("slack") == ()
        assert not books.conversations.shut("teams", "p1")
    assert known(database)["p1"].shut is None


def test_somebody_who_lets_nothing_in_is_marked_once_until_seen_again(database: Database) -> None:
    meet(database)
    with database.books(SCHOOL, LATER) as books:
        assert books.conversations.shut("teams", "p1")
        assert not books.conversations.shut("teams", "p1"), "known already"
        assert not books.conversations.shut("teams", "nobody")
    assert known(database)["p1"].shut == LATER
    meet(database)
    assert known(database)["p1"].shut is None


def test_who_has_not_been_seen_for_a_year_is_forgotten(database: Database) -> None:
    meet(database)
    assert sweep(database, SCHOOL, NOW + KEEP_CONVERSATIONS).conversations == 0
    assert sweep(database, SCHOOL, NOW + KEEP_CONVERSATIONS + timedelta(seconds=1)).conversations == 1
    assert known(database) == {}
