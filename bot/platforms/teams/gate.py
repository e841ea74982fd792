"""The gate: lets in only what Microsoft has signed for us, for this very address, just now."""

import json
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeGuard

import jwt

from bot.platforms.teams.keys import ALGORITHM, Key

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
SKEW = 300
"""Seconds that clocks may differ (Microsoft's own figure)."""
LARGEST_TOKEN = 8 * 1024
BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)")
HOSTS = ("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com")
"""Where Teams' connector lives. The clouds of the US government and military have another issuer, other
keys and another login, so their addresses could never be right here."""
SERVICE = re.compile(rf"https://(?:{'|'.join(map(re.escape, HOSTS))})(?::443)?(?:/[A-Za-z0-9_-]+)*/?")
"""Whole addresses, spelled the way Microsoft spells them: no user, no other port, no query, no escapes."""
LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9_-]+)*/?")
LONGEST_ADDRESS = 300
STRANGE = frozenset({"crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "enc"})
"""Headers that would have somebody else say how a token is to be read; Microsoft's never carry them."""


class Forged(Exception):
    """Not let in; `code` says which check it was that failed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Finds(Protocol):
    """Where the keys come from."""

    async def find(self, id: str) -> Key | None:
        """The key of this id; None when there is none. TeamsDown while there are no keys at all."""
        ...


@dataclass(frozen=True, kw_only=True)
class Knock:
    """Everything the checks look at. Header, key and claims are filled in as far as we have come."""

    app_id: str
    tenant: str
    now: float
    activity: Mapping[str, Any]
    header: Mapping[str, Any]
    key: Key | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)


Check = Callable[[Knock], bool]


def allowed(service_url: object) -> bool:
    """Whether this is an address of Teams' own, the only ones our token is ever sent to."""
    return _whole(SERVICE, service_url)


def loopback(service_url: object) -> bool:
    """Whether this is an address on this very machine, for local trials without any app id."""
    return _whole(LOOPBACK, service_url)


def sole(headers: Sequence[str]) -> str | None:
    """The one Authorization header of a request; None when there is none, or more than one."""
    return headers[0] if len(headers) == 1 else None


class Gate:
    """Verifies what knocks at our door, for one app in one tenant. Anything in doubt stays outside."""

    def __init__(self, app_id: str, tenant: str, keys: Finds, clock: Callable[[], float] = time.time) -> None:
        self._app_id = app_id
        self._tenant = tenant
        self._keys = keys
        self._clock = clock

    async def check(self, authorization: str | None, activity: Mapping[str, Any]) -> None:
        """Raises Forged unless all is well, and TeamsDown while there are no keys to tell by.

        What needs no key is looked at first, so that nonsense fetches nothing.
        """
        token = bearer(authorization)
        header = header_of(token)
        knock = Knock(
            app_id=self._app_id, tenant=self._tenant, now=self._clock(), activity=activity, header=header
        )  # fmt: skip
        _pass(OUTSIDE, knock)
        key = await self._keys.find(header["kid"])
        if key is None:
            raise Forged("key")
        _pass(INSIDE, replace(knock, key=key, claims=signed(token, key)))


def bearer(authorization: str | None) -> str:
    """The token in an Authorization header. Forged unless it is one bearer token of a decent size."""
    if authorization is None or len(authorization) > LARGEST_TOKEN:
        raise Forged("authorization")
    found = BEARER.fullmatch(authorization)
    if found is None:
        raise Forged("authorization")
    return found[1]


def header_of(token: str) -> Mapping[str, Any]:
    """What a token says about itself, believed by nobody yet: only which key to look for."""
    try:
        header = jwt.PyJWS().get_unverified_header(token)
    except jwt.PyJWTError:
        raise Forged("token") from None
    if not header.get("kid"):
        raise Forged("token")
    return header


def signed(token: str, key: Key) -> Mapping[str, Any]:
    """What a token claims, once its signature has been verified with this key and no other algorithm."""
    try:
        content = jwt.PyJWS().decode_complete(token, key.key, algorithms=[ALGORITHM])["payload"]
    except jwt.PyJWTError:
        raise Forged("signature") from None
    try:
        claims = json.loads(content)
    except (ValueError, RecursionError):
        raise Forged("claims") from None
    if not isinstance(claims, dict):
        raise Forged("claims")
    return claims


def _pass(checks: Mapping[str, Check], knock: Knock) -> None:
    for code, holds in checks.items():
        if not holds(knock):
            raise Forged(code)


def _from_teams(knock: Knock) -> bool:
    return knock.activity.get("channelId") == CHANNEL


def _to_be_answered_at_teams(knock: Knock) -> bool:
    return allowed(knock.activity.get("serviceUrl"))


def _of_our_tenant(knock: Knock) -> bool:
    """Every tenant the activity names is ours, and it names one."""
    told = [_at(knock.activity, *path) for path in TENANTS]
    named = [tenant for tenant in told if tenant is not None]
    return bool(named) and all(
        isinstance(tenant, str) and tenant.lower() == knock.tenant.lower() for tenant in named
    )


TENANTS = (("channelData", "tenant", "id"), ("conversation", "tenantId"))


def _plain_header(knock: Knock) -> bool:
    return not STRANGE & knock.header.keys()


def _endorsed(knock: Knock) -> bool:
    """The key may sign for Teams; other channels have keys of their own in the same list."""
    return knock.key is not None and CHANNEL in knock.key.endorsements


def _issued_by_microsoft(knock: Knock) -> bool:
    return knock.claims.get("iss") == ISSUER


def _meant_for_us(knock: Knock) -> bool:
    """The audience is our app id alone; a list of several isn't ours."""
    return knock.claims.get("aud") == knock.app_id


def _begun(knock: Knock) -> bool:
    begins = knock.claims.get("nbf")
    return _is_moment(begins) and begins - SKEW <= knock.now


def _not_over(knock: Knock) -> bool:
    ends = knock.claims.get("exp")
    return _is_moment(ends) and knock.now < ends + SKEW


def _for_this_address(knock: Knock) -> bool:
    """A token of another conversation's region can't be used to have us write somewhere else."""
    return knock.claims.get("serviceurl") == knock.activity.get("serviceUrl")


OUTSIDE: Mapping[str, Check] = {
    "channel": _from_teams,
    "address": _to_be_answered_at_teams,
    "tenant": _of_our_tenant,
    "header": _plain_header,
}
"""What can be told without any key."""
INSIDE: Mapping[str, Check] = {
    "endorsement": _endorsed,
    "issuer": _issued_by_microsoft,
    "audience": _meant_for_us,
    "begins": _begun,
    "ends": _not_over,
    "serviceurl": _for_this_address,
}
"""What the claims must say."""


def _is_moment(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _at(found: object, *path: str) -> object:
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _whole(pattern: re.Pattern[str], address: object) -> bool:
    return (
        isinstance(address, str)
        and len(address) <= LONGEST_ADDRESS
        and pattern.fullmatch(address) is not None
    )
