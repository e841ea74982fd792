"""POST /api/messages: lets in only what Microsoft has signed for this school, just now."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from bot import log
from bot.platforms.outline import Outline
from bot.platforms.teams.clients import written
from bot.platforms.teams.errors import TeamsDown
from bot.platforms.teams.gate import Forged, loopback, sole
from bot.platforms.teams.outline import outline

PATH = "/api/messages"
LARGEST_BODY = 256 * 1024
HERE = frozenset({"127.0.0.1", "::1"})
DEEPEST = 64
"""Boxes within boxes; Teams' own activities have less than a dozen."""
HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""How half a surrogate pair, or a whole one, is escaped in JSON."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How a knock is answered."""

    status: int = 202
    body: Mapping[str, Any] | None = None


Take = Callable[[Mapping[str, Any]], Awaitable[Taken]]
"""Deals with an activity that has been verified; when it returns, it has been committed."""


class Checks(Protocol):
    """Whoever decides what is let in."""

    async def check(self, authorization: str | None, activity: Mapping[str, Any]) -> None:
        """Raises Forged unless all is well, TeamsDown while that can't be told."""
        ...


class Loopback:
    """Local trials without any app: nobody vouches for anything, so nothing may leave this machine."""

    async def check(self, authorization: str | None, activity: Mapping[str, Any]) -> None:
        """Only what is to be answered on this machine."""
        del authorization
        if not loopback(activity.get("serviceUrl")):
            raise Forged("address")


class Door:
    """The one door. Everything is checked here before anything is done."""

    def __init__(self, checks: Checks, take: Take) -> None:
        self._checks = checks
        self._take = take
        self._here_only = isinstance(checks, Loopback)

    def routes(self) -> list[web.RouteDef]:
        """The one address."""
        return [web.post(PATH, self.knock)]

    async def knock(self, request: web.Request) -> web.Response:
        """Verify, deal with it, and only then answer."""
        if self._here_only and not _from_here(request):
            return _refused("peer", 403)
        if (request.content_length or 0) > LARGEST_BODY:
            return _refused("size", 413)
        body = await request.content.read(LARGEST_BODY + 1)
        while body and len(body) <= LARGEST_BODY and not request.content.at_eof():
            body += await request.content.read(LARGEST_BODY + 1 - len(body))
        if len(body) > LARGEST_BODY:
            return _refused("size", 413)
        try:
            activity = read_json(body)
        except (ValueError, RecursionError):
            return _refused("json", 400)
        seen = outline(activity)
        if seen is Outline.MALFORMED:
            return _refused(seen.value, 400)
        return await self._verified(request, activity, seen)

    async def _verified(
        self, request: web.Request, activity: Mapping[str, Any], seen: Outline
    ) -> web.Response:
        try:
            await self._checks.check(sole(request.headers.getall("Authorization", [])), activity)
        except Forged as forged:
            return _refused(forged.code, 401)
        except (TeamsDown, TimeoutError):
            return _refused("keys", 503)
        if seen is not Outline.OURS:
            log.event("teams.refused", code=seen.value)
            return web.Response(status=202)
        taken = await self._take(activity)
        if taken.body is None:
            return web.Response(status=taken.status)
        return web.json_response(taken.body, status=taken.status, dumps=written)


def _from_here(request: web.Request) -> bool:
    """Whether a program on this machine asks, and no web page that somebody has open in a browser here.

    A page can send JSON elsewhere only after the browser has asked us (we never agree), and only under the
    name of its own address.
    """
    return (
        request.remote in HERE
        and request.content_type == "application/json"
        and loopback(f"http://{request.host}")
    )


def read_json(body: bytes) -> Any:  # noqa: ANN401 - whatever came in
    """The JSON in a body. ValueError or RecursionError when it is none.

    Half a surrogate pair, as where an emoji was cut through, becomes a question mark: it is no text that
    could be kept, signed or sent, and the rest of what was typed must not be lost with it.
    """
    read = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    _not_too_deep(read)
    if HALF.search(body):
        read = json.loads(json.dumps(read, ensure_ascii=False).encode("utf-8", "replace"))
    return read


def _not_too_deep(read: object) -> None:
    """What can just be read may be too deep for whoever works with it, a little further down."""
    level = [read]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    if level:
        raise RecursionError


def _no_number(said: str) -> float:
    raise ValueError(said)


def _refused(code: str, status: int) -> web.Response:
    log.event("teams.refused", code=code)
    return web.Response(status=status)
