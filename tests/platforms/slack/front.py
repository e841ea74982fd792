"""One address of Slack's in front of two fake workspaces, and one Usher of two schools beside them."""

import asyncio
import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.platforms.slack.doors import Door
from tests.platforms.slack.running import Running, Template, environment
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.workspace import TEAM, school_workspace
from tests.platforms.spawn import spawn

NORTH, SOUTH = TEAM, "T0SOUTHERN"
CLIENT = {"USHER_SLACK_CLIENT_ID": "1.2", "USHER_SLACK_CLIENT_SECRET": "client-secret"}
Json = dict[str, Any]


class Front:
    """Slack's one address: each call goes to the workspace whose token or code it carries."""

    def __init__(self, north: FakeSlack, south: FakeSlack) -> None:
        self.north, self.south = north, south
        south.token = "xoxb-2-2-fake"
        north.codes, south.codes = {"north-1", "north-2", "north-3"}, {"south-1", "south-2"}
        self.revoked: list[str] = []
        """Tokens that were handed back."""
        self.elsewhere = ""
        """Another id for the southern workspace, as if it were nobody's."""
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    def start(self) -> "Front":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        return self

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> None:
        self._session = aiohttp.ClientSession()
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _close(self) -> None:
        assert self._session is not None
        assert self._runner is not None
        await self._session.close()
        await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.Response:
        assert self._session is not None
        body, method = await request.read(), request.match_info["method"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        southern = token == self.south.token or b"code=south" in body
        if method == "auth.revoke":
            self.revoked.append(token)
            return web.json_response({"ok": True, "revoked": True})
        to = self.south if southern else self.north
        headers = {k: v for k, v in request.headers.items() if k in ("Authorization", "Content-Type")}
        call = self._session.request(
            request.method, f"{to.url}/api/{method}", params=request.query, data=body, headers=headers
        )
        async with call as answer:
            said = await answer.read()
            if southern:
                said = said.replace(TEAM.encode(), (self.elsewhere or SOUTH).encode())
            kept = {
                k: v
                for k, v in answer.headers.items()
                if k in ("x-oauth-scopes", "Retry-After", "Content-Type")
            }
            return web.Response(body=said, status=answer.status, headers=kept)


class Southern:
    """A door by which the southern workspace is called by its own name."""

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._door, self._loop = door, loop

    async def hand(self, kind: str, payload: Json, attempt: int, why: str) -> Any:
        renamed = json.loads(json.dumps(payload).replace(TEAM, SOUTH))
        handing = self._door.hand(kind, renamed, attempt, why)
        if self._loop is None:
            return await handing
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(handing, self._loop))

    async def close(self) -> None:
        if self._loop is None:
            await self._door.close()


@dataclass(kw_only=True)
class Process(Running):
    """`usher run`, `serve` or `work` with any settings."""

    words: tuple[str, ...] = ("run",)
    settings: dict[str, str] = field(default_factory=dict)

    def begin(self) -> "subprocess.Popen[str]":
        self.lines.clear()
        if not self.home.exists():
            shutil.copytree(self.template.home, self.home, symlinks=True)
        told = environment(self.template, self.home, **self.settings)
        self._process = spawn(self.words, told, plain=self.plain)
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        return self._process


@dataclass(kw_only=True)
class Trust:
    """Two schools, two workspaces, one address of Slack's."""

    template: Template
    home: Path
    front: Front
    processes: list[Process] = field(default_factory=list)

    @property
    def north(self) -> FakeSlack:
        return self.front.north

    @property
    def south(self) -> FakeSlack:
        return self.front.south

    def settings(self, **door: str) -> dict[str, str]:
        door = door or {"SLACK_SIGNING_SECRET": self.north.secret}
        return {**CLIENT, **door, "SLACK_API_URL": f"{self.front.url}/api/"}

    def start(self, *words: str, event: str = "doors.open", **door: str) -> Process:
        """One process, once it has said so."""
        process = Process(
            template=self.template, fake=self.north, home=self.home, mode="http", words=words,
            settings=self.settings(**door),
        )  # fmt: skip
        self.processes.append(process)
        process.begin()
        process.wait_for(event)
        return process

    def knock_at(self, process: Process) -> None:
        """Both workspaces deliver to this process by signed HTTP."""
        for fake in (self.north, self.south):
            fake.deliver_to(f"http://127.0.0.1:{process.port}/slack/events")
        self.south.do(lambda: setattr(self.south, "door", Southern(self.south.door)))

    def through(self) -> None:
        """Both workspaces deliver through the app's one socket, which the northern fake holds."""
        door = Southern(self.north.sockets, self.north._loop)
        self.south.do(lambda: setattr(self.south, "door", door))


def two_schools(template: Template, folder: Path) -> Template:
    """The sample school twice: the same people, rooms and ids; another name, id and workspace."""
    for id, name, team in (("north", "North School", NORTH), ("south", "South School", SOUTH)):
        shutil.copytree(template.policy, folder / id)
        file = folder / id / "school.yml"
        text = file.read_text("utf-8").replace("id: palatine\n", f"id: {id}\n")
        text = text.replace("name: Palatine Primary School", f"name: {name}").replace(TEAM, team)
        file.write_text(text, "utf-8")
    return replace(template, policy=folder)


@contextmanager
def trust(template: Template, folder: Path, change: Callable[[Path], None] | None = None) -> Iterator[Trust]:
    """All of it, and nothing of it at the end."""
    both = two_schools(template, folder / "trust")
    if change is not None:
        change(both.policy)
    north, south = (FakeSlack(school_workspace(template.school)).start() for _ in range(2))
    front = Front(north, south).start()
    made = Trust(template=both, home=folder / "home", front=front)
    try:
        yield made
    finally:
        for process in made.processes:
            process.stop()
        front.stop()
        south.stop()
        north.stop()
