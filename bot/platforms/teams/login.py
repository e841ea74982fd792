"""Our own way in at Microsoft: a certificate, secret or federated token, exchanged for a token of an hour."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from logging import WARNING
from pathlib import Path
from typing import Any

import jwt
import msal  # type: ignore[import-untyped]

from bot import log
from bot.platforms.teams.errand import Errand
from bot.platforms.teams.errors import CODE, TeamsDown, TeamsUnreachable
from bot.platforms.teams.login_door import LOGIN, LoginDoor

SCOPE = "https://api.botframework.com/.default"
EARLY = 300.0
"""Seconds before its end that a token is not used for anything new."""
AGAIN = 30.0
"""Seconds until a renewal that failed is tried again, while the old token still serves."""
PAUSE = 5.0
"""The same while there is no token at all; until then everybody hears the same no."""
YOUNG = 60.0
"""Seconds; a token this new that is refused isn't stale: a newer one would be refused as well."""
NEVER = float("-inf")
PASSING = frozenset({"temporarily_unavailable", "server_error"})
PRIVATE = re.compile(r"-----BEGIN (?:RSA )?PRIVATE KEY-----[^-]+-----END (?:RSA )?PRIVATE KEY-----")
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A PEM file with the private key and the certificate that is registered with the app."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A client secret."""

    value: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Federated:
    """A file that the machine we run on keeps filled with a fresh token of its own."""

    path: Path


Credential = Certificate | Secret | Federated


@dataclass(frozen=True)
class _Token:
    text: str = field(default="", repr=False)
    got: float = NEVER
    renew: float = NEVER
    ends: float = NEVER


class Login:
    """One app's token for one tenant: asked for once, shared by all, renewed at half its life."""

    def __init__(
        self, app_id: str, tenant: str, credential: Credential, *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.app_id = app_id
        self.tenant = tenant
        self._credential = credential
        self._clock = clock
        self._token = _Token()
        self._tried = NEVER
        self._failure: Exception | None = None
        self._errand = Errand(self._renew)

    async def token(self) -> str:
        """The token to send along.

        TeamsDown or TimeoutError: Microsoft can't be asked now. TeamsUnreachable: it doesn't let us in.
        """
        now = self._clock()
        if now < self._token.ends:
            if now >= self._token.renew and now - self._tried >= AGAIN:
                self._errand.start()
            return self._token.text
        if self._failure is not None and not self._errand.running and now - self._tried < PAUSE:
            raise type(self._failure)(*self._failure.args)
        await self._errand.wait()
        return self._token.text

    def forget(self, token: str) -> bool:
        """Hear that a token has been refused; whether it's worth coming with another."""
        if token != self._token.text:
            return True
        if self._clock() - self._token.got < YOUNG:
            return False
        self._token = _Token()
        return True

    async def close(self) -> None:
        """Stop asking."""
        await self._errand.stop()

    async def _renew(self) -> None:
        self._tried = now = self._clock()
        try:
            answer = await asyncio.to_thread(asked, self.app_id, self.tenant, self._credential)
            self._token = _token(answer, now)
        except (TeamsDown, TeamsUnreachable, TimeoutError) as trouble:
            self._failure = trouble
            code = trouble.code if isinstance(trouble, TeamsUnreachable) else "unreachable"
            log.event("teams.login", level=WARNING, state="failed", code=code)
            raise
        self._failure = None
        log.event("teams.login", state="renewed")


def asked(app_id: str, tenant: str, credential: Credential) -> Mapping[str, Any]:
    """What Microsoft's login answers; to be called in a thread.

    All is built afresh each time, twice an hour: a certificate that has been renewed on disk is taken up
    by itself, and nothing of msal's keeps a token. What msal raises can quote answers, so it is dropped.
    """
    try:
        app = msal.ConfidentialClientApplication(
            app_id,
            client_credential=proof(credential),
            authority=f"{LOGIN}{tenant}",
            instance_discovery=False,
            azure_region=False,
            http_client=LoginDoor(),
            token_cache=_NoCache(),
        )
        answer = app.acquire_token_for_client([SCOPE])
    except (TeamsDown, TimeoutError):
        raise
    except OSError:
        # REQUESTS_CA_BUNDLE names a file that is not there, or not any more.
        raise TeamsDown("authorities") from None
    except (ValueError, TypeError, LookupError, jwt.PyJWTError):
        # The tenant is unknown, or the key in the file can't be used: nothing that waiting would mend.
        answer = {"error": "setup"}
    return answer if isinstance(answer, Mapping) else {}


def proof(credential: Credential) -> object:
    """The credential in the shape msal wants. TeamsUnreachable when its file is not there or holds none."""
    if isinstance(credential, Secret):
        return credential.value
    try:
        text = credential.path.read_text("ascii")
    except (OSError, ValueError):
        text = ""
    if isinstance(credential, Federated):
        if not text.strip():
            raise TeamsUnreachable("not_allowed", "no_federated_token")
        return {"client_assertion": lambda: text.strip()}
    keys, certificates = PRIVATE.findall(text), CERTIFICATE.findall(text)
    if len(keys) != 1 or not certificates:
        raise TeamsUnreachable("not_allowed", "no_certificate")
    return {"private_key": keys[0], "public_certificate": certificates[0]}


def _token(answer: Mapping[str, Any], now: float) -> _Token:
    text, lasts = answer.get("access_token"), answer.get("expires_in")
    if isinstance(text, str) and text and isinstance(lasts, int) and lasts > EARLY:
        return _Token(text, now, now + lasts / 2, now + lasts - EARLY)
    code = answer.get("error")
    if not isinstance(code, str) or not CODE.fullmatch(code) or code in PASSING:
        raise TeamsDown("login")
    raise TeamsUnreachable("not_allowed", code)


class _NoCache(msal.TokenCache):  # type: ignore[misc]
    """msal's own would keep the token a second time, and write what it keeps to its debug log."""

    def add(self, event: object, now: object = None) -> None:
        """Keep nothing."""
