"""The fake's Web API: each method with its scopes, its errors and what it changes in the workspace."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.platforms.slack import kept, shapes
from tests.platforms.slack.asked import Refused, checked_message, objected, reach_room, text, unpacked
from tests.platforms.slack.law import faults_of_view
from tests.platforms.slack.people_api import (
    conversations_info,
    conversations_members,
    conversations_open,
    group_users,
    groups_list,
    users_by_email,
    users_info,
    users_list,
)
from tests.platforms.slack.state import values_of
from tests.platforms.slack.workspace import APP, BOT, BOT_ID, DEEPEST, DOMAIN, TEAM

if TYPE_CHECKING:
    from tests.platforms.slack.server import FakeSlack

Json = dict[str, Any]


def auth_test(fake: "FakeSlack", args: Json) -> Json:
    base = {"url": f"https://{DOMAIN}.slack.com/", "team": "Palatine", "team_id": TEAM}
    return base | {
        "user": "usher", "user_id": BOT, "bot_id": BOT_ID, "is_enterprise_install": False,
    }  # fmt: skip


def connections_open(fake: "FakeSlack", args: Json) -> Json:
    return {"url": fake.sockets.ticket()}


def post_message(fake: "FakeSlack", args: Json) -> Json:
    room = reach_room(fake, text(args, "channel"))
    said, blocks = checked_message(fake, args)
    for flag in ("unfurl_links", "unfurl_media"):
        if args.get(flag) not in (False, "false", "0", 0):
            fake.object(f"chat.postMessage without {flag}=false")
    thread = text(args, "thread_ts", needed=False)
    message = shapes.posted(said, blocks, fake.space.stamp(), thread)
    room.messages.append(message)
    fake.touched(room)
    fake.echo(room, shapes.channel_event(message, room))
    return {"channel": room.id, "ts": message["ts"], "message": message}


def update_message(fake: "FakeSlack", args: Json) -> Json:
    room = reach_room(fake, text(args, "channel"))
    message = fake.space.message(room, text(args, "ts"))
    if message is None:
        raise Refused("message_not_found")
    if message.get("bot_id") != BOT_ID:
        raise Refused("cant_update_message")
    said, blocks = checked_message(fake, args)
    before = dict(message)
    message |= {"text": said, "edited": {"user": BOT, "ts": fake.space.stamp()}}
    if blocks is not None:
        message["blocks"] = blocks
    fake.touched(room)
    fake.echo(room, shapes.changed(before, dict(message), room, fake.space.stamp()))
    return {"channel": room.id, "ts": message["ts"], "text": said, "message": message}


def delete_message(fake: "FakeSlack", args: Json) -> Json:
    room = reach_room(fake, text(args, "channel"))
    message = fake.space.message(room, text(args, "ts"))
    if message is None:
        raise Refused("message_not_found")
    if message.get("bot_id") != BOT_ID:
        raise Refused("cant_delete_message")
    room.messages.remove(message)
    fake.touched(room)
    fake.echo(room, shapes.deleted(message, room, fake.space.stamp()))
    return {"channel": room.id, "ts": message["ts"]}


def post_ephemeral(fake: "FakeSlack", args: Json) -> Json:
    room, user = reach_room(fake, text(args, "channel")), text(args, "user")
    if user not in room.members:
        raise Refused("user_not_in_channel")
    said, blocks = checked_message(fake, args)
    thread = text(args, "thread_ts", needed=False)
    ts = fake.whisper(room, user, said, blocks, thread)
    return {"message_ts": ts}


def _view(args: Json, kind: str) -> Json:
    view = unpacked(args, "view")
    found = faults_of_view(view)
    if not found and view["type"] != kind:
        found = [f"view: must be a {kind}"]
    if found:
        raise objected("view_too_large" if found == ["view_too_large"] else "invalid_arguments", found)
    return dict(view)


def _triggered(fake: "FakeSlack", args: Json) -> str:
    trigger = text(args, "trigger_id")
    if error := fake.space.spend(trigger):
        raise Refused(error)
    return fake.space.triggers[trigger].user


def views_open(fake: "FakeSlack", args: Json) -> Json:
    view = _view(args, "modal")
    user = _triggered(fake, args)
    fresh = kept.view_json(fake.space, view)
    fresh["state"] = {"values": values_of(fresh["blocks"], {})}
    fake.space.modals[user] = [fresh]
    fake.concern(user)
    return {"view": fresh}


def views_push(fake: "FakeSlack", args: Json) -> Json:
    view = _view(args, "modal")
    user = _triggered(fake, args)
    if len(fake.space.modals[user]) >= DEEPEST:
        raise Refused("push_limit_reached")
    return {"view": push_view(fake, user, view)}


def push_view(fake: "FakeSlack", user: str, view: Json) -> Json:
    """Put a view on top of the person's stack."""
    stack = fake.space.modals[user]
    root, below = (stack[0]["id"], stack[-1]["id"]) if stack else ("", None)
    fresh = kept.view_json(fake.space, view, root=root, before=below)
    fresh["state"] = {"values": values_of(fresh["blocks"], {})}
    stack.append(fresh)
    fake.concern(user)
    return fresh


def views_update(fake: "FakeSlack", args: Json) -> Json:
    view = _view(args, "modal")
    old = fake.space.view(text(args, "view_id"))
    if old is None or old["type"] != "modal":
        raise Refused("not_found")
    if args.get("hash") and args["hash"] != old["hash"]:
        raise Refused("hash_conflict")
    return {"view": replace_view(fake, old, view)}


def replace_view(fake: "FakeSlack", old: Json, view: Json) -> Json:
    """Another view in the same place; what was typed stays where block_id and action_id stay."""
    user, before = fake.space.owner(old), old["state"]["values"]
    fresh = kept.view_json(fake.space, view, root=old["root_view_id"], before=old["previous_view_id"])
    fresh["id"] = old["id"]
    fresh["state"] = {"values": values_of(fresh["blocks"], before)}
    old.clear()
    old.update(fresh)
    fake.concern(user)
    return old


def views_publish(fake: "FakeSlack", args: Json) -> Json:
    view = _view(args, "home")
    user = fake.space.users.get(text(args, "user_id"))
    if user is None or user.team != TEAM:
        raise Refused("user_not_found")
    old = fake.space.homes.get(user.id)
    if args.get("hash") and old and args["hash"] != old["hash"]:
        raise Refused("hash_conflict")
    fresh = kept.view_json(fake.space, view)
    fresh["state"] = {"values": values_of(fresh["blocks"], old["state"]["values"] if old else {})}
    if old:
        fresh["id"] = fresh["root_view_id"] = old["id"]
    fake.space.homes[user.id] = fresh
    fake.concern(user.id)
    return {"view": fresh}


def oauth_access(fake: "FakeSlack", args: Json) -> Json:
    if text(args, "client_id") != fake.client_id or text(args, "client_secret") != fake.client_secret:
        raise Refused("bad_client_secret")
    if text(args, "code") not in fake.codes:
        raise Refused("invalid_code")
    fake.codes.discard(args["code"])
    return {
        "access_token": fake.token, "token_type": "bot", "scope": ",".join(fake.scopes), "bot_user_id": BOT,
        "app_id": APP, "team": {"id": TEAM, "name": "Palatine"}, "enterprise": None,
        "is_enterprise_install": False, "authed_user": {"id": "U0PERSON12"},
    }  # fmt: skip


BY_KIND = {"private": "groups:read", "public": "channels:read", "im": "im:read"}


def _by_kind(fake: "FakeSlack", args: Json) -> str:
    room = fake.space.rooms.get(str(args.get("channel")))
    return BY_KIND[room.kind] if room else "groups:read"


def _by_user(fake: "FakeSlack", args: Json) -> str:
    return "mpim:write" if "," in str(args.get("users")) else "im:write"


Scope = str | Callable[["FakeSlack", Json], str]
METHODS: Mapping[str, tuple[Callable[["FakeSlack", Json], Json], Scope, int]] = {
    "auth.test": (auth_test, "", 600),
    "apps.connections.open": (connections_open, "connections:write", 100),
    "chat.postMessage": (post_message, "chat:write", 0),
    "chat.update": (update_message, "chat:write", 50),
    "chat.delete": (delete_message, "chat:write", 50),
    "chat.postEphemeral": (post_ephemeral, "chat:write", 100),
    "conversations.open": (conversations_open, _by_user, 50),
    "conversations.info": (conversations_info, _by_kind, 50),
    "conversations.members": (conversations_members, _by_kind, 100),
    "users.list": (users_list, "users:read", 20),
    "users.info": (users_info, "users:read", 100),
    "users.lookupByEmail": (users_by_email, "users:read.email", 50),
    "usergroups.list": (groups_list, "usergroups:read", 20),
    "usergroups.users.list": (group_users, "usergroups:read", 20),
    "views.open": (views_open, "", 100),
    "views.update": (views_update, "", 100),
    "views.push": (views_push, "", 100),
    "views.publish": (views_publish, "", 100),
    "oauth.v2.access": (oauth_access, "", 600),
}
"""Method -> what it does, the scope it needs, and how often a minute it may be called (0: by channel)."""
