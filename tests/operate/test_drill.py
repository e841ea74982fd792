"""`usher drill`: started, reported and ended from the terminal; a real report is never touched."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import usher
from bot.settings import Misset, read_settings
from bot.wiring.works import now, open_database
from tests.hazards.office import Office

OURS = ("USHER_", "DATABASE_URL", "SLACK_", "TEAMS_")
Say = Callable[..., str]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Type a command on a fresh home with a key and tables; what it prints. No engine is needed."""
    intents = os.environ.get("USHER_TESTS_INTENTS")
    for name in [name for name in os.environ if name.startswith(OURS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("USHER_HOME", str(tmp_path / "home"))
    if intents:
        monkeypatch.setenv("USHER_INTENTS", intents)

    def type_(*words: str) -> str:
        done = CliRunner().invoke(usher, words, catch_exceptions=False, standalone_mode=False)
        if done.exception:
            raise done.exception
        return done.output

    type_("keys", "new")
    type_("migrate")
    return type_


def start(say: Say, *more: str) -> str:
    """The reference of a new drill."""
    said = say("drill", "start", "--as", "Jem Karuna", *more)
    found = re.search(r"Drill (\w{6}) has been sent as Jem Karuna\.", said)
    assert found, said
    return found[1]


def test_a_drill_from_the_terminal_and_its_report(say: Say) -> None:
    reference = start(say, "--urgency", "danger_now")
    said = say("drill", "report", reference)
    assert f"DRILL {reference}, danger now" in said
    assert "0.0 min  sent" in said
    assert "danger ping has not reached Rafferty Oduya (0 tries)" in said
    assert "nobody acknowledged it" in said
    assert "has ended" in say("drill", "end", reference)
    assert "closed" in say("drill", "report", reference)
    assert "whole and in order" in say("audit", "verify")


def test_a_real_report_is_refused(say: Say) -> None:
    settings = read_settings(os.environ)
    database = open_database(settings)
    office = Office(settings.database)
    office.database = database
    office.reception = type(office.reception)(
        database=database, houses=office.reception.houses, matchers=office.reception.matchers
    )
    (case,) = office.report("jem-karuna", "esafety")
    for word in ("report", "end"):
        with pytest.raises(Misset, match="is a real report and not a drill: nothing was changed"):
            say("drill", word, case.reference)
    with database.read(office.school.id, now()) as books:
        assert books.cases.by_reference(case.reference) == case
    database.close()


def test_what_does_not_exist_is_said(say: Say) -> None:
    with pytest.raises(Misset, match="There is no case with that reference"):
        say("drill", "report", "AAAAAA")
    with pytest.raises(Misset, match=r'nobody in school\.yml is called "Nobody Atall"'):
        say("drill", "start", "--as", "Nobody Atall")
    with pytest.raises(click.MissingParameter):
        say("drill", "start")


def test_a_drill_on_the_demos_store_leaves_the_real_one_alone(say: Say, tmp_path: Path) -> None:
    with pytest.raises(Misset):
        say("drill", "start", "--as", "jem-karuna", "--demo")
    assert not (tmp_path / "home" / "demo" / "usher.db").exists()
