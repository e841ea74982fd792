"""The real doors: `usher serve`, `usher work` and `usher run`, until they are told to stop."""

from contextlib import AsyncExitStack

from aiohttp import web

from bot.wiring.works import Usher, listen, open_doors, told_to_stop

LARGEST_BODY = 256 * 1024
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the platforms' servers knock from outside


async def run(usher: Usher, *, doors: bool, delivery: bool) -> None:
    """Open the doors, carry notices, or both."""
    usher.prove_ready()
    told = told_to_stop()
    async with AsyncExitStack() as open_now:
        if delivery:
            await open_now.enter_async_context(usher.delivering())
        if doors:
            listening = listen(EVERYWHERE, usher.settings.port)
            await open_now.enter_async_context(open_doors(application(usher), listening))
        await told.wait()


def application(usher: Usher) -> web.Application:
    """What answers on PORT: health and readiness, and each platform's own address."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes(usher.watch.routes())
    return app
