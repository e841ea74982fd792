"""A fake Slack on 127.0.0.1: Web API, Socket Mode and response addresses, on a thread of its own."""

import asyncio
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import yaml
from aiohttp import web

from tests.platforms.slack import shapes
from tests.platforms.slack.api import METHODS
from tests.platforms.slack.asked import Refused
from tests.platforms.slack.doors import AGAIN_AFTER, Door, HttpDoor, NoAnswer, SocketDoor
from tests.platforms.slack.later import DEFECTS, answer_later, arguments, limited
from tests.platforms.slack.pace import Limits, Order, Orders
from tests.platforms.slack.workspace import Room, Workspace
from tests.waiting import PATIENCE

HERE = Path(__file__).resolve().parents[3]
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-1-2-fake", "xapp-1-A0USHER001-fake", "5ec2e7" * 5
T = TypeVar("T")
Json = dict[str, Any]
HANGING = 60.0
REST = 1.3
"""Seconds in which nothing happens: one message a second goes into a conversation, so less proves nothing."""


class FakeSlack:
    """One workspace with one app installed. All state lives on the fake's own thread."""

    def __init__(self, space: Workspace, manifest: Path = HERE / "manifest.yml") -> None:
        self.space = space
        declared = yaml.safe_load(manifest.read_text("utf-8"))
        self.scopes: list[str] = declared["oauth_config"]["scopes"]["bot"]
        self.events: list[str] = declared["settings"]["event_subscriptions"]["bot_events"]
        features = declared["features"]
        self.commands = [one["command"] for one in features["slash_commands"]]
        self.shortcuts = {one["name"]: (one["type"], one["callback_id"]) for one in features["shortcuts"]}
        self.token, self.app_token, self.secret = BOT_TOKEN, APP_TOKEN, SECRET
        self.client_id, self.client_secret, self.codes = "1.2", "client-secret", {"code-1"}
        self.limits, self.orders = Limits(), Orders()
        self.sockets = SocketDoor()
        self.door: Door = self.sockets
        self.objections: list[str] = []
        """What the app did that Slack or the house would never have; each fails the test that sees it."""
        self.calls: list[tuple[str, Json, str]] = []
        """Method, arguments, and "ok" or the error."""
        self.told: list[Json] = []
        """Every event that was to be delivered."""
        self.given_up: list[Json] = []
        """Events that were not taken however often they were delivered."""
        self.retried: list[tuple[str, int, str]] = []
        self.url = ""
        self.last = 0.0
        """When something last happened."""
        self.touches: dict[str, int] = {}
        """Person -> how often something changed on their screen."""
        self._busy = 0
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="slack", daemon=True)

    # From the test's own thread.

    def run(self, act: Coroutine[Any, Any, T], patience: float = PATIENCE) -> T:
        """Do something on the fake's thread and wait for it."""
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(patience)

    def do(self, act: Callable[[], T]) -> T:
        """The same for a plain function."""

        async def acting() -> T:
            return act()

        return self.run(acting())

    def start(self) -> "FakeSlack":
        """Open for business."""
        self._thread.start()
        self.run(self._open(0))
        return self

    def stop(self) -> None:
        """Close, and stop the thread."""
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Nobody answers at the address for as long as the block runs."""
        port = int(self.url.rpartition(":")[2])
        self.run(self._leave())
        try:
            yield
        finally:
            self.run(self._open(port))

    def deliver_to(self, url: str) -> None:
        """From now on by signed HTTP to this address."""

        async def switch() -> None:
            self.door = HttpDoor(url, self.secret)

        self.run(switch())

    def order(
        self, method: str, what: str, times: int = 1, *, retry_after: int = 1, channel: str = ""
    ) -> None:
        """A fault for the next calls of a method."""
        self.do(lambda: self.orders.add(method, Order(what, times, retry_after, channel)))

    def settle(self, quiet: float = 0.05, patience: float = 10.0) -> None:
        """Until nothing is being delivered or called, and nothing has happened for a moment."""
        until = time.monotonic() + patience
        while self._busy or time.monotonic() - self.last < quiet:
            assert time.monotonic() < until, "the app never comes to rest"
            time.sleep(0.005)

    # On the fake's thread.

    async def _open(self, port: int) -> None:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{key:.+}", self._later_answer)
        app.router.add_get("/link", self.sockets.link)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.sockets.base = self.url

    async def _leave(self) -> None:
        await self.sockets.cut()
        if self._runner:
            await self._runner.cleanup()

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.door.close()
        await self.sockets.close()
        await self._leave()

    def object(self, what: str) -> None:
        """Something that no test may overlook."""
        self.objections.append(what)

    def concern(self, user: str) -> None:
        """Something has changed on a person's screen."""
        self.touches[user] = self.touches.get(user, 0) + 1
        self.last = time.monotonic()

    def touched(self, room: Room) -> None:
        """Something has changed in a room."""
        for user in room.members:
            self.concern(user)

    def whisper(self, room: Room, user: str, said: str, blocks: list[Json] | None, thread: str = "") -> str:
        """A message for one person's eyes."""
        message = shapes.posted(said, blocks, self.space.stamp(), thread) | {"to": user}
        room.ephemerals.append(message)
        self.concern(user)
        return str(message["ts"])

    def echo(self, room: Room, inner: Json) -> None:
        """The app's own posts come back to it as events where it listens."""
        if room.kind == "im":
            self.tell("message.im", inner)

    def tell(self, event: str, inner: Json) -> None:
        """Deliver an event if the manifest subscribes to it, and an app has ever been there."""
        nobody = self.door is self.sockets and not self.sockets.opened
        if event in self.events and not nobody:
            self.told.append(inner)
            self.later(self.deliver(shapes.event(self.space, inner)))

    def later(self, act: Coroutine[Any, Any, Any]) -> None:
        """Do it in the background."""
        task = asyncio.ensure_future(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def deliver(self, payload: Json) -> None:
        """An event, again and again until it is taken."""
        why = ""
        with self._working():
            for attempt in range(len(AGAIN_AFTER) + 1):
                if attempt:
                    self.retried.append((payload["event"]["type"], attempt, why))
                    await asyncio.sleep(AGAIN_AFTER[attempt - 1])
                try:
                    await self.door.hand("events_api", payload, attempt, why)
                except NoAnswer as failed:
                    why = str(failed)
                else:
                    return
            self.given_up.append(payload)

    async def act(self, kind: str, payload: Json) -> Any:
        """A command, a press or a submission: handed over once, and never again."""
        with self._working():
            return await self.door.hand(kind, payload, 0, "")

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self.last = time.monotonic()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args, offered = await arguments(request), request.headers.get("Authorization", "")
        token = args.pop("token", "") or offered.removeprefix("Bearer ")
        if offered.startswith("Basic "):
            args["client_id"], _, args["client_secret"] = b64decode(offered[6:]).decode().partition(":")
        with self._working():
            fault = self.orders.take(method, str(args.get("channel", args.get("user_id", ""))))
            if fault is None or fault.what == "dropped":
                answer = self._called(method, token, args)
            else:
                answer = await self._faulty(request, method, args, fault)
        if fault is not None and fault.what == "hang":
            await asyncio.sleep(HANGING)
        if fault is not None and fault.what in ("dropped", "cut") and request.transport:
            request.transport.abort()
        return answer

    async def _faulty(self, request: web.Request, method: str, args: Json, fault: Order) -> web.Response:
        self.calls.append((method, args, fault.what))
        if fault.what == "429":
            return limited(fault.retry_after)
        if fault.what in ("500", "503"):
            return web.Response(status=int(fault.what), text="upstream connect error")
        return self._answer({"ok": False, "error": fault.what})

    def _called(self, method: str, token: str, args: Json) -> web.Response:
        if method not in METHODS:
            self.object(f"{method}: no such method, or none that this app may call")
            return self._answer({"ok": False, "error": "unknown_method"})
        do, _, per_minute = METHODS[method]
        if wait := self.limits.wait(method, str(args.get("channel")), per_minute):
            self.calls.append((method, args, "ratelimited"))
            return limited(wait)
        try:
            self._allowed(method, token, args)
            answer = {"ok": True, **do(self, args)}
        except Refused as refused:
            answer = {"ok": False, "error": refused.error, **refused.more}
            if refused.error in DEFECTS:
                self.object(f"{method}: {refused.error} {refused.more.get('errors', '')}")
        self.calls.append((method, args, str(answer.get("error", "ok"))))
        return self._answer(answer)

    def _allowed(self, method: str, token: str, args: Json) -> None:
        if method == "oauth.v2.access":
            return
        if not token:
            raise Refused("not_authed")
        app_level = method == "apps.connections.open"
        if token != (self.app_token if app_level else self.token):
            raise Refused(
                "not_allowed_token_type" if token in (self.app_token, self.token) else "invalid_auth"
            )
        needed = METHODS[method][1]
        scope = needed if isinstance(needed, str) else needed(self, args)
        if scope and not app_level and scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(self.scopes))

    def _answer(self, body: Json) -> web.Response:
        headers = {"x-oauth-scopes": ",".join(self.scopes)}
        return web.json_response(body, headers=headers)

    async def _later_answer(self, request: web.Request) -> web.Response:
        with self._working():
            return await answer_later(self, request)
