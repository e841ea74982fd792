"""The real doors: `usher serve`, `usher work` and `usher run`, until they are told to stop."""

import asyncio
from contextlib import AsyncExitStack
from logging import ERROR
from typing import Any

from aiohttp import web

from bot import log
from bot.wiring.links import link_routes
from bot.wiring.works import Usher, listen, open_doors, told_to_stop

LARGEST_BODY = 256 * 1024
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the platforms' servers knock from outside


class Cut(Exception):
    """A platform could not be reached for so long that it is better to start afresh."""


async def run(usher: Usher, *, doors: bool, delivery: bool) -> None:
    """Open the doors, carry notices, or both. Cut when a platform is lost for good."""
    usher.prove_ready()
    told, app = told_to_stop(), application(usher)
    async with AsyncExitStack() as open_now:
        watchdog = await _slack(usher, app, open_now, doors=doors, delivery=delivery)
        if delivery:
            await open_now.enter_async_context(usher.delivering())
        if doors:
            listening = listen(EVERYWHERE, usher.settings.port)
            await open_now.enter_async_context(open_doors(app, listening))
        await _until(told, watchdog)


def application(usher: Usher) -> web.Application:
    """What answers on PORT: health and readiness, signed links, and each platform's own address."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes(usher.watch.routes())
    app.add_routes(link_routes(usher))
    return app


async def _slack(
    usher: Usher, app: web.Application, open_now: AsyncExitStack, *, doors: bool, delivery: bool
) -> "asyncio.Task[Any] | None":
    """Slack, where the school has it."""
    settings = usher.settings.slack
    if settings is None:
        return None
    from bot.wiring.slack import slack_connected, slack_open

    at = await open_now.enter_async_context(slack_connected(usher, settings, delivery=delivery))
    return await open_now.enter_async_context(slack_open(at, app)) if doors else None


async def _until(told: asyncio.Event, watchdog: "asyncio.Task[Any] | None") -> None:
    """Wait to be told to stop, or for a platform to be lost."""
    waiting = {asyncio.ensure_future(told.wait()), *([watchdog] if watchdog else [])}
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if watchdog in done and not told.is_set():
        log.event("platform.lost", level=ERROR, platform="slack")
        raise Cut
