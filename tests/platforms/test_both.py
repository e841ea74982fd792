"""Slack and Teams in one process: one school on both, and two schools, each on its own."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.platforms import running as any_platform
from tests.platforms import spawn
from tests.platforms.running import HERE, Template, addressed, environment, make_template
from tests.platforms.slack import running as at_slack
from tests.platforms.slack import workspace
from tests.platforms.slack.phone import Phone as SlackPhone
from tests.platforms.slack.server import FakeSlack
from tests.platforms.teams import running as at_teams
from tests.platforms.teams import tenant
from tests.platforms.teams.phone import Phone as TeamsPhone
from tests.platforms.teams.server import FakeTeams
from tests.stories.acts import REFERENCE, Acts
from tests.stories.drivers.slack import SlackDriver
from tests.stories.drivers.teams import TeamsDriver
from tests.waiting import until

R = TypeVar("R", bound=any_platform.Running)
TA, DSL, DEPUTY = "jem-karuna", "isolde-penhallow", "gethin-marchbanks"
WORDS = ("Robin Sample", "nasty messages")


@dataclass(kw_only=True)
class Both(any_platform.Running):
    """One Usher at one workspace and one tenant."""

    slack: at_slack.Running
    teams: at_teams.Running

    def told(self) -> dict[str, str]:
        """Both platforms' settings."""
        return self.slack.told() | self.teams.told()

    def reached(self) -> None:
        """Both can reach it."""
        doors = f"http://127.0.0.1:{self.port}"
        self.slack.fake.deliver_to(f"{doors}/slack/events")
        self.teams.fake.deliver_to(f"{doors}/api/messages")


@dataclass(kw_only=True)
class Played:
    """What is played on both: one process, and everybody's phones at either."""

    usher: Both
    slack: SlackDriver
    teams: TeamsDriver

    def sound(self) -> None:
        """What must hold whatever happened."""
        assert self.usher.slack.fake.objections == []
        assert self.usher.teams.fake.objections == []
        assert not [line for line in self.usher.lines if '"error"' in line]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The sample school with addresses on both, except that the safeguarding rooms are in Slack alone."""
    folder = tmp_path_factory.mktemp("both")
    made = make_template(folder, at_slack.CORNER, at_teams.CORNER)
    file = made.policy / "school.yml"
    only = re.compile(r'^(  safeguarding: .*addresses: \{slack: "[^"]+"), teams: "[^"]+"\}', re.M)
    text, found = only.subn(r"\1}", file.read_text("utf-8"))
    assert found == 1
    file.write_text(text, "utf-8")
    return made


@contextmanager
def playing(template: Template, here: FakeSlack, there: FakeTeams, home: Path) -> Iterator[Played]:
    """One Usher between the two, and nothing of it at the end."""
    how: dict[str, Any] = {"template": template, "home": home}
    usher = Both(
        slack=at_slack.Running(fake=here.start(), mode=at_slack.HTTP, **how),
        teams=at_teams.Running(fake=there.start(), **how),
        **how,
    )
    try:
        usher.start()
        yield Played(
            usher=usher,
            slack=SlackDriver(joined(usher.slack, usher)),
            teams=TeamsDriver(joined(usher.teams, usher)),
        )
    finally:
        try:
            usher.stop()
        finally:
            here.stop()
            there.stop()


def joined(part: R, usher: Both) -> R:
    """One platform's half, on the process that both share."""
    shared = replace(part)
    shared._process, shared._reader, shared.lines = usher._process, usher._reader, usher.lines
    return shared


@pytest.fixture
def school(template: Template, tmp_path: Path) -> Iterator[Played]:
    """A school in which the TA has Teams, the DSL and the deputy have Slack."""
    here = FakeSlack(workspace.school_workspace(template.school))
    there = FakeTeams(tenant.school_tenant(template.school), tmp_path / "microsoft")
    for who in (DSL, DEPUTY):
        id = tenant.user_of(template.school, who)
        there.tenant.users[id].installed = False
        there.tenant.staff.discard(id)
        for room in there.tenant.rooms.values():
            room.members.discard(id)
    here.space.users.pop(workspace.user_of(template.school, TA))
    with playing(template, here, there, tmp_path / "usher") as played:
        yield played


@pytest.fixture
def two(template: Template, tmp_path: Path) -> Iterator[Played]:
    """The sample school twice: North has Slack, South has Teams."""
    for id, name, corner in (("north", "North", at_slack.CORNER), ("south", "South", at_teams.CORNER)):
        shutil.copytree(template.policy, tmp_path / "policy" / id)
        text = addressed((HERE / "policy/school.yml").read_text("utf-8"), template.school, (corner,))
        text = text.replace("id: palatine\n", f"id: {id}\n")
        text = text.replace("name: Palatine Primary School", f"name: {name} School")
        (tmp_path / "policy" / id / "school.yml").write_text(text, "utf-8")
    here = FakeSlack(workspace.school_workspace(template.school))
    there = FakeTeams(tenant.school_tenant(template.school), tmp_path / "microsoft")
    both = replace(template, policy=tmp_path / "policy")
    with playing(both, here, there, tmp_path / "usher") as played:
        yield played


def test_a_report_filed_in_teams_alerts_the_dsl_who_lives_in_slack(school: Played) -> None:
    acts = Acts(school.teams)
    acts.report("the TA", "Robin Sample", "was sent nasty messages")
    room = workspace.room_of(school.usher.template.school, "safeguarding")
    dsl: SlackPhone = school.slack._phone(DSL)
    found = until(lambda: REFERENCE.findall(dsl.channel(room)), school.usher.last_lines)
    school.slack.open_case(DSL, found[-1])
    assert all(word in school.slack.dialog(DSL) for word in WORDS)
    school.slack.press(DSL, "Acknowledge")
    school.slack.answer(DSL, {"A line to the reporter": "Thank you."})
    school.slack.press(DSL, "Acknowledge")
    ta: TeamsPhone = school.teams._phone(TA)
    ta.close_modal()
    until(lambda: "acknowledged by Isolde Penhallow" in ta.sees(), ta.sees)
    everywhere = [str(post.activity) for r in ta.tenant.rooms.values() for post in r.posts]
    everywhere += [str(message) for r in dsl.space.rooms.values() for message in r.messages]
    assert not [one for one in everywhere if any(word in one for word in WORDS)]
    school.sound()


def test_danger_pressed_in_teams_rings_in_slack_and_in_teams(school: Played) -> None:
    school.teams.press(TA, "Report a concern about a child")
    school.teams.press(TA, "In danger now")
    for see in (
        lambda: school.slack._phone(DSL).sees(),
        lambda: school.slack._phone(DEPUTY).sees(),
        lambda: school.teams._phone("rafferty-oduya").sees() + school.slack._phone("rafferty-oduya").sees(),
    ):
        until(lambda see=see: "A child may be in danger now" in see(), see)
    school.sound()


def test_a_teams_that_is_away_keeps_slack_from_nothing(school: Played) -> None:
    with school.usher.teams.fake.gone():
        phone = school.slack._phone(DSL)
        phone.dm("can I give a pupil my phone number")
        assert "PER-1a" in phone.sees()
    school.sound()


def test_two_schools_on_different_platforms_share_a_process_and_nothing_else(two: Played) -> None:
    room = "safeguarding"
    for driver, other in ((two.teams, two.slack), (two.slack, two.teams)):
        before = other.sees(DSL, room)
        acts = Acts(driver)
        acts.report("the TA", "Robin Sample", "was sent nasty messages")
        found = until(lambda driver=driver: REFERENCE.findall(driver.sees(DSL, room)), two.usher.last_lines)
        driver.open_case(DSL, found[-1])
        assert all(word in driver.dialog(DSL) for word in WORDS)
        assert other.sees(DSL, room) == before
        other.open_case(DSL, found[-1])
        assert "You can't open this." in other.sees(DSL)
    two.sound()


def test_who_is_reached_in_slack_is_not_missed_in_teams(school: Played) -> None:
    words = environment(school.usher.template, school.usher.home, **school.usher.told())
    done = spawn.done(["teams", "check"], words, timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"Not there: {DSL}, {DEPUTY}." in done.stdout
    alone = {name: value for name, value in words.items() if not name.startswith("SLACK_")}
    done = spawn.done(["teams", "check"], alone, timeout=60)
    assert done.returncode == 1
    assert "Safeguarding: school.yml gives no Teams channel for it" in done.stderr
