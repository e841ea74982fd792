"""Calls to Teams go nowhere else, survive its bad days, and say plainly what could not be done."""

import asyncio
import io
import json
import logging
import math
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web

from bot import log
from bot.platforms.teams import connector as connector_module
from bot.platforms.teams.clients import LARGEST_ANSWER, open_session
from bot.platforms.teams.connector import BUDGET, LONGEST_WAIT, Connector, Member, retry_after
from bot.platforms.teams.errors import (
    BLOCKED,
    UNSAID,
    TeamsDown,
    TeamsLater,
    TeamsRefused,
    TeamsUnreachable,
    code_of,
    meant,
)
from bot.platforms.teams.gate import allowed
from bot.platforms.teams.login import Login
from bot.platforms.teams.pacing import Pace
from tests.platforms.teams.tenant import APP, SERVICE, TENANT
from tests.platforms.teams.test_gate import TRICKS
from tests.platforms.teams.wire import CONNECTOR, Clock, Wire, tapped

SAID = {"type": "message", "text": "A canary in the message"}
CHAT = "a:1_canary-Chat"
THREAD = "19:abc/def@thread.tacv2;messageid=1700000000001"
SOMEBODY = "8f3c1f0a-0000-4d0f-8f0e-000000000001"
WALL = 1_800_000_000.0
Do = Callable[[Connector, str], Awaitable[object]]
CALLS: dict[str, Do] = {
    "create_personal": lambda to, at: to.create_personal(at, SOMEBODY),
    "create_thread": lambda to, at: to.create_thread(at, "19:abc@thread.tacv2", SAID),
    "post": lambda to, at: to.post(at, CHAT, SAID),
    "put": lambda to, at: to.put(at, CHAT, "1", SAID),
    "member": lambda to, at: to.member(at, CHAT, SOMEBODY),
    "members": lambda to, at: to.members(at, CHAT),
}
WELL: dict[str, Any] = {
    "id": "new-id",
    "activityId": "1700000000009",
    "members": [{"id": "29:x", "name": "X"}],
}
EVERY_CALL = pytest.mark.parametrize("call", CALLS)


class Desk:
    """What answers at the connector: what is ordered first, then all well."""

    def __init__(self) -> None:
        self.first: list[web.Response | Callable[[web.Request], Awaitable[web.StreamResponse]]] = []
        self.well: Any = WELL

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if not self.first:
            return web.json_response(self.well)
        answer = self.first.pop(0)
        if isinstance(answer, web.Response):
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        return await answer(request)


class Handed(Login):
    """A login with tokens at hand; everything else about it is the real one's."""

    def __init__(self) -> None:
        self.app_id, self.tenant, self.number, self.asked, self.fresh = APP, TENANT, 1, 0, True

    async def token(self) -> str:
        """The one that is good now."""
        self.asked += 1
        return f"canary-token-{self.number}"

    def forget(self, token: str) -> bool:
        """Another one from now on, if there is to be one."""
        self.number += self.fresh
        return self.fresh


@pytest.fixture
async def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """Teams, tapped; and hosts that would take our token if they got it."""
    more = ("connector.example", "smba.trafficmanager.net.connector.example", "evil.trafficmanager.net")
    async with tapped(tmp_path, monkeypatch, *more) as wire:
        wire.answer = Desk()
        yield wire


@pytest.fixture
async def session(wire: Wire) -> AsyncIterator[ClientSession]:
    """The product's own."""
    async with open_session() as session:
        yield session


@pytest.fixture
def clock() -> Clock:
    """Waiting takes no time on it."""
    return Clock()


@pytest.fixture
def login() -> Handed:
    """Tokens at hand."""
    return Handed()


@pytest.fixture
def teams(session: ClientSession, login: Handed, clock: Clock) -> Connector:
    """The connector under test."""
    return Connector(session, login, Pace(clock=clock, sleep=clock.sleep), wall=lambda: WALL)


def desk(wire: Wire) -> Desk:
    assert isinstance(wire.answer, Desk)
    return wire.answer


def failing(status: int, code: str = "", **headers: str) -> web.Response:
    """A no of Teams'."""
    body = {"error": {"code": code, "message": "A canary in the answer"}} if code else {}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=headers)


async def test_a_personal_chat_is_opened_by_object_id_and_not_by_e_mail(wire: Wire, teams: Connector) -> None:
    assert await teams.create_personal(SERVICE, SOMEBODY) == "new-id"
    [heard] = wire.heard
    assert (heard.method, heard.host) == ("POST", CONNECTOR)
    assert f"https://{CONNECTOR}{heard.path}" == f"{SERVICE}v3/conversations"
    assert json.loads(heard.body) == {
        "isGroup": False,
        "members": [{"id": SOMEBODY}],
        "bot": {"id": f"28:{APP}"},
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }
    assert heard.headers["Authorization"] == "Bearer canary-token-1"


async def test_a_thread_is_begun_in_its_channel_and_both_ids_come_back(wire: Wire, teams: Connector) -> None:
    assert await teams.create_thread(SERVICE, "19:abc@thread.tacv2", SAID) == ("new-id", "1700000000009")
    asked = json.loads(wire.heard[0].body)
    assert asked["isGroup"] is True
    assert asked["activity"] == SAID
    assert asked["channelData"] == {"tenant": {"id": TENANT}, "channel": {"id": "19:abc@thread.tacv2"}}


@pytest.mark.parametrize("service", [SERVICE, SERVICE.rstrip("/")])
async def test_posts_replies_and_updates_go_where_they_belong_with_every_id_written_out(
    service: str, wire: Wire, teams: Connector
) -> None:
    assert await teams.post(service, THREAD, SAID) == "new-id"
    assert await teams.post(service, THREAD, SAID, reply_to="17/00") == "new-id"
    await teams.put(service, THREAD, "1700", SAID)
    base = (
        f"/uk/{TENANT}/v3/conversations/19%3Aabc%2Fdef%40thread.tacv2%3Bmessageid%3D1700000000001/activities"
    )
    assert [(heard.method, heard.path) for heard in wire.heard] == [
        ("POST", base),
        ("POST", f"{base}/17%2F00"),
        ("PUT", f"{base}/1700"),
    ]
    assert all(json.loads(heard.body) == SAID for heard in wire.heard)


async def test_somebody_is_looked_up_and_nobody_is_none(wire: Wire, teams: Connector) -> None:
    desk(wire).well = {
        "id": "29:x", "objectId": SOMEBODY.upper(), "name": "Ash Sample",
        "email": "a.sample@palatine.example",
        "userPrincipalName": "asample@palatine.example", "tenantId": TENANT, "userRole": "user",
    }  # fmt: skip
    assert await teams.member(SERVICE, CHAT, SOMEBODY) == Member(
        id="29:x",
        aad_id=SOMEBODY,
        name="Ash Sample",
        email="a.sample@palatine.example",
        tenant=TENANT,
        role="user",
    )
    desk(wire).first = [failing(404, "MemberNotFoundInConversation"), failing(404)]
    assert await teams.member(SERVICE, CHAT, "nobody") is None
    assert await teams.member(SERVICE, CHAT, "nobody") is None
    desk(wire).first = [failing(404, "ConversationNotFound"), failing(403, "BotNotInConversationRoster")]
    for _ in range(2):
        with pytest.raises(TeamsUnreachable):
            await teams.member(SERVICE, CHAT, SOMEBODY)


async def test_a_roster_is_read_page_by_page_and_what_is_no_member_is_passed_over(
    wire: Wire, teams: Connector
) -> None:
    pages: list[Any] = [
        {"members": [{"id": f"29:{n}"} for n in range(3)], "continuationToken": "a b&c=d/é"},
        {
            "members": [
                {"id": ""},
                {},
                None,
                5,
                {"id": 7},
                {"id": "29:3", "name": None, "aadObjectId": SOMEBODY},
            ]
        },
    ]
    desk(wire).first = [web.json_response(page) for page in pages]
    found = await teams.members(SERVICE, CHAT)
    assert [each.id for each in found] == ["29:0", "29:1", "29:2", "29:3"]
    assert found[3] == Member(id="29:3", aad_id=SOMEBODY, name="")
    assert wire.heard[1].path.endswith("?pageSize=500&continuationToken=a+b%26c%3Dd%2F%C3%A9")


async def test_a_roster_without_members_is_none(wire: Wire, teams: Connector) -> None:
    desk(wire).well = {"members": None}
    with pytest.raises(TeamsDown):
        await teams.members(SERVICE, CHAT)


async def test_a_roster_that_never_ends_is_given_up(wire: Wire, teams: Connector) -> None:
    desk(wire).well = {"members": [], "continuationToken": "again"}
    with pytest.raises(TeamsDown):
        await teams.members(SERVICE, CHAT)
    assert len(wire.heard) < 100


# --- the token goes to Teams and nowhere else


@EVERY_CALL
async def test_no_call_goes_to_an_address_off_the_list_and_the_token_never_does(
    call: str, wire: Wire, teams: Connector, login: Handed
) -> None:
    for address in TRICKS:
        with pytest.raises(TeamsRefused, match="service_url"):
            await CALLS[call](teams, address)
    assert (wire.heard, wire.proxy.asked, login.asked) == ([], [], 0)
    await CALLS[call](teams, SERVICE)
    assert wire.tokens() == {"Bearer canary-token-1"}


async def test_the_wire_would_show_a_token_that_went_astray(
    wire: Wire, teams: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: a connector without the list hands its token to anybody, and the test above sees it."""
    monkeypatch.setattr(connector_module, "allowed", lambda url: True)
    for address in TRICKS:
        try:
            await teams.post(address, CHAT, SAID)
        except (*UNSAID, AssertionError):  # aiohttp asserts that an address has a port
            continue
    astray = {heard.host for heard in wire.heard if "Authorization" in heard.headers} - {CONNECTOR}
    assert {"connector.example", "evil.trafficmanager.net"} <= astray


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(status: int, wire: Wire, teams: Connector) -> None:
    desk(wire).first = [web.Response(status=status, headers={"Location": "https://connector.example/"})]
    with pytest.raises(TeamsDown):
        await teams.post(SERVICE, CHAT, SAID)
    assert [heard.host for heard in wire.heard] == [CONNECTOR]


async def test_without_a_login_there_is_no_token_and_no_way_off_this_machine(
    wire: Wire, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    local = Connector(session, None, Pace())
    heard: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        heard.append((dict(request.headers), await request.json()))
        return web.json_response(WELL)

    app = web.Application()
    app.router.add_post("/{anything:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    here = f"http://127.0.0.1:{runner.addresses[0][1]}/_connector"
    try:
        assert await local.post(here, CHAT, SAID) == "new-id"
        assert await local.create_personal(here, SOMEBODY) == "new-id"
    finally:
        await runner.cleanup()
    assert all("Authorization" not in headers for headers, _ in heard)
    for address in (SERVICE, *TRICKS):
        with pytest.raises(TeamsRefused):
            await local.post(address, CHAT, SAID)
    assert wire.proxy.asked == []


async def test_with_a_login_this_machine_is_no_address_either(wire: Wire, teams: Connector) -> None:
    for address in ("http://127.0.0.1:3978/", "http://localhost/"):
        with pytest.raises(TeamsRefused):
            await teams.post(address, CHAT, SAID)


async def test_a_netrc_file_changes_nothing_about_the_token(
    wire: Wire, teams: Connector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password canary-netrc\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    await teams.post(SERVICE, CHAT, SAID)
    assert wire.tokens() == {"Bearer canary-token-1"}


async def test_a_server_that_is_not_teams_gets_no_request_at_all(
    wire: Wire, login: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody in between shows a certificate that no authority of ours has signed."""
    monkeypatch.delenv("SSL_CERT_FILE")
    async with open_session() as session:
        with pytest.raises(TeamsDown):
            await Connector(session, login, Pace()).post(SERVICE, CHAT, SAID)
    assert wire.heard == []


# --- bad days


@EVERY_CALL
async def test_a_token_that_ran_out_early_is_replaced_once(call: str, wire: Wire, teams: Connector) -> None:
    desk(wire).first = [failing(401, "Unauthorized")]
    await CALLS[call](teams, SERVICE)
    assert [heard.headers["Authorization"] for heard in wire.heard] == [
        "Bearer canary-token-1",
        "Bearer canary-token-2",
    ]
    assert wire.heard[0].body == wire.heard[1].body


@pytest.mark.parametrize(("fresh", "calls"), [(True, 2), (False, 1)])
async def test_a_token_that_stays_refused_is_not_tried_over_and_over(
    fresh: bool, calls: int, wire: Wire, teams: Connector, login: Handed
) -> None:
    login.fresh = fresh
    desk(wire).first = [failing(401, "BotNotRegistered") for _ in range(10)]
    with pytest.raises(TeamsUnreachable) as refused:
        await teams.post(SERVICE, CHAT, SAID)
    assert (refused.value.why, refused.value.code) == ("not_allowed", "BotNotRegistered")
    assert len(wire.heard) == calls


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (403, "MessageWritesBlocked", "not_allowed"),
        (403, "BotDisabledByAdmin", "not_allowed"),
        (403, "BotNotInConversationRoster", "gone"),
        (403, "SomethingNew", "not_allowed"),
        (404, "ConversationNotFound", "gone"),
        (404, "ActivityNotFoundInConversation", "gone"),
        (410, "", "gone"),
    ],
)
async def test_somebody_who_cannot_be_reached_is_told_so_at_once_with_teams_own_word(
    status: int, code: str, why: str, wire: Wire, teams: Connector
) -> None:
    desk(wire).first = [failing(status, code)]
    with pytest.raises(TeamsUnreachable) as unreachable:
        await teams.post(SERVICE, CHAT, SAID)
    assert (unreachable.value.why, unreachable.value.code) == (why, code or f"status_{status}")
    assert len(wire.heard) == 1


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [(400, "BadSyntax", "BadSyntax"), (400, "", "status_400"), (413, "", "MessageSizeTooBig")],
)
async def test_a_message_that_teams_does_not_take_is_refused_once(
    status: int, code: str, said: str, wire: Wire, teams: Connector
) -> None:
    desk(wire).first = [failing(status, code)]
    with pytest.raises(TeamsRefused) as refused:
        await teams.post(SERVICE, CHAT, SAID)
    assert refused.value.code == said
    assert len(wire.heard) == 1


@EVERY_CALL
@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_a_busy_teams_is_asked_again_after_the_wait_it_asks_for(
    status: int, call: str, wire: Wire, teams: Connector, clock: Clock
) -> None:
    desk(wire).first = [failing(status, "ServiceError", **{"Retry-After": "2"})]
    before = clock.now
    await CALLS[call](teams, SERVICE)
    assert len(wire.heard) == 2
    assert 2 <= clock.now - before <= BUDGET


async def test_a_wait_may_be_a_date(wire: Wire, teams: Connector, clock: Clock) -> None:
    desk(wire).first = [failing(429, **{"Retry-After": formatdate(WALL + 2, usegmt=True)})]
    before = clock.now
    await teams.post(SERVICE, CHAT, SAID)
    assert 2 <= clock.now - before <= BUDGET


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("", None), ("3", 3.0), (" 3 ", 3.0), ("-3", None), ("soon", None), ("1.5", None), ("²", None),
        (formatdate(WALL + 90, usegmt=True), 90.0), (formatdate(WALL - 90, usegmt=True), 0.0),
        ("Mon, 99 Foo 2026 99:99:99 GMT", None), ("9" * 400, math.inf),
    ],
)  # fmt: skip
def test_how_long_to_wait_is_a_number_or_a_date_and_nonsense_is_neither(
    said: str, wait: float | None
) -> None:
    assert retry_after(said, WALL) == wait


@pytest.mark.parametrize(("status", "why"), [(429, "rate_limited"), (503, "unreachable")])
async def test_a_longer_wait_is_the_couriers_and_never_an_eternity(
    status: int, why: str, wire: Wire, teams: Connector, clock: Clock
) -> None:
    desk(wire).first = [failing(status, **{"Retry-After": str(10 * int(LONGEST_WAIT))})]
    before = clock.now
    with pytest.raises(TeamsLater) as later:
        await teams.post(SERVICE, CHAT, SAID)
    assert later.value.why == why
    assert LONGEST_WAIT <= later.value.seconds <= LONGEST_WAIT + 1
    assert clock.now == before
    assert len(wire.heard) == 1


async def test_a_busy_teams_without_a_word_is_asked_a_few_times_at_growing_distance(
    wire: Wire, teams: Connector, clock: Clock
) -> None:
    at: list[float] = []

    async def busy(_request: web.Request) -> web.Response:
        at.append(clock.now)
        return failing(503)

    desk(wire).first = [busy] * 20
    with pytest.raises(TeamsLater):
        await teams.post(SERVICE, CHAT, SAID)
    pauses = [later - earlier for earlier, later in pairwise(at)]
    assert 2 <= len(at) <= 5
    assert pauses == sorted(pauses)
    assert at[-1] - at[0] <= BUDGET


async def test_after_too_many_the_whole_conversation_waits_and_no_other(
    wire: Wire, teams: Connector, clock: Clock
) -> None:
    desk(wire).first = [failing(429, **{"Retry-After": "60"})]
    with pytest.raises(TeamsLater):
        await teams.post(SERVICE, CHAT, SAID)
    with pytest.raises(TeamsLater):
        await teams.put(SERVICE, CHAT, "1", SAID)
    assert len(wire.heard) == 1
    await teams.post(SERVICE, "a:another", SAID)
    clock.now += 61
    await teams.post(SERVICE, CHAT, SAID)
    assert len(wire.heard) == 3


@pytest.mark.parametrize("status", [500, 501, 505, 408, 409])
async def test_trouble_of_teams_own_is_worth_another_try_by_the_courier(
    status: int, wire: Wire, teams: Connector
) -> None:
    desk(wire).first = [failing(status, "ServiceError")]
    with pytest.raises(TeamsDown):
        await teams.post(SERVICE, CHAT, SAID)
    assert len(wire.heard) == 1


@EVERY_CALL
@pytest.mark.parametrize(
    "content",
    [
        b"<html>This page is blocked by the filter</html>",
        b"",
        b"[]",
        b"null",
        b'"id"',
        b'{"id": ',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
    ids=lambda content: repr(content[:12]),
)
async def test_an_answer_that_is_no_object_does_not_count_as_said(
    content: bytes, call: str, wire: Wire, teams: Connector
) -> None:
    desk(wire).first = [web.Response(body=content, content_type="text/html")]
    with pytest.raises(TeamsDown):
        await CALLS[call](teams, SERVICE)


@pytest.mark.parametrize("id", [None, "", 5, ["x"], {}])
@pytest.mark.parametrize("call", ["create_personal", "create_thread", "post"])
async def test_a_post_without_an_id_does_not_count_as_said(
    call: str, id: object, wire: Wire, teams: Connector
) -> None:
    desk(wire).well = {"id": id, "activityId": id}
    with pytest.raises(TeamsDown):
        await CALLS[call](teams, SERVICE)


@EVERY_CALL
@pytest.mark.parametrize("compressed", [False, True])
async def test_an_answer_beyond_all_measure_is_put_down(
    compressed: bool, call: str, wire: Wire, teams: Connector
) -> None:
    async def flood(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        if compressed:
            answer.enable_compression()
        await answer.prepare(request)
        for _ in range(64):
            await answer.write(b" " * LARGEST_ANSWER)
        return answer

    desk(wire).first = [flood]
    with pytest.raises(TeamsDown):
        await CALLS[call](teams, SERVICE)


async def _cut_off(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await answer.prepare(request)
    await answer.write(b'{"id": "half')
    assert request.transport is not None
    request.transport.abort()
    return answer


async def _hung_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _garbled(request: web.Request) -> web.StreamResponse:
    """What aiohttp answers with an error that holds the whole request, token and all."""
    assert request.transport is not None
    request.transport.write(b"HTTP/1.1 nonsense\r\n\r\n")
    request.transport.close()
    return web.Response()


@EVERY_CALL
@pytest.mark.parametrize("fault", [_cut_off, _hung_up, _garbled])
async def test_a_connection_lost_on_the_way_is_left_to_the_courier_and_not_posted_twice_here(
    fault: Any, call: str, wire: Wire, teams: Connector
) -> None:
    desk(wire).first = [fault] * 2  # aiohttp itself asks again, once, where that can do no harm
    with pytest.raises(TeamsDown):
        await CALLS[call](teams, SERVICE)
    posted = [heard for heard in wire.heard if heard.method == "POST"]
    assert len(posted) <= 1


async def test_teams_that_does_not_answer_is_given_up_in_time(
    wire: Wire, login: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.teams.clients.TIMEOUT", ClientTimeout(total=0.2))

    async def asleep(_request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    desk(wire).first = [asleep]
    async with open_session() as session:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            await Connector(session, login, Pace()).post(SERVICE, CHAT, SAID)
        assert time.monotonic() - started < 2


async def test_a_proxy_that_refuses_and_a_host_that_is_away_are_trouble_of_the_way(
    wire: Wire, teams: Connector
) -> None:
    wire.proxy.shut.add(CONNECTOR)
    with pytest.raises(TeamsDown):
        await teams.post(SERVICE, CHAT, SAID)
    await wire.proxy.close()
    with pytest.raises(TeamsDown):
        await teams.post(SERVICE, CHAT, SAID)


async def test_no_token_and_no_message_reaches_a_log_an_error_or_a_repr_at_debug_level(
    wire: Wire, teams: Connector
) -> None:
    root, heard = logging.getLogger(), io.StringIO()
    level, handlers = root.level, list(root.handlers)
    log.configure("DEBUG", heard)
    root.addHandler(logging.StreamHandler(heard))
    for name in ("", "aiohttp", "aiohttp.client", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    faults: list[Any] = [
        failing(400, "Canary_Free"),
        failing(401, "x"),
        failing(403, "Blocked"),
        failing(500, "x"),
        failing(302, Location="https://connector.example/"),
        web.Response(body=b"canary"),
        _cut_off,
        _hung_up,
        _garbled,
        failing(429, **{"Retry-After": "99"}),
        failing(400, "A canary with spaces"),
        web.Response(headers={"Content-Length": "5", "Set-Cookie": "canary=="}, body=b"{}   "),
    ]
    try:
        for number, fault in enumerate(faults):
            desk(wire).first = [fault] * 3
            try:
                await teams.post(SERVICE, f"{CHAT}{number}", SAID)
            except UNSAID as wrong:
                seen: BaseException | None = wrong
                while seen is not None:
                    heard.write(f"{seen!r} {seen} {''.join(traceback.format_exception(seen))}\n")
                    heard.write(f"{vars(seen)!r}")
                    seen = seen.__context__
                log.failure("test.failed", wrong)
        heard.write(repr(teams))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name in log.QUIET:
            logging.getLogger(name).setLevel(logging.NOTSET)
    assert heard.getvalue().count('"event":"test.failed"') == len(faults)
    assert len(wire.tokens()) >= 2
    assert "canary" not in heard.getvalue()


# --- what an answer means


def test_a_code_is_found_wherever_teams_puts_it_and_prose_is_no_code() -> None:
    nested = json.dumps({"subCode": "MessageWritesBlocked", "details": None})
    assert code_of({"error": {"code": "BadSyntax", "message": "words"}}) == "BadSyntax"
    assert code_of({"errorCode": 209, "message": nested}) == "MessageWritesBlocked"
    assert code_of({"error": {"code": "Forbidden", "message": nested}}) == "MessageWritesBlocked"
    assert (
        code_of({"error": {"code": "Forbidden", "innerHttpError": {"body": nested}}})
        == "MessageWritesBlocked"
    )
    odds: list[object] = [None, 5, [], "", "words", "[" * 5000, {"error": {"code": "two words"}}, {"code": 5}]
    assert {code_of(odd) for odd in odds} == {""}
    deep: Any = {"code": "TooDeep"}
    for _ in range(50):
        deep = {"error": deep}
    assert code_of(deep) == ""


@pytest.mark.parametrize("status", range(300, 600))
def test_every_no_means_something(status: int) -> None:
    assert isinstance(meant(status, None), UNSAID)
    assert isinstance(meant(status, {"error": {"code": "MessageWritesBlocked"}}), UNSAID)
    assert isinstance(meant(403, {"error": {"code": next(iter(BLOCKED))}}), TeamsUnreachable)


def test_the_service_of_these_tests_is_on_the_list() -> None:
    assert allowed(SERVICE)
