"""The fake Microsoft refuses what Teams refuses: tokens, addresses, people, sizes, cards and hurry."""

import asyncio
import time
from typing import Any

import aiohttp
import jwt
import pytest

from bot.school.people import School
from tests.platforms.teams.keyring import make_key
from tests.platforms.teams.login import AUDIENCE
from tests.platforms.teams.pace import Limits
from tests.platforms.teams.tenant import APP, TEAM, TENANT, room_of, user_of
from tests.platforms.teams.tiny import Tiny, activity, away, button, opening, text, thread

Json = dict[str, Any]
TA, DSL = "jem-karuna", "isolde-penhallow"


@pytest.fixture
def ta(sample_school: School) -> str:
    return user_of(sample_school, TA)


@pytest.fixture
def staffroom(sample_school: School) -> str:
    return room_of(sample_school, "staffroom")


def code(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["code"]


async def test_every_call_needs_a_token_of_the_login_servers_that_has_not_run_out(
    tiny: Tiny, ta: str
) -> None:
    tiny.fake.login.lifetime = -1
    await tiny.login()
    assert code(await tiny.call("POST", "conversations", opening(ta))) == (401, "ExpiredToken")
    tiny.fake.login.lifetime = 60
    await tiny.login()
    assert (await tiny.call("POST", "conversations", opening(ta)))[0] == 201
    tiny.fake.login.withdraw()
    assert code(await tiny.call("POST", "conversations", opening(ta))) == (401, "ExpiredToken")
    assert tiny.fake.objections == []
    claims = {"aud": AUDIENCE, "appid": APP, "tid": TENANT, "exp": int(time.time()) + 60}
    tiny.token = jwt.encode(claims, make_key().private, algorithm="RS256")
    assert code(await tiny.call("POST", "conversations", opening(ta))) == (401, "Unauthorized")
    assert len(tiny.fake.objections) == 1


async def test_a_token_shown_to_the_wrong_server_is_remembered(tiny: Tiny) -> None:
    headers = {"Authorization": "Bearer x"}
    await tiny.ask("GET", "https://login.botframework.com/v1/.well-known/keys", headers=headers)
    assert "a token was shown" in tiny.fake.objections[0]


async def test_no_address_but_microsofts_is_reached_and_asking_is_remembered(tiny: Tiny) -> None:
    with pytest.raises(aiohttp.ClientHttpProxyError):
        await tiny.ask("GET", "https://elsewhere.example/")
    await tiny.call("GET", "conversations")
    assert [line.partition(":")[0] for line in tiny.fake.objections] == [
        "asked for an address that is none of Microsoft's", "no such address",
    ]  # fmt: skip


async def test_a_chat_is_opened_by_object_id_with_somebody_who_has_the_app(tiny: Tiny, ta: str) -> None:
    chat = await tiny.chat(ta)
    assert chat.startswith("a:1")
    assert await tiny.chat(ta) == chat
    user = tiny.fake.tenant.users[ta]
    assert code(await tiny.call("POST", "conversations", opening(user.email)))[0] == 400
    unknown = opening("7e7a47c0-0000-0000-0000-000000000000")
    assert code(await tiny.call("POST", "conversations", unknown))[0] == 404
    foreign = opening(ta, tenantId="another", channelData={})
    assert code(await tiny.call("POST", "conversations", foreign))[0] == 400
    user.installed = False
    again = await tiny.call("POST", "conversations", opening(ta))
    assert code(again) == (403, "ForbiddenOperationException")
    gone = await tiny.call("POST", f"conversations/{chat}/activities", activity())
    assert code(gone) == (403, "BotNotInConversationRoster")


async def test_somebody_who_has_blocked_the_bot_is_written_to_in_vain(tiny: Tiny, ta: str) -> None:
    chat = await tiny.chat(ta)
    tiny.fake.tenant.users[ta].blocked = True
    answer = await tiny.call("POST", f"conversations/{chat}/activities", activity())
    assert code(answer) == (403, "MessageWritesBlocked")
    assert tiny.fake.tenant.rooms[chat].posts == []


async def test_threads_begin_in_a_channel_go_on_there_and_cards_change_for_everybody(
    tiny: Tiny, staffroom: str
) -> None:
    status, begun = await tiny.call("POST", "conversations", thread(staffroom))
    assert status == 201
    assert begun["id"] == f"{staffroom};messageid={begun['activityId']}"
    status, reply = await tiny.call("POST", f"conversations/{begun['id']}/activities", activity(text("more")))
    first, second = tiny.fake.tenant.rooms[staffroom].posts
    assert (status, second.root, second.id) == (201, first.id, reply["id"])
    where = f"conversations/{begun['id']}/activities"
    assert (await tiny.call("PUT", f"{where}/{first.id}", activity(text("done"))))[0] == 200
    assert first.activity["attachments"][0]["content"]["body"] == [text("done")]
    lost = await tiny.call("PUT", f"{where}/17", activity())
    assert code(lost) == (404, "ActivityNotFoundInConversation")
    nowhere = await tiny.call("POST", "conversations/19:none@thread.tacv2/activities", activity())
    assert code(nowhere) == (404, "ConversationNotFound")
    tiny.fake.tenant.rooms[staffroom].bot = False
    out = await tiny.call("POST", "conversations", thread(staffroom))
    assert code(out) == (403, "BotNotInConversationRoster")
    assert tiny.fake.objections == []


UNLAWFUL: list[tuple[str, Json]] = [
    ("no text beside", activity() | {"text": "twice"}),
    ("summary must be", {**activity(), "summary": ""}),
    ("more than 28672 bytes", activity(*[text("x" * 2000)] * 15)),
    ("no such element", activity({"type": "Media"})),
    ("unknown ['colour']", activity(text("x") | {"colour": "red"})),
    ("title must be", activity(actions=(button("x" * 61),))),
    ("1 to 6 actions", activity(actions=(button("x"),) * 7)),
    ("may be taken for markup", activity({"type": "TextBlock", "text": "*x*", "wrap": True})),
    ("says nothing", {"type": "message", "summary": "x"}),
]


@pytest.mark.parametrize(("why", "said"), UNLAWFUL, ids=[why for why, _ in UNLAWFUL])
async def test_a_message_against_the_limits_is_refused_and_remembered(
    tiny: Tiny, ta: str, why: str, said: Json
) -> None:
    chat = await tiny.chat(ta)
    status, body = await tiny.call("POST", f"conversations/{chat}/activities", said)
    assert (status, body["error"]["code"]) == (400, "BadArgument")
    assert why in body["error"]["message"]
    assert why in tiny.fake.objections[0]
    assert tiny.fake.tenant.rooms[chat].posts == []


async def test_a_message_of_more_than_100_kb_is_refused(tiny: Tiny, ta: str) -> None:
    chat = await tiny.chat(ta)
    large = activity() | {"channelData": {"x": "y" * 51_300}}
    answer = await tiny.call("POST", f"conversations/{chat}/activities", large)
    assert code(answer) == (413, "MessageSizeTooBig")


async def test_rosters_come_in_pages_and_a_private_channels_own_people_only(
    tiny: Tiny, sample_school: School, ta: str
) -> None:
    tiny.fake.page, found, more = 4, [], ""
    while True:
        status, page = await tiny.call("GET", f"conversations/{TEAM}/pagedmembers?pageSize=100{more}")
        assert status == 200
        found += page["members"]
        if "continuationToken" not in page:
            break
        more = f"&continuationToken={page['continuationToken']}"
    assert {one["aadObjectId"] for one in found} == tiny.fake.tenant.staff
    room = room_of(sample_school, "safeguarding")
    _, private = await tiny.call("GET", f"conversations/{room}/pagedmembers")
    assert len(private["members"]) == 2
    status, one = await tiny.call("GET", f"conversations/{TEAM}/members/{ta}")
    assert (status, one["name"], one["email"].lower()) == (200, "Jem Karuna", "jem.karuna@palatine.example")
    outside = await tiny.call("GET", f"conversations/{room}/members/{ta}")
    assert code(outside) == (404, "MemberNotFoundInConversation")


def test_seven_a_second_1800_an_hour_and_30_a_second_for_the_tenant() -> None:
    clock = [0.0]
    limits = Limits(lambda: clock[0])
    assert [limits.wait("a") for _ in range(8)] == [0] * 7 + [1]
    assert [limits.wait(f"other {n}") for n in range(24)] == [0] * 23 + [1]
    clock[0] = 1.0
    assert limits.wait("a") == 0
    for step in range(1, 1793):
        clock[0] = 1 + step * 0.5
        assert limits.wait("a") == 0
    clock[0] += 1
    assert limits.wait("a") == 3600 - int(clock[0])
    clock[0] = 3600.0
    assert limits.wait("a") == 0


async def test_a_call_too_many_is_told_when_to_come_again(tiny: Tiny, ta: str) -> None:
    chat = await tiny.chat(ta)
    where = f"conversations/{chat}/activities"
    answers = await asyncio.gather(*(tiny.full("POST", where, activity()) for _ in range(9)))
    held = [headers["Retry-After"] for status, _, headers in answers if status == 429]
    assert held == ["1", "1"]
    assert len(tiny.fake.tenant.rooms[chat].posts) == 7


async def test_faults_come_as_ordered_and_an_answer_lost_is_work_done(tiny: Tiny, ta: str) -> None:
    chat = await tiny.chat(ta)
    where = f"conversations/{chat}/activities"
    for what in ("412", "502", "403 MessageWritesBlocked"):
        await away(tiny.fake.order, "post", what)
    assert [(await tiny.call("POST", where, activity()))[0] for _ in range(3)] == [412, 502, 403]
    assert tiny.fake.tenant.rooms[chat].posts == []
    await away(tiny.fake.order, "post", "cut")
    await away(tiny.fake.order, "post", "dropped")
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await tiny.call("POST", where, activity())
    assert len(tiny.fake.tenant.rooms[chat].posts) == 1
    await away(tiny.fake.order, "post", "elsewhere")
    assert (await tiny.call("POST", where, activity()))[0] == 307
    with tiny.fake.gone("smba.trafficmanager.net"), pytest.raises(aiohttp.ClientError):
        await tiny.call("POST", where, activity())
    assert (await tiny.call("POST", where, activity()))[0] == 201


async def test_a_service_that_has_moved_answers_at_its_new_address_only(tiny: Tiny, ta: str) -> None:
    chat = await tiny.chat(ta)
    old = tiny.fake.service
    tiny.fake.region = "emea"
    assert (await tiny.call("POST", f"conversations/{chat}/activities", activity()))[0] == 201
    headers = {"Authorization": f"Bearer {tiny.token}"}
    gone = await tiny.ask(
        "POST", f"{old}v3/conversations/{chat}/activities", json=activity(), headers=headers
    )
    assert gone[0] == 404
    anywhere = "https://smba.trafficmanager.net/teams/v3/conversations"
    assert (await tiny.ask("POST", anywhere, json=opening(ta), headers=headers))[0] == 201
