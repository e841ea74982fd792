"""The two ways in which Slack knocks at an app: Socket Mode, and signed HTTP with its retries."""

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.platforms.slack.workspace import APP

ANSWER_WITHIN = 3.0
AGAIN_AFTER = (0.0, 1.0, 5.0)
"""Seconds before each retry of an event, where Slack waits 0 s, 1 min and 5 min."""

Json = dict[str, Any]


class NoAnswer(Exception):
    """The app did not acknowledge: Slack's reason."""


class Door(Protocol):
    """Hands one payload over and waits for the acknowledgement."""

    lose: int

    async def hand(self, kind: str, payload: Json, attempt: int, why: str) -> Any:
        """The acknowledgement's body: a dict, a str, or None when empty. NoAnswer otherwise."""

    async def close(self) -> None:
        """Give everything back."""


class SocketDoor:
    """The server of Socket Mode: one-time addresses, envelopes, acknowledgements."""

    def __init__(self) -> None:
        self.base = ""
        self.connections: list[web.WebSocketResponse] = []
        self.refuse = 0
        """Handshakes still to be refused; a refused one has used its address up all the same."""
        self.lose = 0
        """Acknowledgements still to be lost, each with its connection."""
        self.opened = 0
        self.strays: list[str] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Any]]] = {}
        self._numbers = 0
        self._connected = asyncio.Event()

    def ticket(self) -> str:
        """A fresh address; it works once."""
        self._numbers += 1
        ticket = f"ticket-{self._numbers}"
        self._tickets.add(ticket)
        return f"{self.base.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={APP}"

    async def link(self, request: web.Request) -> web.StreamResponse:
        """One connection, for as long as it lives."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.opened += 1
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections) + 1,
                "debug_info": {
                    "host": "applink-fake",
                    "build_number": 1,
                    "approximate_connection_time": 18060,
                },
                "connection_info": {"app_id": APP},
            }
        )
        self.connections.append(socket)
        self._connected.set()
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT and self.lose:
                    self.lose -= 1
                    _abort(socket)
                elif message.type is aiohttp.WSMsgType.TEXT:
                    self._answered(json.loads(message.data))
        finally:
            self._gone(socket)
        return socket

    def _answered(self, said: Json) -> None:
        entry = self._waiting.pop(str(said.get("envelope_id", "")), None)
        if entry is None:
            self.strays.append(str(said.get("envelope_id")))
        elif not entry[1].done():
            entry[1].set_result(said.get("payload"))

    def _gone(self, socket: web.WebSocketResponse) -> None:
        if socket in self.connections:
            self.connections.remove(socket)
        if not self.connections:
            self._connected.clear()
        for holder, answer in self._waiting.values():
            if holder is socket and not answer.done():
                answer.set_exception(NoAnswer("connection_lost"))

    async def connected(self) -> None:
        """Until there is a connection."""
        await self._connected.wait()

    async def hand(self, kind: str, payload: Json, attempt: int, why: str) -> Any:
        """Put it into an envelope and wait for the acknowledgement."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self._connected.wait()
        except TimeoutError:
            raise NoAnswer("no_connection") from None
        self._numbers += 1
        envelope: Json = {
            "envelope_id": f"00000000-0000-4000-8000-{self._numbers:012d}",
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": why}
        socket = self.connections[self._numbers % len(self.connections)]
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = (socket, answer)
        try:
            await socket.send_json(envelope)
            async with asyncio.timeout(ANSWER_WITHIN):
                return await answer
        except TimeoutError:
            raise NoAnswer("timeout") from None
        except ConnectionError:
            raise NoAnswer("connection_lost") from None
        finally:
            # A late acknowledgement is no stray: Slack takes it without a word.
            asyncio.get_running_loop().call_later(20, self._waiting.pop, envelope["envelope_id"], None)

    async def say_disconnect(self, reason: str) -> None:
        """warning or refresh_requested: Slack closes the connection a little later."""
        for socket in list(self.connections):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})
            if reason != "warning":
                asyncio.get_running_loop().call_later(0.5, asyncio.ensure_future, socket.close())

    async def cut(self) -> None:
        """Every connection ends without a goodbye."""
        for socket in list(self.connections):
            _abort(socket)
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Close every connection."""
        for socket in list(self.connections):
            await socket.close()


def _abort(socket: web.WebSocketResponse) -> None:
    transport = socket._req.transport if socket._req else None
    if transport is not None:
        transport.abort()


class HttpDoor:
    """Slack's own client: signs, waits 3 s, and says how often it has tried."""

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url, secret
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN))
        self.answers: list[tuple[str, int, float]] = []
        """What was handed over, the status that came back, and after how many seconds."""
        self.lose = 0
        """Answers still to be lost on their way back."""

    async def hand(self, kind: str, payload: Json, attempt: int, why: str) -> Any:
        """Post it, signed."""
        if kind == "events_api":
            body, form = json.dumps(payload), "application/json"
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, form = urlencode(fields), "application/x-www-form-urlencoded"
        headers = {"Content-Type": form, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": why}
        began = time.monotonic()
        try:
            status, kind_of, text = await self.post(body.encode(), headers | signed(self.secret, body))
        except TimeoutError:
            raise NoAnswer("http_timeout") from None
        except aiohttp.ClientError:
            raise NoAnswer("connection_failed") from None
        self.answers.append((kind, status, time.monotonic() - began))
        if self.lose:
            self.lose -= 1
            raise NoAnswer("http_timeout")
        if not 200 <= status < 300:
            raise NoAnswer("http_error")
        if not text:
            return None
        return json.loads(text) if kind_of == "application/json" else text

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, str]:
        """Any bytes with any headers: status, content type and text of the answer."""
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status, answer.content_type, await answer.text()

    async def close(self) -> None:
        """Close the session."""
        await self.session.close()


def signed(secret: str, body: str, at: int | None = None) -> dict[str, str]:
    """Slack's signature of a body, version 0."""
    stamp = str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
