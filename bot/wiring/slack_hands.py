"""Slack's hands, as the courier holds them: what Slack says against a notice, in the courier's own words."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from bot.delivery.courier import Later, Unreachable
from bot.platforms.slack.errors import SlackLater, SlackUnreachable
from bot.platforms.slack.identity import SLACK
from bot.platforms.slack.preflight import PRIVATE
from bot.platforms.slack.receive import Doors, Workspace
from bot.platforms.slack.send import Send
from bot.school.messages import Notice, Recipient

OURS = f"{SLACK}:"


class SlackHands:
    """The hands in every workspace."""

    name = SLACK

    def __init__(self, workspaces: dict[str, Workspace], sends: dict[str, Send], homes: "Homes") -> None:
        self._workspaces = workspaces
        self._sends = sends
        self._homes = homes

    def reaches(self, school: str, recipient: Recipient) -> bool:
        """Whether the school's workspace has such a person or channel."""
        here = self._of(school)
        if here is None:
            return False
        if recipient.person:
            return bool(here.directory.user(recipient.person))
        return bool(here.directory.channel(recipient.channel))

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        """Post it. What Slack says against it is put in the courier's own words."""
        here = self._of(school)
        if here is None:
            raise Unreachable
        before = replaces.removeprefix(OURS) if replaces and replaces.startswith(OURS) else None
        try:
            posted = await self._sends[here.known.team](notice, before)
        except SlackLater as later:
            raise Later(timedelta(seconds=later.seconds), later.why) from None
        except SlackUnreachable as unreachable:
            raise Unreachable(unreachable.why) from None
        self._homes.stale(here, notice.to)
        return f"{OURS}{posted}"

    def _of(self, school: str) -> Workspace | None:
        return next((here for here in self._workspaces.values() if here.school == school), None)


@dataclass(kw_only=True)
class Homes:
    """App Homes that show counts which have just changed."""

    doors: Doors | None = None
    _renewing: set[asyncio.Task[None]] = field(default_factory=set)

    def stale(self, here: Workspace, to: Recipient) -> None:
        """A notice has gone there: whoever reads it may have another count at home now."""
        doors = self.doors
        if doors is None:
            return
        directory = here.directory
        room = directory.school.channels.get(to.channel)
        people = (
            [p.id for p in directory.school.seats(room)] if room and room.role in PRIVATE else [to.person]
        )
        for person in people:
            user = directory.user(person)
            if (here.known.team, user) in doors.homes:
                task = asyncio.create_task(doors.renew_home(here.known.team, user))
                self._renewing.add(task)
                task.add_done_callback(self._renewing.discard)
