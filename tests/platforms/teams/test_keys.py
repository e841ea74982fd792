"""The keys Microsoft signs with are fetched when they are needed, and never stand in anybody's way."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.platforms.teams.clients import LARGEST_ANSWER, open_session
from bot.platforms.teams.errors import TeamsDown
from bot.platforms.teams.gate import Forged, Gate
from bot.platforms.teams.keys import AGAIN, AGAIN_WITHOUT, FRESH, STALE, Keys, key_of
from tests.platforms.teams.keyring import Signing, make_key
from tests.platforms.teams.made_tokens import Mint, activity
from tests.platforms.teams.tenant import APP, TENANT
from tests.platforms.teams.wire import KEYS, Clock, Wire, tapped

CONFIGURATION, LIST = "/v1/.well-known/openidconfiguration", "/v1/.well-known/keys"
FIRST, SECOND, THIRD = make_key(), make_key(), make_key()


class KeyServer:
    """What answers at login.botframework.com."""

    def __init__(self, *keys: Signing) -> None:
        self.listed: list[Any] = [key.public() for key in keys]
        self.jwks_uri: object = f"https://{KEYS}{LIST}"
        self.open = asyncio.Event()
        """Closed, an answer is begun and doesn't come."""
        self.open.set()
        self.trouble: web.Response | None = None

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        assert request.host == KEYS
        await self.open.wait()
        if self.trouble is not None:
            return web.Response(
                status=self.trouble.status, body=self.trouble.body, headers=self.trouble.headers
            )
        if request.path == CONFIGURATION:
            return web.json_response({"issuer": "https://api.botframework.com", "jwks_uri": self.jwks_uri})
        return web.json_response({"keys": self.listed})


@pytest.fixture
async def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """Microsoft's hosts, tapped."""
    async with tapped(tmp_path, monkeypatch) as wire:
        wire.answer = KeyServer(FIRST)
        yield wire


@pytest.fixture
async def session(wire: Wire) -> AsyncIterator[ClientSession]:
    """The product's own session."""
    async with open_session() as session:
        yield session


@pytest.fixture
def clock() -> Clock:
    """Moved by hand."""
    return Clock()


@pytest.fixture
async def keys(session: ClientSession, clock: Clock) -> AsyncIterator[Keys]:
    """Nothing fetched yet."""
    keys = Keys(session, clock=clock)
    yield keys
    await keys.close()


def server(wire: Wire) -> KeyServer:
    assert isinstance(wire.answer, KeyServer)
    return wire.answer


def fetches(wire: Wire) -> int:
    return sum(heard.path == CONFIGURATION for heard in wire.heard)


async def settled(keys: Keys) -> None:
    """Until the fetch in the background is through."""
    task = keys._errand._task
    if task is not None:
        await asyncio.wait([task])


async def test_the_first_who_needs_a_key_waits_for_one_fetch_together_with_all_the_others(
    wire: Wire, keys: Keys
) -> None:
    found = await asyncio.gather(*(keys.find(FIRST.kid) for _ in range(20)))
    assert {key.id for key in found if key} == {FIRST.kid}
    assert None not in found
    assert [heard.path for heard in wire.heard] == [CONFIGURATION, LIST]
    assert found[0] is not None
    assert found[0].endorsements == {"msteams", "webchat"}


async def test_keys_are_kept_for_a_day_and_then_renewed_behind_the_back_of_those_who_ask(
    wire: Wire, keys: Keys, clock: Clock
) -> None:
    await keys.warm()
    clock.now += FRESH - 1
    assert await keys.find(FIRST.kid)
    assert fetches(wire) == 1
    clock.now += 1
    server(wire).open.clear()
    assert await keys.find(FIRST.kid)
    assert keys._errand.running, "and nobody waited for it"
    server(wire).open.set()
    await settled(keys)
    assert fetches(wire) == 2


async def test_a_new_key_is_fetched_when_it_turns_up_and_a_withdrawn_one_is_forgotten(
    wire: Wire, keys: Keys, clock: Clock
) -> None:
    await keys.warm()
    wire.answer = KeyServer(SECOND)
    clock.now += AGAIN
    assert await keys.find(SECOND.kid)
    assert await keys.find(FIRST.kid) is None


async def test_made_up_key_ids_fetch_at_most_once_in_five_minutes(
    wire: Wire, keys: Keys, clock: Clock
) -> None:
    await keys.warm()
    for second in range(1200):
        clock.now += 1
        assert await keys.find(f"made-up-{second}") is None
    assert fetches(wire) == 1 + 1200 / AGAIN


async def test_a_slow_key_server_delays_nobody_whose_key_is_known(
    wire: Wire, keys: Keys, clock: Clock
) -> None:
    await keys.warm()
    server(wire).open.clear()
    clock.now += AGAIN
    stuck = [asyncio.create_task(keys.find(f"unknown-{n}")) for n in range(20)]
    await asyncio.sleep(0.05)
    mint = Mint(key=FIRST, clock=clock)
    gate = Gate(APP, TENANT, keys, clock=clock)
    for _ in range(50):
        await gate.check(f"Bearer {mint.token()}", activity())
    assert keys._errand.running, "and those fifty did not wait for it"
    assert not any(task.done() for task in stuck)
    server(wire).open.set()
    assert await asyncio.gather(*stuck) == [None] * 20
    assert fetches(wire) == 2


async def test_nothing_else_in_the_process_stands_still_while_keys_are_fetched(
    wire: Wire, keys: Keys
) -> None:
    server(wire).open.clear()
    waiting = asyncio.create_task(keys.find(FIRST.kid))
    for _ in range(50):
        await asyncio.sleep(0.005)
        assert not waiting.done()
    server(wire).open.set()
    assert await waiting


async def test_somebody_who_gives_up_waiting_does_not_stop_the_fetch_for_the_others(
    wire: Wire, keys: Keys
) -> None:
    server(wire).open.clear()
    impatient, patient = (asyncio.create_task(keys.find(FIRST.kid)) for _ in range(2))
    await asyncio.sleep(0.05)
    impatient.cancel()
    await asyncio.sleep(0)
    server(wire).open.set()
    assert await patient
    assert fetches(wire) == 1


async def test_the_last_keys_are_good_for_four_days_while_the_key_server_is_down_and_then_nobody_gets_in(
    wire: Wire, keys: Keys, clock: Clock
) -> None:
    await keys.warm()
    server(wire).trouble = web.Response(status=503)
    clock.now += STALE
    assert await keys.find(FIRST.kid)
    await settled(keys)
    clock.now += 1
    with pytest.raises(TeamsDown):
        await keys.find(FIRST.kid)
    server(wire).trouble = None
    clock.now += AGAIN_WITHOUT
    assert await keys.find(FIRST.kid)


async def test_without_keys_a_server_that_is_down_is_asked_every_five_seconds_at_most(
    wire: Wire, keys: Keys, clock: Clock
) -> None:
    server(wire).trouble = web.Response(status=500)
    for _ in range(60):
        with pytest.raises(TeamsDown):
            await keys.find(FIRST.kid)
        clock.now += 1
    assert fetches(wire) == 60 / AGAIN_WITHOUT


@pytest.mark.parametrize(
    "trouble",
    [
        web.Response(status=503),
        web.Response(status=404),
        web.Response(body=b"<html>This page is blocked</html>", content_type="text/html"),
        web.Response(body=b"[]"),
        web.Response(body=b'{"keys": []}'),
        web.Response(body=b"[" * 100_000),
        web.Response(body=b" " * (LARGEST_ANSWER + 1) + b"{}"),
        web.Response(status=302, headers={"Location": f"https://{KEYS}{LIST}"}),
    ],
    ids=lambda trouble: f"{trouble.status} {(trouble.body or b'')[:12]!r}",
)
async def test_whatever_a_key_server_answers_instead_the_old_keys_stay(
    trouble: web.Response, wire: Wire, keys: Keys, clock: Clock
) -> None:
    await keys.warm()
    server(wire).trouble = trouble
    clock.now += AGAIN
    assert await keys.find("new") is None
    assert await keys.find(FIRST.kid)
    assert {heard.path for heard in wire.heard[2:]} == {CONFIGURATION}


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://connector.example/keys",
        "http://login.botframework.com/v1/.well-known/keys",
        "https://login.botframework.com.connector.example/keys",
        "https://login.botframework.com@connector.example/keys",
        None,
        5,
    ],
)
async def test_keys_are_taken_from_microsofts_own_host_only(
    elsewhere: object, wire: Wire, keys: Keys, clock: Clock
) -> None:
    server(wire).jwks_uri = elsewhere
    with pytest.raises(TeamsDown):
        await keys.find(FIRST.kid)
    assert {heard.path for heard in wire.heard} == {CONFIGURATION}
    assert set(wire.proxy.asked) == {f"{KEYS}:443"}


def listed(key: Signing = FIRST, **other: object) -> dict[str, object]:
    """An entry of the list, with something different about it."""
    return {name: word for name, word in (key.public() | other).items() if word is not None}


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "key",
        [],
        {},
        listed(kty="oct", k="c2VjcmV0"),
        listed(kty="EC"),
        listed(kid=None),
        listed(kid=""),
        listed(kid=7),
        listed(n=None),
        listed(n="AQAB"),
        listed(n="!"),
        listed(n=5),
        listed(e=None),
        listed(endorsements=None),
        listed(endorsements="msteams"),
        listed(d="AQAB"),
    ],
)
def test_an_entry_that_is_no_endorsed_rsa_key_of_2048_bits_is_passed_over(entry: object) -> None:
    assert key_of(listed()) is not None
    assert key_of(entry) is None


async def test_one_bad_entry_does_not_spoil_the_list(wire: Wire, keys: Keys) -> None:
    server(wire).listed.insert(0, {"kty": "RSA", "kid": "broken", "endorsements": ["msteams"]})
    assert await keys.find(FIRST.kid)
    assert await keys.find("broken") is None


async def test_a_rotation_lets_the_new_key_in_and_the_gate_refuses_the_old_one(
    wire: Wire, keys: Keys, clock: Clock
) -> None:
    gate = Gate(APP, TENANT, keys, clock=clock)
    old, new = Mint(key=FIRST, clock=clock), Mint(key=SECOND, clock=clock)
    await gate.check(f"Bearer {old.token()}", activity())
    wire.answer = KeyServer(SECOND, THIRD)
    clock.now += AGAIN
    await gate.check(f"Bearer {new.token()}", activity())
    with pytest.raises(Forged, match="key"):
        await gate.check(f"Bearer {old.token()}", activity())


async def test_asking_for_keys_sends_nothing_of_ours_along(wire: Wire, keys: Keys) -> None:
    await keys.warm()
    assert wire.tokens() == set()
    assert all(heard.body == b"" and "Cookie" not in heard.headers for heard in wire.heard)
    assert json.dumps([heard.path for heard in wire.heard]).count("?") == 0


async def test_a_fetch_under_way_is_left_undone_at_the_end(wire: Wire, session: ClientSession) -> None:
    server(wire).open.clear()
    keys = Keys(session)
    waiting = asyncio.create_task(keys.warm())
    await asyncio.sleep(0.05)
    await keys.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await keys.close()


async def test_a_key_too_short_to_be_safe_is_passed_over() -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    assert key_of(Signing(kid="short", private=short).public()) is None


async def test_what_a_key_server_lists_under_another_shape_is_no_list(wire: Wire, keys: Keys) -> None:
    server(wire).listed = {"keys": "none"}  # type: ignore[assignment]
    with pytest.raises(TeamsDown):
        await keys.find(FIRST.kid)
