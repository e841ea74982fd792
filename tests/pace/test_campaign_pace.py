"""A campaign for a thousand people beside the platform's own limits, worked out from the fake's buckets."""

import sys
from pathlib import Path

import pytest

from tests.pace import floors
from tests.platforms.slack import crowd
from tests.platforms.slack.running import make_template
from tests.platforms.teams import crowd as teams
from tests.platforms.teams.running import make_template as make_teams

COUNT, GOAL, SOON = 1000, 1.10, 5.0
CAUTIOUS = 5.0
"""Posts a second in a workspace where "several hundred a minute" are 300."""

pytestmark = pytest.mark.timeout(1800)


def test_a_thousand_people_hear_hardly_later_than_slack_allows(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    template = make_template(tmp_path_factory.mktemp("template"))
    with crowd.school(template, tmp_path, COUNT) as usher:
        found = crowd.campaign(usher)
    sys.stdout.write(found.told("Slack, 600 posts a minute") + floors.busy())
    assert found.people > COUNT
    assert found.refused == 0
    assert found.ratio <= GOAL
    assert found.alert <= SOON
    assert found.ahead > COUNT / 2


def test_a_workspace_that_allows_less_is_learnt_once_and_then_left_alone(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    template = make_template(tmp_path_factory.mktemp("template"))
    with crowd.school(template, tmp_path, COUNT // 2, CAUTIOUS) as usher:
        found = crowd.campaign(usher)
        refused = [at - found.first for at, _, _ in usher.fake.limits.refused]
    sys.stdout.write(found.told("Slack, 300 posts a minute") + f"refused until {max(refused):.0f} s\n")
    assert max(refused) < found.took / 2
    assert found.alert <= SOON


def test_a_thousand_people_hear_hardly_later_than_teams_allows(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    template = make_teams(tmp_path_factory.mktemp("template"))
    with teams.school(template, tmp_path, COUNT) as usher:
        found = teams.campaign(usher)
    sys.stdout.write(found.told("Teams, 30 calls a second") + floors.busy())
    assert found.people > COUNT
    assert found.ratio <= GOAL
    assert found.alert <= SOON
    assert found.ahead > COUNT / 2
    assert found.refused == 0
    assert found.put_off <= 2 * found.people
