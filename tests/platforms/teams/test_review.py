"""What a second pair of eyes found in the Teams platform, one test for each."""

import asyncio
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.platforms.teams.http import PATH, Door, Loopback, Taken
from tests.hazards.canary import Canary, heard_in_files
from tests.platforms.running import Template, environment
from tests.platforms.spawn import spawn
from tests.platforms.teams import shapes
from tests.platforms.teams.keyring import channel_claims
from tests.platforms.teams.made_tokens import activity, encoded
from tests.platforms.teams.phone import Phone
from tests.platforms.teams.running import Running, running
from tests.platforms.teams.tenant import APP, TENANT, Post, Room, room_of, user_of
from tests.stories.acts import REFERENCE, Acts
from tests.stories.drivers.teams import TeamsDriver
from tests.stories.people import PEOPLE
from tests.waiting import until

Json = dict[str, Any]
Start = Callable[..., Running]
TA, DSL, DEPUTY, HEAD, TEACHER = (
    PEOPLE[who] for who in ("the TA", "the DSL", "the deputy", "the head", "the teacher")
)
QUESTION = "can I give a pupil my phone number"
WORDS = ("Robin Sample", "nasty messages")


@pytest.fixture(scope="module")
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One Usher, with a case in it."""
    with running(template, tmp_path_factory.mktemp("reviewed") / "usher", level="DEBUG") as usher:
        Acts(TeamsDriver(usher)).report("the TA", "Robin Sample", "was sent nasty messages")
        assert usher.delivered()
        yield usher
        assert usher.fake.objections == []
        assert [line for line in usher.lines if '"frames":"bot/' in line] == []


def phone_of(usher: Running, person: str = TA) -> Phone:
    return Phone(usher.fake, user_of(usher.template.school, person))


def room(usher: Running, channel: str = "safeguarding") -> Room:
    return usher.fake.tenant.rooms[room_of(usher.template.school, channel)]


def reference(usher: Running) -> str:
    """Of the case that the DSL's room has heard of."""
    found = until(lambda: REFERENCE.search(phone_of(usher, DSL).channel(room(usher).id)))
    assert found
    return str(found[1])


def everything_said(usher: Running) -> str:
    """All that Usher has ever said in any conversation, as it went over the wire."""
    posts = [post for there in usher.fake.tenant.rooms.values() for post in list(there.posts)]
    return "\n".join(json.dumps(post.activity) for post in posts if not post.author)


def with_policy(template: Template, folder: Path, change: Callable[[str], str]) -> Template:
    """The same school after somebody has edited school.yml."""
    policy = folder / "policy"
    shutil.copytree(template.policy, policy)
    file = policy / "school.yml"
    before = file.read_text("utf-8")
    after = change(before)
    assert after != before
    file.write_text(after, "utf-8")
    return replace(template, policy=policy)


# Who somebody is.


def test_whose_account_it_is_counts_and_no_other_id_beside_it(served: Running) -> None:
    """Everything but aadObjectId says it is the DSL."""
    dsl, ta, fake = phone_of(served, DSL), phone_of(served), served.fake
    data = {"usher": {"do": "press", "action": "case.open", "value": reference(served), "person": DSL}}
    made = fake.do(lambda: shapes.invoke(fake, dsl.user, room(served), "task/fetch", {"data": data}))
    made["from"] |= {"aadObjectId": ta.aad, "objectId": dsl.aad, "userPrincipalName": dsl.user.upn}
    made["channelData"] |= {"from": {"aadObjectId": dsl.aad}, "onBehalfOf": [{"mri": dsl.user.mri}]}
    answer = fake.run(fake.act(made))
    assert answer.status == 200
    assert not [word for word in WORDS if word in json.dumps(answer.body)]
    made["from"]["aadObjectId"] = dsl.aad.upper()
    made["id"] = "f:another"
    assert all(word in json.dumps(fake.run(fake.act(made)).body) for word in WORDS)


def test_what_stands_in_a_window_is_not_shown_again_once_the_role_is_lost(
    start: Start, tmp_path: Path
) -> None:
    """A button of a window carries its own id, and the same id gets the same answer: not in this case."""
    usher = start()
    Acts(TeamsDriver(usher)).report("the TA", "Robin Sample", "was sent nasty messages")
    dsl, fake = phone_of(usher, DSL), usher.fake
    told = {"do": "press", "action": "case.open", "value": reference(usher), "view": "case", "once": "o" * 24}

    def press() -> str:
        value = {"data": {"usher": told}}
        made = fake.do(lambda: shapes.invoke(fake, dsl.user, dsl.chat(), "task/submit", value))
        return json.dumps(fake.run(fake.act(made)).body)

    assert all(word in press() for word in WORDS)
    assert usher.delivered()
    usher.stop()
    moved = re.compile(r"(  isolde-penhallow:\n(?:    .*\n)*?    roles: )\[dsl\]")
    other = re.compile(r"(  tamsin-quillfeather:\n    name: .*\n)")
    usher.template = with_policy(
        usher.template,
        tmp_path / "later",
        lambda text: other.sub(r"\1    roles: [dsl]\n", moved.sub(r"\1[]", text)),
    )
    fake.do(lambda: room(usher).members.discard(dsl.aad))
    fake.do(lambda: room(usher).members.add(user_of(usher.template.school, TEACHER)))
    usher.start()
    assert not [word for word in WORDS if word in press()]


# What stands in a chat.


@pytest.mark.parametrize(
    "told",
    [
        {"do": "fill", "action": "case.open", "view": "case"},
        {"do": "part", "action": "", "origin": True, "view": "case"},
        {"do": "row", "action": "x", "origin": True, "view": "case"},
        {"do": "fill", "action": "case.acknowledging", "view": "case"},
    ],
)
@pytest.mark.parametrize("where", ["safeguarding", "chat"])
def test_no_kind_of_button_opens_a_case_in_a_chat(served: Running, told: Json, where: str) -> None:
    dsl, case = phone_of(served, DSL), reference(served)
    there = dsl.chat() if where == "chat" else room(served)
    data = {"usher": {**told, "value": case}}
    if "origin" in told:
        data["usher"] |= {"origin": ["case.open", case], "value": "1"}
    before = everything_said(served).count("in a window only")
    forged = Post(id=served.fake.tenant.stamp(), root="", author="", activity={})
    dsl.send(there, forged, data)
    until(lambda: everything_said(served).count("in a window only") > before)
    assert not [word for word in WORDS if word in everything_said(served)]


def test_nobody_wipes_a_card_that_others_read(served: Running) -> None:
    """Only the page of a form in somebody's own chat is replaced once it has been sent."""
    dsl, fake = phone_of(served, DSL), served.fake
    reference(served)
    card = room(served).posts[0]
    before = json.dumps(card.activity)
    data = {"usher": {"do": "press", "action": "home", "value": "", "view": "anything"}}
    dsl.send(room(served), card, data)
    fake.settle(0.5)
    assert json.dumps(card.activity) == before


def test_in_chat_shows_again_and_never_does_again(start: Start) -> None:
    usher = start()
    driver, ta = TeamsDriver(usher), phone_of(usher)
    Acts(driver).report("the TA", "Robin Sample", "was sent nasty messages")
    driver.press(TA, "I need support")
    assert "You did the right thing" in driver.dialog(TA)
    assert usher.delivered()
    asked = "would like support"

    def support() -> int:
        return sum('"lane":"case"' in line for line in usher.lines if "courier.delivered" in line)

    usher.fake.settle(0.5)
    before = support()
    ta.close_modal()
    ta.dm("in chat")
    usher.fake.settle(0.5)
    assert usher.delivered()
    assert support() == before, "somebody was told a second time"
    assert asked not in everything_said(usher)


# Who is told.


def test_a_card_is_brought_up_to_date_only_where_the_person_is_now(start: Start, tmp_path: Path) -> None:
    """school.yml named somebody else's account by mistake; once corrected, the right one must hear of it."""
    usher = start()
    driver, fake = TeamsDriver(usher), usher.fake
    Acts(driver).report("the TA", "Robin Sample", "was sent nasty messages")
    assert usher.delivered()
    wrong = phone_of(usher)
    there = [post for post in wrong.chat().posts if not post.author]
    receipt = next(post for post in there if "Your report" in str(post.activity))
    usher.stop()
    right = user_of(usher.template.school, TEACHER)

    def corrected(text: str) -> str:
        text = re.sub(r"\n  tamsin-quillfeather:\n(    .*\n)*", "\n", text)
        text = re.sub(r"    line_manager: tamsin-quillfeather\n", "", text)
        return re.sub(r"(\n  jem-karuna:\n)", rf'\1    addresses: {{teams: "{right}"}}\n', text)

    usher.template = with_policy(usher.template, tmp_path / "later", corrected)
    usher.start()
    before = json.dumps(receipt.activity)
    dsl = phone_of(usher, DSL)
    dsl.knock("case.open", reference(usher))
    assert all(word in dsl.modal() for word in WORDS)
    chat = Phone(fake, right).chat()
    until(lambda: [post for post in chat.posts if "opened" in str(post.activity)])
    assert usher.delivered()
    assert json.dumps(receipt.activity) == before


def test_who_never_writes_is_found_after_the_server_has_moved(start: Start) -> None:
    """The DSL wrote once, long ago; since then Teams' server for the tenant is another one."""
    usher = start()
    for person in (DSL, DEPUTY):
        phone_of(usher, person).dm("hello")
    usher.fake.do(lambda: setattr(usher.fake, "region", "emea"))
    phone_of(usher).dm(QUESTION)
    until(lambda: "PER-1a" in phone_of(usher).sees())
    phone_of(usher).knock("danger.now", "")
    for person in (DSL, DEPUTY, HEAD):
        until(partial(_alarmed, usher, person))
    assert usher.health()["code"] != "teams_shut"


def _install(phone: Phone) -> None:
    phone.user.installed = True


def _alarmed(usher: Running, person: str) -> bool:
    return "may be in danger now" in phone_of(usher, person).sees()


def test_a_mark_of_old_never_keeps_the_doors_shut(start: Start) -> None:
    """DSL and deputy had no app for a while; IT has put it back while Usher was down, so nobody told it."""
    usher = start()
    both = [phone_of(usher, person) for person in (DSL, DEPUTY)]
    for phone in both:
        phone.dm("hello")
        phone.uninstall()
    usher.fake.settle(0.5)
    usher.stop()
    for phone in both:
        usher.fake.do(partial(_install, phone))
    usher.start()


def test_two_things_at_once_of_somebody_new_are_both_taken(start: Start) -> None:
    """The app turns up and the first words are typed while Usher still asks Teams who that is."""
    usher = start()
    fake, ta = usher.fake, phone_of(usher)
    fake.do(lambda: fake.tenant.staff.discard(ta.aad))
    for there in fake.tenant.rooms.values():
        if there.kind == "channel":
            fake.do(lambda room=there: room.members.discard(ta.aad))
    usher.stop()
    usher.start()
    chat = fake.do(ta.chat)
    post = fake.do(lambda: Post(id=fake.tenant.stamp(), root="", author=ta.aad, activity={}))

    async def both() -> None:
        made = (
            shapes.installed(fake, ta.user, chat, "add"),
            shapes.said(fake, ta.user, chat, post, QUESTION, mention=False),
        )
        await asyncio.gather(*map(fake.act, made))

    fake.order("member", "502")
    fake.run(both())
    until(lambda: "PER-1a" in ta.sees(), usher.last_lines)


# Too much at once.


@pytest.mark.parametrize("content", ["<" * 240_000, "<br" * 80_000, "<br " * 60_000])
def test_a_message_of_nothing_but_brackets_holds_up_nobody(served: Running, content: str) -> None:
    ta, fake = phone_of(served), served.fake
    payload = {"body": {"contentType": "html", "content": content}}
    value = {"commandId": "report_message", "commandContext": "message", "messagePayload": payload}
    made = fake.do(lambda: shapes.invoke(fake, ta.user, ta.chat(), "composeExtension/fetchTask", value))
    began = time.monotonic()
    assert fake.run(fake.act(made)).status == 200
    assert time.monotonic() - began < 2.5


# The door.


@pytest.mark.parametrize("inside", [b"[" * 5000, b'{"a":' * 1000, b'{"alg":"RS256","kid":{}}', b"\xff"])
def test_a_token_that_cannot_be_read_is_refused_and_breaks_nothing(served: Running, inside: bytes) -> None:
    ta, fake = phone_of(served), served.fake
    post = Post(id=fake.tenant.stamp(), root="", author=ta.aad, activity={})
    made = fake.do(lambda: shapes.said(fake, ta.user, ta.chat(), post, QUESTION, mention=False))
    for token in (
        f"{encoded(inside)}.e30.c2ln",
        f"{encoded(json.dumps({'alg': 'RS256', 'kid': 'x'}).encode())}.{encoded(inside)}.c2ln",
    ):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        status, _ = fake.run(fake.door.post(json.dumps(made).encode(), headers))
        assert status == 401
    assert [line for line in served.lines if '"level":"error"' in line] == []


def test_half_an_emoji_loses_nothing_of_what_was_typed(served: Running) -> None:
    teacher = phone_of(served, TEACHER)
    teacher.dm(f"{QUESTION} \ud83d")
    until(lambda: "PER-1a" in teacher.sees())
    ta, fake = phone_of(served), served.fake
    data = {
        "usher": {"do": "press", "action": "report.doors", "value": "", "once": "o\ud83d"},
        "x|": "\udc00",
    }
    made = fake.do(lambda: shapes.invoke(fake, ta.user, ta.chat(), "task/submit", {"data": data}))
    assert fake.run(fake.act(made)).status == 200


HALF: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "only the app": ({"TEAMS_APP_ID": APP}, ("TEAMS_TENANT_ID", "way to log in")),
    "only a secret": ({"TEAMS_APP_SECRET": "s"}, ("TEAMS_APP_ID", "TEAMS_TENANT_ID")),
    "only the tenant": ({"TEAMS_TENANT_ID": TENANT}, ("TEAMS_APP_ID",)),
    "no way in": ({"TEAMS_APP_ID": APP, "TEAMS_TENANT_ID": TENANT}, ("TEAMS_CERT_PATH", "TEAMS_APP_SECRET")),
    "two ways in": (
        {"TEAMS_APP_ID": APP, "TEAMS_TENANT_ID": TENANT, "TEAMS_APP_SECRET": "s", "TEAMS_CERT_PATH": "/none"},
        ("keep one of them",),
    ),
    "no such file": (
        {"TEAMS_APP_ID": APP, "TEAMS_TENANT_ID": TENANT, "TEAMS_CERT_PATH": "/no/such/file.pem"},
        ("TEAMS_CERT_PATH",),
    ),
    "no ids": (
        {"TEAMS_APP_ID": "usher", "TEAMS_TENANT_ID": "palatine.example", "TEAMS_APP_SECRET": "tell-nobody"},
        ("TEAMS_APP_ID", "TEAMS_TENANT_ID"),
    ),
}


@pytest.mark.parametrize("which", HALF)
def test_half_set_it_says_so_in_plain_lines_and_does_not_start(
    template: Template, tmp_path: Path, which: str
) -> None:
    told, expected = HALF[which]
    shutil.copytree(template.home, tmp_path / "home", symlinks=True)
    ended = spawn(["run"], environment(template, tmp_path / "home", **told))
    assert ended.stdout is not None
    said = ended.stdout.read()
    assert ended.wait(30) != 0
    lines = said.strip().splitlines()
    assert all(word in said for word in expected), said
    assert "Traceback" not in said
    assert all(line.startswith("usher: ") for line in lines), said
    assert len(lines) <= 4
    assert "tell-nobody" not in said


# Silence.


def test_what_is_typed_in_teams_is_in_no_chat_log_or_record_of_ours(start: Start) -> None:
    """A word nobody else would write, in every box and door of Teams, at DEBUG."""
    usher, canary = start(level="DEBUG"), Canary()
    driver, fake = TeamsDriver(usher), usher.fake
    acts, ta, teacher, dsl = Acts(driver), phone_of(usher), phone_of(usher, TEACHER), phone_of(usher, DSL)
    song = canary.song
    acts.report("the TA", song, f"was sent {song}")
    driver.press(TA, "Add to my report")
    box = next(box for box in _boxes(driver, TA) if box.get("isMultiline"))
    driver._phone(TA).window.sheet.put(box, song)  # type: ignore[union-attr]
    driver.press(TA, "Add")
    driver.open_case(DSL, reference(usher))
    assert canary.core in driver.dialog(DSL)
    for press, ask, then in (
        ("Acknowledge", "A line to the reporter", "Acknowledge"),
        ("Ask the reporter", "", "Send"),
        ("Add a note", "", "Add"),
    ):
        _type(driver, DSL, press, ask, song, then)
    _channels(usher, song)
    teacher.dm(f"a boy told me {song} {song}")
    teacher.dm(f"report {song}")
    teacher.dm("in chat")
    said = teacher.say(room(usher, "staffroom").id, f"look: {song}")
    ta.message_action("Report this message", room(usher, "staffroom").id, said)
    _broken(usher, ta, song)
    dsl.dm("cases")
    fake.settle(0.5)
    usher.delivered()
    health = json.dumps(usher.health())
    usher.stop()
    assert canary.heard_in(health.encode()) == []
    assert canary.heard_in("\n".join(usher.lines).encode()) == []
    assert canary.heard_in(everything_said(usher).encode()) == []
    assert list(heard_in_files(canary, sorted(usher.home.rglob("*")))) == []


def _boxes(driver: TeamsDriver, who: str) -> list[Json]:
    window = driver._phone(who).window
    assert window is not None
    assert window.sheet is not None
    return list(window.sheet.inputs())


def _type(driver: TeamsDriver, who: str, press: str, ask: str, words: str, then: str) -> None:
    """A form of a case, where it is on offer."""
    if press not in driver.dialog(who):
        return
    driver.press(who, press)
    for box in _boxes(driver, who):
        if box["type"] == "Input.Text":
            driver._phone(who).window.sheet.put(box, words)  # type: ignore[union-attr]
    if then in driver.dialog(who):
        driver.press(who, then)


def _channels(usher: Running, words: str) -> None:
    """In a channel, where others read along."""
    ta = phone_of(usher)
    for text in (words, f"report {words}", f"ask {words}", f"a child told me {words}"):
        ta.mention(room(usher, "staffroom").id, text)


def _broken(usher: Running, ta: Phone, words: str) -> None:
    """What nobody's Teams sends, and what can't be verified."""
    fake = usher.fake
    post = Post(id=fake.tenant.stamp(), root="", author=ta.aad, activity={})
    made = fake.do(lambda: shapes.said(fake, ta.user, ta.chat(), post, words, mention=False))
    right = fake.keys.ring.sign(channel_claims(APP, fake.service))
    for body, token in (
        (made, "x.y.z"),
        (made | {"type": words}, right),
        (made | {"conversation": words}, right),
        (made | {"type": "invoke", "name": words, "value": {words: words}}, right),
        (made | {"type": "installationUpdate", "action": words}, right),
        (
            made
            | {"value": {"usher": {"do": "fill", "action": "case.note", "value": words}, "note|": words}},
            right,
        ),
        (made | {"value": {"usher": {"do": "press", "action": words, "value": words}}}, right),
    ):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        status, _ = fake.run(fake.door.post(json.dumps(body).encode(), headers))
        assert status < 500


def test_what_walked_through_the_chat_does_not_go_on_standing_there(start: Start) -> None:
    """Without windows the pages of a form are cards; each is taken away once it has been answered."""
    usher, canary = start(level="DEBUG"), Canary()
    ta, fake = phone_of(usher), usher.fake
    ta.dm("report")
    ta.press("Report a concern about a child")
    ta.close_modal()
    ta.dm("in chat")
    until(lambda: "Is a child in danger now?" in ta.sees())
    ta.press("Start the report")
    typed = 0
    for _ in range(14):
        fake.settle(0.2)
        there, post = ta.newest()[0]
        sheet = ta.sheets(there, post)[0]
        typed += _fill_in(sheet, canary.song)
        named = ("Short way: only the essentials", "Send the report", "Next")
        action = next(found for label in named if (found := sheet.action(label)))
        ta.send(there, post, sheet.sent(action))
        if action["title"] == "Send the report":
            break
    until(lambda: "on its way" in ta.sees())
    assert typed >= 3
    assert usher.delivered()
    fake.settle(0.3)
    assert canary.heard_in(everything_said(usher).encode()) == []
    assert canary.heard_in("\n".join(usher.lines).encode()) == []
    phone_of(usher, DSL).knock("case.open", reference(usher))


def _fill_in(sheet: Any, words: str) -> int:
    """Something in every box that is empty; in how many of them words."""
    typed = 0
    for box in sheet.inputs():
        match box["type"]:
            case "Input.Text" if box.get("style") != "tel":
                sheet.put(box, words[: box.get("maxLength", len(words))])
                typed += 1
            case "Input.ChoiceSet":
                offered = [choice["title"] for choice in box["choices"]]
                sheet.put(box, "No" if "No" in offered else offered[-1])
            case "Input.Date":
                sheet.put(box, "2026-11-20")
    return typed


async def test_no_web_page_on_this_machine_gets_into_the_playground() -> None:
    """A page may send text, or JSON under a name that leads here; and it could have us post to any port."""
    taken: list[Any] = []

    async def take(activity: Any) -> Taken:
        taken.append(activity)
        return Taken()

    app = web.Application()
    app.add_routes(Door(Loopback(), take).routes())
    sound = json.dumps(activity(service="http://localhost:56150/_connector"))
    async with TestClient(TestServer(app)) as client:
        for headers in (
            {"Content-Type": "text/plain"},
            {"Content-Type": "application/x-www-form-urlencoded"},
            {"Content-Type": "application/json", "Host": "rebound.example"},
            {"Content-Type": "application/json", "Host": "localhost.rebound.example:3978"},
        ):
            assert (await client.post(PATH, data=sound, headers=headers)).status == 403
        assert taken == []
        for host in ("127.0.0.1:3978", "localhost:3978", "[::1]:3978"):
            headers = {"Content-Type": "application/json; charset=utf-8", "Host": host}
            assert (await client.post(PATH, data=sound, headers=headers)).status == 202
        elsewhere = json.dumps(activity(service="http://10.0.0.1/_connector"))
        headers = {"Content-Type": "application/json"}
        assert (await client.post(PATH, data=elsewhere, headers=headers)).status == 401
    assert len(taken) == 3
