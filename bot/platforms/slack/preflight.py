"""Looks at everything a workspace must have before the doors open: one clear line for each fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.errors import (
    BUSY,
    TROUBLE,
    SlackDown,
    SlackLater,
    SlackRefused,
    SlackUnreachable,
    called,
    code_of,
)
from bot.platforms.slack.identity import SLACK, Directory, read_room
from bot.platforms.slack.pacing import TIER_3, Pace
from bot.school.people import Channel, Role

PRIVATE = (Role.DSL, Role.HEADTEACHER, Role.CHAIR)
"""Whose rooms must be private, with nobody in them but their readers."""


@dataclass(kw_only=True)
class Known:
    """What Slack says about the app itself: the workspace, and who we are in it."""

    team: str = ""
    user: str = ""
    bot: str = ""
    scopes: frozenset[str] = frozenset()
    faults: list[str] = field(default_factory=list)


async def who_we_are(client: AsyncWebClient, needed: frozenset[str]) -> Known:
    """Ask Slack whose token this is and what it may do."""
    try:
        answer = await client.auth_test()
    except SlackApiError as refused:
        return Known(faults=[_token_fault(code_of(refused))])
    except (aiohttp.ClientError, SlackClientError, OSError, ValueError) as error:
        return Known(faults=[_no_way(type(error).__name__)])
    known = Known(team=answer["team_id"], user=answer["user_id"], bot=answer.get("bot_id", ""))
    said = _header(answer, "x-oauth-scopes")
    known.scopes = frozenset(scope.strip() for scope in said.split(",") if scope.strip())
    missing = sorted(needed - known.scopes) if known.scopes else []
    if missing:
        known.faults.append(
            f"the bot token lacks {', '.join(missing)}: install the app again from manifest.yml "
            "(your app at Slack, Install App, Reinstall)"
        )
    return known


async def app_token_fault(client: AsyncWebClient, app_token: str) -> str:
    """Why Socket Mode would never come up; "" when it will. A wrong token would loop for ever otherwise."""
    try:
        await called(lambda: client.apps_connections_open(app_token=app_token))
    except SlackRefused as refused:
        return f"Socket Mode is refused ({refused.code}): switch it on for the app, or unset SLACK_APP_TOKEN"
    except SlackUnreachable:
        return (
            "SLACK_APP_TOKEN is not taken: make an app-level token with the scope connections:write "
            "(your app at Slack, Basic Information, App-Level Tokens)"
        )
    except (SlackLater, SlackDown, TimeoutError):
        return ""
    return ""


async def room_faults(
    client: AsyncWebClient, directory: Directory, pace: Pace, us: str, *, alone: bool = True
) -> list[str]:
    """What is wrong with the rooms of school.yml: not private, shared, without us, with strangers in them.

    Unless we are `alone`, another platform may have the rooms that have no address here.
    """
    faults = []
    for channel in directory.declared.channels.values():
        if SLACK in channel.addresses:
            faults += await _room_faults(client, directory, pace, channel, us)
        elif channel.role in PRIVATE and alone:
            faults.append(
                f"{channel.name}: school.yml gives no Slack channel for it: make a private channel and write "
                f"its id under channels, {channel.id}, addresses, slack"
            )
    return faults


async def _room_faults(
    client: AsyncWebClient, directory: Directory, pace: Pace, channel: Channel, us: str
) -> list[str]:
    id = channel.addresses[SLACK]
    try:
        room: dict[str, Any] = (await called(lambda: client.conversations_info(channel=id)))["channel"]
    except (SlackUnreachable, SlackRefused) as refused:
        if channel.role not in PRIVATE:
            return []
        if str(refused) == "not_allowed":
            # Public channels can be looked at with a scope only that Usher does without.
            return [_public(channel)]
        return [
            f"{channel.name}: Slack shows no channel {id}: invite the bot there (/invite @Usher), or "
            "correct the id in school.yml"
        ]
    faults = []
    if channel.role in PRIVATE and not room.get("is_private"):
        faults.append(_public(channel))
    if _shared(room):
        faults.append(f"{channel.name}: the channel is shared with another organisation: use one of your own")
    if room.get("is_archived"):
        faults.append(f"{channel.name}: the channel is archived: unarchive it, or name another")
    if not room.get("is_member", True):
        faults.append(f"{channel.name}: the bot is not in it: type /invite @Usher there")
    elif channel.role in PRIVATE:
        inside = await read_room(client, id, pace)
        if outsiders := directory.strangers(channel, inside, us):
            faults.append(
                f"{channel.name}: {len(outsiders)} in the channel may not read its cases: remove "
                f"{', '.join(outsiders)}, or give them the role in school.yml"
            )
    return faults


async def exposed(client: AsyncWebClient, address: str, pace: Pace) -> bool:
    """Whether others can see into a private room: it has been made public, or shared. Raises UNSAID."""
    await pace.turn("conversations.info", TIER_3)
    room = (await called(lambda: client.conversations_info(channel=address)))["channel"]
    return not room.get("is_private") or _shared(room)


def _shared(room: Mapping[str, Any]) -> bool:
    return any(room.get(sign) for sign in ("is_shared", "is_ext_shared", "is_org_shared"))


def _public(channel: Channel) -> str:
    return f"{channel.name}: the channel is public: make it private, cases are announced there"


def people_notes(directory: Directory) -> list[str]:
    """Who answers for something and is not in the workspace: nobody could be told."""
    return [
        f"{person.id} of school.yml is nobody in this workspace: check the e-mail address, or write the "
        "Slack id under addresses"
        for person in directory.unmatched()
        if person.roles & {Role.DSL, Role.DEPUTY_DSL, Role.HEADTEACHER}
    ]


def _no_way(why: str) -> str:
    return f"Slack cannot be reached ({why}): check the network and SLACK_API_URL"


def _token_fault(code: str) -> str:
    if not code or code in BUSY | TROUBLE:
        return _no_way(code or "no answer that can be read")
    if code in {"account_inactive", "token_revoked"}:
        return "SLACK_BOT_TOKEN was revoked or the app removed: install the app again and set the new token"
    return f"SLACK_BOT_TOKEN is not taken ({code}): copy the bot token (xoxb-...) of your app"


def _header(answer: Any, name: str) -> str:  # noqa: ANN401 - Slack's answer
    found = next((value for key, value in answer.headers.items() if key.lower() == name), "")
    return found[0] if isinstance(found, list) else str(found)
