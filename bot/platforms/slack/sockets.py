"""Socket Mode that comes back for ever: each attempt in a time limit, and then with a fresh address."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import log
from bot.platforms.outline import Outline
from bot.platforms.slack.early import Awaited, nobody, too_early
from bot.platforms.slack.outline import outline

PING = 5.0
"""Seconds between pings; four that stay unanswered count as a lost connection."""
LOST = 60.0
"""Seconds without a connection after which the process ends, to be started afresh."""
LOOK = 2.0
"""Seconds between looks at the connection."""
DRAIN = 8.0
"""Seconds that closing waits for what is being dealt with."""


class Lost(Exception):
    """There has been no connection to Slack for too long."""


class Client(SocketModeClient):
    """The stock client, kept from wedging.

    After one refused handshake it would try the same one-time address for ever, so every attempt has a
    time limit and begins with a new address (python-slack-sdk 1110, 1379, 1446, 1913, 1922).
    """

    async def connect(self) -> None:
        """Connect, however often it takes."""
        while not self.closed:
            try:
                async with asyncio.timeout(max(10.0, 2 * self.ping_interval)):
                    await super().connect()  # type: ignore[no-untyped-call]
                    return
            except TimeoutError:
                self.wss_uri = None
                log.event("slack.socket_retry", code="timed_out")


class Socket:
    """Everything that comes in by Socket Mode, each envelope acknowledged once it has been dealt with."""

    def __init__(
        self, app: AsyncApp, app_token: str, web_client: AsyncWebClient, awaited: Awaited = nobody
    ) -> None:
        self._app = app
        self._awaited = awaited
        self._client = Client(app_token=app_token, web_client=web_client, ping_interval=PING)
        self._client.socket_mode_request_listeners.append(self._came)
        self._dealing: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Connect; from now on envelopes are dealt with."""
        await self._client.connect()
        log.event("slack.socket_open")

    async def watch(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Connect and return never; Lost when there has been no connection for a minute."""
        seen, opening = clock(), asyncio.create_task(self.open())
        try:
            while True:
                await asyncio.sleep(LOOK)
                if await self._client.is_connected():
                    seen = clock()
                elif clock() - seen > LOST:
                    raise Lost
        finally:
            opening.cancel()

    async def connected(self) -> bool:
        """Whether Slack can reach us at this moment."""
        return bool(await self._client.is_connected())

    async def close(self) -> None:
        """Take nothing more; finish and acknowledge what is under way, then hang up."""
        self._client.auto_reconnect_enabled = self._client.default_auto_reconnect_enabled = False
        self._client.socket_mode_request_listeners.clear()
        if self._dealing:
            await asyncio.wait(self._dealing, timeout=DRAIN)
        await self._client.close()  # type: ignore[no-untyped-call]

    async def _came(self, client: AsyncBaseSocketModeClient, envelope: SocketModeRequest) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._dealing.add(task)
            task.add_done_callback(self._dealing.discard)
        seen = outline(envelope.payload)
        if seen is not Outline.OURS:
            log.event("slack.refused", code=seen.value)
            await _acknowledge(
                client.send_socket_mode_response, envelope.envelope_id, BoltResponse(status=200)
            )
            return
        if too_early(envelope.payload, self._awaited):
            return
        answer = await self._app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=envelope.payload))
        if answer.status == 200:
            await _acknowledge(client.send_socket_mode_response, envelope.envelope_id, answer)
        else:
            log.event("slack.not_acknowledged", code=str(answer.status))


async def _acknowledge(
    send: Callable[[SocketModeResponse], Awaitable[None]], envelope: str, answer: BoltResponse
) -> None:
    """Tell Slack that it has been dealt with; a lost acknowledgement only means that it comes again."""
    payload = _payload(answer)
    try:
        await send(SocketModeResponse(envelope_id=envelope, payload=payload))
    except (ConnectionError, AttributeError):
        log.event("slack.ack_lost")


def _payload(answer: BoltResponse) -> Any:  # noqa: ANN401 - JSON
    if not answer.body:
        return None
    json_body = answer.headers.get("content-type", [""])[0].startswith("application/json")
    return json.loads(answer.body) if json_body else {"text": answer.body}
