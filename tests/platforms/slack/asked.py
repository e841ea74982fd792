"""Arguments of Web API calls, read as strictly as Slack reads them, and its ways to refuse."""

import json
from typing import TYPE_CHECKING, Any

from tests.platforms.slack import kept
from tests.platforms.slack.law import MESSAGE_TEXT, faults_of_message
from tests.platforms.slack.workspace import BOT, TEAM, Room

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
    return said, kept.with_ids(fake.space, blocks)
