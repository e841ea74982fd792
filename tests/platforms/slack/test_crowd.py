"""A campaign for many people at Slack's own pace: hardly slower than that, and never in an alert's way."""

import sys
from pathlib import Path

import pytest

from tests.platforms.slack import crowd
from tests.platforms.slack.running import Template

COUNT = 150
SOON = 5.0
"""Seconds within which an alert is with the DSL."""


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_campaign_keeps_slacks_pace_and_an_alert_overtakes_it(template: Template, tmp_path: Path) -> None:
    with crowd.school(template, tmp_path, COUNT) as usher:
        found = crowd.campaign(usher)
    sys.stdout.write(found.told("Slack"))
    assert found.people > COUNT
    assert found.refused == 0
    assert found.alert <= SOON
    assert found.ahead > COUNT / 3, "it didn't overtake anything"
    assert found.ratio <= 1.25
    assert found.put_off <= 2 * found.people
