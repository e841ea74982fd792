"""Where in Teams something was done, and so where the answer belongs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Payload = Mapping[str, Any]

PERSONAL = "personal"
THREAD = ";messageid="
"""Stands between a channel and the message that begins the thread, in the id of a conversation."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One person at one place in a tenant."""

    user: str
    """The object id that Microsoft has vouched for; "" where it names nobody."""
    service: str
    """The address of the server that looks after the conversation."""
    conversation: str = ""
    """Teams' id of the conversation; of a thread, when it is in one."""
    channel: str = ""
    """Teams' id of the channel; "" where nobody else is in the conversation."""
    thread: str = ""
    """The message that begins the thread."""
    card: str = ""
    """The message whose button was pressed."""
    shared: bool = False
    """Whether others can read the conversation, a channel of ours or not."""


def of_activity(activity: Payload) -> Spot:
    """Where an activity was done."""
    there = activity.get("conversation") or {}
    conversation = str(there.get("id") or "")
    kind = there.get("conversationType")
    shared = bool(conversation) and kind != PERSONAL
    room = ((activity.get("channelData") or {}).get("channel") or {}).get("id")
    begun, _, root = conversation.partition(THREAD)
    return Spot(
        user=str((activity.get("from") or {}).get("aadObjectId") or "").lower(),
        service=str(activity.get("serviceUrl") or ""),
        conversation=conversation,
        channel=str(room or begun) if shared else "",
        thread=root if shared else "",
        card=str(activity.get("replyToId") or ""),
        shared=shared,
    )
