"""A tiny Bolt app, to try the fake's doors with something that is not Usher."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from tests.platforms.slack.server import FakeSlack

Json = dict[str, Any]


def client(fake: FakeSlack, token: str | None = None) -> AsyncWebClient:
    """A client of the fake's Web API."""
    return AsyncWebClient(
        token=fake.token if token is None else token,
        base_url=f"{fake.url}/api/",
        retry_handlers=[],
        timeout=5,
    )


def word(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def asks(id: str, **more: Any) -> Json:
    """An input block for one line of text."""
    element = {"type": "plain_text_input", "action_id": "text"}
    return {"type": "input", "block_id": id, "label": word(f"What is {id}?"), "element": element, **more}


def picks(id: str, *options: str, **more: Any) -> Json:
    """An input block with radio buttons."""
    choices = [{"text": word(option), "value": option.casefold()} for option in options]
    element = {"type": "radio_buttons", "action_id": "choice", "options": choices}
    return {"type": "input", "block_id": id, "label": word(f"Which {id}?"), "element": element, **more}


def modal(*blocks: Json, submit: str = "Send", **more: Any) -> Json:
    """A modal of these blocks."""
    return {
        "type": "modal", "callback_id": "dialog", "title": word("A form"), "submit": word(submit),
        "blocks": list(blocks), **more,
    }  # fmt: skip


def button(label: str, action: str, value: str = "v") -> Json:
    """An actions block with one button."""
    element = {"type": "button", "text": word(label), "action_id": action, "value": value}
    return {"type": "actions", "elements": [element]}


def tiny_app(fake: FakeSlack) -> tuple[AsyncApp, list[Json]]:  # noqa: C901 - one listener after the other
    """Says what it hears; opens, updates and checks one modal. Everything it was told is in the list."""
    heard: list[Json] = []

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0PALATINE", bot_user_id="U0USHERBOT", bot_id="B0USHER001",
            bot_token=fake.token,
        )  # fmt: skip

    app = AsyncApp(
        client=client(fake), signing_secret=fake.secret, authorize=authorize, process_before_response=True
    )

    @app.event("message")
    async def message(event: Json, body: Json, client: AsyncWebClient) -> None:
        heard.append(body)
        if not event.get("bot_id") and not event.get("subtype"):
            blocks = [
                {"type": "section", "text": {"type": "mrkdwn", "text": f"*Heard* {event['text']}"}},
                button("Open the form", "open"),
            ]
            await client.chat_postMessage(
                channel=event["channel"], text="Heard", blocks=blocks, unfurl_links=False, unfurl_media=False
            )

    @app.event("app_mention")
    async def mention(event: Json, body: Json) -> None:
        heard.append(body)

    @app.command("/policy")
    async def command(body: Json, ack: Any) -> None:
        heard.append(body)
        await ack(f"You said {body['text']}")

    @app.shortcut("report_concern")
    async def shortcut(body: Json, ack: Any, client: AsyncWebClient) -> None:
        heard.append(body)
        await ack()
        form = modal(asks("name"), picks("colour", "Red", "Green", dispatch_action=True))
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.action("open")
    async def opened(body: Json, ack: Any, client: AsyncWebClient) -> None:
        heard.append(body)
        await ack()
        form = modal(asks("name"), picks("colour", "Red", "Green", dispatch_action=True))
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.action("choice")
    async def chosen(body: Json, ack: Any, client: AsyncWebClient) -> None:
        heard.append(body)
        await ack()
        form = modal(asks("name"), picks("colour", "Red", "Green", dispatch_action=True), asks("shade"))
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=form)

    @app.view("dialog")
    async def submitted(body: Json, ack: Any) -> None:
        heard.append(body)
        values = body["view"]["state"]["values"]
        if values["name"]["text"]["value"] == "bad":
            await ack(response_action="errors", errors={"name": "That is no name."})
        else:
            await ack(response_action="clear")

    return app, heard


@asynccontextmanager
async def by_socket(fake: FakeSlack, app: AsyncApp) -> AsyncIterator[None]:
    """The app on Socket Mode."""
    handler = AsyncSocketModeHandler(
        app, fake.app_token, web_client=client(fake, fake.app_token), ping_interval=1
    )
    await handler.connect_async()
    try:
        yield
    finally:
        await handler.close_async()


@asynccontextmanager
async def by_http(fake: FakeSlack, app: AsyncApp) -> AsyncIterator[None]:
    """The app behind signed HTTP."""

    async def knock(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    site = web.Application()
    site.router.add_post("/slack/events", knock)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await away(fake.deliver_to, f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield
    finally:
        await runner.cleanup()


async def away(act: Any, *args: Any, **named: Any) -> Any:
    """Do something of the test's own thread without stopping this loop."""
    return await asyncio.to_thread(act, *args, **named)


async def post(url: str, body: Json) -> tuple[int, str]:
    """JSON to any address."""
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status, await answer.text()
