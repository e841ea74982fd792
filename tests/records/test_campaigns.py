"""Campaigns in the records: nothing overwritten, no step taken twice, links that end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import inspect

from bot.records.audit import verify
from bot.records.backup import backup, restore
from bot.records.database import Database
from bot.records.errors import NoSuchCampaign, Tampered
from bot.records.reminders import Turn
from bot.records.vault import KeyRing
from bot.school.campaigns import Audience, Campaign, CampaignState, How, Said, Scenario
from bot.school.forms import Choice
from bot.school.people import Role
from tests.records.given import NOW, SCHOOL, execute, spellings, stored

QUIZ = (Scenario(id="s1", clause="PER-1", ask="May I?", choices=(Choice(id="a", say="Yes"),), right="a"),)
DRAFT = Campaign(
    id="",
    title="The policy “as it is”",
    policy="p",
    version="v1",
    hash="h" * 64,
    clauses=("PER-1", "PER-2"),
    audience=Audience(groups=("teachers",), roles=(Role.DSL,), people=("ta",), but=("head",)),
    launch=date(2026, 10, 1),
    due=date(2026, 10, 20),
    quiz=QUIZ,
    created=NOW,
    created_by="owner",
)


def launch(campaign: Campaign) -> Turn:
    return Turn(campaign=campaign.id, person="ta", step="launch")


def made(database: Database, **more: object) -> Campaign:
    with database.books(SCHOOL, NOW) as books:
        return books.campaigns.create(replace(DRAFT, **more))  # type: ignore[arg-type]


def test_a_campaign_comes_back_as_it_was_made(database: Database) -> None:
    one = made(database)
    with database.read(SCHOOL, NOW) as books:
        assert books.campaigns.get(one.id) == replace(DRAFT, id=one.id)
        assert books.campaigns.all(CampaignState.RUNNING) == ()
        with pytest.raises(NoSuchCampaign):
            books.campaigns.get("no-such")
    with database.read("another", NOW) as books:
        assert books.campaigns.all() == ()


def test_what_it_asks_can_not_be_changed_afterwards(database: Database) -> None:
    one = made(database)
    with database.books(SCHOOL, NOW) as books:
        books.campaigns.keep(replace(one, state=CampaignState.RUNNING, title="other", hash="x", clauses=()))
        assert books.campaigns.get(one.id) == replace(one, state=CampaignState.RUNNING)


def test_a_step_is_taken_once_by_however_many_clocks(database: Database) -> None:
    one = made(database)

    def take(_: int) -> bool:
        with database.books(SCHOOL, NOW) as books:
            return books.reminders.take(launch(one), "n")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(24))) == 1


def test_an_acknowledgement_is_never_overwritten(database: Database) -> None:
    one = made(database)
    with database.books(SCHOOL, NOW) as books:
        books.campaigns.enrol(one, ["ta"], NOW.date())
        assert books.campaigns.say(one, "ta", Said.READ, name="Tess Ansell")
    with database.books(SCHOOL, NOW + timedelta(days=1)) as books:
        assert not books.campaigns.say(one, "ta", Said.READ, how=How.OFFICE, by="office", name="Somebody")
        assert books.campaigns.enrol(one, ["ta", "dsl"], NOW.date() + timedelta(days=3)) == 1
        (kept,) = books.campaigns.said(one)
        assert (kept.name, kept.how, kept.by, kept.at, kept.hash) == (
            "Tess Ansell",
            How.SELF,
            "ta",
            NOW,
            one.hash,
        )
        assert books.campaigns.standings([one])[one.id, "ta"].joined == NOW.date()


def test_questions_and_quizzes_are_added_one_after_another(database: Database) -> None:
    one = made(database)
    for turn, said in enumerate((Said.QUIZ, Said.QUESTION, Said.QUESTION, Said.CANNOT, Said.READ)):
        with database.books(SCHOOL, NOW + timedelta(minutes=turn)) as books:
            assert books.campaigns.say(one, "ta", said, words=f"words {turn}", answers={"s1": "b"})
    with database.read(SCHOOL, NOW) as books:
        found = books.campaigns.said(one)
        assert [each.words for each in found] == [f"words {turn}" for turn in range(5)]
        assert all(before.at < after.at for before, after in pairwise(found))
        assert books.campaigns.said_by("ta") == tuple(reversed(found))


def test_of_questions_asked_at_the_same_moment_none_is_lost(database: Database) -> None:
    one = made(database)

    def ask(number: int) -> bool:
        with database.books(SCHOOL, NOW) as books:
            return books.campaigns.say(one, "ta", Said.QUESTION, words=f"words {number}")

    def read(_: int) -> bool:
        with database.books(SCHOOL, NOW) as books:
            return books.campaigns.say(one, "dsl", Said.READ, name="Isolde")

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(24)))
        assert sum(pool.map(read, range(24))) == 1
    with database.read(SCHOOL, NOW) as books:
        found = [each for each in books.campaigns.said(one) if each.said is Said.QUESTION]
    assert {each.words for each in found} == {f"words {number}" for number in range(24)}


def test_words_and_names_are_sealed_and_bound_to_their_place(database: Database) -> None:
    one = made(database)
    with database.books(SCHOOL, NOW) as books:
        books.campaigns.say(one, "ta", Said.QUESTION, words="canary-of-a-question")
        books.campaigns.say(one, "dsl", Said.READ, name="canary-of-a-name")
    for canary in ("canary-of-a-question", "canary-of-a-name"):
        assert not any(spelt in stored(database) for spelt in spellings(canary))
    execute(database, "UPDATE acknowledgements SET person = 'ta' WHERE person = 'dsl'")
    with database.read(SCHOOL, NOW) as books, pytest.raises(Tampered):
        books.campaigns.said(one)


def test_a_link_is_for_one_person_and_one_campaign_and_ends_with_it(database: Database) -> None:
    one, other = made(database), made(database)
    with database.books(SCHOOL, NOW) as books:
        mark = books.campaigns.link(one, "ta")
        assert books.campaigns.link(one, "ta") == mark
        assert books.campaigns.linked(one.id, mark, ["dsl", "ta"]) == "ta"
        assert books.campaigns.linked(one.id, mark, ["dsl"]) == ""
        assert books.campaigns.linked(other.id, mark, ["ta"]) == ""
        assert books.campaigns.linked(one.id, mark[:-1] + "\u00e9", ["ta"]) == ""
        assert books.campaigns.link(other, "ta") != mark
        books.campaigns.keep(replace(one, state=CampaignState.CLOSED))
        assert books.campaigns.linked(one.id, mark, ["ta"]) == ""


def test_everything_stands_or_falls_together(database: Database) -> None:
    one = made(database)
    with suppress(ZeroDivisionError), database.books(SCHOOL, NOW) as books:
        books.campaigns.enrol(one, ["ta"], NOW.date())
        books.reminders.take(launch(one), "n")
        books.campaigns.say(one, "ta", Said.READ, name="Tess")
        books.audit.write("ta", "campaign.answered", one.id)
        raise ZeroDivisionError
    with database.read(SCHOOL, NOW) as books:
        assert books.campaigns.said(one) == ()
        assert books.campaigns.standings([one]) == {}
        assert books.audit.about(one.id) == ()
    assert verify(database, SCHOOL).ok


def test_a_backup_holds_campaigns(
    database: Database, empty_url: Callable[[], str], ring: KeyRing, tmp_path: Path
) -> None:
    one = made(database)
    with database.books(SCHOOL, NOW) as books:
        books.campaigns.say(one, "ta", Said.READ, name="Tess Ansell")
        books.audit.write("ta", "campaign.answered", one.id)
    url = empty_url()
    restore(backup(database, tmp_path / "b"), url, ring)
    back = Database(url, ring)
    with back.read(SCHOOL, NOW) as books:
        assert books.campaigns.said(one)[0].name == "Tess Ansell"
    back.close()


def test_every_table_belongs_to_a_school(database: Database) -> None:
    inspector = inspect(database.engine)
    for table in (
        "campaigns",
        "campaign_people",
        "acknowledgements",
        "reminders",
        "snoozes",
        "leavers",
        "held_people",
    ):
        assert inspector.get_pk_constraint(table)["constrained_columns"][0] == "school"
