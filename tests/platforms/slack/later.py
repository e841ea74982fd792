"""What an app says later to a response_url, and the plain mechanics of the fake's HTTP."""

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.platforms.slack import shapes
from tests.platforms.slack.asked import Refused, checked_message

if TYPE_CHECKING:
    from tests.platforms.slack.server import FakeSlack

Json = dict[str, Any]

DEFECTS = frozenset(
    {
        "missing_scope", "invalid_blocks", "invalid_arguments", "msg_too_long", "msg_blocks_too_long",
        "no_text", "not_authed", "not_allowed_token_type", "view_too_large", "exchanged_trigger_id",
        "invalid_trigger_id", "push_limit_reached", "invalid_limit", "invalid_cursor",
        "cant_update_message", "cant_delete_message",
    }
)  # fmt: skip
"""Errors that an app in order never sees, whatever happens around it."""


def limited(seconds: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
    )


async def arguments(request: web.Request) -> Json:
    """Arguments of a call, in whichever of Slack's three ways they came."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        return args | (json.loads(body) if body else {})
    return args | {key: str(value) for key, value in (await request.post()).items()}


async def answer_later(fake: "FakeSlack", request: web.Request) -> web.Response:
    """Five times within half an hour."""
    reach = fake.space.reaches.get(request.match_info["key"])
    if reach is None or reach.left <= 0:
        return web.Response(status=404, text="expired_url" if reach is None else "used_url")
    reach.left -= 1
    args = await arguments(request)
    try:
        _respond(fake, reach.channel, reach.user, reach.ts, args)
    except Refused as refused:
        fake.object(f"response_url: {refused.error} {refused.more.get('errors', '')}")
        return web.json_response({"ok": False, "error": refused.error}, status=400)
    fake.calls.append(("response_url", args, "ok"))
    return web.Response(text="ok")


def _respond(fake: "FakeSlack", channel: str, user: str, ts: str, args: Json) -> None:
    room = fake.space.rooms[channel]
    replaces = args.get("replace_original") or args.get("delete_original")
    if replaces:
        room.ephemerals = [m for m in room.ephemerals if m["ts"] != ts or m["to"] != user]
        if args.get("delete_original"):
            fake.concern(user)
            return
    said, blocks = checked_message(fake, args)
    before = fake.space.message(room, ts)
    if replaces and before is not None:
        before |= {"text": said, "blocks": blocks}
        fake.touched(room)
    elif args.get("response_type") == "in_channel":
        room.messages.append(shapes.posted(said, blocks, fake.space.stamp()))
        fake.touched(room)
    else:
        fake.whisper(room, user, said, blocks, str(args.get("thread_ts") or ""))
