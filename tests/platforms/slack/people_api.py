"""The Web API's methods about people, groups and channels."""

import time
from typing import TYPE_CHECKING, Any

from tests.platforms.slack import kept
from tests.platforms.slack.asked import Refused, text
from tests.platforms.slack.workspace import BOT, TEAM, Room

if TYPE_CHECKING:
    from tests.platforms.slack.server import FakeSlack

Json = dict[str, Any]


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
    return {"channel": kept.room_json(_visible(fake, args))}


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
    return {"members": [kept.user_json(u, email=email) for u in page], "cache_ts": int(time.time()), **more}


def users_info(fake: "FakeSlack", args: Json) -> Json:
    user = fake.space.users.get(text(args, "user"))
    if user is None:
        raise Refused("user_not_found")
    return {"user": kept.user_json(user, email="users:read.email" in fake.scopes)}


def users_by_email(fake: "FakeSlack", args: Json) -> Json:
    wanted = text(args, "email").casefold()
    found = [u for u in fake.space.users.values() if u.email.casefold() == wanted and not u.deleted]
    if not found:
        raise Refused("users_not_found")
    return {"user": kept.user_json(found[0], email=True)}


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
