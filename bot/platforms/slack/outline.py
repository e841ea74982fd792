"""The outline of what Slack sends: whatever hasn't got it is turned away before anything trips over it."""

from collections.abc import Mapping
from typing import Any

from bot.platforms.outline import WORDS, Maybe, Named, Outline, Several, fits

SOMEBODY = {"id": str}
ACCOUNT = SOMEBODY | {"profile": Maybe({}), "enterprise_user": Maybe({"teams": Maybe(Several(str))})}
CALL = {"team": SOMEBODY, "user": SOMEBODY, "enterprise": Maybe({"id": WORDS})}
HELD = {"type": str, "value": WORDS, "selected_options": Maybe(Several({})), "selected_option": Maybe({})}
VIEW = {
    "id": str,
    "type": str,
    "hash": WORDS,
    "callback_id": WORDS,
    "previous_view_id": WORDS,
    "root_view_id": WORDS,
    "private_metadata": WORDS,
    "app_installed_team_id": WORDS,
    "blocks": Maybe(Several({"type": str, "block_id": WORDS, "element": Maybe({"type": str})})),
    "state": Maybe({"values": Maybe(Named(Named(HELD)))}),
}
HEARD = {
    "channel": str,
    "user": WORDS,
    "text": WORDS,
    "ts": WORDS,
    "thread_ts": WORDS,
    "subtype": WORDS,
    "channel_type": WORDS,
    "files": Maybe(list),
}
EVENTS: Mapping[str, Any] = {
    "message": HEARD,
    "app_mention": HEARD,
    "app_home_opened": {"user": str, "tab": WORDS},
    "member_joined_channel": {"user": str, "channel": str},
    "team_join": {"user": ACCOUNT},
    "user_change": {"user": ACCOUNT},
}
KINDS: Mapping[str, Any] = {
    "event_callback": {
        "team_id": str,
        "event_id": str,
        "event": {"type": str},
        "enterprise_id": WORDS,
        "authorizations": Maybe(Several({"team_id": WORDS, "enterprise_id": WORDS, "user_id": WORDS})),
    },
    "block_actions": CALL
    | {
        "trigger_id": str,
        "container": {"type": str, "channel_id": WORDS, "thread_ts": WORDS},
        "actions": Several({"type": str, "action_id": str, "block_id": WORDS, "value": WORDS}, least=1),
        "view": Maybe(VIEW),
        "channel": Maybe(SOMEBODY),
        "message": Maybe({"ts": WORDS, "thread_ts": WORDS, "blocks": Maybe(Several({"type": str}))}),
        "response_url": WORDS,
    },
    "view_submission": CALL | {"view": VIEW, "response_urls": Maybe(Several({}))},
    "view_closed": CALL | {"view": VIEW},
    "shortcut": CALL | {"trigger_id": str, "callback_id": str},
    "message_action": CALL
    | {
        "trigger_id": str,
        "callback_id": str,
        "channel": Maybe({"id": str, "name": WORDS}),
        "message": Maybe({"text": WORDS}),
        "response_url": WORDS,
    },
    "url_verification": {"challenge": str},
}
COMMAND = {
    "command": str,
    "team_id": str,
    "user_id": str,
    "trigger_id": str,
    "text": WORDS,
    "response_url": WORDS,
}
"""A slash command alone says no type."""


def outline(body: object) -> Outline:
    """Whether this is a payload of Slack's that can be dealt with."""
    if not isinstance(body, dict):
        return Outline.MALFORMED
    kind = body.get("type")
    if kind is None:
        return Outline.OURS if fits(body, COMMAND) else Outline.MALFORMED
    if not isinstance(kind, str):
        return Outline.MALFORMED
    if kind not in KINDS:
        return Outline.UNKNOWN
    whole = fits(body, KINDS[kind])
    if whole and kind == "event_callback":
        whole = fits(body["event"], EVENTS.get(body["event"]["type"], {}))
    return Outline.OURS if whole else Outline.MALFORMED
