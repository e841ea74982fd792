"""The gate lets in what Microsoft signed for us; each forgery is stopped by the check made for it."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.teams import gate as gate_module
from bot.platforms.teams.errors import TeamsDown
from bot.platforms.teams.gate import (
    INSIDE,
    OUTSIDE,
    Forged,
    Gate,
    allowed,
    loopback,
    sole,
)
from bot.platforms.teams.keys import Key, key_of
from tests.platforms.teams.made_tokens import Mint, activity, encoded, raw
from tests.platforms.teams.tenant import APP, ELSEWHERE, SERVICE, TENANT

NOW = 1_800_000_000.0
MINT = Mint(clock=lambda: NOW)
EVIL = "https://connector.example/uk/"


class Ring:
    """The key server's list, at hand."""

    def __init__(self, *, away: bool = False) -> None:
        listed = [key_of(each.public()) for each in (MINT.key, MINT.elsewhere)]
        self.keys = {key.id: key for key in listed if key is not None}
        self.away = away
        self.asked: list[str] = []

    async def find(self, id: str) -> Key | None:
        """The key."""
        self.asked.append(id)
        if self.away:
            raise TeamsDown("keys")
        return self.keys.get(id)


def make_gate(ring: Ring | None = None, now: float = NOW) -> Gate:
    return Gate(APP, TENANT, ring or Ring(), clock=lambda: now)


async def refusal(
    authorization: str | None, what: Mapping[str, Any] | None = None, gate: Gate | None = None
) -> str:
    """The code it is refused with; "" when it is let in."""
    try:
        await (gate or make_gate()).check(authorization, activity() if what is None else what)
    except Forged as forged:
        return forged.code
    return ""


def by(token: str) -> str:
    return f"Bearer {token}"


@dataclass(frozen=True, kw_only=True)
class Forgery:
    """One way to try it, right in everything else, and the check that must stop it."""

    name: str
    stopped: str
    authorization: Callable[[], str | None] = lambda: by(MINT.token())
    activity: Callable[[], Mapping[str, Any]] = activity


def claims(name: str, stopped: str, *without: str, **other: object) -> Forgery:
    """A properly signed token that claims something wrong."""
    return Forgery(
        name=name, stopped=stopped, authorization=lambda: by(MINT.token(MINT.claims(*without, **other)))
    )


def headed(name: str, stopped: str, **header: object) -> Forgery:
    """A properly signed token with something strange in its header."""
    return Forgery(
        name=name,
        stopped=stopped,
        authorization=lambda: by(MINT.by_hand(json.dumps(MINT.claims()).encode(), **header)),
    )


def sent(name: str, stopped: str, **other: object) -> Forgery:
    """A proper token, beside an activity that isn't as it should be. The token is for its address."""
    what = activity() | other
    service = what.get("serviceUrl")
    return Forgery(
        name=name,
        stopped=stopped,
        activity=lambda: what,
        authorization=lambda: by(MINT.token(MINT.claims(serviceurl=service))),
    )


def made(name: str, stopped: str, authorization: Callable[[], str | None]) -> Forgery:
    return Forgery(name=name, stopped=stopped, authorization=authorization)


def hs256_with_public_key() -> str:
    """Signed with the public key as if it were a shared secret (PyJWT itself refuses to do that)."""
    head, body, _ = raw({"alg": "HS256", "typ": "JWT", "kid": MINT.key.kid}, MINT.claims()).split(".")
    signature = hmac.new(MINT.public_pem(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{encoded(signature)}"


def changed() -> str:
    """A right token whose audience has been changed afterwards, from another app's to ours."""
    head, _, signature = MINT.token(MINT.claims(aud="another-app")).split(".")
    return f"{head}.{encoded(json.dumps(MINT.claims()).encode())}.{signature}"


def padded(size: int) -> str:
    """A right token with so many characters in its Authorization header."""
    token = MINT.token()
    while len(by(token)) < size:
        token = MINT.token(MINT.claims(padding="x" * ((size - len(by(token))) * 3 // 4 + 1)))
    return by(token)


FORGER_JWK = MINT.forger.public()


def forger_with_a_jwk() -> str:
    """Brings its own key along, under the name of the channel's."""
    return MINT.token(by=MINT.forger, kid=MINT.key.kid, jwk=FORGER_JWK)


FORGERIES = [
    made("no header", "authorization", lambda: None),
    made("an empty header", "authorization", lambda: ""),
    made("basic", "authorization", lambda: f"Basic {MINT.token()}"),
    made("no scheme", "authorization", MINT.token),
    made("scheme alone", "authorization", lambda: "Bearer "),
    made("two schemes", "authorization", lambda: f"{by(MINT.token())}, Basic dTpw"),
    made("two tokens", "authorization", lambda: f"{by(MINT.token())} {MINT.token()}"),
    made("two tokens and a comma", "authorization", lambda: f"{by(MINT.token())},{by(MINT.token())}"),
    made("a line break", "authorization", lambda: f"{by(MINT.token())}\n"),
    made("two parts", "authorization", lambda: by(MINT.token().rpartition(".")[0])),
    made("encrypted, five parts", "authorization", lambda: by("a.b.c.d.e")),
    made("too long", "authorization", lambda: padded(8 * 1024 + 1)),
    made("not base64", "token", lambda: by("a.b.c")),
    made("header no JSON", "token", lambda: by(f"{encoded(b'{')}.e30.c2ln")),
    made("header a list", "token", lambda: by(raw([], {}, b"s"))),
    made("header too deep", "token", lambda: by(f"{encoded(b'[' * 4000)}.e30.c2ln")),
    made("no kid", "token", lambda: by(MINT.token(kid=None))),
    made("empty kid", "token", lambda: by(MINT.token(kid=""))),
    made("kid a number", "token", lambda: by(raw({"alg": "RS256", "kid": 5}, MINT.claims(), b"s"))),
    made("unknown kid", "key", lambda: by(MINT.token(by=MINT.forger))),
    made("alg none", "signature", lambda: by(raw({"alg": "none", "kid": MINT.key.kid}, MINT.claims(), b"s"))),
    made("alg None", "signature", lambda: by(raw({"alg": "None", "kid": MINT.key.kid}, MINT.claims(), b"s"))),
    made("no alg", "signature", lambda: by(raw({"kid": MINT.key.kid}, MINT.claims(), b"s"))),
    made("HS256 with the public key", "signature", lambda: by(hs256_with_public_key())),
    made("RS512", "signature", lambda: by(MINT.token(algorithm="RS512"))),
    made("PS256", "signature", lambda: by(MINT.token(algorithm="PS256"))),
    made("signed by a stranger", "signature", lambda: by(MINT.token(by=MINT.forger, kid=MINT.key.kid))),
    made("changed afterwards", "signature", lambda: by(changed())),
    made("claims a list", "claims", lambda: by(MINT.by_hand(b"[]"))),
    made("claims no JSON", "claims", lambda: by(MINT.by_hand(b"{"))),
    made("claims too deep", "claims", lambda: by(MINT.by_hand(b"[" * 3000))),
    headed("jku", "header", jku=f"{EVIL}keys"),
    headed("jwk", "header", jwk=FORGER_JWK),
    headed("x5u", "header", x5u=f"{EVIL}chain.pem"),
    headed("x5c", "header", x5c=["MIIB"]),
    headed("crit that PyJWT understands", "header", crit=["b64"], b64=True),
    headed("crit", "token", crit=["exp"], exp=1),
    headed("zip", "header", zip="DEF"),
    made("jwk of the forger", "header", lambda: by(forger_with_a_jwk())),
    made("another channel's key", "endorsement", lambda: by(MINT.token(by=MINT.elsewhere))),
    claims("no issuer", "issuer", "iss"),
    claims("issuer of a user's token", "issuer", iss=f"https://login.microsoftonline.com/{TENANT}/v2.0"),
    claims("issuer of the emulator", "issuer", iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871/"),
    claims("issuer with a slash", "issuer", iss="https://api.botframework.com/"),
    claims("issuer look-alike", "issuer", iss="https://api.botframework.com.connector.example"),
    claims("issuers", "issuer", iss=["https://api.botframework.com"]),
    claims("no audience", "audience", "aud"),
    claims("another app", "audience", aud="0a9b54e1-0b07-4c55-9e2b-05e700000002"),
    claims("audience a list", "audience", aud=[APP]),
    claims("audience a list of two", "audience", aud=[APP, "another"]),
    claims("audience in capitals", "audience", aud=APP.upper()),
    claims("no beginning", "begins", "nbf"),
    claims("not yet", "begins", nbf=NOW + 301),
    claims("beginning a text", "begins", nbf=str(NOW - 300)),
    claims("beginning true", "begins", nbf=True),
    claims("beginning no number", "begins", nbf=float("nan")),
    claims("beginning before all time", "begins", nbf=float("-inf")),
    claims("no end", "ends", "exp"),
    claims("over", "ends", exp=NOW - 301),
    claims("over to the second", "ends", exp=NOW - 300),
    claims("end a text", "ends", exp=str(NOW + 3600)),
    claims("end null", "ends", exp=None),
    claims("end no number", "ends", exp=float("nan")),
    claims("never ends", "ends", exp=float("inf")),
    claims("no serviceurl", "serviceurl", "serviceurl"),
    claims("another region's serviceurl", "serviceurl", serviceurl="https://smba.trafficmanager.net/emea/"),
    claims("serviceurl without the slash", "serviceurl", serviceurl=SERVICE.rstrip("/")),
    claims("serviceurl under another name", "serviceurl", "serviceurl", serviceUrl=SERVICE),
    sent("no channel", "channel", channelId=None),
    sent("another channel", "channel", channelId="webchat"),
    sent("the emulator's channel", "channel", channelId="emulator"),
    sent("channels", "channel", channelId=["msteams"]),
    sent("no address", "address", serviceUrl=None),
    sent("another address", "address", serviceUrl=EVIL),
    sent("our own machine", "address", serviceUrl="http://127.0.0.1:3978/"),
    sent("foreign tenant", "tenant", **activity(tenant=ELSEWHERE)),
    sent("foreign tenant in the conversation", "tenant", conversation={"id": "a:1", "tenantId": ELSEWHERE}),
    sent("foreign tenant in the channel's part", "tenant", channelData={"tenant": {"id": ELSEWHERE}}),
    sent("no tenant at all", "tenant", conversation={"id": "a:1"}, channelData={}),
    sent("tenant a list", "tenant", conversation={"id": "a:1", "tenantId": [TENANT]}, channelData=None),
    sent("tenant where none is looked for", "tenant", conversation=[TENANT], channelData="x", tenant=TENANT),
]  # fmt: skip
NAMES = [forgery.name for forgery in FORGERIES]
TRICKS = [
    "https://connector.example/",
    "http://smba.trafficmanager.net/uk/",
    "HTTPS://smba.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net@connector.example/uk/",
    "https://smba.trafficmanager.net:443@connector.example/",
    "https://user:word@smba.trafficmanager.net/uk/",
    "https://@smba.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net:8443/uk/",
    "https://smba.trafficmanager.net:/uk/",
    "https://smba.trafficmanager.net:0443/uk/",
    "https://smba.trafficmanager.net.connector.example/uk/",
    "https://smba.trafficmanager.net./uk/",
    "https://smba-trafficmanager.net/uk/",
    "https://smbaxtrafficmanager.net/uk/",
    "https://evilsmba.trafficmanager.net/uk/",
    "https://evil.smba.trafficmanager.net/uk/",
    "https://trafficmanager.net/uk/",
    "https://evil.trafficmanager.net/uk/",
    "https://smba.infra.gov.teams.microsoft.us/",
    "https://connector.example/smba.trafficmanager.net/",
    "https://connector.example#smba.trafficmanager.net/",
    "https://connector.example?smba.trafficmanager.net/",
    "https://connector.example\\@smba.trafficmanager.net/",
    "https://smba.trafficmanager.net\\.connector.example/",
    "https://smba.trafficmanager.net#@connector.example/",
    "https://smba.trafficmanager.net/uk/?to=connector.example",
    "https://smba.trafficmanager.net/uk/#x",
    "https://smba.trafficmanager.net/../uk/",
    "https://smba.trafficmanager.net/%2e%2e/",
    "https://smba.trafficmanager.net//connector.example/",
    "https:/smba.trafficmanager.net/uk/",
    "//smba.trafficmanager.net/uk/",
    "smba.trafficmanager.net",
    " https://smba.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net/uk/\n",
    "https://smba.trafficmanager.net\n.connector.example/",
    "https://smba.trafficmanager.net\t/uk/",
    "https://smba.trafficmanager.net\x00.connector.example/",
    "https://smbа.trafficmanager.net/uk/",
    "https://ｓmba.trafficmanager.net/uk/",
    "https://smba。trafficmanager。net/uk/",
    "https://smba.trafficmanager.net／uk/",
    "https://smba.traﬃcmanager.net/uk/",
    "https://smba.trafficmanager.net/uk/٣/",
    "https://[::1]/",
    "https://127.0.0.1/",
    f"https://smba.trafficmanager.net/{'x' * 300}/",
    "",
]
"""Addresses off the list; two letters in the last third are Cyrillic or otherwise not what they seem."""


async def test_what_microsoft_signed_for_us_is_let_in() -> None:
    assert await refusal(by(MINT.token())) == ""


@pytest.mark.parametrize(
    "what",
    [
        activity(conversation={"id": "a:1"}),
        activity(channelData=None),
        activity(channelData={}),
        activity(tenant=TENANT.upper()),
        activity(type="invoke", name="task/fetch", value={"data": {}}),
        activity(type="conversationUpdate", text=None),
    ],
)
async def test_an_activity_that_names_our_tenant_in_any_of_its_places_is_let_in(
    what: Mapping[str, Any],
) -> None:
    assert await refusal(by(MINT.token()), what) == ""


async def test_clocks_may_differ_by_five_minutes() -> None:
    edge = MINT.token(MINT.claims(nbf=NOW, exp=NOW))
    assert await refusal(by(edge), gate=make_gate(now=NOW - 300)) == ""
    assert await refusal(by(edge), gate=make_gate(now=NOW + 299)) == ""
    assert await refusal(by(edge), gate=make_gate(now=NOW - 301)) == "begins"
    assert await refusal(by(edge), gate=make_gate(now=NOW + 300)) == "ends"


async def test_a_header_of_eight_kilobytes_is_the_longest() -> None:
    size = 8 * 1024
    whole = padded(size - 200)
    assert len(whole) <= size
    assert await refusal(whole) == ""


@pytest.mark.parametrize("forgery", FORGERIES, ids=NAMES)
async def test_each_forgery_is_refused_by_the_check_made_for_it(forgery: Forgery) -> None:
    assert await refusal(forgery.authorization(), forgery.activity()) == forgery.stopped


@pytest.mark.parametrize("address", TRICKS)
async def test_an_address_off_the_list_is_refused_however_it_is_dressed_up(address: str) -> None:
    assert not allowed(address)
    token = MINT.token(MINT.claims(serviceurl=address))
    assert await refusal(by(token), activity(service=address)) == "address"


@pytest.mark.parametrize("address", [None, 5, True, [SERVICE], {"a": SERVICE}, SERVICE.encode()])
def test_an_address_that_is_no_text_is_refused(address: object) -> None:
    assert not allowed(address)
    assert not loopback(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net/uk",
        "https://smba.trafficmanager.net",
        "https://smba.trafficmanager.net:443/emea/",
        f"https://smba.trafficmanager.net/amer/{TENANT}/",
        "https://smba.infra.gcc.teams.microsoft.com/gcc/",
    ],
)
def test_teams_own_addresses_are_on_the_list(address: str) -> None:
    assert allowed(address)
    assert not loopback(address)


@given(st.text(max_size=60))
def test_nothing_that_ends_or_begins_otherwise_is_on_the_list(more: str) -> None:
    if allowed(f"https://smba.trafficmanager.net{more}"):
        assert more == "" or more.startswith((":443", "/"))
        assert more.isascii()
    assert not allowed(f"https://{more}.smba.trafficmanager.net/")
    assert not allowed(f"https://{more}@smba.trafficmanager.net/")
    assert not allowed(f"https://smba.trafficmanager.net@{more}/")


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:56150/", True),
        ("http://localhost:56150", True),
        ("http://[::1]:3979/_connector", True),
        ("http://127.0.0.1.connector.example/", False),
        ("http://localhost.connector.example/", False),
        ("http://localhost@connector.example/", False),
        ("http://localhost:80@connector.example/", False),
        ("http://127.0.0.2/", False),
        ("http://0.0.0.0/", False),
        ("https://connector.example/", False),
        ("http://127.0.0.1:3978/\n", False),
    ],
)
def test_only_this_very_machine_counts_as_loopback(address: str, here: bool) -> None:
    assert loopback(address) is here
    assert not allowed(address)


def test_two_authorization_headers_are_none() -> None:
    token = by(MINT.token())
    assert sole([token]) == token
    assert sole([]) is None
    assert sole([token, token]) is None


async def test_nothing_asks_for_a_key_that_can_be_refused_without_one() -> None:
    ring = Ring()
    for forgery in FORGERIES:
        if forgery.stopped in {"authorization", "token", *OUTSIDE}:
            await refusal(forgery.authorization(), forgery.activity(), make_gate(ring))
    assert ring.asked == []


async def test_without_any_keys_nobody_is_let_in_and_it_is_not_called_a_forgery() -> None:
    with pytest.raises(TeamsDown):
        await make_gate(Ring(away=True)).check(by(MINT.token()), activity())


@given(st.binary(max_size=300), st.integers(0, 2))
async def test_no_garbage_gets_in_or_breaks_the_gate(noise: bytes, part: int) -> None:
    parts = MINT.token().split(".")
    was, parts[part] = parts[part], encoded(noise)
    if parts[part] != was:
        assert await refusal(by(".".join(parts))) != ""


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda more: st.lists(more, max_size=3) | st.dictionaries(st.text(max_size=5), more, max_size=3),
    ),
    st.sampled_from(["channelId", "serviceUrl", "conversation", "channelData"]),
)
async def test_no_odd_activity_breaks_the_gate(odd: object, field: str) -> None:
    assert await refusal(by(MINT.token()), activity() | {field: odd}) in {"", *OUTSIDE, *INSIDE}


def unsigned(token: str, _key: Key) -> Mapping[str, Any]:
    """A mutant: reads the claims and doesn't look at the signature."""
    found: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def as_it_says(token: str, key: Key) -> Mapping[str, Any]:
    """A mutant: takes the algorithm that the token names."""
    named = jwt.get_unverified_header(token).get("alg", "")
    if named not in {"RS256", "RS512", "PS256"}:
        raise Forged("signature")
    found: Mapping[str, Any] = json.loads(
        jwt.PyJWS().decode_complete(token, key.key.key, algorithms=[named])["payload"]
    )
    return found


def as_a_secret(token: str, _key: Key) -> Mapping[str, Any]:
    """A mutant: an old library that takes a public key for a shared secret when the token says HS256."""
    content, _, signature = token.rpartition(".")
    made = hmac.new(MINT.public_pem(), content.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(encoded(made), signature):
        raise Forged("signature")
    return unsigned(token, _key)


@pytest.mark.parametrize("removed", [*OUTSIDE, *INSIDE])
async def test_without_a_check_all_that_it_stops_would_get_in(
    removed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each check is the only thing between us and its forgeries: a gate without it is caught out."""
    for name, table in (("OUTSIDE", OUTSIDE), ("INSIDE", INSIDE)):
        less = {code: check for code, check in table.items() if code != removed}
        monkeypatch.setattr(gate_module, name, less)
    sharp = [forgery for forgery in FORGERIES if forgery.stopped == removed and forgery.name not in TWICE]
    assert sharp
    for forgery in sharp:
        assert await refusal(forgery.authorization(), forgery.activity()) == "", forgery.name


TWICE = {"jwk of the forger"}
"""Stopped by its signature as well."""
SIGNATURE_MUTANTS: dict[str, tuple[Callable[..., Any], set[str]]] = {
    "the signature is not looked at": (
        unsigned,
        {
            "alg none", "alg None", "no alg", "HS256 with the public key", "RS512", "PS256",
            "signed by a stranger", "changed afterwards",
        },
    ),
    "the token names its own algorithm": (as_it_says, {"RS512", "PS256"}),
    "a public key is taken for a secret": (as_a_secret, {"HS256 with the public key"}),
}  # fmt: skip


@pytest.mark.parametrize("mutant", SIGNATURE_MUTANTS)
async def test_a_gate_that_trusts_what_a_token_says_of_its_signature_is_caught(
    mutant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead, caught = SIGNATURE_MUTANTS[mutant]
    monkeypatch.setattr(gate_module, "signed", instead)
    let_in = set()
    for forgery in FORGERIES:
        if forgery.stopped == "signature":
            try:
                if await refusal(forgery.authorization(), forgery.activity()) == "":
                    let_in.add(forgery.name)
            except jwt.PyJWTError:
                continue
    assert let_in == caught


def mutated_bearer(authorization: str | None) -> str:
    """A mutant: takes whatever stands behind the scheme, of any length."""
    words = (authorization or "").replace(",", " ").split()
    return next((word for word in words if word.count(".") == 2), "a.b.c")


async def test_a_gate_that_is_easy_about_the_header_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "bearer", mutated_bearer)
    let_in = {
        forgery.name
        for forgery in FORGERIES
        if forgery.stopped == "authorization" and not await refusal(forgery.authorization())
    }
    assert let_in == {
        "basic", "no scheme", "two schemes", "two tokens", "two tokens and a comma", "a line break",
        "too long",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mutant", "caught"),
    [
        (lambda url: "smba.trafficmanager.net" in url, 30),
        (lambda url: url.startswith("https://smba.trafficmanager.net"), 10),
        (lambda url: url.split("/")[2:3] and url.split("/")[2].endswith("trafficmanager.net"), 4),
        (lambda url: True, len(TRICKS)),
    ],
)
async def test_a_looser_list_of_addresses_is_caught(
    mutant: Callable[[str], bool], caught: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_module, "allowed", mutant)
    let_in = 0
    for address in TRICKS:
        token = MINT.token(MINT.claims(serviceurl=address))
        let_in += await refusal(by(token), activity(service=address)) == ""
    assert let_in >= caught
