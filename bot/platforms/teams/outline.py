"""The outline of what Teams sends: whatever hasn't got it is turned away before anything trips over it."""

from collections.abc import Mapping
from typing import Any

from bot.platforms.outline import WORDS, Id, Maybe, Outline, Several, fits

ID = Id()
ACCOUNT = {"id": ID, "name": WORDS, "aadObjectId": Maybe(Id(100, least=0))}
"""An object id goes into addresses and keys, where there is no room for more."""
ANY_ACTIVITY = {
    "type": Id(100),
    "serviceUrl": ID,
    "channelId": ID,
}
"""What even an activity of an unknown kind has: the gate looks at it."""
MENTION = {"type": WORDS, "text": WORDS, "mentioned": Maybe({"id": WORDS, "name": WORDS})}
OURS = {
    "id": ID,
    "from": ACCOUNT,
    "recipient": Maybe({"id": ID}),
    "conversation": {"id": ID, "conversationType": WORDS, "tenantId": WORDS, "name": WORDS},
    "channelData": Maybe(
        {
            "tenant": Maybe({"id": WORDS}),
            "team": Maybe({"id": WORDS, "name": WORDS, "aadGroupId": WORDS}),
            "channel": Maybe({"id": WORDS, "name": WORDS}),
            "eventType": WORDS,
        }
    ),
    "replyToId": WORDS,
    "locale": WORDS,
    "text": WORDS,
    "textFormat": WORDS,
    "attachments": Maybe(Several({"contentType": WORDS, "contentUrl": WORDS, "name": WORDS})),
    "entities": Maybe(Several(MENTION)),
}
KINDS: Mapping[str, Any] = {
    "message": {"value": Maybe({})},
    "invoke": {"name": Id(100), "value": Maybe({})},
    "conversationUpdate": {
        "membersAdded": Maybe(Several(ACCOUNT)),
        "membersRemoved": Maybe(Several(ACCOUNT)),
    },
    "installationUpdate": {"action": WORDS},
}
SAID = {"contentType": WORDS, "content": WORDS}
INVOKES: Mapping[str, Any] = {
    "task/fetch": {"data": Maybe({})},
    "task/submit": {"data": Maybe({})},
    "composeExtension/fetchTask": {
        "commandId": Id(100),
        "commandContext": WORDS,
        "messagePayload": Maybe({"id": WORDS, "subject": WORDS, "body": Maybe(SAID)}),
    },
    "composeExtension/submitAction": {"commandId": Id(100), "commandContext": WORDS, "data": Maybe({})},
}
"""What `value` holds, by the invoke's name."""


def outline(body: object) -> Outline:
    """Whether this is an activity of Teams' that can be dealt with."""
    if not isinstance(body, dict) or not fits(body, ANY_ACTIVITY):
        return Outline.MALFORMED
    kind = body["type"]
    if kind not in KINDS:
        return Outline.UNKNOWN
    if not (fits(body, OURS) and fits(body, KINDS[kind])):
        return Outline.MALFORMED
    if kind != "invoke":
        return Outline.OURS
    if body["name"] not in INVOKES:
        return Outline.UNKNOWN
    return Outline.OURS if fits(body.get("value"), INVOKES[body["name"]]) else Outline.MALFORMED
