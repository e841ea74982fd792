"""GET /slack/install: a school adds Usher to its own workspace, and Slack hands over the token for it."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot import log
from bot.platforms.slack.clients import client
from bot.platforms.slack.errors import SlackDown, SlackLater, SlackRefused, SlackUnreachable, called
from bot.settings import SlackSettings

START, BACK = "/slack/install", "/slack/oauth_redirect"
COOKIE = "__Host-usher-install"
"""The prefix makes browsers keep it to this very host, and to https."""
LIFE = 600
"""Seconds in which an installation that was begun has to be finished."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
LATER = "Slack didn't answer just now. Nothing was installed: wait a minute and begin again."
STALE = (
    "This page was opened without beginning here, too late, or for the second time. Nothing was changed: "
    "begin again."
)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What Slack hands over when a workspace has agreed."""

    team: str
    name: str
    token: str = field(repr=False)
    by: str
    """Slack id of whoever agreed."""
    state: str
    """What makes it happen once."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of a grant. No school: none of this Usher's is in that workspace, or it came twice."""

    school: str = ""
    open: int = 0
    """How many things are still to be put right before its doors open."""
    again: bool = False


class Install:
    """The two addresses. Whoever comes back must be the browser that set out, once, within ten minutes."""

    def __init__(
        self,
        settings: SlackSettings,
        scopes: Iterable[str],
        session: aiohttp.ClientSession,
        take: Callable[[Grant], Awaitable[Taken]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._scopes = ",".join(sorted(scopes))
        self._session = session
        self._take = take
        self._clock = clock
        self._key = hmac.new(settings.client_secret.encode(), b"usher.slack.install", hashlib.sha256).digest()
        self._spent: dict[str, float] = {}

    def routes(self) -> list[web.RouteDef]:
        """Where it begins and where Slack sends the browser back to."""
        return [web.get(START, self.begin), web.get(BACK, self.back)]

    async def begin(self, _request: web.Request) -> web.Response:
        """The page with the button that leads to Slack."""
        cookie = secrets.token_urlsafe(24)
        asked = {
            "client_id": self._settings.client_id,
            "scope": self._scopes,
            "state": self._state(int(self._clock()), secrets.token_urlsafe(24), cookie),
        }
        address = f"{_site(self._settings.api_url)}/oauth/v2/authorize?{urlencode(asked)}"
        answer = _page(
            "Add Usher to your school's workspace",
            "Slack asks you to agree to what Usher may do. It can read what is written to it and what "
            "mentions it, and nothing else.",
            link=(address, "Add to Slack"),
        )
        answer.set_cookie(COOKIE, cookie, max_age=LIFE, path="/", secure=True, httponly=True, samesite="Lax")
        return answer

    async def back(self, request: web.Request) -> web.Response:
        """Slack sends the browser back: check that it set out here, and have the token handed over."""
        state = request.query.get("state", "")
        if not self._spend(state, request.cookies.get(COOKIE, "")):
            log.event("slack.install_refused", code="state")
            answer = _again(STALE)
        elif request.query.get("code"):
            answer = await self._granted(request.query["code"], hashlib.sha256(state.encode()).hexdigest())
        else:
            answer = _again("Nothing was installed: Slack says that it was not agreed to.")
        answer.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
        return answer

    async def _granted(self, code: str, state: str) -> web.Response:
        grant = await self._exchange(code, state)
        if isinstance(grant, str):
            return _again(grant)
        taken = await self._take(grant)
        if taken.school:
            return _done(grant, taken)
        if taken.again:
            return _again(STALE)
        await self._hand_back(grant.token)
        return _again(
            f"Nothing was installed: no school of this Usher is in the workspace {grant.name} "
            f"({grant.team}). Whoever runs Usher has to write it into that school's school.yml first, "
            "under platforms."
        )

    async def _exchange(self, code: str, state: str) -> Grant | str:
        """The code for the token; or, in words, why not."""
        known = {"client_id": self._settings.client_id, "client_secret": self._settings.client_secret}
        slack = client(self._session, "", self._settings.api_url)
        try:
            given = await called(lambda: slack.oauth_v2_access(**known, code=code))
        except (SlackRefused, SlackUnreachable) as refused:
            why = str(refused)
            log.event("slack.install_refused", code=why)
            return f"Slack didn't confirm it ({why}). Nothing was installed: begin again."
        except (SlackDown, SlackLater, TimeoutError):
            log.event("slack.install_refused", code="no_answer")
            return LATER
        team = given.get("team") or {}
        if given.get("is_enterprise_install") or not team.get("id") or given.get("token_type") != "bot":
            log.event("slack.install_refused", code="not_a_workspace")
            return "Nothing was installed: choose the school's own workspace, not the whole organisation."
        by = str((given.get("authed_user") or {}).get("id") or "")
        name = str(team.get("name") or team["id"])
        return Grant(team=str(team["id"]), name=name, token=str(given["access_token"]), by=by, state=state)

    async def _hand_back(self, token: str) -> None:
        """A workspace that is no school's: what it gave is given up at once."""
        slack = client(self._session, token, self._settings.api_url)
        try:
            await called(lambda: slack.auth_revoke())
        except (SlackRefused, SlackUnreachable, SlackDown, SlackLater, TimeoutError) as kept:
            log.event("slack.install_not_revoked", code=type(kept).__name__)

    def _state(self, at: int, nonce: str, cookie: str) -> str:
        """When and with which browser it was begun, so that nobody else can finish it."""
        proof = hmac.new(self._key, f"{at}.{nonce}.{cookie}".encode(), hashlib.sha256).hexdigest()
        return f"{at}.{nonce}.{proof}"

    def _spend(self, state: str, cookie: str) -> bool:
        """Whether this browser began it here, not long ago, and finishes it for the first time."""
        at, _, rest = state.partition(".")
        nonce = rest.partition(".")[0]
        if not (cookie and state.isascii() and at.isdigit() and len(at) < 16):
            return False
        now = self._clock()
        if not hmac.compare_digest(self._state(int(at), nonce, cookie).encode(), state.encode()):
            return False
        if not 0 <= now - int(at) <= LIFE or nonce in self._spent:
            return False
        self._spent = {each: when for each, when in self._spent.items() if now - when <= LIFE} | {nonce: now}
        return True


def _done(grant: Grant, taken: Taken) -> web.Response:
    log.event("slack.installed", count=taken.open)
    if not taken.open:
        return _page("Usher is installed", f"{taken.school} is connected to the workspace {grant.name}.")
    return _page(
        "Usher is installed, and not yet open",
        f"{taken.school} is connected to the workspace {grant.name}. Still to be put right there: "
        f"{taken.open}, such as a room that must be private with Usher invited, or a person who can't be "
        "found. The command usher slack check names each. Usher opens by itself within a minute after.",
    )


def _again(words: str) -> web.Response:
    return _page("Usher was not installed", words, link=(START, "Begin again"), status=400)


def _page(title: str, words: str, link: tuple[str, str] | None = None, status: int = 200) -> web.Response:
    button = f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>' if link else ""
    text = (
        f'<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<main><h1>{escape(title)}</h1><p>{escape(words)}</p>{button}</main></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)


def _site(api_url: str) -> str:
    """Where people meet Slack, beside the address of its Web API."""
    return api_url.rstrip("/").removesuffix("/api")
