"""A workspace that isn't as it must be keeps the doors shut: one clear line for each fault, and no more."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.platforms.slack.api import METHODS
from tests.platforms.slack.commands import by_token, own_school, said, usher
from tests.platforms.slack.running import Template
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.workspace import BOT, STAFF_GROUP, TEAM, user_of

DSL_ROOM, HEAD_ROOM = "C0ROOM0002", "C0ROOM0003"
DSL = "isolde-penhallow"
Change = Callable[[FakeSlack, Template], Any]

REINSTALL = "install the app again from manifest.yml (your app at Slack, Install App, Reinstall)"
INVITE = "invite the bot there (/invite @Usher), or correct the id in school.yml"


def room(id: str, **changes: Any) -> Change:
    def change(fake: FakeSlack, _: Template) -> None:
        vars(fake.space.rooms[id]).update(changes)

    return change


def leave(id: str, user: str) -> Change:
    return lambda fake, _: fake.space.rooms[id].members.discard(user)


def enter(id: str, user: str) -> Change:
    return lambda fake, _: fake.space.rooms[id].members.add(user)


def told(method: str, what: str, times: int = 9) -> Change:
    return lambda fake, _: fake.order(method, what, times, retry_after=60)


def without(*scopes: str) -> Change:
    def change(fake: FakeSlack, _: Template) -> None:
        fake.scopes = [scope for scope in fake.scopes if scope not in scopes]

    return change


def left_the_workspace(fake: FakeSlack, template: Template) -> None:
    id = user_of(template.school, DSL)
    fake.space.users[id].deleted = True
    for each in fake.space.rooms.values():
        each.members.discard(id)


def new_token(fake: FakeSlack, _: Template) -> None:
    fake.token = "xoxb-newer"


def new_app_token(fake: FakeSlack, _: Template) -> None:
    fake.app_token = "xapp-newer"


FAULTS: list[tuple[str, Change, list[str]]] = [
    (
        "a wrong token",
        new_token,
        ["SLACK_BOT_TOKEN is not taken (invalid_auth): copy the bot token (xoxb-...) of your app"],
    ),
    *(
        (
            f"the app is gone: {code}",
            told("auth.test", code),
            ["SLACK_BOT_TOKEN was revoked or the app removed: install the app again and set the new token"],
        )
        for code in ("account_inactive", "token_revoked")
    ),
    (
        "Slack stumbles",
        told("auth.test", "500"),
        ["Slack cannot be reached (no answer that can be read): check the network and SLACK_API_URL"],
    ),
    (
        "Slack has trouble of its own",
        told("auth.test", "fatal_error"),
        ["Slack cannot be reached (fatal_error): check the network and SLACK_API_URL"],
    ),
    (
        "the connection is cut",
        told("auth.test", "cut"),
        ["Slack cannot be reached (ServerDisconnectedError): check the network and SLACK_API_URL"],
    ),
    (
        "scopes are missing",
        without("users:read.email", "im:write"),
        [f"the bot token lacks im:write, users:read.email: {REINSTALL}"],
    ),
    (
        "a wrong app token",
        new_app_token,
        [
            "SLACK_APP_TOKEN is not taken: make an app-level token with the scope connections:write "
            "(your app at Slack, Basic Information, App-Level Tokens)"
        ],
    ),
    (
        "Socket Mode is off",
        told("apps.connections.open", "forbidden_team"),
        ["Socket Mode is refused (forbidden_team): switch it on for the app, or unset SLACK_APP_TOKEN"],
    ),
    (
        "the bot is not in the private channel",
        leave(DSL_ROOM, BOT),
        [f"Safeguarding: Slack shows no channel {DSL_ROOM}: {INVITE}"],
    ),
    (
        "the channel is public",
        room(DSL_ROOM, kind="public"),
        ["Safeguarding: the channel is public: make it private, cases are announced there"],
    ),
    (
        "the channel is shared",
        room(DSL_ROOM, shared=True),
        ["Safeguarding: the channel is shared with another organisation: use one of your own"],
    ),
    (
        "the channel is archived",
        room(DSL_ROOM, archived=True),
        ["Safeguarding: the channel is archived: unarchive it, or name another"],
    ),
    (
        "strangers are in the channel",
        lambda fake, template: [enter(HEAD_ROOM, u)(fake, template) for u in ("U0PERSON09", "U0GUEST001")],
        [
            "Head's office: 2 in the channel may not read its cases: remove U0GUEST001, U0PERSON09, or give "
            "them the role in school.yml"
        ],
    ),
    (
        "the DSL is nobody in the workspace",
        left_the_workspace,
        [
            f"{DSL} of school.yml is nobody in this workspace: check the e-mail address, or write the Slack "
            "id under addresses"
        ],
    ),
    (
        "Slack is busy",
        told("users.list", "429"),
        ["Slack did not say who is in the workspace (SlackLater): try again in a minute"],
    ),
    (
        "several at once",
        lambda fake, template: [
            change(fake, template)
            for change in (leave(DSL_ROOM, BOT), enter(HEAD_ROOM, "U0GUEST001"), new_app_token)
        ],
        [
            f"Safeguarding: Slack shows no channel {DSL_ROOM}: {INVITE}",
            "Head's office: 1 in the channel may not read its cases: remove U0GUEST001, or give them the "
            "role in school.yml",
            "SLACK_APP_TOKEN is not taken: make an app-level token with the scope connections:write "
            "(your app at Slack, Basic Information, App-Level Tokens)",
        ],
    ),
]


SCHOOL_FAULTS = [
    (
        "a room has no Slack channel",
        (f'role: headteacher, addresses: {{slack: "{HEAD_ROOM}"}}', "role: headteacher"),
        [
            "Head's office: school.yml gives no Slack channel for it: make a private channel and write its "
            "id under channels, head-office, addresses, slack"
        ],
    ),
    (
        "the token is of another workspace",
        (f"workspace: {TEAM}", "workspace: T0ANOTHER1"),
        [
            f"the token is of workspace {TEAM}, which no school.yml names: write it under platforms, slack, "
            "workspace"
        ],
    ),
    (
        "the staff group is not there",
        (STAFF_GROUP, "S0NOBODY"),
        ["the staff group S0NOBODY is not there: correct platforms, slack, staff_group in school.yml"],
    ),
    (
        "the staff room is public and there is no staff group",
        (f", staff_group: {STAFF_GROUP}", ""),
        [
            "the staff room can't be looked into: make its channel private and invite the bot, or name a "
            "staff group under platforms, slack, staff_group"
        ],
    ),
]


def both(template: Template, home: Path, faults: list[str], **settings: str) -> None:
    """No process starts, and both ways of asking say exactly this."""
    work = usher(template, home, "work", **settings)
    assert (work.returncode, said(work)) == (2, [f"usher: Slack: {fault}" for fault in faults])
    check = usher(template, home, "slack", "check", **settings)
    assert (check.returncode, said(check)) == (1, [*faults, f"usher: {len(faults)} to put right."])


@pytest.mark.parametrize(("change", "faults"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_each_fault_of_the_workspace_is_one_line(
    fake: FakeSlack, template: Template, tmp_path: Path, change: Change, faults: list[str]
) -> None:
    settings = by_token(fake)
    change(fake, template)
    both(template, tmp_path / "home", faults, **settings)


@pytest.mark.parametrize(
    ("slip", "faults"), [f[1:] for f in SCHOOL_FAULTS], ids=[f[0] for f in SCHOOL_FAULTS]
)
def test_each_fault_of_school_yml_is_one_line(
    fake: FakeSlack, template: Template, tmp_path: Path, slip: tuple[str, str], faults: list[str]
) -> None:
    changed = own_school(template, tmp_path / "policy", slip)
    fake.space.rooms["C0ROOM0001"].kind = "public"
    both(changed, tmp_path / "home", faults, **by_token(fake))


def test_nobody_at_the_address(fake: FakeSlack, template: Template, tmp_path: Path) -> None:
    settings = by_token(fake)
    line = "Slack cannot be reached (ClientConnectorError): check the network and SLACK_API_URL"
    with fake.gone():
        both(template, tmp_path / "home", [line], **settings)


def test_a_room_that_the_bot_has_left_is_a_fault(
    fake: FakeSlack, template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack mostly hides such a room; where it doesn't, the line says what to do."""

    before, scope, often = METHODS["conversations.info"]

    def shown(fake: FakeSlack, args: dict[str, Any]) -> dict[str, Any]:
        room = before(fake, args)["channel"]
        return {"channel": room | {"is_member": room["id"] != DSL_ROOM}}

    monkeypatch.setitem(METHODS, "conversations.info", (shown, scope, often))  # type: ignore[index]
    line = "Safeguarding: the bot is not in it: type /invite @Usher there"
    both(template, tmp_path / "home", [line], **by_token(fake))


@pytest.mark.parametrize(
    ("role", "line"),
    [
        ("dsl", "there is no DSL"),
        ("deputy_dsl", "there is no deputy DSL"),
        ("headteacher", "there is no headteacher"),
        ("chair_of_governors", "there is no chair of governors"),
    ],
)
def test_a_role_that_nobody_holds_keeps_the_doors_shut(
    fake: FakeSlack, template: Template, tmp_path: Path, role: str, line: str
) -> None:
    changed = own_school(template, tmp_path / "policy", (f"roles: [{role}]", "roles: []"))
    for words in (("work",), ("slack", "check")):
        done = usher(changed, tmp_path / "home", *words, **by_token(fake))
        assert done.returncode == 1
        first, *_, last = said(done)
        assert line in first
        assert f'Add "{role}" to the roles of whoever answers for it' in first
        assert (
            last == f"usher: {len(said(done)) - 1} fault{'s' * (len(said(done)) > 2)} in the school's files."
        )
    assert fake.calls == []


def test_a_workspace_in_order_is_well_and_says_who_is_who(
    fake: FakeSlack, template: Template, tmp_path: Path
) -> None:
    fake.space.users[user_of(template.school, "merrily-stannard")].deleted = True
    fake.space.groups[STAFF_GROUP]["users"].append("U0STRANGE1")
    done = usher(template, tmp_path / "home", "slack", "check", **by_token(fake))
    assert (done.returncode, said(done)) == (0, [])
    assert done.stdout.splitlines() == [
        f"Palatine Primary School: workspace {TEAM}, where Usher is {BOT}.",
        "  14 of 15 people of school.yml are there, 0 more are staff.",
        "  Not there: merrily-stannard.",
        "All is well.",
    ]
    assert fake.objections == []
    assert not [call for call in fake.calls if call[0].startswith("chat.")]


def test_without_slack_there_is_nothing_to_check(template: Template, tmp_path: Path) -> None:
    done = usher(template, tmp_path / "home", "slack", "check")
    assert (done.returncode, len(said(done))) == (2, 1)
    assert "set SLACK_BOT_TOKEN" in said(done)[0]


@pytest.mark.parametrize("name", ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"])
def test_the_librarys_own_settings_are_refused(
    fake: FakeSlack, template: Template, tmp_path: Path, name: str
) -> None:
    done = usher(template, tmp_path / "home", "work", **by_token(fake, **{name: "1.2"}))
    assert (done.returncode, said(done)) == (
        2,
        [
            f"usher: {name} must not be set: unset it; Usher's own are called USHER_SLACK_CLIENT_ID and "
            "USHER_SLACK_CLIENT_SECRET"
        ],
    )
