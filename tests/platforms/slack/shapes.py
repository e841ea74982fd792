"""The JSON that Slack sends: events, commands, shortcuts, presses and submissions, as documented."""

import time
from typing import Any

from tests.platforms.slack.kept import room_json as room_json
from tests.platforms.slack.workspace import (
    APP,
    BOT,
    BOT_ID,
    DOMAIN,
    TEAM,
    Reach,
    Room,
    Workspace,
)

VERIFICATION = "verification-token-of-old"
Json = dict[str, Any]


def event(space: Workspace, inner: Json) -> Json:
    """The envelope of the Events API."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": inner,
        "type": "event_callback",
        "event_id": space.number("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{space.number('ctx')}",
    }


def escaped(text: str) -> str:
    """How Slack sends what was typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def said(space: Workspace, user: str, text: str, thread: str = "") -> Json:
    """A message as somebody's client leaves it in a channel."""
    ts = space.stamp()
    return {
        "user": user,
        "type": "message",
        "ts": ts,
        "client_msg_id": f"6c7d0000-0000-4000-8000-{ts[-6:]:0>12}",
        "text": text,
        "team": TEAM,
        "blocks": [
            {
                "type": "rich_text",
                "block_id": space.number("b"),
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
            }
        ],
        **({"thread_ts": thread} if thread else {}),
    }


def posted(text: str, blocks: list[Json] | None, ts: str, thread: str = "") -> Json:
    """A message of the app as Slack keeps it."""
    return {
        "user": BOT,
        "type": "message",
        "ts": ts,
        "bot_id": BOT_ID,
        "app_id": APP,
        "text": text,
        "team": TEAM,
        "bot_profile": {"id": BOT_ID, "app_id": APP, "name": "Usher", "deleted": False, "team_id": TEAM},
        **({"blocks": blocks} if blocks is not None else {}),
        **({"thread_ts": thread} if thread else {}),
    }


def channel_event(message: Json, room: Room) -> Json:
    """A message as the event that tells of it."""
    kind = {"im": "im", "private": "group", "public": "channel"}[room.kind]
    return {**message, "channel": room.id, "event_ts": message["ts"], "channel_type": kind}


def changed(before: Json, after: Json, room: Room, ts: str) -> Json:
    """message_changed."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": after,
        "previous_message": before,
        "channel": room.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": "im" if room.kind == "im" else "group",
    }


def deleted(before: Json, room: Room, ts: str) -> Json:
    """message_deleted."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "channel": room.id,
        "hidden": True,
        "deleted_ts": before["ts"],
        "ts": ts,
        "event_ts": ts,
        "channel_type": "im" if room.kind == "im" else "group",
    }


def dropped(space: Workspace, user: str, text: str) -> Json:
    """A message with a file."""
    file = {
        "id": space.number("F"),
        "name": "picture.png",
        "title": "picture.png",
        "mimetype": "image/png",
        "filetype": "png",
        "user": user,
        "size": 4,
        "mode": "hosted",
        "is_public": False,
        "url_private": "https://files.slack.example/files-pri/picture.png",
    }
    message = said(space, user, text) | {"files": [file], "upload": False, "subtype": "file_share"}
    if not text:
        message.pop("blocks")
    return message


def _who(space: Workspace, user: str) -> Json:
    name = space.users[user].name
    return {"id": user, "username": name, "name": name, "team_id": space.users[user].team}


def _frame(space: Workspace, kind: str, user: str) -> Json:
    return {
        "type": kind,
        "user": _who(space, user),
        "api_app_id": APP,
        "token": VERIFICATION,
        "team": {"id": TEAM, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": space.trigger(user),
    }


def response_url(space: Workspace, base: str, reach: Reach) -> str:
    """Where an app may answer later."""
    return f"{base}/response/{space.reach(reach)}"


def command(space: Workspace, base: str, user: str, room: Room, name: str, text: str) -> dict[str, str]:
    """A slash command, as form fields."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "channel_id": room.id,
        "channel_name": _channel_name(room),
        "user_id": user,
        "user_name": space.users[user].name,
        "command": name,
        "text": escaped(text),
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url(space, base, Reach(channel=room.id, user=user)),
        "trigger_id": space.trigger(user),
    }


def _channel_name(room: Room) -> str:
    return {"im": "directmessage", "private": "privategroup"}.get(room.kind, room.name)


def shortcut(space: Workspace, user: str, callback: str) -> Json:
    """A global shortcut."""
    return _frame(space, "shortcut", user) | {"action_ts": space.stamp(), "callback_id": callback}


def message_action(space: Workspace, base: str, user: str, room: Room, message: Json, callback: str) -> Json:
    """A message shortcut."""
    reach = Reach(channel=room.id, user=user, ts=message["ts"])
    return _frame(space, "message_action", user) | {
        "action_ts": space.stamp(),
        "callback_id": callback,
        "channel": {"id": room.id, "name": _channel_name(room)},
        "message_ts": message["ts"],
        "message": message,
        "response_url": response_url(space, base, reach),
    }


def pressed_message(
    space: Workspace, base: str, user: str, room: Room, message: Json, action: Json, values: Json
) -> Json:
    """A press in a message or an ephemeral."""
    ephemeral = "to" in message
    thread = message.get("thread_ts", "")
    reach = Reach(channel=room.id, user=user, ts=message["ts"], thread=thread)
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": room.id,
        "is_ephemeral": ephemeral,
        **({"thread_ts": thread} if thread else {}),
    }
    return _frame(space, "block_actions", user) | {
        "container": container,
        "channel": {"id": room.id, "name": _channel_name(room)},
        **({} if ephemeral else {"message": message}),
        "state": {"values": values},
        "response_url": response_url(space, base, reach),
        "actions": [action | {"action_ts": space.stamp()}],
    }


def pressed_view(space: Workspace, user: str, view: Json, action: Json) -> Json:
    """A press, or a choice with dispatch_action, in a modal or the App Home."""
    return _frame(space, "block_actions", user) | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action | {"action_ts": space.stamp()}],
    }


def submitted(space: Workspace, user: str, view: Json) -> Json:
    """A modal's submit."""
    return _frame(space, "view_submission", user) | {"view": view, "response_urls": []}


def closed(space: Workspace, user: str, view: Json) -> Json:
    """A modal that was closed, for apps that asked to be told."""
    frame = _frame(space, "view_closed", user) | {"view": view, "is_cleared": False}
    frame.pop("trigger_id")
    return frame
