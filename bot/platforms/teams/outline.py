"""The outline of what Teams sends: whatever hasn't got it is turned away before anything trips over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outline(StrEnum):
    """What an activity looks like from outside."""

    OURS = "ours"
    UNKNOWN = "unknown"
    """Well formed, and of a kind that means nothing to us: taken quietly."""
    MALFORMED = "malformed"


@dataclass(frozen=True)
class Maybe:
    """It may be missing or null."""

    shape: Any


@dataclass(frozen=True)
class Several:
    """A list of such things."""

    shape: Any


@dataclass(frozen=True)
class Id:
    """Words that are there, and no more of them than an id has."""

    longest: int = 1000


WORDS = Maybe(str)
ID = Id()
ACCOUNT = {"id": ID, "name": WORDS, "aadObjectId": WORDS}
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


def fits(value: object, shape: Any) -> bool:  # noqa: ANN401 - a type, an object of shapes, or one of the above
    """Whether a value has this shape; more than it asks for is no harm."""
    match shape:
        case Maybe():
            return value is None or fits(value, shape.shape)
        case Several():
            return isinstance(value, list) and all(fits(each, shape.shape) for each in value)
        case Id():
            return isinstance(value, str) and 0 < len(value) <= shape.longest
        case Mapping():
            return isinstance(value, dict) and all(fits(value.get(name), of) for name, of in shape.items())
    return isinstance(value, shape)
