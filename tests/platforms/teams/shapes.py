"""The activities that Teams hands to a bot, as the channel writes them."""

import html
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.platforms.teams.tenant import BOT, BOT_NAME, TENANT, Post, Room, User

if TYPE_CHECKING:
    from tests.platforms.teams.server import FakeTeams

Json = dict[str, Any]
MENTION = f"<at>{BOT_NAME}</at>"


def base(fake: "FakeTeams", user: User, room: Room, kind: str, id: str, root: str = "") -> Json:
    """What every activity carries."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    channel: Json = {"tenant": {"id": TENANT}}
    conversation: Json = {"conversationType": room.kind, "tenantId": TENANT, "id": room.id}
    if room.kind == "channel":
        team = {"id": fake.tenant.team}
        channel |= {"teamsChannelId": room.id, "teamsTeamId": team["id"], "channel": {"id": room.id}}
        channel |= {"team": team}
        conversation |= {"isGroup": True, "id": f"{room.id};messageid={root}" if root else room.id}
    return {
        "type": kind,
        "id": id,
        "timestamp": now,
        "localTimestamp": now,
        "channelId": "msteams",
        "serviceUrl": fake.service,
        "from": {"id": user.mri, "name": user.name, "aadObjectId": user.aad},
        "conversation": conversation,
        "recipient": {"id": BOT, "name": BOT_NAME},
        "entities": [client()],
        "channelData": channel,
        "locale": "en-GB",
        "localTimezone": "Europe/London",
    }


def client() -> Json:
    """What Teams says of the device."""
    device = {"locale": "en-GB", "country": "GB", "platform": "Web", "timezone": "Europe/London"}
    return {**device, "type": "clientInfo"}


def said(fake: "FakeTeams", user: User, room: Room, post: Post, text: str, *, mention: bool) -> Json:
    """Something typed; Teams sends it as plain text, and once more as HTML."""
    made = base(fake, user, room, "message", post.id, post.root)
    shown = html.escape(text, quote=False).replace("\n", "<br>")
    made |= {"text": text, "textFormat": "plain"}
    if mention:
        span = f'<span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">{BOT_NAME}</span>'
        made["text"] = f"{MENTION} {text}\n"
        made["entities"] = [_mention(), client()]
        shown = f"{span}&nbsp;{shown}"
    return made | {"attachments": [{"contentType": "text/html", "content": f"<div>{shown}</div>"}]}


def _mention() -> Json:
    return {"type": "mention", "mentioned": {"id": BOT, "name": BOT_NAME}, "text": MENTION}


def dropped(fake: "FakeTeams", user: User, room: Room, post: Post) -> Json:
    """A picture put into a chat."""
    made = base(fake, user, room, "message", post.id, post.root)
    where = f"{fake.service}v3/attachments/0-uks-d1/views/original"
    picture = {"contentType": "image/*", "contentUrl": where}
    words = f'<div><img src="{where}" itemtype="http://schema.skype.com/AMSImage"></div>'
    return made | {"attachments": [picture, {"contentType": "text/html", "content": words}]}


def pressed(fake: "FakeTeams", user: User, room: Room, post: Post, data: Json) -> Json:
    """A button of a card that is sent as a message."""
    made = base(fake, user, room, "message", fake.tenant.stamp(), post.root)
    made["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": post.id}}
    return made | {"replyToId": post.id, "value": data, "textFormat": "plain"}


def invoke(
    fake: "FakeTeams", user: User, room: Room, name: str, value: Json, *, post: Post | None = None
) -> Json:
    """Something that waits for its answer."""
    made = base(fake, user, room, "invoke", f"f:{uuid4()}", post.root if post else "")
    made["channelData"] |= {"source": {"name": "message"}}
    made |= {"name": name, "value": value | {"context": {"theme": "default"}}}
    return made | ({"replyToId": post.id} if post else {})


def message_payload(user: User | None, post: Post, text: str) -> Json:
    """The message that a message action was used on."""
    if user is None:
        author: Json = {"application": {"id": BOT, "displayName": BOT_NAME}}
    else:
        author = {"user": {"userIdentityType": "aadUser", "id": user.aad, "displayName": user.name}}
    return {
        "id": post.id,
        "replyToId": None if post.root == post.id else post.root,
        "createdDateTime": datetime.now(UTC).isoformat(),
        "messageType": "message",
        "importance": "normal",
        "locale": "en-gb",
        "from": {"device": None, "conversation": None, "user": None, "application": None} | author,
        "body": {"contentType": "html", "content": f"<div>{html.escape(text, quote=False)}</div>"},
        "attachments": [],
        "mentions": [],
        "reactions": [],
    }


def installed(fake: "FakeTeams", user: User, room: Room, action: str) -> Json:
    """The app was installed for a person or in the team, or taken away ("add", "remove")."""
    return base(fake, user, room, "installationUpdate", f"f:{uuid4()}") | {"action": action}


def joined(fake: "FakeTeams", user: User, room: Room) -> Json:
    """The bot has become a member of a conversation."""
    made = base(fake, user, room, "conversationUpdate", f"f:{uuid4()}")
    if room.kind == "channel":
        made["channelData"] |= {"eventType": "teamMemberAdded"}
        return made | {"membersAdded": [{"id": BOT}]}
    return made | {"membersAdded": [{"id": user.mri, "aadObjectId": user.aad}, {"id": BOT}]}


def changed(fake: "FakeTeams", user: User, room: Room, post: Post, text: str) -> Json:
    """A message was edited; with no text, deleted."""
    made = base(fake, user, room, "messageUpdate" if text else "messageDelete", post.id, post.root)
    made["channelData"] |= {"eventType": "editMessage" if text else "softDeleteMessage"}
    return made | ({"text": text, "textFormat": "plain"} if text else {})
