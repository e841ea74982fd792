"""Exactly one reminder for each campaign, person and step, whatever clocks, outages and calendar do."""

import importlib
import os
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.school.cadence import Step
from bot.school.campaigns import Campaign
from tests.hazards.office import quick_database
from tests.hazards.travelling import BEGINS, Travel, small_school, wrong

DAYS = 1000
SEEDS = range(int(os.environ.get("USHER_HAZARDS", "1")))


def travelled(url: str, seed: int, days: int = DAYS) -> tuple[Travel, list[Campaign]]:
    """A campaign each September; some read it, most don't."""
    dice, travel = random.Random(seed), Travel(url, small_school())
    campaigns = [travel.launch(date(year, 9, 4)) for year in range(2024, 2027) if days > 365 * (year - 2024)]
    for moment in travel.days(days, dice):
        travel.tick(moment)
        for campaign in campaigns:
            late = moment.date() >= campaign.launch + timedelta(days=dice.randrange(5, 60))
            if late and (campaign.id, "whole") not in travel.done and moment.year == campaign.launch.year:
                travel.read(campaign, "whole", moment)
    return travel, campaigns


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_step_is_said_once_in_a_thousand_days(seed: int) -> None:
    with quick_database() as url:
        travel, campaigns = travelled(url, seed)
        assert wrong(travel, campaigns) == []
        steps = travel.steps()
        assert Step.HANDED in steps[campaigns[0].id, "part"]
        assert Step.HANDED in steps[campaigns[0].id, "paper"]
        first = min(steps[campaigns[0].id, "leave"].values())
        assert first.date() < date(2024, 9, 16)
        later = [at for at in steps[campaigns[0].id, "leave"].values() if at.date() > date(2024, 9, 16)]
        assert min(later).date() > date(2024, 12, 31), "long absence pauses"
        assert (BEGINS + timedelta(days=DAYS)).year == 2027
        travel.close()


@pytest.mark.parametrize("mutant", ["says_it_again", "any_hour", "every_weekday"])
def test_a_broken_promise_is_found(mutant: str, tmp_path: Path) -> None:
    with quick_database() as url:
        child = os.fork()
        if not child:  # a copy of this process, so that the wrong ends with it
            os._exit(_find(mutant, url, tmp_path / "log"))
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0, (tmp_path / "log").read_text()


def test_the_same_short_time_without_a_mutant_is_clean() -> None:
    with quick_database() as url:
        travel, campaigns = travelled(url, 5, 60)
        assert [line for line in wrong(travel, campaigns) if "never had" not in line] == []
        travel.close()


def _find(mutant: str, url: str, log: Path) -> int:
    try:
        importlib.import_module(f"tests.hazards.mutants.{mutant}").apply()
        travel, campaigns = travelled(url, 5, 60)
        found = [line for line in wrong(travel, campaigns) if "never had" not in line]
        log.write_text("nothing was found" if not found else "\n".join(found))
        return 0 if found else 1
    except BaseException as fault:  # noqa: BLE001 - the child must never return into pytest
        log.write_text(repr(fault))
        return 99
