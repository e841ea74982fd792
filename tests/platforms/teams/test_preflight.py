"""A tenant that isn't as it must be keeps the doors shut: one clear line for each fault, and no more."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.platforms import spawn
from tests.platforms.running import HERE, environment
from tests.platforms.teams.running import Running, Template
from tests.platforms.teams.server import FakeTeams
from tests.platforms.teams.tenant import TENANT, room_of, school_tenant, user_of
from tests.stories.people import PEOPLE

DSL, DEPUTY, HEAD, TA = (PEOPLE[who] for who in ("the DSL", "the deputy", "the head", "the TA"))
Change = Callable[[FakeTeams, Template], Any]
Start = Callable[..., Running]


@pytest.fixture
def tenant(template: Template, tmp_path: Path) -> Iterator[FakeTeams]:
    """A tenant of the sample school, and nobody's bot in it yet."""
    fake = FakeTeams(school_tenant(template.school), tmp_path / "microsoft").start()
    yield fake
    assert fake.objections == []
    fake.stop()


def user(fake: FakeTeams, template: Template, person: str) -> Any:
    return fake.tenant.users[user_of(template.school, person)]


def channel(fake: FakeTeams, template: Template, id: str) -> Any:
    return fake.tenant.rooms[room_of(template.school, id)]


def not_installed(*people: str) -> Change:
    def change(fake: FakeTeams, template: Template) -> None:
        for person in people:
            user(fake, template, person).installed = False

    return change


def enter(room: str, *people: str) -> Change:
    def change(fake: FakeTeams, template: Template) -> None:
        channel(fake, template, room).members.update(user_of(template.school, p) for p in people)

    return change


def wrong_secret(fake: FakeTeams, _: Template) -> None:
    fake.login.secret = "another"


def nobody_knows_the_dsl(fake: FakeTeams, template: Template) -> None:
    gone = user_of(template.school, DSL)
    fake.tenant.staff.discard(gone)
    for room in fake.tenant.rooms.values():
        room.members.discard(gone)


def open_to_all(fake: FakeTeams, template: Template) -> None:
    channel(fake, template, "head-office").private = False


def started(fake: FakeTeams, template: Template, home: Path) -> "subprocess.CompletedProcess[str]":
    """`usher run`, to its end: it must not stay."""
    shutil.copytree(template.home, home, symlinks=True)
    return spawn.done(["run"], environment(template, home, **fake.environment()), timeout=60)


def checked(template: Template, home: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """`usher teams check`."""
    return spawn.done(["teams", "check"], environment(template, home, **settings), timeout=60)


def lines(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """What was said on standard error, without the log."""
    return [line for line in done.stderr.splitlines() if line and not line.startswith("{")]


def ids(template: Template, *people: str) -> str:
    return ", ".join(sorted(user_of(template.school, person) for person in people))


FAULTS: list[tuple[str, Change, Callable[[Template], list[str]]]] = [
    (
        "a wrong secret",
        wrong_secret,
        lambda t: [
            "Microsoft does not take TEAMS_APP_ID with this credential (invalid_client): compare id, tenant "
            "and certificate or secret with the app registration in Azure; both may have expired"
        ],
    ),
    (
        "nobody answers at all",
        lambda fake, _: fake.proxy.shut.update(("login.microsoftonline.com", "smba.trafficmanager.net")),
        lambda t: [
            "Microsoft cannot be reached (TeamsDown): check the network, HTTPS_PROXY and SSL_CERT_FILE"
        ],
    ),
    (
        "the app is not in the private channel",
        lambda fake, t: setattr(channel(fake, t, "safeguarding"), "bot", False),
        lambda t: [
            f"Safeguarding: Teams shows no channel {room_of(t.school, 'safeguarding')} "
            "(BotNotInConversationRoster): add the app to its team (and to the channel itself if it is "
            "private), or correct the id in school.yml"
        ],
    ),
    (
        "strangers are in the private channel",
        enter("head-office", TA, DEPUTY),
        lambda t: [
            "Head's office: 2 in the channel may not read its cases: make it a private channel "
            "(or a small private team) of its readers only, or give them the role in school.yml "
            f"({ids(t, TA, DEPUTY)})"
        ],
    ),
    (
        "the DSL is on no roster",
        nobody_knows_the_dsl,
        lambda t: [
            f"{DSL} of school.yml is nobody on Teams' rosters: check the e-mail address, have them added to "
            "the staff team, or write the object id under addresses, teams"
        ],
    ),
    (
        "nobody in charge has the app",
        not_installed(DSL, DEPUTY, HEAD),
        lambda t: [
            "nobody who is dsl or deputy_dsl can be written to: have the app installed for them (Teams admin "
            "centre, Setup policies)",
            "nobody who is headteacher can be written to: have the app installed for them (Teams admin "
            "centre, Setup policies)",
        ],
    ),
]


@pytest.mark.parametrize(("what", "change", "said"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_each_fault_is_said_in_one_line_and_nothing_starts(
    template: Template,
    tmp_path: Path,
    tenant: FakeTeams,
    what: str,
    change: Change,
    said: Callable[[Template], list[str]],
) -> None:
    tenant.do(lambda: change(tenant, template))
    done, faults = started(tenant, template, tmp_path / "home"), said(template)
    assert done.returncode == 2, done.stderr
    assert lines(done) == [f"usher: Teams: {line}" for line in faults]
    assert "doors.open" not in done.stderr
    check = checked(template, tmp_path / "home", **tenant.environment())
    assert (check.returncode, lines(check)) == (1, [*faults, f"usher: {len(faults)} to put right."])


def test_a_standing_room_that_everybody_may_enter_is_no_room_for_cases(
    template: Template, tmp_path: Path, tenant: FakeTeams
) -> None:
    tenant.do(lambda: open_to_all(tenant, template))
    done = started(tenant, template, tmp_path / "home")
    assert done.returncode == 2
    (line,) = lines(done)
    assert line.startswith("usher: Teams: Head's office: ")
    assert "make it a private channel" in line


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            f"workspace: {TENANT}",
            "workspace: 7e7a47c0-5c00-4b1d-8a3e-9a1a0000000f",
            f"Teams: no school.yml names the tenant {TENANT}: write it under platforms, teams, workspace",
        ),
        (
            ', addresses: {teams: "HEAD"}',
            "",
            "Teams: Head's office: school.yml gives no Teams channel for it: make a private channel (or a "
            "small private team for it) and write its id under channels, head-office, addresses, teams",
        ),
    ],
)
def test_what_school_yml_lacks_is_said(
    template: Template, tmp_path: Path, tenant: FakeTeams, old: str, new: str, said: str
) -> None:
    policy = tmp_path / "policy"
    shutil.copytree(template.policy, policy)
    file = policy / "school.yml"
    text = file.read_text("utf-8")
    old = old.replace("HEAD", room_of(template.school, "head-office"))
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    done = started(tenant, replace(template, policy=policy), tmp_path / "home")
    assert lines(done) == [f"usher: {said}"]


def test_a_tenant_that_is_no_tenant_is_said_with_file_and_line(
    template: Template, tmp_path: Path, tenant: FakeTeams
) -> None:
    policy = tmp_path / "policy"
    shutil.copytree(template.policy, policy)
    file = policy / "school.yml"
    file.write_text(
        file.read_text("utf-8").replace(f"workspace: {TENANT}", "workspace: palatine", 1), "utf-8"
    )
    done = started(tenant, replace(template, policy=policy), tmp_path / "home")
    assert done.returncode != 0
    assert "school.yml:3" in done.stderr or "school.yml:2" in done.stderr
    assert "is no id of a Microsoft 365 tenant" in done.stderr


def test_authorities_that_cannot_be_read_are_said(
    template: Template, tmp_path: Path, tenant: FakeTeams
) -> None:
    shutil.copytree(template.home, tmp_path / "home", symlinks=True)
    told = tenant.environment() | {"REQUESTS_CA_BUNDLE": str(tmp_path / "nowhere.pem")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], capture_output=True, text=True, cwd=HERE, timeout=60,
        env=environment(template, tmp_path / "home", **told),
    )  # fmt: skip
    assert lines(done) == [
        "usher: Teams: REQUESTS_CA_BUNDLE names no certificates that can be read: correct it, or unset it"
    ]
    assert done.returncode == 2


def test_one_dsl_who_has_shut_us_out_shuts_nobody_elses_door(start: Start, template: Template) -> None:
    usher = start()
    usher.stop()
    usher.fake.do(lambda: not_installed(DSL)(usher.fake, template))
    usher.start()
    assert usher.health()["code"] == "teams_shut"


def test_a_start_while_microsoft_is_busy_only_takes_longer(start: Start) -> None:
    usher = start()
    usher.stop()
    usher.fake.order("members", "429", 1, retry_after=1)
    usher.fake.order("members", "502", 1)
    usher.start()
    assert usher.health()["status"] == "ok"


def test_a_tenant_in_order_is_well_and_says_who_is_who(
    template: Template, tmp_path: Path, tenant: FakeTeams
) -> None:
    nobody = user_of(template.school, "merrily-stannard")
    for room in tenant.tenant.rooms.values():
        room.members.discard(nobody)
    tenant.tenant.staff.discard(nobody)
    shutil.copytree(template.home, tmp_path / "home", symlinks=True)
    done = checked(template, tmp_path / "home", **tenant.environment())
    assert (done.returncode, lines(done)) == (0, []), done.stderr
    assert done.stdout.splitlines() == [
        f"Palatine Primary School: tenant {TENANT}.",
        "  14 of 15 people of school.yml are there, 0 more are staff.",
        "  Not there: merrily-stannard.",
        "All is well.",
    ]
    assert not [post for room in tenant.tenant.rooms.values() for post in room.posts]


def test_without_teams_or_keys_it_says_what_is_missing(
    template: Template, tmp_path: Path, tenant: FakeTeams
) -> None:
    done = checked(template, tmp_path / "home")
    assert (done.returncode, lines(done)) == (
        2,
        ["usher: Teams is not set up: set TEAMS_APP_ID; docs/install-teams.md says how"],
    )
    done = checked(template, tmp_path / "home", **tenant.environment())
    assert (done.returncode, len(lines(done))) == (2, 1)
    assert "run `usher keys new`" in lines(done)[0]
