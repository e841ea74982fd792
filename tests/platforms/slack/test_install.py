"""Schools install Usher themselves: only theirs, only once, live at once, and none ever sees another."""

import json
import re
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.records.audit import verify
from bot.settings import read_settings
from bot.wiring.works import now, open_database
from tests.platforms.slack import shapes
from tests.platforms.slack.commands import said, usher
from tests.platforms.slack.doors import HttpDoor, NoAnswer
from tests.platforms.slack.front import CLIENT, NORTH, SOUTH, Process, Trust, trust
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.running import Template, environment
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.workspace import BOT, ELSEWHERE, user_of
from tests.stories.acts import Acts
from tests.stories.drivers.slack import SlackDriver
from tests.waiting import until

PATIENCE = 20.0
DSL_ROOM = "C0ROOM0002"


@pytest.fixture
def schools(template: Template, tmp_path: Path) -> Iterator[Trust]:
    """Two schools, nothing installed, nothing running."""
    with trust(template, tmp_path) as made:
        yield made


class Browser:
    """Somebody's browser at Usher's public address."""

    def __init__(self, process: Process) -> None:
        self.site = f"http://127.0.0.1:{process.port}"
        self.cookie = ""
        self.headers: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        asked = urllib.request.Request(
            self.site + path, headers={"Cookie": self.cookie} if self.cookie else {}
        )
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return self._seen(answer)
        except urllib.error.HTTPError as refused:
            return self._seen(refused)

    def _seen(self, answer: object) -> tuple[int, str]:
        self.headers = dict(answer.headers)  # type: ignore[attr-defined]
        if given := self.headers.get("Set-Cookie"):
            self.cookie = given.split(";")[0]
        return answer.status, answer.read().decode()  # type: ignore[attr-defined]

    def begin(self) -> str:
        """Open the page; the state that its button carries."""
        status, page = self.get("/slack/install")
        assert status == 200
        (address,) = re.findall(r'href="([^"]+)">Add to Slack', page)
        query = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
        assert query["client_id"] == ["1.2"]
        assert "chat:write" in query["scope"][0]
        return query["state"][0]

    def back(self, state: str, code: str) -> tuple[int, str]:
        return self.get(f"/slack/oauth_redirect?code={code}&state={state}")

    def install(self, code: str) -> tuple[int, str]:
        return self.back(self.begin(), code)


def asks(schools: Trust, fake: object, person: str = "jem-karuna") -> str:
    phone = Phone(fake, user_of(schools.template.school, person))  # type: ignore[arg-type]
    phone.dm("may I accept a friend request from a parent?")
    return phone.sees()


def answers(schools: Trust, fake: object) -> None:
    """Somebody asks there, and gets the answer: at once, or when a workspace still opening is asked again."""
    phone = Phone(fake, user_of(schools.template.school, "jem-karuna"))  # type: ignore[arg-type]
    before = phone.sees().count("The policy doesn't say")
    phone.dm("may I accept a friend request from a parent?")
    until(lambda: phone.sees().count("The policy doesn't say") > before, patience=PATIENCE)


def audit(schools: Trust, school: str, team: str) -> list[str]:
    database = open_database(read_settings(environment(schools.template, schools.home)))
    try:
        assert verify(database, school).ok
        with database.read(school, now()) as books:
            return [str(entry["verb"]) for entry in books.audit.about(team)]
    finally:
        database.close()


def test_two_schools_install_and_never_see_each_other(schools: Trust) -> None:
    process = schools.start("run")
    browser = Browser(process)
    for code, name in (("north-1", "North School"), ("south-1", "South School")):
        status, page = browser.install(code)
        assert status == 200
        assert f"{name} is connected to the workspace Palatine." in page
    schools.knock_at(process)
    acts = [Acts(driver(schools, process, fake)) for fake in (schools.north, schools.south)]
    for one in acts:
        one.report("the TA", "Robin Sample", "was sent nasty messages")
        one.sees("the DSL", "Concern about a pupil", "safeguarding")
    north, south = (one.reference() for one in acts)
    assert north != south
    for one, own, other in ((acts[0], north, south), (acts[1], south, north)):
        everything = "\n".join(one.everything(person) for person in PEOPLE_OF)
        assert own in everything
        assert other not in everything
        assert everything.count("Concern about a pupil") >= 1
        one.driver.open_case("isolde-penhallow", other)
        assert "You can't open this." in one.driver.sees("isolde-penhallow")
        one.driver.open_case("isolde-penhallow", own)
        assert "Robin Sample" in one.driver.dialog("isolde-penhallow")
    store = sqlite3.connect(schools.home / "usher.db")
    assert store.execute("SELECT school, count(*) FROM cases GROUP BY school").fetchall() == [
        ("north", 1),
        ("south", 1),
    ]
    assert schools.north.objections == schools.south.objections == []


PEOPLE_OF = ("isolde-penhallow", "gethin-marchbanks", "rafferty-oduya", "jem-karuna")


def driver(schools: Trust, process: Process, fake: object) -> SlackDriver:
    shown = Process(
        template=schools.template,
        fake=fake,
        home=schools.home,
        mode="http",
        settings=process.settings,  # type: ignore[arg-type]
    )
    shown.lines, shown._process = process.lines, process._process
    return SlackDriver(shown)


def test_an_installation_is_live_in_every_process_without_a_restart(schools: Trust) -> None:
    serve = schools.start("serve")
    work = schools.start("work", event="courier.started")
    assert serve.health()["status"] == "ok"
    Browser(serve).install("north-1")
    work.wait_for("slack.connected")
    schools.knock_at(serve)
    answers(schools, schools.north)
    assert "policy" not in asks(schools, schools.south), "nothing is installed there"
    assert audit(schools, "north", NORTH) == ["platform.installed"]
    assert audit(schools, "south", SOUTH) == []
    assert b"xoxb" not in b"".join(path.read_bytes() for path in schools.home.glob("usher.db*"))
    assert "xoxb" not in "\n".join([*serve.lines, *work.lines])
    again = schools.start("serve")
    again.wait_for("slack.connected")


def test_a_removed_app_is_gone_everywhere_and_turns_health_red(schools: Trust) -> None:
    serve = schools.start("serve")
    work = schools.start("work", event="courier.started")
    browser = Browser(serve)
    browser.install("north-1")
    browser.install("south-1")
    schools.knock_at(serve)
    asks(schools, schools.south)
    for event in ("tokens_revoked", "app_uninstalled"):
        schools.north.do(lambda event=event: schools.north.tell(event, {"type": event}))
    schools.north.settle()
    assert serve.health()["status"] == "ok", "said late: the token still works"
    schools.north.order("auth.test", "token_revoked", 99)
    schools.north.do(lambda: schools.north.tell("app_uninstalled", {"type": "app_uninstalled"}))
    until(lambda: serve.health()["code"] == "slack_gone", patience=PATIENCE)
    work.wait_for("slack.alarm")
    assert audit(schools, "north", NORTH) == ["platform.installed", "platform.removed"]
    answers(schools, schools.south)  # The other school goes on.
    done = usher(schools.template, schools.home, "slack", "check", **schools.settings())
    assert f"North School: Usher was removed from workspace {NORTH}" in said(done)[0]
    schools.north.do(schools.north.orders.clear)
    assert browser.install("north-2")[0] == 200
    until(lambda: serve.health()["status"] == "ok", patience=PATIENCE)
    answers(schools, schools.north)
    assert audit(schools, "north", NORTH)[-1] == "platform.installed"


@pytest.mark.long
def test_a_workspace_not_in_order_opens_by_itself_once_it_is(
    schools: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.platforms.slack.server.AGAIN_AFTER", (0.0, 2.0, 45.0))
    schools.north.space.rooms[DSL_ROOM].members.discard(BOT)
    serve = schools.start("serve")
    status, page = Browser(serve).install("north-1")
    assert (status, "not yet open" in page) == (200, True)
    assert serve.health()["code"] == "slack_not_ready"
    early = asks_too_early(schools, serve)
    done = usher(schools.template, schools.home, "slack", "check", **schools.settings())
    assert done.returncode == 1
    assert [line.partition(": ")[0] for line in said(done)] == ["North School", "South School", "usher"]
    assert f"Slack shows no channel {DSL_ROOM}" in said(done)[0]
    assert f"Usher is not installed in workspace {SOUTH}" in said(done)[1]
    schools.north.space.rooms[DSL_ROOM].members.add(BOT)
    until(lambda: serve.health()["status"] == "ok", patience=60)
    # Slack sends it again, and it is answered.
    until(lambda: "The policy doesn't say" in early.sees(), patience=PATIENCE)
    assert schools.north.given_up == schools.south.given_up == []


def asks_too_early(schools: Trust, serve: Process) -> Phone:
    """Somebody asks before the doors are open: by message, which comes again, and by command, which can't."""
    schools.knock_at(serve)
    phone = Phone(schools.north, user_of(schools.template.school, "jem-karuna"))
    phone.slash("/policy", "may I accept a friend request from a parent?")
    assert "Usher is not open in this workspace just now." in phone.sees()

    def ask(fake: FakeSlack, who: Phone) -> None:
        room = fake.space.direct(who.user)
        message = shapes.said(fake.space, who.user, "may I accept a friend request from a parent?")
        room.messages.append(message)
        fake.tell("message.im", shapes.channel_event(message, room))

    schools.north.do(lambda: ask(schools.north, phone))
    until(lambda: len(schools.north.retried) >= 2, patience=PATIENCE)
    assert {why for _, _, why in schools.north.retried} == {"http_error"}
    assert "The policy doesn't say" not in phone.sees()
    return phone


def test_an_event_of_a_workspace_that_nobody_names_or_that_let_usher_go_is_not_asked_for_again(
    schools: Trust,
) -> None:
    serve = schools.start("serve")
    Browser(serve).install("north-1")
    schools.knock_at(serve)
    door = schools.north.door
    assert isinstance(door, HttpDoor)
    for team, status in ((ELSEWHERE, 200), (SOUTH, 503), (NORTH, 200)):
        schools.north.run(event_of(schools.north, team))
        assert door.answers[-1][1] == status, team
    schools.north.order("auth.test", "token_revoked", 99)
    schools.north.do(lambda: schools.north.tell("app_uninstalled", {"type": "app_uninstalled"}))
    until(lambda: serve.health()["code"] == "slack_gone", patience=PATIENCE)
    schools.north.run(event_of(schools.north, NORTH))
    assert door.answers[-1][1] == 200, "it has let Usher go: nothing will ever open there by itself"


async def event_of(fake: FakeSlack, team: str) -> None:
    """One event of a workspace, delivered once."""
    room = fake.space.direct("U0PERSON09")
    said = shapes.channel_event(shapes.said(fake.space, "U0PERSON09", "hello"), room)
    payload = json.loads(json.dumps(shapes.event(fake.space, said)).replace(NORTH, team))
    with suppress(NoAnswer):
        await fake.door.hand("events_api", payload, 0, "")


@pytest.mark.long
def test_an_outage_does_not_close_a_workspace_and_a_dead_token_does_once_slack_can_say_so(
    schools: Trust,
) -> None:
    serve = schools.start("serve")
    Browser(serve).install("north-1")
    schools.knock_at(serve)
    schools.north.order("auth.test", "503", 2)
    schools.north.do(lambda: schools.north.tell("tokens_revoked", {"type": "tokens_revoked"}))
    serve.wait_for("slack.token_unknown")
    answers(schools, schools.north)  # An outage says nothing of the token.
    assert serve.health()["status"] == "ok"
    schools.north.order("auth.test", "token_revoked", 99)
    until(lambda: serve.health()["code"] == "slack_gone", patience=60)
    assert audit(schools, "north", NORTH)[-1] == "platform.removed"


def test_only_workspaces_that_a_school_names_are_taken(schools: Trust) -> None:
    schools.front.elsewhere = "T0STRANGER"
    serve = schools.start("serve")
    status, page = Browser(serve).install("south-1")
    assert status == 400
    assert "no school of this Usher is in the workspace Palatine (T0STRANGER)" in page
    assert schools.front.revoked == [schools.south.token]
    assert rows(schools) == 0


def rows(schools: Trust) -> int:
    store = sqlite3.connect(schools.home / "usher.db")
    return int(store.execute("SELECT count(*) FROM installations").fetchone()[0])


def test_nobody_finishes_what_they_did_not_begin(schools: Trust) -> None:
    serve = schools.start("serve")
    mine, theirs = Browser(serve), Browser(serve)
    state = mine.begin()
    flags = mine.headers["Set-Cookie"]
    assert mine.cookie.startswith("__Host-usher-install=")
    for flag in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"):
        assert flag in flags
    assert "frame-ancestors 'none'" in mine.headers["Content-Security-Policy"]
    cookie = mine.cookie
    theirs.begin()
    last = "1" if state.endswith("0") else "0"
    for forged in (state[:-1] + last, state.replace(".", "", 1), "", "1.2.3", f"9{state}", "é.é.é"):
        mine.cookie = cookie
        assert mine.back(urllib.request.quote(forged), "north-1")[0] == 400
    assert theirs.back(state, "north-1")[0] == 400, "another browser"
    mine.cookie = ""
    assert mine.back(state, "north-1")[0] == 400, "no cookie"
    assert not [call for call in schools.north.calls if call[0] == "oauth.v2.access"], "Slack was never asked"
    mine.cookie = cookie
    assert mine.back(state, "north-1")[0] == 200
    mine.cookie = cookie
    assert mine.back(state, "north-2")[0] == 400, "only once"
    assert rows(schools) == 1


def test_a_state_is_spent_in_every_process(schools: Trust) -> None:
    first, second = schools.start("serve"), schools.start("serve")
    browser = Browser(first)
    state = browser.begin()
    cookie = browser.cookie
    assert browser.back(state, "north-1")[0] == 200
    other = Browser(second)
    other.cookie = cookie
    assert other.back(state, "north-2")[0] == 400
    assert rows(schools) == 1


def test_what_slack_does_not_confirm_is_not_installed(schools: Trust) -> None:
    browser = Browser(schools.start("serve"))
    status, page = browser.install("no-such-code")
    assert (status, "invalid_code" in page) == (400, True)
    status, page = browser.get(f"/slack/oauth_redirect?error=access_denied&state={browser.begin()}")
    assert (status, "not agreed to" in page) == (400, True)
    for what in ("500", "429", "cut"):
        schools.north.order("oauth.v2.access", what)
        status, page = browser.install("north-1")
        assert (status, "begin again" in page.casefold()) == (400, True), what
    assert rows(schools) == 0


def test_one_socket_carries_all_workspaces(schools: Trust) -> None:
    process = schools.start("run", SLACK_APP_TOKEN=schools.north.app_token)
    browser = Browser(process)
    browser.install("north-1")
    browser.install("south-1")
    schools.through()
    schools.north.run(schools.north.sockets.connected(), PATIENCE)
    for fake in (schools.north, schools.south):
        answers(schools, fake)
    assert schools.north.objections == schools.south.objections == []


def test_without_a_client_id_there_is_no_such_page(
    schools: Trust, template: Template, tmp_path: Path
) -> None:
    process = Process(
        template=template, fake=schools.north, home=tmp_path / "one", mode="http", words=("serve",),
        settings={
            "SLACK_BOT_TOKEN": schools.north.token, "SLACK_SIGNING_SECRET": "s",
            "SLACK_API_URL": f"{schools.north.url}/api/",
        },
    )  # fmt: skip
    schools.processes.append(process)
    process.begin()
    assert Browser(process).get("/slack/install")[0] == 404
    assert Browser(process).get("/slack/oauth_redirect")[0] == 404


def test_commands_for_one_school_say_which_to_choose(schools: Trust) -> None:
    for words in (("ask", "x"), ("train",), ("feedback",), ("audit", "export", "/tmp/none")):
        done = usher(schools.template, schools.home, *words)
        assert (done.returncode, len(said(done))) == (2, 1)
        assert "there are 2 schools" in said(done)[0]
    assert usher(schools.template, schools.home, "check").stdout == "All is well.\n"


def test_settings_are_complete_or_refused() -> None:
    from bot.settings import Misset

    door = {"SLACK_SIGNING_SECRET": "s"}
    given = read_settings({**CLIENT, **door}).slack
    assert given is not None
    assert (given.bot_token, given.client_id) == ("", "1.2")
    assert "client-secret" not in repr(given)
    for wrong, line in (
        (CLIENT, "without a door"),
        ({**door, "USHER_SLACK_CLIENT_ID": "1.2"}, "USHER_SLACK_CLIENT_SECRET is not"),
        ({**CLIENT, **door, "SLACK_BOT_TOKEN": "xoxb-1"}, "both set"),
        (
            {"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2"},
            "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET must not",
        ),
    ):
        with pytest.raises(Misset) as misset:
            read_settings(wrong)
        assert len(misset.value.faults) == 1
        assert line in misset.value.faults[0]
