"""Says a reply in Slack: in the chat, the thread, for one pair of eyes, in a modal or at home."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot import log
from bot.platforms.slack.errors import UNSAID, SlackLater, SlackRefused, SlackUnreachable, called
from bot.platforms.slack.pacing import EVERYWHERE, POST, TIER_4, WORKSPACE, Pace
from bot.platforms.slack.render import Posting, home, message, settled
from bot.platforms.slack.spots import Spot
from bot.platforms.slack.views import SHOWN, Meta, errors, message_modal, modal, together
from bot.school.messages import Button, Dialog, Message, Paragraph, Reply, Style

View = dict[str, Any]

TOO_LATE = frozenset(
    {
        "expired_trigger_id",
        "trigger_expired",
        "exchanged_trigger_id",
        "trigger_exchanged",
        "invalid_trigger_id",
    }
)
"""The three seconds in which a button may open a modal are over, or another modal took them."""
STALE_VIEW = frozenset({"hash_conflict", "not_found", "view_not_found"})
"""The modal has moved on, or is closed: what we wanted to show there is out of date."""
TRIES = 3
LONGEST_WAIT = 5.0
"""Seconds a reply waits for its turn; after that it is lost, which a reply may be."""
DONE = Dialog(id="done", title="Done", parts=(Paragraph(text="Done. You can close this window."),))


@dataclass(kw_only=True)
class Say:
    """What is said back in one workspace. Nothing that matters is said here."""

    client: AsyncWebClient
    session: aiohttp.ClientSession
    pace: Pace

    async def say(self, spot: Spot, reply: Reply, meta: Meta, part: int = 1) -> None:
        """Say all of it; what can't be said is logged and let go."""
        try:
            await self._say(spot, reply, meta, part)
        except UNSAID as lost:
            log.event("slack.reply_lost", code=getattr(lost, "code", type(lost).__name__))

    async def at_home(self, user: str, reply: Reply, part: int = 1) -> None:
        """Hang the greeting in App Home, under a field to ask in."""
        view = home(*reply.messages, part=part)
        try:
            await self._turn(lambda: called(lambda: self.client.views_publish(user_id=user, view=view)))
        except UNSAID as lost:
            log.event("slack.home_lost", code=getattr(lost, "code", type(lost).__name__))

    async def _say(self, spot: Spot, reply: Reply, meta: Meta, part: int) -> None:
        if reply.dialog is not None and not (spot.trigger or spot.in_modal):
            await self.tell(spot, doorway(reply.dialog), privately=True)
        elif reply.dialog is not None:
            view = modal(reply.dialog, meta, part=part)
            over = part > 1 and holds_boxes(spot.view) and not deepest(spot.view)
            await (self._push(spot, view) if over else self._show(spot, view, meta))
        elif spot.in_modal and (reply.closes or reply.messages):
            await self._in_modal(spot, reply, meta, part)
            return
        elif spot.nowhere and reply.messages:
            await self._window(spot, together(reply.messages), meta)
            return
        for said in reply.messages:
            await self.tell(spot, said, privately=reply.privately)

    async def settle(self, spot: Spot, said: Mapping[str, Any]) -> None:
        """Take the quiet buttons away from a message: one of them has been pressed."""
        left = settled(said.get("blocks") or ())
        try:
            await self._turn(
                lambda: called(
                    lambda: self.client.chat_update(
                        channel=spot.channel, ts=str(said.get("ts")), text=str(said.get("text")), blocks=left
                    )
                )
            )
        except UNSAID as lost:
            log.event("slack.reply_lost", code=getattr(lost, "code", type(lost).__name__))

    async def tell(self, spot: Spot, said: Message, *, privately: bool) -> None:
        """Say one message where it belongs."""
        for posting in message(said):
            if spot.respond:
                await self._respond(spot.respond, posting)
            elif spot.direct or not privately or not spot.channel:
                await self._post(spot, posting)
            else:
                await self._whisper(spot, posting)

    async def _window(self, spot: Spot, said: Message, meta: Meta) -> None:
        """Say it in a window of its own; in direct messages when it is too late to open one."""
        try:
            await self._open(spot, message_modal(said, meta))
        except SlackRefused as refused:
            if refused.code not in TOO_LATE:
                raise
            log.event("slack.trigger_expired", code=refused.code)
            await self.tell(spot, said, privately=True)

    async def _show(self, spot: Spot, view: View, meta: Meta) -> None:
        """Open a dialog, or bring the one it was asked for in up to date."""
        if spot.in_modal and spot.view is not None:
            await self._update(spot.view, view)
            return
        try:
            await self._open(spot, view)
        except SlackRefused as refused:
            if refused.code not in TOO_LATE:
                raise
            log.event("slack.trigger_expired", code=refused.code)
            await self.tell(spot, too_late(meta), privately=True)

    async def _in_modal(self, spot: Spot, reply: Reply, meta: Meta, part: int) -> None:
        """A button in a modal can't close it: the modal says what there is to say, or that it is done."""
        if spot.view is None:
            return
        told = message_modal(together(reply.messages), meta, part=part) if reply.messages else modal(DONE)
        if reply.closes or meta_in(spot.view).view == SHOWN or deepest(spot.view):
            await self._update(spot.view, told)
        else:
            await self._push(spot, told)

    async def _push(self, spot: Spot, view: View) -> None:
        """Lay a view over the one on show, which keeps what is typed in it."""
        await called(lambda: self.client.views_push(trigger_id=spot.trigger, view=view))

    async def _open(self, spot: Spot, view: View) -> None:
        await called(lambda: self.client.views_open(trigger_id=spot.trigger, view=view))

    async def _update(self, shown: Mapping[str, Any], view: View) -> None:
        try:
            await called(
                lambda: self.client.views_update(view_id=shown["id"], hash=shown.get("hash"), view=view)
            )
        except SlackRefused as refused:
            if refused.code not in STALE_VIEW:
                raise
            log.event("slack.view_moved_on", code=refused.code)

    async def _post(self, spot: Spot, posting: Posting) -> None:
        where = spot.channel or spot.user
        await self._turn(
            lambda: self._paced(
                where,
                lambda: self.client.chat_postMessage(
                    channel=where,
                    thread_ts=spot.thread or None,
                    text=posting.text,
                    blocks=posting.blocks,
                    unfurl_links=False,
                    unfurl_media=False,
                ),
            )
        )

    async def _whisper(self, spot: Spot, posting: Posting) -> None:
        """For this person's eyes in a channel; in their direct messages where that is not possible."""
        try:
            await self._turn(
                lambda: called(
                    lambda: self.client.chat_postEphemeral(
                        channel=spot.channel,
                        user=spot.user,
                        thread_ts=None if spot.begins else spot.thread or None,
                        text=posting.text,
                        blocks=posting.blocks,
                    )
                )
            )
        except (SlackUnreachable, SlackRefused):
            await self._post(replace(spot, channel="", thread=""), posting)

    async def _respond(self, url: str, posting: Posting) -> None:
        body = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": posting.text,
            "blocks": posting.blocks,
        }
        try:
            async with self.session.post(url, json=body) as answer:
                if answer.status != 200:
                    log.event("slack.reply_lost", code=str(answer.status))
        except (aiohttp.ClientError, TimeoutError) as broken:
            log.event("slack.reply_lost", code=type(broken).__name__)

    async def _paced(self, where: str, call: Any) -> Any:  # noqa: ANN401 - Slack's answer
        await self.pace.turn(f"post:{where}", POST)
        await self.pace.turn(EVERYWHERE, WORKSPACE, ahead=True)
        return await called(call)

    async def _turn(self, call: Any) -> None:  # noqa: ANN401
        """Try a few times while Slack is busy or stumbles."""
        for left in reversed(range(TRIES)):
            try:
                await self.pace.turn("replies", TIER_4)
                await call()
                return
            except SlackLater as later:
                if not left or later.seconds > LONGEST_WAIT:
                    raise
                await asyncio.sleep(later.seconds)


def submitted(spot: Spot, reply: Reply) -> dict[str, Any] | None:
    """What the acknowledgement of a submitted modal tells Slack to do with it; None closes that one view."""
    view, meta = spot.view or {}, meta_in(spot.view)
    if reply.dialog is not None:
        wrong = errors(reply.dialog, view.get("blocks") or ()) if meta.view == reply.dialog.id else {}
        if wrong:
            return {"response_action": "errors", "errors": wrong}
        return {"response_action": "update", "view": modal(reply.dialog, meta)}
    if reply.closes:
        return {"response_action": "clear"}
    if reply.messages:
        over = "update" if deepest(view) else "push"
        return {"response_action": over, "view": message_modal(together(reply.messages))}
    return None


def commanded(reply: Reply) -> dict[str, Any] | None:
    """What the acknowledgement of a command says, for the person's eyes only.

    None when that is nothing, or more than it holds: then all of it follows.
    """
    postings = message(reply.messages[0]) if reply.messages else ()
    if len(postings) != 1:
        return None
    return {"response_type": "ephemeral", "text": postings[0].text, "blocks": postings[0].blocks}


def too_late(meta: Meta) -> Message:
    """Slack lets a button open a window for three seconds only: the same button, fresh."""
    said = "Slack didn't open the window in time. Nothing is lost: press the button below."
    action, value = meta.origin if meta.origin[0] else ("home", "")
    return Message(
        summary=said,
        parts=(Paragraph(text=said),),
        buttons=(Button(label="Try again", action=action, value=value, style=Style.PRIMARY),),
    )


def doorway(dialog: Dialog) -> Message:
    """Slack opens a window for a button only: what was asked for in words gets the button that shows it."""
    button = Button(label="Open", action=dialog.door or "home", style=Style.PRIMARY)
    parts = (Paragraph(text=dialog.title, strong=True),)
    return Message(summary=dialog.title, parts=parts, buttons=(button,))


def holds_boxes(view: Mapping[str, Any] | None) -> bool:
    """Whether something may be typed in a view that no draft keeps."""
    return any(block.get("type") == "input" for block in (view or {}).get("blocks") or ())


def deepest(view: Mapping[str, Any] | None) -> bool:
    """Whether two views lie under this one: Slack lays no fourth on top, so it has to change in place."""
    before, first = ((view or {}).get(name) for name in ("previous_view_id", "root_view_id"))
    return bool(before) and before != first


def meta_in(view: Mapping[str, Any] | None) -> Meta:
    """What a modal remembers; nothing where there is none."""
    return Meta.read(str((view or {}).get("private_metadata") or ""))
