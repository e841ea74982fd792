"""A fake Microsoft side on 127.0.0.1: a web proxy, and behind it connector, login and key server over TLS."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from tests.platforms.slack.pace import Order, Orders
from tests.platforms.teams import connector, login
from tests.platforms.teams.connector import Connector
from tests.platforms.teams.door import Answer, Door, NoAnswer
from tests.platforms.teams.login import KeyServer, Login
from tests.platforms.teams.pace import Limits
from tests.platforms.teams.proxy import Proxy
from tests.platforms.teams.tenant import APP, REGION, TENANT, Room, Tenant
from tests.platforms.teams.trust import make_trust
from tests.waiting import PATIENCE

T = TypeVar("T")
Json = dict[str, Any]
HOSTS = (connector.HOST, login.LOGIN, login.KEYS)
SECRET = "made-up~secret~for~tests"
SECRET_WAY, CERTIFICATE = "secret", "certificate"
HANGING = 60.0
REST = 1.0
"""Seconds in which nothing happens; beyond a burst a conversation gets a message every 0.55 s."""
SLOW = 2.0
DONE_ALL_THE_SAME = ("dropped", "slow")


class FakeTeams:
    """One tenant with one bot in it. All state lives on the fake's own thread."""

    def __init__(self, tenant: Tenant, folder: Path) -> None:
        self.tenant = tenant
        self.trust = make_trust(folder, HOSTS)
        self.region = REGION
        self.page = 0
        """Members in a page, whatever was asked for; 0 is Teams' own way."""
        self.limits, self.orders = Limits(), Orders()
        self.objections: list[str] = []
        """What the bot did that Teams or the house would never have; each fails the test that sees it."""
        self.calls: list[tuple[str, str, int]] = []
        """Operation, conversation, and the status it was answered with."""
        self.told: list[Json] = []
        """Every activity that was handed over."""
        self.refusals: list[tuple[str, int]] = []
        """Activities that were not taken, and the status they were answered with (0: none)."""
        self.last = 0.0
        """When something last happened."""
        self.touches: dict[str, int] = {}
        """Person -> how often something changed on their screen."""
        self._busy = 0
        self.login = Login(self, self.trust, SECRET)
        self.keys = KeyServer(self)
        self.connector = Connector(self)
        self.proxy = Proxy(HOSTS, self.object)
        self.door = Door(self)
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="teams", daemon=True)

    @property
    def service(self) -> str:
        """The serviceUrl of every activity."""
        return f"https://{connector.HOST}/{self.region}/{TENANT}/"

    def environment(self, way: str = SECRET_WAY) -> dict[str, str]:
        """What an Usher in this tenant is told."""
        proof = (
            {"TEAMS_APP_SECRET": SECRET} if way == SECRET_WAY else {"TEAMS_CERT_PATH": str(self.trust.app)}
        )
        trusted = {name: str(self.trust.authority) for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")}
        out = {"HTTPS_PROXY": self.proxy.url, "NO_PROXY": "127.0.0.1,localhost"}
        return {"TEAMS_APP_ID": APP, "TEAMS_TENANT_ID": TENANT, **proof, **trusted, **out}

    # From the test's own thread.

    def run(self, act: Coroutine[Any, Any, T], patience: float = PATIENCE) -> T:
        """Do something on the fake's thread and wait for it."""
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(patience)

    def do(self, act: Callable[[], T]) -> T:
        """The same for a plain function."""

        async def acting() -> T:
            return act()

        return self.run(acting())

    def start(self) -> "FakeTeams":
        """Open for business."""
        self._thread.start()
        self.run(self._open())
        return self

    def stop(self) -> None:
        """Close, and stop the thread."""
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @contextmanager
    def gone(self, *hosts: str) -> Iterator[None]:
        """Nobody answers at these hosts, or any, for as long as the block runs."""

        def leave() -> None:
            self.proxy.shut.update(hosts or HOSTS)
            self.proxy.cut()

        self.do(leave)
        try:
            yield
        finally:
            self.do(self.proxy.shut.clear)

    def deliver_to(self, url: str) -> None:
        """From now on activities go to this address."""
        self.do(lambda: setattr(self.door, "url", url))

    def order(
        self, operation: str, what: str, times: int = 1, *, retry_after: int = 1, conversation: str = ""
    ) -> None:
        """A fault for the next calls of an operation."""
        self.do(lambda: self.orders.add(operation, Order(what, times, retry_after, conversation)))

    def settle(self, quiet: float = 0.05, patience: float = 10.0) -> None:
        """Until nothing is being delivered or called, and nothing has happened for a moment."""
        until = time.monotonic() + patience
        while self._busy or time.monotonic() - self.last < quiet:
            assert time.monotonic() < until, "the bot never comes to rest"
            time.sleep(0.005)

    def said(self) -> int:
        """How often the bot has posted or changed anything, after it has come to rest."""
        self.settle(REST)
        return len([call for call in self.calls if call[0] in ("post", "put", "create")])

    # On the fake's thread.

    async def _open(self) -> None:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.add_domain(connector.HOST, self.connector.routes())
        app.add_domain(login.LOGIN, self.login.routes())
        app.add_domain(login.KEYS, self.keys.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.trust.context()).start()
        self.proxy.behind = self._runner.addresses[0][1]
        await self.proxy.open()

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.door.close()
        await self.proxy.close()
        if self._runner:
            await self._runner.cleanup()

    def object(self, what: str) -> None:
        """Something that no test may overlook."""
        self.objections.append(what)

    def concern(self, aad: str) -> None:
        """Something has changed on a person's screen."""
        self.touches[aad] = self.touches.get(aad, 0) + 1
        self.last = time.monotonic()

    def touched(self, room: Room) -> None:
        """Something has changed in a room."""
        members = room.members if room.private or room.kind == "personal" else self.tenant.staff
        for aad in members:
            self.concern(aad)

    def later(self, act: Coroutine[Any, Any, Any]) -> None:
        """Do it in the background."""
        task = asyncio.ensure_future(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def act(self, activity: Json) -> Answer:
        """Hand an activity over, once: Teams sends nothing again. NoAnswer where it wasn't taken."""
        self.told.append(activity)
        with self._working():
            try:
                return await self.door.hand(activity)
            except NoAnswer as failed:
                self.refusals.append((str(activity.get("name") or activity["type"]), failed.status))
                raise

    async def nowhere(self, request: web.Request) -> web.Response:
        """There is no such address, or none that the bot may use."""
        self.object(f"no such address: {request.method} {request.host}{request.path}")
        return web.json_response({"error": {"code": "NotFound"}}, status=404)

    async def served(
        self,
        operation: str,
        request: web.Request,
        do: Callable[[web.Request], Awaitable[web.Response]],
        conversation: str = "",
    ) -> web.StreamResponse:
        """One call, or the fault that has been ordered for it."""
        if request.host != connector.HOST and "Authorization" in request.headers:
            self.object(f"a token was shown to {request.host}")
        with self._working():
            fault = self.orders.take(operation, conversation)
            if fault is not None and fault.what == "slow":
                await asyncio.sleep(SLOW)
            answer = await do(request) if fault is None or fault.what in DONE_ALL_THE_SAME else _faulty(fault)
            self.calls.append((operation, conversation, answer.status))
        if fault is not None and fault.what == "hang":
            await asyncio.sleep(HANGING)
        if fault is not None and fault.what in ("dropped", "cut") and request.transport:
            request.transport.abort()
        return answer

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self.last = time.monotonic()


def _faulty(fault: Order) -> web.Response:
    """ "403 MessageWritesBlocked", "429", "502", "elsewhere" (a redirect), or nothing worth mentioning."""
    status, _, code = fault.what.partition(" ")
    if status == "elsewhere":
        return web.Response(status=307, headers={"Location": "https://elsewhere.example/v3/conversations"})
    if not status.isdigit():
        return web.Response(status=500)
    headers = {"Retry-After": str(fault.retry_after)} if status in ("429", "503") else {}
    said = {"error": {"code": code or "ServiceError", "message": "as ordered"}}
    if status in ("502", "504"):
        return web.Response(status=int(status), text="<html>Bad gateway</html>", content_type="text/html")
    return web.json_response(said, status=int(status), headers=headers)
