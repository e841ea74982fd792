"""A Bolt app that does nothing: what Slack's own library costs on this machine. Prints its port when open."""

import asyncio
import re
import sys
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from tests.pace.floors import PATH
from tests.platforms.slack.server import BOT_TOKEN, SECRET
from tests.platforms.slack.workspace import BOT, BOT_ID, TEAM


async def authorize(**_: Any) -> AuthorizeResult:
    """One workspace, known beforehand."""
    return AuthorizeResult(
        enterprise_id=None, team_id=TEAM, bot_user_id=BOT, bot_id=BOT_ID, bot_token=BOT_TOKEN
    )


def noop() -> AsyncApp:
    """Checks the signature, finds the listener, acknowledges; the quick way, without polling for the ack."""
    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    async def taken(ack: Any) -> None:
        await ack()

    app.command("/policy")(taken)
    app.action(re.compile("(press|fill):.*"))(taken)
    app.view("dialog")(taken)
    return app


async def serve() -> None:
    """Until somebody ends it."""
    app, site = noop(), web.Application()

    async def knock(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    site.router.add_post(PATH, knock)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
