"""Where Usher is installed: one for each school, its token sealed, and gone for good when taken away."""

from datetime import timedelta

import pytest

from bot.records.audit import verify
from bot.records.database import Database
from bot.records.errors import Tampered
from bot.records.vault import KeyRing
from tests.records.given import KEY, NEW_KEY, NOW, SCHOOL, execute, rows, stored

TOKEN = "xoxb-1-2-CANARY"


def keep(database: Database, state: str = "s1", token: str = TOKEN, school: str = SCHOOL) -> bool:
    with database.books(school, NOW) as books:
        return books.installations.keep("slack", "T0ONE", token, by="U1", state=state) is not None


def token_of(database: Database, school: str = SCHOOL) -> str | None:
    with database.read(school, NOW) as books:
        last = books.installations.last("slack")
    return last.token if last else None


def test_the_token_comes_back_and_is_nowhere_to_be_read(database: Database) -> None:
    assert token_of(database) is None
    assert keep(database)
    assert token_of(database) == TOKEN
    assert TOKEN.encode() not in stored(database)
    with database.read(SCHOOL, NOW) as books:
        last = books.installations.last("slack")
        assert last is not None
        assert TOKEN not in repr(last)
        assert books.installations.last("teams") is None


def test_another_school_has_none_of_it(database: Database) -> None:
    keep(database)
    assert token_of(database, "other") is None
    assert keep(database, token="xoxb-other", school="other")
    assert (token_of(database), token_of(database, "other")) == (TOKEN, "xoxb-other")
    with database.books("other", NOW) as books:
        assert books.installations.end("slack")
    assert (token_of(database), token_of(database, "other")) == (TOKEN, "")


def test_a_token_moved_to_another_school_cannot_be_opened(database: Database) -> None:
    keep(database)
    keep(database, school="other")
    execute(
        database,
        "UPDATE installations SET body = (SELECT body FROM installations WHERE school = 'palatine')"
        " WHERE school = 'other'",
    )
    with pytest.raises(Tampered):
        token_of(database, "other")


def test_a_state_that_was_used_is_not_taken_again(database: Database) -> None:
    assert keep(database)
    assert not keep(database, token="xoxb-second")
    assert token_of(database) == TOKEN
    assert keep(database, "s2", "xoxb-second")
    assert token_of(database) == "xoxb-second"
    assert not keep(database), "also when another has taken its place"


def test_what_is_taken_away_can_never_be_read_again(database: Database) -> None:
    keep(database)
    body = rows(database, "installations")[0]["body"]
    with database.books(SCHOOL, NOW + timedelta(days=1)) as books:
        assert books.installations.end("slack")
        assert not books.installations.end("slack")
        last = books.installations.last("slack")
    assert last is not None
    assert (last.token, last.gone, last.team, last.by) == ("", NOW + timedelta(days=1), "T0ONE", "U1")
    assert not [row for row in rows(database, "keys") if row["kind"] == "installation"]
    assert bytes(body) not in [bytes(row["body"]) for row in rows(database, "installations")]


def test_tokens_move_to_a_new_master_key_like_everything_sealed(url: str, database: Database) -> None:
    keep(database)
    both = Database(url, KeyRing.parse(f"{NEW_KEY},{KEY}"))
    both.rotate(lambda *_: None)
    both.close()
    newer = Database(url, KeyRing.parse(NEW_KEY))
    assert token_of(newer) == TOKEN
    assert verify(newer, SCHOOL).ok
    newer.close()
