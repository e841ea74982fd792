"""POST /slack/events: lets in only what Slack has signed, just now, and hands it to the one set of doors."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import log
from bot.platforms.outline import Outline
from bot.platforms.slack.early import Awaited, nobody, too_early
from bot.platforms.slack.outline import outline

PATH = "/slack/events"
STALE = 300
"""Seconds after which a signature is no longer taken (Slack's own advice)."""
LARGEST_BODY = 256 * 1024


class Door:
    """The signed door. Everything is checked here, before Bolt reads a byte of the body."""

    def __init__(
        self,
        app: AsyncApp,
        signing_secret: str,
        awaited: Awaited = nobody,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._awaited = awaited
        self._secret = signing_secret.encode()
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """The one address."""
        return [web.post(PATH, self.knock)]

    async def knock(self, request: web.Request) -> web.Response:
        """Verify, deal with it, and only then acknowledge."""
        if (request.content_length or 0) > LARGEST_BODY:
            return web.Response(status=413)
        body = await request.content.read(LARGEST_BODY + 1)
        while body and len(body) <= LARGEST_BODY and not request.content.at_eof():
            body += await request.content.read(LARGEST_BODY + 1 - len(body))
        if len(body) > LARGEST_BODY:
            return web.Response(status=413)
        if not self.signed(request, body):
            log.event("slack.refused", code="signature")
            return web.Response(status=401)
        try:
            content = _content(body.decode("utf-8"), request.content_type)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        seen = outline(content)
        if seen is not Outline.OURS:
            log.event("slack.refused", code=seen.value)
            return web.Response(status=400 if seen is Outline.MALFORMED else 200)
        if too_early(content, self._awaited):
            return web.Response(status=503)
        headers: Any = dict(request.headers)
        # The body is JSON by now, and Bolt takes it as it is in what it calls the socket mode.
        asked = AsyncBoltRequest(body=content, headers=headers, mode="socket_mode")
        return await to_aiohttp_response(await self._app.async_dispatch(asked))

    def signed(self, request: web.Request, body: bytes) -> bool:
        """Whether Slack signed this body in the last five minutes."""
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        given = request.headers.get("X-Slack-Signature", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16 and given.isascii()):
            return False
        if abs(self._clock() - int(stamp)) > STALE:
            return False
        wanted = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={wanted}", given)


def _content(body: str, kind: str) -> Any:  # noqa: ANN401 - whatever was sent
    """What the body holds. ValueError when it is no JSON.

    Bolt takes any form with the word "payload" in it for an interaction and loses a command that merely
    says it, so the body is taken apart here.
    """
    if kind != "application/x-www-form-urlencoded":
        return json.loads(body)
    fields = {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}
    return json.loads(fields["payload"]) if "payload" in fields else fields
