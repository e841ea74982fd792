"""A wire to tap: what the product sends out by HTTPS_PROXY ends at one TLS server that writes it all down."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.platforms.teams.proxy import Proxy
from tests.platforms.teams.trust import Trust, make_trust

CONNECTOR, LOGIN, KEYS = "smba.trafficmanager.net", "login.microsoftonline.com", "login.botframework.com"
Answers = Callable[[web.Request], Awaitable[web.StreamResponse]]
CA = "SSL_CERT_FILE"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One request that came."""

    host: str
    method: str
    path: str
    """As it was sent, with its query."""
    headers: Any
    body: bytes


@dataclass(kw_only=True)
class Wire:
    """Everything that came, and what is answered."""

    trust: Trust
    proxy: Proxy
    answer: Answers
    heard: list[Heard] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Write it down, then answer."""
        host = request.headers.get("Host", "")
        self.heard.append(
            Heard(
                host=host,
                method=request.method,
                path=request.raw_path,
                headers=request.headers,
                body=await request.read(),
            )
        )
        return await self.answer(request)

    def tokens(self) -> set[str]:
        """Every Authorization header that came."""
        return {value for each in self.heard if (value := each.headers.get("Authorization"))}


async def nothing(_request: web.Request) -> web.StreamResponse:
    """Answers that there is nothing here."""
    return web.json_response({}, status=404)


@asynccontextmanager
async def tapped(folder: Path, patch: pytest.MonkeyPatch, *more: str, ca: str = CA) -> AsyncIterator[Wire]:
    """Microsoft's hosts, and `more`, all lead here until the end of the block."""
    hosts = (CONNECTOR, LOGIN, KEYS, *more)
    trust = copied(made_once(folder.parent, hosts), folder)
    objections: list[str] = []
    proxy = Proxy(hosts, objections.append)
    wire = Wire(trust=trust, proxy=proxy, answer=nothing)
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_route("*", "/{anything:.*}", wire.serve)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=trust.context())
    await site.start()
    proxy.behind = runner.addresses[0][1]
    await proxy.open()
    for name in ("NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy", "https_proxy", "REQUESTS_CA_BUNDLE", CA):
        patch.delenv(name, raising=False)
    patch.setenv("HTTPS_PROXY", proxy.url)
    patch.setenv("HTTP_PROXY", proxy.url)
    patch.setenv(ca, str(trust.authority))
    try:
        yield wire
    finally:
        await proxy.close()
        await runner.cleanup()


@cache
def made_once(folder: Path, hosts: tuple[str, ...]) -> Trust:
    """Keys and certificates for a whole test run: making them takes longer than most tests."""
    return make_trust(folder / f"trust-{len(hosts)}", hosts)


def copied(trust: Trust, folder: Path) -> Trust:
    """The same in files of one's own, which a test may change."""

    def copy(file: Path) -> Path:
        return Path(shutil.copy2(file, folder / file.name))

    return replace(trust, authority=copy(trust.authority), server=copy(trust.server), app=copy(trust.app))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.now += seconds
