"""A tiny bot for tests of the fake itself: calls the connector by hand, and answers as it is told to."""

import asyncio
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

from tests.platforms.teams.login import AUTHORITY, SCOPE
from tests.platforms.teams.server import SECRET, FakeTeams
from tests.platforms.teams.tenant import APP, BOT, TENANT

T = TypeVar("T")
Json = dict[str, Any]
ADAPTIVE = "application/vnd.microsoft.card.adaptive"


async def away(act: Callable[..., T], *args: Any, **more: Any) -> T:
    """What a person does, beside the loop that the bot lives on."""
    return await asyncio.to_thread(act, *args, **more)


def text(words: str) -> Json:
    """Words in a card."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": words}]}


def button(title: str, *, fetch: bool = False, **data: Any) -> Json:
    """A button in a card."""
    opening = {"msteams": {"type": "task/fetch"}} if fetch else {}
    return {"type": "Action.Submit", "title": title, "data": data | opening}


def card(*body: Json, actions: tuple[Json, ...] = ()) -> Json:
    """A card."""
    buttons = [{"type": "ActionSet", "actions": list(actions)}] if actions else []
    return {"type": "AdaptiveCard", "version": "1.5", "body": [*body, *buttons]}


def activity(*body: Json, actions: tuple[Json, ...] = (), summary: str = "Usher") -> Json:
    """A message that is a card."""
    content = card(*(body or (text("Hello"),)), actions=actions)
    return {
        "type": "message",
        "summary": summary,
        "attachments": [{"contentType": ADAPTIVE, "content": content}],
    }


def window(*body: Json, actions: tuple[Json, ...] = (), title: str = "A form") -> Json:
    """The answer that opens a dialog or goes on with it."""
    held = {"contentType": ADAPTIVE, "content": card(*body, actions=actions)}
    value = {"title": title, "height": "large", "width": "medium", "card": held}
    return {"task": {"type": "continue", "value": value}}


@dataclass(kw_only=True)
class Tiny:
    """The bot."""

    fake: FakeTeams
    token: str = ""
    heard: list[Json] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    """What the next invokes are answered with; a number is a status."""
    status: int = 202
    wait: float = 0.0
    _session: aiohttp.ClientSession | None = None
    _runner: web.AppRunner | None = None

    async def start(self) -> "Tiny":
        """Listen, and find the way out by the proxy."""
        trusted = ssl.create_default_context(cafile=str(self.fake.trust.authority))
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusted))
        app = web.Application()
        app.router.add_post("/api/messages", self._messages)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        await away(self.fake.deliver_to, f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/messages")
        return self

    async def stop(self) -> None:
        """Give everything back."""
        assert self._session is not None
        assert self._runner is not None
        await self._session.close()
        await self._runner.cleanup()

    async def _messages(self, request: web.Request) -> web.Response:
        self.heard.append({**await request.json(), "authorization": request.headers["Authorization"]})
        await asyncio.sleep(self.wait)
        if self.heard[-1]["type"] != "invoke":
            return web.Response(status=self.status)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(status=200) if answer is None else web.json_response(answer)

    async def ask(self, method: str, url: str, **how: Any) -> tuple[int, Any, Any]:
        """Any call by the proxy: status, body, headers."""
        assert self._session is not None
        async with self._session.request(
            method, url, proxy=self.fake.proxy.url, allow_redirects=False, **how
        ) as answer:
            said = await answer.text()
            try:
                return answer.status, json.loads(said), answer.headers
            except ValueError:
                return answer.status, said, answer.headers

    async def login(self, **other: str) -> tuple[int, Any]:
        """Ask for a token, and keep it if one is given."""
        form = {"grant_type": "client_credentials", "client_id": APP, "scope": SCOPE} | other
        if not {"client_secret", "client_assertion"} & set(form):
            form["client_secret"] = SECRET
        status, body, _ = await self.ask("POST", f"{AUTHORITY}/oauth2/v2.0/token", data=form)
        self.token = body.get("access_token", self.token)
        return status, body

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call the connector with the token."""
        status, said, _ = await self.full(method, path, body)
        return status, said

    async def full(self, method: str, path: str, body: Any = None) -> tuple[int, Any, Any]:
        """The same with the headers of the answer."""
        if not self.token:
            await self.login()
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.ask(method, f"{self.fake.service}v3/{path}", json=body, headers=headers)

    async def chat(self, aad: str) -> str:
        """The id of the chat with somebody."""
        status, said = await self.call("POST", "conversations", opening(aad))
        assert status == 201, said
        return str(said["id"])


def opening(whom: str, **other: Any) -> Json:
    """What opens a chat with somebody."""
    told = {"isGroup": False, "bot": {"id": BOT}, "members": [{"id": whom}], "tenantId": TENANT}
    return told | {"channelData": {"tenant": {"id": TENANT}}} | other


def thread(channel: str, **other: Any) -> Json:
    """What begins a thread in a channel."""
    about = {"tenant": {"id": TENANT}, "channel": {"id": channel}}
    return {"isGroup": True, "bot": {"id": BOT}, "activity": activity(), "channelData": about} | other
