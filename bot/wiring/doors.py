"""The real doors: `usher serve`, `usher work` and `usher run`, until they are told to stop."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from logging import ERROR
from typing import Any

from aiohttp import web

from bot import log
from bot.wiring.links import link_routes
from bot.wiring.listening import listen, open_doors, told_to_stop
from bot.wiring.works import Usher

LARGEST_BODY = 256 * 1024
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the platforms' servers knock from outside

SlackDoors = Callable[[web.Application], AbstractAsyncContextManager["asyncio.Task[Any] | None"]]
"""Opens Slack's doors; what comes of it ends when Slack is lost."""
TeamsDoors = Callable[[web.Application], AbstractAsyncContextManager[None]]
"""Opens Teams' door."""


class Cut(Exception):
    """A platform could not be reached for so long that it is better to start afresh."""


async def run(usher: Usher, *, doors: bool, delivery: bool) -> None:
    """Open the doors, carry notices, or both. Cut when a platform is lost for good."""
    told, app = told_to_stop(), application(usher)
    async with AsyncExitStack() as open_now:
        slack = await _slack(usher, open_now, delivery=delivery)
        teams = await _teams(usher, open_now, delivery=delivery)
        if delivery:
            await open_now.enter_async_context(usher.delivering())
        # After delivery, and so shut before it: what comes in last still goes out.
        watchdog = await open_now.enter_async_context(slack(app)) if slack and doors else None
        if teams and doors:
            await open_now.enter_async_context(teams(app))
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


async def _slack(usher: Usher, open_now: AsyncExitStack, *, delivery: bool) -> SlackDoors | None:
    """Slack, where the school has it; its doors are still shut."""
    settings = usher.settings.slack
    if settings is None:
        return None
    from bot.wiring.slack import slack_connected, slack_open

    at = await open_now.enter_async_context(slack_connected(usher, settings, delivery=delivery))
    return partial(slack_open, at)


async def _teams(usher: Usher, open_now: AsyncExitStack, *, delivery: bool) -> TeamsDoors | None:
    """Teams, where the school has it, after Slack: it is proved together with what Slack reaches."""
    settings = usher.settings.teams
    if settings is None:
        return None
    from bot.wiring.teams import teams_connected, teams_open

    at = await open_now.enter_async_context(teams_connected(usher, settings, delivery=delivery))
    return partial(teams_open, at, settings)


async def _until(told: asyncio.Event, watchdog: "asyncio.Task[Any] | None") -> None:
    """Wait to be told to stop, or for a platform to be lost."""
    waiting = {asyncio.ensure_future(told.wait()), *([watchdog] if watchdog else [])}
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if watchdog in done and not told.is_set():
        log.event("platform.lost", level=ERROR, platform="slack")
        raise Cut
