"""What Slack keeps and gives back: accounts, channels, and views as it stores them."""

import time
from typing import Any

from tests.platforms.slack.workspace import APP, BOT, BOT_ID, TEAM, Room, User, Workspace

Json = dict[str, Any]


def user_json(user: User, *, email: bool) -> Json:
    """An account as users.* give it."""
    profile = {"real_name": user.real_name, "display_name": user.name, "team": user.team}
    if email and user.email:
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": "Europe/London",
        "profile": profile,
        "is_admin": user.admin,
        "is_owner": False,
        "is_restricted": user.guest,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_stranger": user.team != TEAM,
        "is_app_user": False,
        "updated": int(time.time()),
    }


def room_json(room: Room) -> Json:
    """A channel as conversations.info gives it."""
    return {
        "id": room.id,
        "name": room.name,
        "is_channel": room.kind == "public",
        "is_group": room.kind == "private",
        "is_im": room.kind == "im",
        "is_mpim": False,
        "is_private": room.kind != "public",
        "is_archived": room.archived,
        "is_general": False,
        "is_shared": room.shared,
        "is_ext_shared": room.shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_member": BOT in room.members,
        "context_team_id": TEAM,
        "num_members": len(room.members),
    }


def view_json(space: Workspace, view: Json, *, root: str = "", before: str | None = None) -> Json:
    """A view as Slack keeps it, from what the app sent."""
    id = space.number("V")
    return {
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "close": None,
        "submit": None,
        "title": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **view,
        "id": id,
        "team_id": TEAM,
        "blocks": with_ids(space, view["blocks"]),
        "state": {"values": {}},
        "hash": f"{int(time.time())}.{space.number('h')}",
        "previous_view_id": before,
        "root_view_id": root or id,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
    }


def with_ids(space: Workspace, blocks: list[Json] | None) -> list[Json] | None:
    """Blocks as Slack keeps them: each has a block_id."""
    if blocks is None:
        return None
    return [block if block.get("block_id") else {**block, "block_id": space.number("b")} for block in blocks]
