"""Our way in at Microsoft: proven with a certificate, secret or federated token, and told to nobody else."""

import asyncio
import base64
import io
import json
import logging
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes

from bot import log
from bot.platforms.teams.errors import TeamsDown, TeamsUnreachable
from bot.platforms.teams.login import (
    AGAIN,
    EARLY,
    PAUSE,
    YOUNG,
    Certificate,
    Credential,
    Federated,
    Login,
    Secret,
)
from bot.platforms.teams.login_door import LoginDoor
from tests.platforms.teams.tenant import APP, TENANT
from tests.platforms.teams.trust import make_trust
from tests.platforms.teams.wire import CA, LOGIN, Clock, Heard, Wire, tapped

DISCOVERY, TOKEN = f"/{TENANT}/v2.0/.well-known/openid-configuration", f"/{TENANT}/oauth2/v2.0/token"
WORD = "canary-secret-~Q8~with.all_kinds"
LASTS = 3599


class Entra:
    """What answers at login.microsoftonline.com."""

    def __init__(self) -> None:
        self.handed_out: list[str] = []
        self.instead: dict[str, web.Response] = {}
        """Path -> what is answered there instead."""
        self.token_endpoint = f"https://{LOGIN}{TOKEN}"
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        await self.open.wait()
        other = self.instead.get(request.path)
        if other is not None:
            return web.Response(status=other.status, body=other.body, headers=other.headers)
        if request.path == DISCOVERY:
            return web.json_response(
                {
                    "issuer": f"https://{LOGIN}/{TENANT}/v2.0",
                    "authorization_endpoint": f"https://{LOGIN}/{TENANT}/oauth2/v2.0/authorize",
                    "token_endpoint": self.token_endpoint,
                }
            )
        self.handed_out.append(f"canary-token-{len(self.handed_out) + 1}")
        return web.json_response(
            {"token_type": "Bearer", "expires_in": LASTS, "access_token": self.handed_out[-1]}
        )


@pytest.fixture
async def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """Microsoft's hosts, tapped, and one that isn't Microsoft's."""
    async with tapped(tmp_path, monkeypatch, "connector.example") as wire:
        wire.answer = Entra()
        yield wire


def entra(wire: Wire) -> Entra:
    assert isinstance(wire.answer, Entra)
    return wire.answer


def make_login(credential: Credential | None = None, clock: Clock | None = None) -> Login:
    return Login(APP, TENANT, credential or Secret(value=WORD), clock=clock or Clock())


def posts(wire: Wire) -> list[Heard]:
    return [heard for heard in wire.heard if heard.method == "POST"]


def form(heard: Heard) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(heard.body.decode()).items()}


async def settled(login: Login) -> None:
    """Until what goes on in the background is through."""
    task = login._errand._task
    if task is not None:
        await asyncio.wait([task])


async def test_a_secret_is_exchanged_for_a_token_at_microsofts_login_and_nowhere_else(wire: Wire) -> None:
    assert await make_login().token() == "canary-token-1"
    assert [(heard.host, heard.method, heard.path) for heard in wire.heard] == [
        (LOGIN, "GET", DISCOVERY),
        (LOGIN, "POST", TOKEN),
    ]
    asked = form(posts(wire)[0])
    assert asked["client_id"] == APP
    assert asked["client_secret"] == WORD
    assert asked["grant_type"] == "client_credentials"
    assert asked["scope"] == "https://api.botframework.com/.default"
    assert set(wire.proxy.asked) == {f"{LOGIN}:443"}


def pieces(wire: Wire) -> tuple[str, str]:
    """The private key and the certificate of the app, as PEM."""
    key, mark, certificate = wire.trust.app.read_text().partition("-----BEGIN CERTIFICATE-----")
    return key, mark + certificate


@pytest.mark.parametrize("order", ["key first", "certificate first", "with a chain", "with remarks"])
async def test_a_certificate_signs_an_assertion_that_names_it_by_its_thumbprint(
    order: str, wire: Wire
) -> None:
    key, certificate = pieces(wire)
    text = {
        "key first": key + certificate,
        "certificate first": certificate + key,
        "with a chain": key + certificate + wire.trust.authority.read_text(),
        "with remarks": f"Bag Attributes\n    friendlyName: usher\n{certificate}\nKey Attributes\n{key}",
    }[order]
    wire.trust.app.write_text(text)
    assert await make_login(Certificate(path=wire.trust.app)).token() == "canary-token-1"
    asked = form(posts(wire)[0])
    assert asked["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert "client_secret" not in asked
    ours = wire.trust.app_certificate
    claims = jwt.decode(
        asked["client_assertion"],
        ours.public_key(),  # type: ignore[arg-type]
        algorithms=["PS256"],
        audience=f"https://{LOGIN}{TOKEN}",
        issuer=APP,
    )
    assert claims["sub"] == APP
    header = jwt.get_unverified_header(asked["client_assertion"])
    digest = base64.urlsafe_b64encode(ours.fingerprint(hashes.SHA256())).decode()
    assert header["x5t#S256"].rstrip("=") == digest.rstrip("=")


async def test_a_certificate_renewed_on_disk_is_taken_up_without_a_restart(
    wire: Wire, tmp_path: Path
) -> None:
    clock = Clock()
    login = make_login(Certificate(path=wire.trust.app), clock)
    await login.token()
    async with asyncio.timeout(20):
        renewed = await asyncio.to_thread(make_trust, tmp_path / "renewed", (LOGIN,))
    wire.trust.app.write_bytes(renewed.app.read_bytes())
    clock.now += LASTS
    await login.token()
    first, second = (
        jwt.get_unverified_header(form(each)["client_assertion"])["x5t#S256"] for each in posts(wire)
    )
    assert first != second


async def test_a_federated_token_is_read_anew_from_its_file_each_time(wire: Wire, tmp_path: Path) -> None:
    file, clock = tmp_path / "federated", Clock()
    login = make_login(Federated(path=file), clock)
    for word in ("canary-federated-1", "canary-federated-2"):
        file.write_text(f"{word}\n")
        await login.token()
        assert form(posts(wire)[-1])["client_assertion"] == word
        clock.now += LASTS


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        *(
            (Certificate, content)
            for content in (None, "", "words", "key", "certificate", "broken", "\u00e9")
        ),
        *((Federated, content) for content in (None, "", " \n", "\u00e9")),
    ],
)
async def test_a_file_that_is_missing_or_holds_something_else_is_said_to_be_so(
    kind: type[Certificate | Federated], content: str | None, wire: Wire, tmp_path: Path
) -> None:
    key, certificate = pieces(wire)
    known = {"key": key, "certificate": certificate, "broken": key.replace("M", "N") + certificate}
    file = tmp_path / "credential"
    if content is not None:
        file.write_text(known.get(content, content), encoding="utf-8")
    with pytest.raises(TeamsUnreachable) as refused:
        await make_login(kind(path=file)).token()
    assert refused.value.why == "not_allowed"
    assert refused.value.code in {"no_certificate", "no_federated_token", "setup"}
    assert posts(wire) == []


async def test_everybody_waits_for_one_token_and_it_is_kept(wire: Wire) -> None:
    login = make_login()
    assert set(await asyncio.gather(*(login.token() for _ in range(20)))) == {"canary-token-1"}
    assert await login.token() == "canary-token-1"
    assert len(posts(wire)) == 1


async def test_a_token_is_renewed_at_half_its_life_while_it_still_serves(wire: Wire) -> None:
    clock = Clock()
    login = make_login(clock=clock)
    await login.token()
    clock.now += LASTS / 2 - 1
    await login.token()
    assert len(posts(wire)) == 1
    clock.now += 2
    assert await login.token() == "canary-token-1"
    await settled(login)
    assert await login.token() == "canary-token-2"


async def test_a_login_that_is_down_is_felt_only_when_the_token_ends(wire: Wire) -> None:
    clock = Clock()
    login = make_login(clock=clock)
    await login.token()
    entra(wire).instead[TOKEN] = web.Response(status=503)
    began = len(wire.heard)
    for _ in range(int((LASTS - EARLY) / 10)):
        assert await login.token() == "canary-token-1"
        await settled(login)
        clock.now += 10
    assert len(wire.heard) - began <= 2 * ((LASTS - EARLY) / 2 / AGAIN + 1)
    clock.now += 10
    with pytest.raises(TeamsDown):
        await login.token()
    entra(wire).instead.clear()
    clock.now += PAUSE
    assert await login.token() == "canary-token-2"


async def test_while_there_is_no_token_the_login_is_not_hammered(wire: Wire) -> None:
    clock = Clock()
    login = make_login(clock=clock)
    entra(wire).instead[TOKEN] = web.json_response({"error": "invalid_client"}, status=401)
    for _ in range(50):
        with pytest.raises(TeamsUnreachable, match="invalid_client"):
            await login.token()
        clock.now += 1
    assert len(posts(wire)) == 50 / PAUSE


async def test_a_refused_token_is_replaced_once_by_everybody_together_and_never_while_it_is_new(
    wire: Wire,
) -> None:
    clock = Clock()
    login = make_login(clock=clock)
    old = await login.token()
    assert not login.forget(old)
    assert await login.token() == old
    clock.now += YOUNG
    assert [login.forget(old) for _ in range(10)] == [True] * 10
    new = set(await asyncio.gather(*(login.token() for _ in range(10))))
    assert new == {"canary-token-2"}
    assert login.forget(old)
    assert await login.token() == "canary-token-2"


@pytest.mark.parametrize("where", [DISCOVERY, TOKEN])
@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (web.Response(status=500), TeamsDown),
        (web.Response(status=503, body=b'{"error": "temporarily_unavailable"}'), TeamsDown),
        (web.Response(status=429, headers={"Retry-After": "5"}), TeamsDown),
        (web.Response(status=407), TeamsDown),
        (web.Response(status=302, headers={"Location": "https://connector.example/"}), TeamsDown),
        (web.Response(status=307, headers={"Location": "https://connector.example/"}), TeamsDown),
        (web.Response(body=b"<html>This page is blocked</html>"), TeamsDown),
        (web.Response(body=b'{"access_token": "canary-cut-off'), TeamsDown),
        (web.Response(body=b"[]"), TeamsDown),
        (web.Response(status=400, body=b"no JSON"), TeamsDown),
        (web.Response(body=b"[" * 100_000), TeamsDown),
        (web.Response(body=b'{"x": "' + b" " * 2_000_000 + b'"}'), TeamsDown),
    ],
)
async def test_whatever_else_answers_it_is_worth_trying_again_and_nobody_is_followed(
    where: str, trouble: web.Response, expected: type[Exception], wire: Wire
) -> None:
    entra(wire).instead[where] = trouble
    with pytest.raises(expected):
        await make_login().token()
    assert {heard.host for heard in wire.heard} == {LOGIN}


@pytest.mark.parametrize(
    ("where", "body", "code"),
    [
        (TOKEN, {"error": "invalid_client", "error_description": f"AADSTS7000215 {WORD}"}, "invalid_client"),
        (TOKEN, {"error": "unauthorized_client"}, "unauthorized_client"),
        (DISCOVERY, {"error": "invalid_tenant", "error_description": "AADSTS90002"}, "setup"),
    ],
)
async def test_a_login_that_says_no_to_us_is_nothing_that_waiting_would_mend(
    where: str, body: dict[str, Any], code: str, wire: Wire
) -> None:
    entra(wire).instead[where] = web.json_response(body, status=400)
    with pytest.raises(TeamsUnreachable) as refused:
        await make_login().token()
    assert (refused.value.why, refused.value.code) == ("not_allowed", code)


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": "", "expires_in": 3599},
        {"access_token": 5, "expires_in": 3599},
        {"access_token": "canary", "expires_in": "soon"},
        {"access_token": "canary", "expires_in": 60},
        {"access_token": "canary"},
        {"error": "temporarily_unavailable"},
        {"error": f"words {WORD}"},
        {},
    ],
    ids=str,
)
async def test_an_answer_without_a_token_of_some_life_is_none(answer: dict[str, Any], wire: Wire) -> None:
    entra(wire).instead[TOKEN] = web.json_response(answer)
    with pytest.raises(TeamsDown):
        await make_login().token()


@pytest.mark.parametrize(
    "endpoint",
    ["https://connector.example/token", f"http://{LOGIN}{TOKEN}", f"https://{LOGIN}@connector.example/token"],
)
async def test_a_secret_is_not_sent_where_a_discovery_document_points_elsewhere(
    endpoint: str, wire: Wire
) -> None:
    entra(wire).token_endpoint = endpoint
    with pytest.raises((TeamsDown, TeamsUnreachable)):
        await make_login().token()
    assert set(wire.proxy.asked) == {f"{LOGIN}:443"}
    assert all(WORD.encode() not in heard.body for heard in wire.heard)


async def test_msal_is_kept_from_regional_logins(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MSAL_FORCE_REGION", "uksouth")
    monkeypatch.setenv("REGION_NAME", "uksouth")
    await make_login().token()
    assert {heard.host for heard in wire.heard} == {LOGIN}


async def test_a_login_that_does_not_answer_is_given_up_and_delays_nothing_else(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.teams.login_door.TIMEOUT", 2.0)
    entra(wire).open.clear()
    waiting = asyncio.create_task(make_login().token())
    for _ in range(20):
        await asyncio.sleep(0.005)
        assert not waiting.done()
    with pytest.raises((TimeoutError, TeamsDown)):
        await waiting
    entra(wire).open.set()


@pytest.mark.parametrize("ca", [CA, "REQUESTS_CA_BUNDLE"])
async def test_a_schools_own_authority_is_trusted_by_either_name(
    ca: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tapped(tmp_path, monkeypatch, ca=ca) as wire:
        wire.answer = Entra()
        assert await make_login().token() == "canary-token-1"
        monkeypatch.delenv(ca)
        with pytest.raises(TeamsDown):
            await make_login().token()
        assert len(posts(wire)) == 1


async def test_no_secret_or_token_reaches_a_log_an_error_or_a_repr_at_debug_level(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the product logs, and worse: with every library's logger let loose at DEBUG."""
    heard = io.StringIO()
    federated = tmp_path / "federated"
    federated.write_text("canary-federated")
    kept = [(logging.getLogger(), logging.getLogger().level, list(logging.getLogger().handlers))]
    log.configure("DEBUG", heard)
    loose = logging.StreamHandler(heard)
    logging.getLogger().addHandler(loose)
    for name in ("", "msal", "urllib3", "asyncio", "aiohttp"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    credentials = (Secret(value=WORD), Federated(path=federated), Certificate(path=wire.trust.app))
    try:
        for credential in credentials:
            for instead in (None, 400, 500, "cut"):
                await _tried(credential, instead, wire, heard)
    finally:
        for logger, level, handlers in kept:
            logger.handlers[:] = handlers
            logger.setLevel(level)
        for name in log.QUIET:
            logging.getLogger(name).setLevel(logging.NOTSET)
    key = pieces(wire)[0].splitlines()[5]
    assert "teams.login" in heard.getvalue()
    for canary in (
        "canary",
        "canary-token",
        "canary-federated",
        WORD,
        key,
        *(form(post).get("client_assertion", WORD) for post in posts(wire)),
    ):
        assert canary not in heard.getvalue()
        inside = base64.b64encode(canary.encode()).decode()[:-4]
        assert len(inside) < 8 or inside not in heard.getvalue()


async def _tried(credential: Credential, instead: object, wire: Wire, heard: io.StringIO) -> None:
    """One try, with everything an error or a repr says written down as well."""
    words = {
        400: web.Response(
            status=400, body=json.dumps({"error": "invalid_client", "error_description": WORD}).encode()
        ),
        500: web.Response(status=500, body=f"canary {WORD}".encode()),
        "cut": web.Response(body=b'{"access_token": "canary-cut-off'),
    }
    entra(wire).instead = {TOKEN: words[instead]} if instead in words else {}
    login = make_login(credential)
    try:
        await login.token()
    except (TeamsDown, TeamsUnreachable) as wrong:
        heard.write("".join(traceback.format_exception(wrong)))
        seen: BaseException | None = wrong
        while seen is not None:
            heard.write(f"{seen!r} {seen.args!r}")
            seen = seen.__context__
    heard.write(f"{login!r} {credential!r} {login._token!r} {vars(login)!r}")


async def test_a_bundle_of_authorities_that_is_not_there_is_trouble_and_no_crash(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    with pytest.raises(TeamsDown, match="authorities"):
        await make_login().token()


async def test_asking_stops_at_the_end(wire: Wire) -> None:
    entra(wire).open.clear()
    login = make_login()
    waiting = asyncio.create_task(login.token())
    await asyncio.sleep(0.05)
    await login.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    entra(wire).open.set()


def test_the_door_takes_what_msal_gives_it() -> None:
    """msal closes its client, and calls it with what every http_client takes."""
    door = LoginDoor()
    door.close()
    with pytest.raises(TeamsDown):
        door.get("https://connector.example/", headers={}, allow_redirects=True)
