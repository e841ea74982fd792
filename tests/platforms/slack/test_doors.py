"""Usher's doors at Slack let in what Slack has sent, once, and say nothing of it in any log."""

import json
import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.platforms.slack import shapes
from tests.platforms.slack.doors import HttpDoor, signed
from tests.platforms.slack.mutants import everything, mutated
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.reading import buttons_in
from tests.platforms.slack.running import HTTP, SOCKET, Running
from tests.platforms.slack.server import REST
from tests.platforms.slack.state import action_of
from tests.platforms.slack.workspace import ELSEWHERE, TEAM, room_of, user_of
from tests.stories.acts import Acts
from tests.stories.drivers.slack import SlackDriver
from tests.stories.people import PEOPLE
from tests.waiting import until

Json = dict[str, Any]
Start = Callable[..., Running]
TA = PEOPLE["the TA"]
QUESTION = "can I give a pupil my phone number"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def served(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One Usher in HTTP mode for every test that leaves nothing behind."""
    from tests.platforms.slack.running import running

    with running(template, tmp_path_factory.mktemp("served") / "usher", HTTP, level="DEBUG") as usher:
        yield usher


def phone_of(usher: Running, person: str = TA) -> Phone:
    return Phone(usher.fake, user_of(usher.template.school, person))


def knock(usher: Running, body: str | bytes, headers: dict[str, str], *, path: str = "") -> tuple[int, str]:
    """Any bytes at the signed door; status and body of the answer."""
    door = usher.fake.door
    assert isinstance(door, HttpDoor)
    sent = body if isinstance(body, bytes) else body.encode()

    async def post() -> tuple[int, str]:
        url = door.url.replace("/slack/events", path) if path else door.url
        async with door.session.post(url, data=sent, headers=headers) as answer:
            return answer.status, await answer.text()

    return usher.fake.run(post())


def asked(usher: Running, text: str = QUESTION) -> tuple[str, Json]:
    """The body of a direct message, as Slack would send it."""
    fake, phone = usher.fake, phone_of(usher)

    def made() -> Json:
        room = fake.space.direct(phone.user)
        message = shapes.said(fake.space, phone.user, text)
        return shapes.event(fake.space, shapes.channel_event(message, room))

    payload = fake.do(made)
    return json.dumps(payload), payload


def answers(usher: Running) -> int:
    """How often Usher has posted anything, after it has come to rest."""
    usher.fake.settle(REST)
    return len([c for c in usher.fake.calls if c[0].startswith(("chat.", "views.", "response"))])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda h: {},
        lambda h: {"X-Slack-Request-Timestamp": h["X-Slack-Request-Timestamp"]},
        lambda h: {"X-Slack-Signature": h["X-Slack-Signature"]},
        lambda h: h | {"X-Slack-Signature": "v0=" + "0" * 64},
        lambda h: h | {"X-Slack-Signature": h["X-Slack-Signature"][:-1]},
        lambda h: h | {"X-Slack-Signature": h["X-Slack-Signature"].replace("v0=", "v1=")},
        lambda h: h | {"X-Slack-Signature": "v0=é"},
        lambda h: h | {"X-Slack-Signature": ""},
        lambda h: h | {"X-Slack-Request-Timestamp": str(int(h["X-Slack-Request-Timestamp"]) + 1)},
        lambda h: h | {"X-Slack-Request-Timestamp": "soon"},
        lambda h: h | {"X-Slack-Request-Timestamp": ""},
        lambda h: h | {"X-Slack-Request-Timestamp": "9" * 400},
        lambda h: h | {"X-Slack-Request-Timestamp": "1e9"},
        lambda h: h | {"X-Slack-Request-Timestamp": "-5"},
        lambda h: h | {"X-Slack-Request-Timestamp": "²"},
    ],
)
def test_what_slack_has_not_signed_is_refused(served: Running, spoil: Callable[[Json], Json]) -> None:
    body, _ = asked(served)
    before = answers(served)
    status, said = knock(served, body, JSON | spoil(signed(served.fake.secret, body)))
    assert status == 401
    assert QUESTION not in said
    assert answers(served) == before


@pytest.mark.parametrize("age", [-3600, -301, 301, 3600])
def test_a_signature_of_another_time_is_refused(served: Running, age: int) -> None:
    body, _ = asked(served)
    before = answers(served)
    headers = signed(served.fake.secret, body, int(time.time()) + age)
    assert knock(served, body, JSON | headers)[0] == 401
    assert answers(served) == before


def test_a_signature_with_another_secret_or_for_another_body_is_refused(served: Running) -> None:
    body, _ = asked(served)
    assert knock(served, body, JSON | signed("another", body))[0] == 401
    assert knock(served, body + " ", JSON | signed(served.fake.secret, body))[0] == 401


def test_a_replayed_message_happens_once(served: Running) -> None:
    worry = "a girl in my class told me a man online keeps asking her for pictures"
    body, _ = asked(served, worry)
    headers = JSON | signed(served.fake.secret, body)
    assert knock(served, body, headers)[0] == 200
    for _ in range(3):
        assert knock(served, body, headers)[0] == 200
    served.fake.settle(0.3)
    phone = phone_of(served)
    phone.open_home()
    phone.press("Report a concern about a child")
    assert phone.modal().count("Carry on with") == 1
    phone.reload()


def test_a_replayed_press_sends_one_report_and_a_replayed_page_turns_once(start: Start) -> None:
    usher = start(HTTP)
    driver, fake = SlackDriver(usher), usher.fake
    acts = Acts(driver)
    acts.start("the TA")
    driver.answer(TA, {"How urgent is it?": "Someone needs to act today"})
    phone = driver.phones[TA]
    page = phone.top()
    assert page is not None
    turn = fake.do(lambda: shapes.submitted(fake.space, phone.user, page))
    turned = [replay(usher, turn) for _ in range(3)]
    assert turned[0][0] == 200
    assert turned[0] == turned[1] == turned[2], "the same answer again"
    phone.reload()
    acts.fill("the TA", "Robin Sample", "was sent nasty messages")
    view = phone.top()
    assert view is not None
    block, element = next(
        (block, element) for label, block, element in buttons_in(view["blocks"]) if label == "Send the report"
    )
    press = fake.do(lambda: shapes.pressed_view(fake.space, phone.user, view, action_of(block, element)))
    for _ in range(3):
        assert replay(usher, press)[0] == 200
    assert usher.delivered()
    room = fake.space.rooms[room_of(usher.template.school, "safeguarding")]
    assert len(room.messages) == 1


def replay(usher: Running, payload: Json) -> tuple[int, str]:
    """The very same interaction, signed."""
    body = urlencode({"payload": json.dumps(payload)})
    return knock(usher, body, FORM | signed(usher.fake.secret, body))


@pytest.mark.parametrize("proof", [True, False])
def test_a_megabyte_is_refused(served: Running, proof: bool) -> None:
    body = json.dumps({"type": "event_callback", "text": "x" * 1_048_576})
    try:
        status, _ = knock(served, body, JSON | (signed(served.fake.secret, body) if proof else {}))
    except aiohttp.ClientError:
        status = 413  # The door was shut in our face before all of it was said.
    assert status in (413, 401)
    assert status == 413 or not proof
    assert phone_works(served)


def phone_works(usher: Running) -> bool:
    """Whether Usher still answers."""
    phone = phone_of(usher)
    phone.slash("/policy", QUESTION)
    return "PER-1a" in phone.sees()


def formed(payload: str) -> bytes:
    return urlencode({"payload": payload}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"type": "event_callback"}', b"payload=%7B",
        b"payload=", b"payload=null", b"payload=[]", b"command=", b"command=%2Fpolicy", b"=", b"%",
        b'{"type": "event_callback", "event": null, "team_id": "T0PALATINE"}',
        b'{"type": "event_callback", "event": {"type": "message"}, "team_id": "T0PALATINE"}',
        b'{"type": "event_callback", "event": {"type": []}, "team_id": {}}',
        formed('{"type": "block_actions", "actions": [], "team": {"id": "T0PALATINE"}}'),
        formed('{"type": "view_submission", "view": {}, "team": {"id": "T0PALATINE"}}'),
    ],
)  # fmt: skip
def test_signed_rubbish_breaks_nothing(served: Running, body: bytes) -> None:
    for form in (JSON, FORM):
        text = body.decode("latin-1")
        headers = _signed_bytes(served.fake.secret, body) | form
        status, _ = knock(served, body, headers)
        assert status < 500, text
    assert not [line for line in served.lines if '"uncaught"' in line]


def _signed_bytes(secret: str, body: bytes) -> dict[str, str]:
    import hashlib
    import hmac

    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def test_mutated_payloads_break_nothing(start: Start) -> None:
    """To an Usher of its own: what some of them are answered with goes on for a while."""
    usher = start(HTTP)
    fake, phone = usher.fake, phone_of(usher)
    driven = random.Random(4)
    phone.open_home()
    made = [payload for _, payload in everything(fake, phone.user)]
    broken = []
    for _ in range(MUTATIONS):
        payload = mutated(driven, driven.choice(made))
        if "event" in payload or payload.get("type") == "event_callback":
            body, form = json.dumps(payload), JSON
        elif "command" in payload:
            body, form = urlencode(payload), FORM
        else:
            body, form = urlencode({"payload": json.dumps(payload)}), FORM
        status, _ = knock(usher, body, form | signed(fake.secret, body))
        if status >= 500:
            broken.append((payload.get("type", "command"), gone(payload, made)))
    assert not broken, "\n".join(f"{kind}: {what}" for kind, what in broken)


MUTATIONS = 400


def gone(payload: Json, made: list[Json]) -> str:
    """What is different, for whoever has to look into it."""
    for whole in made:
        if whole.get("trigger_id") == payload.get("trigger_id"):
            keys = [key for key in whole if payload.get(key) != whole[key]]
            return ", ".join(f"{key}: {json.dumps(payload.get(key))[:80]}" for key in keys)
    return json.dumps(payload)[:200]


def test_slacks_own_question_who_is_there_is_answered(served: Running) -> None:
    body = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1aB"})
    status, said = knock(served, body, JSON | signed(served.fake.secret, body))
    assert (status, "3eZbrw1aB" in said) == (200, True)


@pytest.mark.parametrize("team", [ELSEWHERE, "", "T" * 300])
def test_another_workspace_is_not_answered(served: Running, team: str) -> None:
    _, payload = asked(served)
    payload |= {"team_id": team, "authorizations": [payload["authorizations"][0] | {"team_id": team}]}
    before = answers(served)
    body = json.dumps(payload)
    assert knock(served, body, JSON | signed(served.fake.secret, body))[0] < 500
    assert answers(served) == before


def test_a_stranger_a_guest_and_a_leaver_are_no_staff(served: Running) -> None:
    for user in ("U0GUEST001", "U0STRANGE1", "U0LEAVER01"):
        phone = Phone(served.fake, user)
        phone.slash("/policy", QUESTION)
        assert "PER-1a" not in phone.sees()
        phone.knock("press:0:cases.list", "")
        assert "Concern about" not in phone.sees()


def bots(usher: Running, phone: Phone) -> list[Json]:
    """What Usher has said in somebody's direct messages."""
    return [m for m in usher.fake.space.direct(phone.user).messages if "bot_id" in m]


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
def test_every_door_is_answered(start: Start, mode: str) -> None:
    usher = start(mode)
    school, phone = usher.template.school, phone_of(usher)
    staffroom = room_of(school, "staffroom")
    phone.slash("/policy", "payload limits")
    assert "failed" not in phone.sees()
    assert len([m for m in usher.fake.space.direct(phone.user).ephemerals if m["to"] == phone.user]) == 1
    phone.slash("/policy")
    assert "Ask me anything about" in phone.sees()
    phone.slash("/report")
    assert "Report a concern about a child" in phone.sees()
    phone.reload()
    ts = phone.mention(staffroom, QUESTION)
    said = usher.fake.space.rooms[staffroom].messages[-1]
    assert said["thread_ts"] == ts, "a mention is answered in its thread"
    phone.slash("/policy", QUESTION, channel=staffroom)
    assert "PER-1a" in phone.channel(staffroom)
    assert len(usher.fake.space.rooms[staffroom].messages) == 2, "a command's answer is for one pair of eyes"
    phone.shortcut("Report a concern")
    assert "Report a concern about a child" in phone.modal()
    phone.reload()
    colleague = Phone(usher.fake, user_of(school, PEOPLE["the teacher"]))
    theirs = colleague.say(staffroom, "Robin Sample is crying again about that video")
    phone.message_shortcut("Report this message", staffroom, theirs)
    assert "Robin Sample is crying again" not in colleague.channel(staffroom).split("video", 1)[1]
    phone.reload()
    phone.drop_file()
    assert "I can't take files." in phone.sees()
    phone.open_home()
    assert "Report a concern about a child" in phone.home()
    phone.enter("Ask about", QUESTION)
    assert "PER-1a" in phone.sees()
    thread = phone.dm("hello")
    phone.dm(QUESTION, thread=thread)
    until(lambda: any(m.get("thread_ts") == thread for m in bots(usher, phone)), phone.sees, 5)
    assert usher.fake.objections == []
    assert usher.fake.retried == []
    assert usher.fake.space.shown[phone.user] == []


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
def test_what_is_none_of_our_business_is_taken_quietly(start: Start, mode: str) -> None:
    usher = start(mode)
    fake, phone = usher.fake, phone_of(usher)
    direct = fake.space.direct(phone.user).id
    ts = phone.dm(QUESTION)
    before = answers(usher)
    phone.edit(direct, ts, "something else")
    phone.delete(direct, ts)
    events: list[Json] = [
        {"type": "message", "subtype": "bot_message", "bot_id": "B0OTHER", "text": "beep", "ts": "1.1"},
        {"type": "message", "subtype": "channel_join", "user": phone.user, "text": "joined", "ts": "1.2"},
        {"type": "message", "subtype": "thread_broadcast_new_kind", "user": phone.user, "ts": "1.3"},
        {"type": "message", "bot_id": "B0OTHER", "user": "U0ROBOT001", "text": "beep", "ts": "1.4"},
        {"type": "reaction_added", "user": phone.user, "reaction": "eyes", "item": {}},
        {"type": "a_kind_of_next_year", "whatever": [1, 2]},
        {"type": "app_home_opened", "user": phone.user, "tab": "messages"},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U0X"]}},
    ]
    for inner in events:
        whole = {"channel": direct, "channel_type": "im", "event_ts": "1.5"} | inner
        fake.run(fake.deliver(fake.do(lambda whole=whole: shapes.event(fake.space, whole))))
    assert answers(usher) == before
    assert fake.retried == []
    assert fake.given_up == []
    if isinstance(fake.door, HttpDoor):
        assert {status for _, status, _ in fake.door.answers} == {200}


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
def test_not_a_word_and_no_secret_is_in_any_log(start: Start, mode: str) -> None:
    usher = start(mode, level="DEBUG")
    fake, school = usher.fake, usher.template.school
    sung = iter(range(1000))
    staffroom = room_of(school, "staffroom")

    def canary() -> str:
        return f"CANARY{next(sung):03d}X"

    phone, driver = phone_of(usher), SlackDriver(usher)
    ts = phone.dm(f"{canary()} can I post this")
    phone.edit(fake.space.direct(phone.user).id, ts, canary())
    phone.delete(fake.space.direct(phone.user).id, ts)
    phone.mention(staffroom, canary())
    phone.drop_file(text=canary())
    phone.slash("/policy", f"{canary()} payload")
    phone.slash("/report", canary())
    phone.message_shortcut("Report this message", staffroom, phone.say(staffroom, canary()))
    phone.reload()
    phone.knock(f"press:0:{canary()}", canary())
    phone.knock(canary(), canary())
    acts = Acts(driver)
    acts.fill("the TA", f"{canary()} Sample", canary())
    fake.order("chat.postMessage", "500", 2)
    fake.order("views.update", "invalid_arguments", 1)
    driver.press(TA, "Send the report")
    assert usher.delivered(20)
    acts.open_case("the DSL")
    broken = {"type": "event_callback", "team_id": TEAM, "event": {"type": "message", "text": canary()}}
    for body in (json.dumps(broken), json.dumps(broken)[:-1], urlencode({"payload": canary()}), canary()):
        if isinstance(fake.door, HttpDoor):
            knock(usher, body, FORM | signed(fake.secret, body))
            knock(usher, body, JSON | signed("forged", body))
        else:
            fake.run(fake.deliver(fake.do(lambda: shapes.event(fake.space, broken["event"]))))  # type: ignore[arg-type]
            break
    usher.stop()
    log = "\n".join(usher.lines)
    assert next(sung) > 12
    assert "CANARY" not in log
    for secret in (fake.token, fake.app_token, fake.secret, "ticket-", "Sample", "Robin"):
        assert secret not in log, secret
    assert all(line.startswith('{"event":') for line in usher.lines), "nothing but our own lines"
