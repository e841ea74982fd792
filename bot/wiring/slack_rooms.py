"""The rooms where cases are announced: looked at every day, and told of when somebody else can see in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from logging import ERROR

from bot import log
from bot.desk.guard_room import Outsider, open_to_others, outsiders_in
from bot.platforms.slack.errors import UNSAID, SlackUnreachable
from bot.platforms.slack.identity import SLACK, read_room
from bot.platforms.slack.preflight import PRIVATE, exposed
from bot.platforms.slack.receive import Workspace
from bot.school.messages import Notice
from bot.school.people import Channel
from bot.wiring.works import Usher, now

EVERY = timedelta(hours=24)


@dataclass(kw_only=True)
class Rooms:
    """The private rooms of every workspace."""

    usher: Usher
    workspaces: Mapping[str, Workspace]
    alarm: Callable[[str, str], None]
    """School, code: turns /health red, or takes it back ("")."""

    async def look(self) -> None:
        """Is every room still private and our own, and everybody in it a reader?"""
        for here in list(self.workspaces.values()):
            private = [
                channel
                for channel in here.directory.school.channels.values()
                if channel.role in PRIVATE and SLACK in channel.addresses
            ]
            safe = [await self._look_into(here, channel) for channel in private]
            if None not in safe:
                self.alarm(here.school, "" if all(safe) else "slack_room")

    async def entered(self, here: Workspace, channel: Channel, user: str) -> None:
        """Somebody has come into a private room."""
        await self._strangers(here, channel, [user])

    async def _look_into(self, here: Workspace, channel: Channel) -> bool | None:
        """Whether the room is as it must be; None where Slack doesn't say."""
        client, pace, address = here.say.client, here.say.pace, channel.addresses[SLACK]
        try:
            if await exposed(client, address, pace):
                log.event("slack.room_open", level=ERROR, school=here.school)
                await self._write_down(here, channel, "room.open", open_to_others)
                return False
            await self._strangers(here, channel, await read_room(client, address, pace))
        except SlackUnreachable:
            # Public (Usher may not look into such a one), gone, or without us: nobody can be told there.
            log.event("slack.room_unknown", level=ERROR, school=here.school, code="unreachable")
            return False
        except UNSAID as error:
            log.event("slack.room_unknown", school=here.school, code=type(error).__name__)
            return None
        return True

    async def _strangers(self, here: Workspace, channel: Channel, inside: Sequence[str]) -> None:
        strangers = here.directory.strangers(channel, inside, here.known.user)
        if strangers:
            names = here.directory.names
            outsiders = [Outsider(address=u, name=names.get(u, "Somebody unknown")) for u in strangers]
            told = partial(outsiders_in, outsiders=outsiders)
            await self._write_down(here, channel, "room.outsider", told, strangers)

    async def _write_down(
        self,
        here: Workspace,
        channel: Channel,
        verb: str,
        told: Callable[..., tuple[Notice, ...]],
        people: Sequence[str] = (),
    ) -> None:
        """In the audit, and as notices to those whose room it is, in one transaction."""
        await self.usher.threads.do(partial(_keep, self.usher, here, channel, verb, told, people))
        self.usher.courier.wake()


def _keep(
    usher: Usher,
    here: Workspace,
    channel: Channel,
    verb: str,
    told: Callable[..., tuple[Notice, ...]],
    people: Sequence[str],
) -> None:
    moment, school = now(), here.directory.school
    with usher.database.books(here.school, moment) as books:
        for notice in told(school, channel, day=f"{school.day(moment)}"):
            books.outbox.post(notice)
        for person in people or ("",):
            books.audit.write(
                "usher", verb, channel.id, platform=SLACK, **({"person": person} if person else {})
            )
