"""The fake's Web API: each method with its scopes, its errors and what it changes in the workspace."""

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.platforms.slack import shapes
from tests.platforms.slack.law import MESSAGE_TEXT, faults_of_message, faults_of_view
from tests.platforms.slack.state import values_of
from tests.platforms.slack.workspace import APP, BOT, BOT_ID, DEEPEST, DOMAIN, TEAM, Room, User

if TYPE_CHECKING:
    from tests.platforms.slack.server import FakeSlack

Json = dict[str, Any]


class Refused(Exception):
    """Slack's answer when it doesn't do it: the error's name, and more."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.more = error, more


def text(args: Json, name: str, *, needed: bool = True) -> str:
    """An argument that must be text."""
    value = args.get(name)
    if value in (None, "") and needed:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] missing field: {name}"]})
    if value is not None and not isinstance(value, str):
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {name} must be text"]})
    return value or ""


def unpacked(args: Json, name: str) -> Any:
    """An argument that is JSON, or JSON as text."""
    value = args.get(name)
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {name}"]}) from None


def objected(error: str, found: list[str]) -> Refused:
    """The answer to blocks or views against Slack's limits."""
    return Refused(error, errors=found, response_metadata={"messages": [f"[ERROR] {line}" for line in found]})


def reach_room(fake: "FakeSlack", id: str) -> Room:
    """The conversation that the app may post to under this id; a person's id is their conversation."""
    space = fake.space
    if id in space.users:
        person = space.users[id]
        if person.deleted or person.team != TEAM or person.is_bot:
            raise Refused("channel_not_found")
        return space.direct(id)
    room = space.rooms.get(id)
    if room is None or (room.kind == "private" and BOT not in room.members):
        raise Refused("channel_not_found")
    if room.archived:
        raise Refused("is_archived")
    if BOT not in room.members:
        raise Refused("not_in_channel")
    return room


def _message(args: Json) -> tuple[str, list[Json] | None]:
    """The text and the blocks of a message, checked."""
    said, blocks = text(args, "text", needed=False), unpacked(args, "blocks")
    if not said and not blocks:
        raise Refused("no_text")
    if len(said) > MESSAGE_TEXT:
        raise Refused("msg_too_long")
    if found := faults_of_message(said, blocks):
        raise objected(
            "msg_blocks_too_long" if "msg_blocks_too_long" in found[0] else "invalid_blocks", found
        )
    return said, blocks


def checked_message(fake: "FakeSlack", args: Json) -> tuple[str, list[Json] | None]:
    """The same for what a person will read: the house wants a text for phones and screen readers."""
    said, blocks = _message(args)
    if not said:
        fake.object("a message without text: phones and screen readers say nothing")
    return said, shapes.with_ids(fake.space, blocks)


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


def conversations_open(fake: "FakeSlack", args: Json) -> Json:
    user = fake.space.users.get(text(args, "users"))
    if user is None or user.team != TEAM:
        raise Refused("user_not_found")
    if user.deleted:
        raise Refused("user_disabled")
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    return {"channel": {"id": fake.space.direct(user.id).id}, "no_op": True, "already_open": True}


def _visible(fake: "FakeSlack", args: Json) -> Room:
    room = fake.space.rooms.get(text(args, "channel"))
    if room is None or (room.kind == "private" and BOT not in room.members):
        raise Refused("channel_not_found")
    return room


def conversations_info(fake: "FakeSlack", args: Json) -> Json:
    return {"channel": shapes.room_json(_visible(fake, args))}


def conversations_members(fake: "FakeSlack", args: Json) -> Json:
    members, more = _page(sorted(_visible(fake, args).members), args, usual=100)
    return {"members": members, **more}


def _page(items: list[Any], args: Json, *, usual: int) -> tuple[list[Any], Json]:
    """One page by limit and cursor."""
    limit = int(args.get("limit") or usual)
    cursor = str(args.get("cursor") or "")
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit")
    if cursor and not cursor.startswith("page:"):
        raise Refused("invalid_cursor")
    start = int(cursor.removeprefix("page:") or 0)
    after = f"page:{start + limit}" if start + limit < len(items) else ""
    return items[start : start + limit], {"response_metadata": {"next_cursor": after}}


def users_list(fake: "FakeSlack", args: Json) -> Json:
    page, more = _page(list(fake.space.users.values()), args, usual=200)
    email = "users:read.email" in fake.scopes
    return {"members": [shapes.user_json(u, email=email) for u in page], "cache_ts": int(time.time()), **more}


def users_info(fake: "FakeSlack", args: Json) -> Json:
    user = fake.space.users.get(text(args, "user"))
    if user is None:
        raise Refused("user_not_found")
    return {"user": shapes.user_json(user, email="users:read.email" in fake.scopes)}


def users_by_email(fake: "FakeSlack", args: Json) -> Json:
    wanted = text(args, "email").casefold()
    found = [u for u in fake.space.users.values() if u.email.casefold() == wanted and not u.deleted]
    if not found:
        raise Refused("users_not_found")
    return {"user": shapes.user_json(found[0], email=True)}


def groups_list(fake: "FakeSlack", args: Json) -> Json:
    with_users = args.get("include_users") in (True, "true", "1", 1)
    fields = ("id", "name", "handle", *(("users",) if with_users else ()))
    groups = fake.space.groups.values()
    return {"usergroups": [{f: g[f] for f in fields} | {"team_id": TEAM, "date_delete": 0} for g in groups]}


def group_users(fake: "FakeSlack", args: Json) -> Json:
    group = fake.space.groups.get(text(args, "usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": group["users"]}


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
    fresh = shapes.view_json(fake.space, view)
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
    fresh = shapes.view_json(fake.space, view, root=root, before=below)
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
    fresh = shapes.view_json(fake.space, view, root=old["root_view_id"], before=old["previous_view_id"])
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
    fresh = shapes.view_json(fake.space, view)
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

__all__ = ["METHODS", "Refused", "User"]
