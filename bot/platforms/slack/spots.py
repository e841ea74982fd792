"""Where in Slack something was done, and so where the answer belongs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Payload = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One person at one place in a workspace."""

    user: str
    channel: str = ""
    """Slack's id of the conversation; "" when there is none (a global shortcut, App Home, a modal)."""
    thread: str = ""
    begins: bool = False
    """The answer would be the first in its thread: Slack shows nobody an ephemeral message in there yet."""
    trigger: str = ""
    """Opens one modal, within three seconds."""
    view: Payload | None = None
    """The modal or home it was done in."""
    respond: str = ""
    """Where the answer to a command or an ephemeral message goes: there is no other way to it."""

    @property
    def direct(self) -> bool:
        """Whether nobody else is in the conversation."""
        return self.channel.startswith("D")

    @property
    def nowhere(self) -> bool:
        """Whether there is no conversation to answer in, only a window that may be opened."""
        return not self.channel and not self.respond and bool(self.trigger)

    @property
    def in_modal(self) -> bool:
        """Whether it was done in a modal."""
        return self.view is not None and self.view.get("type") == "modal"

    @property
    def alone(self) -> bool:
        """Whether only this person sees what is answered, whatever it is."""
        return self.direct or bool(self.respond) or not self.channel


def of_message(event: Payload) -> Spot:
    """A direct message: answered where it stands, in its thread when it is in one."""
    return Spot(user=event["user"], channel=event["channel"], thread=str(event.get("thread_ts") or ""))


def of_mention(event: Payload) -> Spot:
    """A mention: answered in its thread, which it begins when it stands alone."""
    thread = str(event.get("thread_ts") or "")
    return Spot(
        user=event["user"],
        channel=event["channel"],
        thread=thread or str(event.get("ts") or ""),
        begins=not thread,
    )


def of_action(body: Payload) -> Spot:
    """A button or an input: in a message, a modal or App Home."""
    container, view = body.get("container") or {}, body.get("view")
    message = body.get("message") or {}
    ephemeral = bool(container.get("is_ephemeral"))
    return Spot(
        user=body["user"]["id"],
        channel=str(container.get("channel_id") or "") if view is None else "",
        thread=str(container.get("thread_ts") or message.get("thread_ts") or "") if view is None else "",
        trigger=str(body.get("trigger_id") or ""),
        view=view,
        respond=str(body.get("response_url") or "") if ephemeral else "",
    )


def of_call(body: Payload) -> Spot:
    """A command, a shortcut or a submitted modal: no conversation, the person alone."""
    user = body.get("user_id") or (body.get("user") or {}).get("id")
    return Spot(
        user=str(user),
        trigger=str(body.get("trigger_id") or ""),
        view=body.get("view"),
        respond=str(body.get("response_url") or ""),
    )
