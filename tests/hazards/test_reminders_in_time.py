"""Exactly one reminder for each campaign, person and step, whatever clocks, outages and calendar do."""

import importlib
import os
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.school.cadence import Step
from bot.school.campaigns import Campaign, CampaignState
from tests.hazards.forge import Forge
from tests.hazards.office import quick_database
from tests.hazards.travelling import BEGINS, CLOCKS, Travel, Wall, small_school, wrong

DAYS = 1000
SHORT = (3, 60)
"""The seed and the days in which every mutant gives itself away."""
SEEDS = range(int(os.environ.get("USHER_HAZARDS", "1")))
MUTANTS = (
    *("says_it_again", "any_hour", "every_weekday"),
    *("posts_at_night", "posts_before_looking", "never_takes_back"),
)


def travelled(
    url: str,
    file: Path,
    seed: int,
    days: int = DAYS,
    together: Callable[[Wall], None] | None = None,
) -> tuple[Travel, list[Campaign]]:
    """A campaign each September; some read it, most don't. At the end the platform is up for a fortnight."""
    dice, travel = random.Random(seed), Travel(url, small_school(), file, together)
    years = [year for year in range(2024, 2027) if days > 365 * (year - 2024)]
    campaigns = [travel.launch(date(year, 9, 4)) for year in years]
    for moment in travel.days(days, dice):
        travel.tick(moment)
        for campaign in campaigns:
            _live(travel, campaign, moment, dice)
    ended = max(
        travel.wall.up_from, datetime.combine(BEGINS, datetime.min.time(), UTC) + timedelta(days=days)
    )
    travel.go_on(ended)
    for ahead in range(14):
        travel.tick(ended.replace(hour=10, minute=0) + timedelta(days=1 + ahead))
    return travel, [travel.kept(campaign) for campaign in campaigns]


def _live(travel: Travel, campaign: Campaign, moment: datetime, dice: random.Random) -> None:
    """People read it, and the owner pauses it now and then."""
    if moment.year != campaign.launch.year or moment.date() < campaign.launch:
        return
    for who in ("whole", "short"):
        late = moment.date() >= campaign.launch + timedelta(days=dice.randrange(5, 90))
        if late and (campaign.id, who) not in travel.done:
            travel.read(campaign, who, moment)
    chance = dice.random()
    if chance < 0.3:
        travel.go_on(moment)
    elif chance > 0.97 and travel.kept(campaign).state is CampaignState.RUNNING:
        travel.pause(campaign, moment)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_step_is_said_once_in_a_thousand_days(seed: int, tmp_path: Path) -> None:
    with quick_database() as url:
        travel, campaigns = travelled(url, tmp_path / "wall", seed)
        assert wrong(travel, campaigns) == []
        steps = travel.steps()
        assert Step.HANDED in steps[campaigns[0].id, "part"]
        assert Step.HANDED in steps[campaigns[0].id, "paper"]
        away = [at.date() for at in steps[campaigns[0].id, "leave"].values()]
        assert not [day for day in away if date(2024, 9, 16) <= day <= date(2024, 12, 31)], "it pauses"
        assert max(away) > date(2024, 12, 31)
        assert (BEGINS + timedelta(days=DAYS)).year == 2027
        assert travel.pauses
        travel.close()


def in_processes(forge: Forge, url: str, mutant: str = "") -> Callable[[Wall], None]:
    """Three processes, forked for each tick, that all make their rounds at this moment."""

    def together(wall: Wall) -> None:
        times = {"at": wall.now.isoformat(), "up_from": wall.up_from.isoformat()}
        act = {"act": "remind", "url": url, "file": str(wall.file), "mutant": mutant, **times}
        for ended in forge.together([dict(act) for _ in range(CLOCKS)]):
            assert ended.code == 0, ended.trouble

    return together


@pytest.mark.hazard
@pytest.mark.timeout(600)
def test_three_processes_say_every_step_once(forge: Forge, fresh: Callable[[], str], tmp_path: Path) -> None:
    url = fresh()
    travel, campaigns = travelled(url, tmp_path / "wall", 3, 30, in_processes(forge, url))
    assert [line for line in wrong(travel, campaigns) if "never had" not in line] == []
    assert len(travel.wall.told()) > 10
    travel.close()


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_promise_is_found(mutant: str, tmp_path: Path) -> None:
    with quick_database() as url:
        child = os.fork()
        if not child:  # a copy of this process, so that the wrong ends with it
            os._exit(_find(mutant, url, tmp_path))
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0, (tmp_path / "log").read_text()


def test_the_same_short_time_without_a_mutant_is_clean(tmp_path: Path) -> None:
    with quick_database() as url:
        travel, campaigns = travelled(url, tmp_path / "wall", *SHORT)
        assert [line for line in wrong(travel, campaigns) if "never had" not in line] == []
        travel.close()


def _find(mutant: str, url: str, folder: Path) -> int:
    log = folder / "log"
    try:
        importlib.import_module(f"tests.hazards.mutants.{mutant}").apply()
        travel, campaigns = travelled(url, folder / "wall", *SHORT)
        found = [line for line in wrong(travel, campaigns) if "never had" not in line]
        log.write_text("nothing was found" if not found else "\n".join(found))
        return 0 if found else 1
    except BaseException as fault:  # noqa: BLE001 - the child must never return into pytest
        log.write_text(repr(fault))
        return 99
