"""Usher's door at Teams lets in what Microsoft has signed, once, and says nothing of it in any log."""

import asyncio
import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.platforms.teams import shapes
from tests.platforms.teams.door import NoAnswer
from tests.platforms.teams.keyring import channel_claims, make_key
from tests.platforms.teams.made_tokens import Mint, encoded, raw
from tests.platforms.teams.phone import Phone
from tests.platforms.teams.running import CERTIFICATE, Running, running
from tests.platforms.teams.tenant import APP, ELSEWHERE, Post, room_of, user_of
from tests.stories.acts import Acts
from tests.stories.drivers.teams import TeamsDriver
from tests.stories.people import PEOPLE
from tests.waiting import until

Json = dict[str, Any]
Start = Callable[..., Running]
TA = PEOPLE["the TA"]
QUESTION = "can I give a pupil my phone number"
WORRY = "a girl in my class told me a man online keeps asking her for pictures"


@pytest.fixture(scope="module")
def served(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One Usher for every test that leaves nothing behind."""
    with running(template, tmp_path_factory.mktemp("served") / "usher", level="DEBUG") as usher:
        yield usher


def phone_of(usher: Running, person: str = TA) -> Phone:
    return Phone(usher.fake, user_of(usher.template.school, person))


def knock(usher: Running, body: str | bytes, token: str | None) -> tuple[int, str]:
    """Any bytes at the door with any token; status and body of the answer."""
    sent = body if isinstance(body, bytes) else body.encode()
    headers = {"Content-Type": "application/json"}
    return usher.fake.run(
        usher.fake.door.post(sent, headers | ({"Authorization": f"Bearer {token}"} if token else {}))
    )


def asked(usher: Running, text: str = QUESTION) -> Json:
    """A message in the personal chat, as Teams would hand it over."""
    phone = phone_of(usher)

    def made() -> Json:
        room, id = phone.chat(), usher.fake.tenant.stamp()
        post = Post(id=id, root=id, author=phone.aad, activity={"text": text})
        return shapes.said(usher.fake, phone.user, room, post, text, mention=False)

    return usher.fake.do(made)


def right(usher: Running, activity: Json) -> str:
    return usher.fake.door.token(activity)


def shown(usher: Running, text: str) -> None:
    """Wait until the TA can read it."""
    phone = phone_of(usher)
    until(lambda: text in phone.sees(), phone.sees)


def works(usher: Running) -> bool:
    """Whether Usher still answers."""
    phone = phone_of(usher)
    phone.dm(QUESTION)
    return "PER-1a" in phone.sees()


def forged(usher: Running, activity: Json) -> dict[str, str | None]:
    """Tokens that would each be right but for one thing."""
    ring, service = usher.fake.keys.ring, activity["serviceUrl"]
    claims = channel_claims(APP, service)
    mint = Mint(service=service, key=ring.current)
    stranger = make_key()
    return {
        "none": None,
        "no signature": raw({"alg": "none", "kid": ring.current.kid}, claims),
        "the public key as a secret": _hs256(mint, claims),
        "another's key": mint.token(claims, by=stranger),
        "another's key under our kid": mint.token(claims, by=stranger, kid=ring.current.kid),
        "another issuer": mint.token(mint.claims(iss="https://sts.windows.net/x/")),
        "another app": mint.token(mint.claims(aud="0a9b54e1-0b07-4c55-9e2b-05e700000009")),
        "too old": mint.token(mint.claims(exp=int(time.time()) - 301)),
        "not yet": mint.token(mint.claims(nbf=int(time.time()) + 400)),
        "no end": mint.token(mint.claims("exp")),
        "no address": mint.token(mint.claims("serviceurl")),
        "another address": mint.token(mint.claims(serviceurl="https://smba.trafficmanager.net/amer/")),
        "cut": mint.token(claims)[:-4],
        "too long": "x" * 9000,
    }


def _hs256(mint: Mint, claims: Json) -> str:
    head = raw({"alg": "HS256", "kid": mint.key.kid}, claims).rsplit(".", 1)[0]
    return f"{head}.{encoded(hmac.new(mint.public_pem(), head.encode(), hashlib.sha256).digest())}"


def test_what_microsoft_has_not_signed_for_us_is_refused(served: Running) -> None:
    activity = asked(served)
    before = served.fake.said()
    for name, token in forged(served, activity).items():
        status, text = knock(served, json.dumps(activity), token)
        assert status == (400 if name == "too long" else 401), name
        assert QUESTION not in text
    assert served.fake.said() == before
    assert knock(served, json.dumps(activity), right(served, activity))[0] == 202
    shown(served, "PER-1a")
    assert served.fake.said() == before + 1


@pytest.mark.parametrize(
    "change",
    [
        {"serviceUrl": "https://connector.example/uk/"},
        {"serviceUrl": "https://smba.trafficmanager.net@connector.example/"},
        {"serviceUrl": "http://smba.trafficmanager.net/uk/"},
        {"channelId": "webchat"},
        {"channelData": {"tenant": {"id": ELSEWHERE}}},
        {"conversation": {"id": "a:1x", "conversationType": "personal", "tenantId": ELSEWHERE}},
    ],
)
def test_what_is_not_from_our_tenant_at_teams_is_refused_however_well_signed(
    served: Running, change: Json
) -> None:
    activity = asked(served) | change
    before = served.fake.said()
    assert knock(served, json.dumps(activity), right(served, activity))[0] == 401
    assert served.fake.said() == before
    assert served.fake.objections == [], "our token went nowhere"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"type": 5}', b'{"type": "message"}', b"[" * 100_000],
)  # fmt: skip
def test_nonsense_is_refused_and_leaves_usher_well(served: Running, body: bytes) -> None:
    assert knock(served, body, right(served, asked(served)))[0] == 400
    assert works(served)


@pytest.mark.parametrize("proof", [True, False])
def test_a_megabyte_is_refused(served: Running, proof: bool) -> None:
    activity = asked(served, "x" * 1_048_576)
    try:
        status, _ = knock(served, json.dumps(activity), right(served, activity) if proof else None)
    except aiohttp.ClientError:
        status = 413  # The door was shut in our face before all of it was said.
    assert status == 413
    assert works(served)


def test_somebody_without_an_object_id_is_nobody(served: Running) -> None:
    activity = asked(served)
    activity["from"].pop("aadObjectId")
    before = served.fake.said()
    assert knock(served, json.dumps(activity), right(served, activity))[0] == 202
    assert served.fake.said() == before


def test_the_same_message_ten_times_at_once_is_one_draft_and_one_answer(start: Start) -> None:
    usher = start()
    activity, before = asked(usher, WORRY), usher.fake.said()
    body, token = json.dumps(activity), right(usher, activity)

    async def all_at_once() -> list[tuple[int, str]]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return await asyncio.gather(*(usher.fake.door.post(body.encode(), headers) for _ in range(10)))

    assert [status for status, _ in usher.fake.run(all_at_once())] == [202] * 10
    shown(usher, "sounds like a worry")
    assert usher.fake.said() == before + 1
    phone = phone_of(usher)
    phone.dm("report")
    phone.press("Report a concern about a child")
    assert phone.modal().count("Carry on with") == 1
    assert usher.fake.objections == []


def test_the_same_press_ten_times_at_once_is_one_case_and_ten_equal_answers(start: Start) -> None:
    usher = start()
    driver, fake = TeamsDriver(usher), usher.fake
    Acts(driver).fill("the TA", "Robin Sample", "was sent nasty messages")
    phone = driver.phones[TA]
    assert phone.window is not None
    assert phone.window.sheet is not None
    sheet = phone.window.sheet
    send = sheet.action("Send the report")
    assert send is not None
    data, room = sheet.sent(send), phone.window.room

    async def all_at_once() -> list[Any]:
        made = [shapes.invoke(fake, phone.user, room, "task/submit", {"data": data}) for _ in range(10)]
        return await asyncio.gather(*(fake.act(each) for each in made))

    answers = fake.run(all_at_once())
    assert len({json.dumps(answer.body) for answer in answers}) == 1
    assert "on its way" in json.dumps(answers[0].body)
    assert usher.delivered()
    posts = fake.tenant.rooms[room_of(usher.template.school, "safeguarding")].posts
    assert len(posts) == 1


def test_a_certificate_opens_the_door_as_well(start: Start) -> None:
    usher = start(way=CERTIFICATE)
    assert works(usher)
    assert usher.fake.objections == []


def test_what_cannot_be_kept_is_not_acknowledged_and_the_person_is_told(start: Start) -> None:
    """A table is gone: that is an error nobody foresaw, in the middle of the transaction."""
    usher = start()
    held = sqlite3.connect(usher.home / "usher.db", isolation_level=None)
    held.execute("ALTER TABLE drafts RENAME TO elsewhere")
    with pytest.raises(NoAnswer) as refused:
        usher.fake.run(usher.fake.act(asked(usher, WORRY)))
    assert refused.value.status == 500
    shown(usher, "could not take that in")
    held.execute("ALTER TABLE elsewhere RENAME TO drafts")
    held.close()
    assert [line for line in usher.lines if '"level":"error"' in line], "and it is in the log"
    assert WORRY[:20] not in "".join(usher.lines)
    assert works(usher)


def test_nothing_that_was_said_is_in_the_log(served: Running) -> None:
    activity = asked(served, "canary-6135 my colleague texts pupils")
    knock(served, json.dumps(activity), right(served, activity))
    knock(served, json.dumps(activity)[:-1], right(served, activity))
    knock(served, json.dumps(activity), None)
    served.fake.settle(0.3)
    log = "\n".join(served.lines)
    assert "canary-6135" not in log
    assert "eyJ" not in log, "no token either"
    for line in served.lines:
        json.loads(line)
