"""Never both the DSL and every deputy away without a named third: the files refuse it, and a tick says so."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from bot.cli import usher
from bot.desk.cover import uncovered
from bot.reading import Faulty, read_school
from bot.records.database import Database
from bot.records.vault import KeyRing
from bot.school.messages import Notice
from bot.school.people import Absence, School
from bot.wiring.rounds import Rounds
from tests.hazards.checks import notices_of
from tests.hazards.doing import KEY, Here
from tests.hazards.office import CHAIR, DEPUTY, DSL, HEAD, OWNER, quick_database

POLICY = Path(__file__).parents[2] / "policy"
SCHOOL = read_school(POLICY)
LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 10, 5, 8, 0, tzinfo=LONDON)
TODAY = MONDAY.date()


def away(*people: str, first: date = TODAY, days: int = 2, school: School = SCHOOL) -> School:
    """The school with these people away; a platform may learn of it at any time."""
    absence = (Absence(first=first, last=first + timedelta(days=days - 1)),)
    gone = {id: replace(school.people[id], away=absence) for id in people}
    return replace(school, people={**school.people, **gone})


@pytest.fixture
def database() -> Iterator[Database]:
    with quick_database() as url:
        one = Database(url, KeyRing.parse(KEY))
        yield one
        one.close()


def ticked(database: Database, school: School, *moments: datetime) -> list[Notice]:
    """What the daily look has posted after ticking at these moments, from two processes."""
    for moment in moments:
        for _ in range(2):
            rounds = Rounds(
                database=database, schools=lambda: [school], desk=Here(), now=lambda at=moment: at,
                wake=lambda: None, trouble={},
            )  # fmt: skip
            asyncio.run(rounds.look_for_cover())
    return notices_of(database)


def test_the_stand_in_answers_when_the_dsl_and_every_deputy_are_away(database: Database) -> None:
    assert uncovered(SCHOOL, MONDAY) == ()
    assert uncovered(away(DSL, DEPUTY), MONDAY) == ()
    assert ticked(database, away(DSL, DEPUTY), MONDAY) == []


@pytest.mark.parametrize(
    "school", [away(DSL, DEPUTY, OWNER), replace(away(DSL, DEPUTY), safeguarding_stand_in="")]
)
def test_days_without_anybody_are_told_to_the_headteacher_once_a_day(
    school: School, database: Database
) -> None:
    hours = [MONDAY + timedelta(hours=n) for n in (0, 1, 7, 13)]
    (notice,) = ticked(database, school, *hours)
    assert notice.to.person == HEAD
    assert "Nobody answers for safeguarding" in notice.message.summary
    found = ticked(database, school, *(hour + timedelta(days=1) for hour in hours))
    assert [each.to.person for each in found] == [HEAD, HEAD]
    assert len(ticked(database, school, MONDAY + timedelta(days=2))) == 2, "covered again"


def test_it_is_told_days_before_and_not_before_seven(database: Database) -> None:
    school = away(DSL, DEPUTY, OWNER, first=date(2026, 10, 9))
    assert ticked(database, school, MONDAY - timedelta(hours=2)) == []
    (notice,) = ticked(database, school, MONDAY)
    assert "Friday 9 October" in str(notice.message.parts)


def test_when_the_headteacher_is_away_too_the_chair_hears_as_well(database: Database) -> None:
    found = ticked(database, away(DSL, DEPUTY, OWNER, HEAD), MONDAY)
    assert {notice.to.person for notice in found} == {CHAIR, HEAD}


def with_absence(folder: Path, **edit: str) -> Path:
    """The sample school's files, with the DSL away on the two days on which the deputy is."""
    from shutil import copytree

    copytree(POLICY, folder / "policy")
    file = folder / "policy" / "school.yml"
    text = file.read_text("utf-8").replace(
        "    room: Room 4, beside the library\n",
        "    room: Room 4, beside the library\n"
        '    away:\n      - {first: "2026-12-08", last: "2026-12-09"}\n',
    )
    for old, new in edit.items():
        text = text.replace(f"{old}: honor-bexwell", new)
    file.write_text(text, "utf-8")
    return folder / "policy"


def test_the_files_refuse_such_a_day_and_usher_check_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_school(with_absence(tmp_path / "covered")).people[DSL].away
    policy = with_absence(tmp_path / "bare", safeguarding_stand_in="")
    with pytest.raises(Faulty):
        read_school(policy)
    for name in [name for name in os.environ if name.startswith(("USHER_", "DATABASE_URL"))]:
        if name != "USHER_INTENTS":
            monkeypatch.delenv(name)
    monkeypatch.setenv("USHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USHER_POLICY", str(policy))
    if tests := os.environ.get("USHER_TESTS_INTENTS"):
        monkeypatch.setenv("USHER_INTENTS", tests)
    done = CliRunner().invoke(usher, ["check", "--files"])
    assert done.exit_code == 1
    assert "on 2026-12-08 the DSL and every deputy are away and nobody stands in" in done.stderr
