"""The fake login server gives a token to whoever proves to be the app, and to nobody else."""

import base64
import time
from typing import Any

import jwt
import msal
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.platforms.teams.keyring import make_key
from tests.platforms.teams.login import ASSERTION, AUTHORITY, SCOPE
from tests.platforms.teams.server import FakeTeams
from tests.platforms.teams.tenant import APP, TEAM, TENANT
from tests.platforms.teams.tiny import Tiny, away

Json = dict[str, Any]


async def test_a_secret_earns_a_token_and_a_wrong_one_none(tiny: Tiny) -> None:
    assert (await tiny.login())[0] == 200
    assert (await tiny.login(client_secret="wrong"))[0] == 401
    assert tiny.fake.login.denied == ["AADSTS7000215"]
    assert tiny.fake.objections == []


@pytest.mark.parametrize(
    ("other", "objected"),
    [
        ({"grant_type": "password"}, True),
        ({"scope": "https://graph.microsoft.com/.default"}, True),
        ({"client_id": TENANT}, False),
    ],
)
async def test_a_token_is_for_this_app_and_this_service_only(
    tiny: Tiny, other: dict[str, str], objected: bool
) -> None:
    assert (await tiny.login(**other))[0] == 400
    assert bool(tiny.fake.objections) is objected


def assertion(fake: FakeTeams, key: Any = None, **other: Any) -> str:
    """What proves that one has the key of the app's certificate."""
    now = int(time.time())
    claims = {"aud": f"{AUTHORITY}/oauth2/v2.0/token", "iss": APP, "sub": APP, "jti": str(time.time())}
    own: Any = load_pem_private_key(fake.trust.app.read_bytes(), None)
    print_ = base64.urlsafe_b64encode(fake.trust.app_certificate.fingerprint(hashes.SHA256())).decode()
    headers = {"x5t#S256": other.pop("x5t", print_.rstrip("="))}
    whole = {**claims, "nbf": now, "exp": now + 60, **other}
    return jwt.encode(whole, key or own, algorithm="PS256", headers=headers)


async def test_an_assertion_counts_once_and_only_with_the_key_of_the_certificate(tiny: Tiny) -> None:
    kind = {"client_assertion_type": ASSERTION}
    good = assertion(tiny.fake)
    assert (await tiny.login(client_assertion=good, **kind))[0] == 200
    assert (await tiny.login(client_assertion=good, **kind))[0] == 401
    for bad in (
        assertion(tiny.fake, key=make_key().private),
        assertion(tiny.fake, aud="https://elsewhere.example"),
        assertion(tiny.fake, sub=TENANT),
        assertion(tiny.fake, exp=int(time.time()) - 60),
        assertion(tiny.fake, x5t="AAAA"),
        "not a token",
    ):
        assert (await tiny.login(client_assertion=bad, **kind))[0] == 401
    assert tiny.fake.login.ways == ["PS256"]


async def test_msal_itself_is_content_with_the_login_server(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in tiny.fake.environment().items():
        monkeypatch.setenv(name, value)
    pem = tiny.fake.trust.app.read_text()
    certificate = {"private_key": pem, "public_certificate": pem[pem.index("-----BEGIN CERT") :]}

    def ask(credential: Any) -> Json:
        app = msal.ConfidentialClientApplication(APP, authority=AUTHORITY, client_credential=credential)
        return dict(app.acquire_token_for_client([SCOPE]))

    tiny.token = (await away(ask, certificate))["access_token"]
    assert (await tiny.call("GET", f"conversations/{TEAM}/pagedmembers"))[0] == 200
    assert (await away(ask, "wrong"))["error"] == "invalid_client"
    assert tiny.fake.login.ways == ["PS256"]
