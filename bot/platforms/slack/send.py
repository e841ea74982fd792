"""Posts a notice in Slack, in place of the card it replaces, at the pace Slack allows."""

from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import log
from bot.platforms.slack.errors import SlackLater, SlackRefused, SlackUnreachable, called
from bot.platforms.slack.identity import Directory
from bot.platforms.slack.pacing import EVERYWHERE, POST, TIER_3, WORKSPACE, Pace
from bot.platforms.slack.render import Posting, message
from bot.school.messages import Lane, Notice, Recipient

GONE_CARD = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "cant_broadcast_message"}
)
"""The earlier card can't be changed any more: a new one is posted."""


@dataclass(kw_only=True)
class Send:
    """The courier's hands in one workspace."""

    client: AsyncWebClient
    directory: Directory
    pace: Pace

    async def __call__(self, notice: Notice, replaces: str | None) -> str:
        """Post it; what it is called now. Raises SlackLater, SlackUnreachable, SlackDown or SlackRefused."""
        postings = message(notice.message)
        where = self.address(notice.to)
        # A room that school.yml has moved since gets a card of its own; the old room is none of ours now.
        there = replaces and (notice.to.person or replaces.startswith(f"{where}:"))
        called_now = await self._replace(postings[0], replaces) if replaces and there else ""
        ahead = notice.lane is not Lane.CAMPAIGN
        if not called_now:
            called_now = await self._post(where, postings[0], ahead=ahead)
        for posting in postings[1:]:
            await self._post(where, posting, ahead=ahead)
        return called_now

    def address(self, to: Recipient) -> str:
        """The Slack id to post to: a user's, which Slack takes for their direct messages, or a channel's."""
        found = self.directory.user(to.person) if to.person else self.directory.channel(to.channel)
        if not found:
            raise SlackUnreachable("no_address")
        return found

    async def _post(self, where: str, posting: Posting, *, ahead: bool) -> str:
        await self.pace.turn(f"post:{where}", POST)
        await self.pace.turn(EVERYWHERE, WORKSPACE, ahead=ahead)
        try:
            answer = await self._held(
                f"post:{where}",
                lambda: self.client.chat_postMessage(
                    channel=where,
                    text=posting.text,
                    blocks=posting.blocks,
                    unfurl_links=False,
                    unfurl_media=False,
                ),
            )
        except SlackLater as later:
            # A room gets one post a second from us, so it is the workspace that has had enough.
            self.pace.slow(EVERYWHERE, later.seconds)
            raise
        return f"{answer['channel']}:{answer['ts']}"

    async def _replace(self, posting: Posting, replaces: str) -> str:
        """Bring the earlier card up to date; "" when it is not there to be changed."""
        channel, _, ts = replaces.partition(":")
        await self.pace.turn("chat.update", TIER_3)
        try:
            await self._held(
                "chat.update",
                lambda: self.client.chat_update(
                    channel=channel, ts=ts, text=posting.text, blocks=posting.blocks
                ),
            )
        except SlackRefused as refused:
            if refused.code not in GONE_CARD:
                raise
            log.event("slack.card_gone", code=refused.code)
            return ""
        return replaces

    async def _held(self, queue: str, call: Any) -> Any:  # noqa: ANN401 - whatever Slack answers
        try:
            return await called(call)
        except SlackLater as later:
            self.pace.hold(queue, later.seconds)
            raise
