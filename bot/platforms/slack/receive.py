"""Slack's doors: what comes in there becomes an Activity; it is acknowledged once it has been committed."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot import log
from bot.platforms.slack import did as done
from bot.platforms.slack import spots
from bot.platforms.slack.identity import Directory
from bot.platforms.slack.preflight import Known
from bot.platforms.slack.reply import Say, commanded, submitted
from bot.platforms.slack.spots import Payload, Spot
from bot.platforms.slack.views import Meta
from bot.school.activities import Activity, Did, Filled, Place, Pressed, Said
from bot.school.messages import Message, Paragraph, Reply

Admit = Callable[[Activity], Awaitable[Reply]]

DRAIN = 8.0
"""Seconds that closing waits for replies on their way."""
TYPED = frozenset({None, "", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of a message that somebody has just written; every other is Slack's own, an edit or a bot's."""
HOME = Pressed(action="home")
NOT_OPEN = (
    "Usher is not open in this workspace just now. Nothing of what you wrote was kept. If it can't wait, "
    "tell the DSL in person; in danger phone 999."
)
LEFT_OUT = Message(
    summary=f"That was too long: only the first {done.LONGEST_WORDS:,} characters were kept.",
    parts=(
        Paragraph(text="That was longer than Usher can read in one go.", strong=True),
        Paragraph(
            text=f"Only the first {done.LONGEST_WORDS:,} characters were kept, and the rest was left out. "
            "Please write the rest into the report itself, or send it in a message of its own."
        ),
    ),
)
ANYTHING = re.compile(r".*", re.S)


class NotOurs(Exception):
    """It was done in a workspace that this Usher doesn't serve."""


@dataclass(kw_only=True)
class Workspace:
    """One school's corner of Slack: who we are there, who everybody is, and how to speak."""

    school: str
    known: Known
    token: str
    directory: Directory
    say: Say


@dataclass(kw_only=True)
class Told:
    """What the doors tell the rest of the house; wiring listens."""

    people: Callable[[Workspace, Payload], Awaitable[None]]
    """Somebody has joined, changed or left."""
    entered: Callable[[Workspace, str, str], Awaitable[None]]
    """Slack channel, Slack user: somebody has come into a room where we are."""
    shut: Callable[[str, str], Awaitable[None]]
    """Workspace, event: the app was removed or its token withdrawn."""


@dataclass(kw_only=True)
class Doors:
    """Every door of every workspace, over Socket Mode and HTTP alike."""

    workspaces: Mapping[str, Workspace]
    admit: Admit
    told: Told
    secret: bytes
    """Keys the ids of submissions."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    homes: set[tuple[str, str]] = field(default_factory=set)
    """Workspace and user of every App Home that has been opened."""
    _saying: set[asyncio.Task[None]] = field(default_factory=set)

    def app(self, client: Any) -> AsyncApp:  # noqa: ANN401 - slack_sdk's client
        """The Bolt app. It runs a listener to its end before it answers, so that commit comes before ack."""

        async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> Any:  # noqa: ANN401 - AuthorizeResult, or None for a workspace we don't know
            # A bound method won't do: Bolt hands an argument called self to it as well.
            return await self._authorize(enterprise_id, team_id, user_id)

        app = AsyncApp(
            client=client,
            authorize=authorize,
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            user_facing_authorize_error_message=NOT_OPEN,
        )
        app.error(_broken)
        app.event("message")(self._message)
        app.event("app_mention")(self._mention)
        app.event("app_home_opened")(self._home)
        app.event(re.compile("team_join|user_change"))(self._people)
        app.event("member_joined_channel")(self._entered)
        app.event(re.compile("app_uninstalled|tokens_revoked"))(self._shut)
        app.event(ANYTHING)(_nothing)
        app.command(ANYTHING)(self._command)
        app.shortcut(ANYTHING)(self._shortcut)
        app.action(ANYTHING)(self._action)
        app.view(ANYTHING)(self._submission)
        return app

    async def close(self) -> None:
        """Finish saying what is being said."""
        if self._saying:
            await asyncio.wait(self._saying, timeout=DRAIN)
        for task in self._saying:
            task.cancel()

    async def renew_home(self, team: str, user: str) -> None:
        """Hang a fresh greeting in an App Home that has been opened before."""
        here = self.workspaces.get(team)
        if here is not None and (team, user) in self.homes:
            again = f"home:{user}:{self.clock().timestamp()}"
            reply = await self._admit(here, Spot(user=user), HOME, again)
            await here.say.at_home(user, reply)

    async def _authorize(self, enterprise_id: str | None, team_id: str | None, user_id: str | None) -> Any:  # noqa: ANN401 - AuthorizeResult, or None for a workspace we don't know
        here = self.workspaces.get(team_id or "")
        if here is None:
            log.event("slack.refused", code="unknown_workspace")
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=here.known.user,
            bot_id=here.known.bot,
            bot_token=here.token,
            user_id=user_id,
        )

    async def _message(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """A direct message. Edited or deleted ones, and those of bots, are left alone."""
        here = self._here(body)
        ours = event.get("channel_type") == "im" and event.get("user") not in (None, here.known.user)
        if not ours or event.get("subtype") not in TYPED or event.get("bot_id"):
            return
        await self._heard(here, body, event, spots.of_message(event))

    async def _mention(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        here = self._here(body)
        if event.get("bot_id") or not event.get("user") or event.get("edited"):
            return
        await self._heard(here, body, event, spots.of_mention(event))

    async def _heard(self, here: Workspace, body: Payload, event: Payload, spot: Spot) -> None:
        for number, each in enumerate(done.typed(event, here.known.user, here.directory.names) or (HOME,)):
            id = body["event_id"] + (f":{number}" if number else "")
            self._later(here.say.say(spot, await self._admit(here, spot, each, id), Meta()))
        self._mind_the_rest(here, spot, event.get("text"))

    async def _home(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        here = self._here(body)
        if event.get("tab", "home") != "home":
            return
        user = str(event["user"])
        reply = await self._admit(here, Spot(user=user), HOME, body["event_id"])
        self.homes.add((body["team_id"], user))
        self._later(here.say.at_home(user, reply))

    async def _people(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        await self.told.people(self._here(body), event.get("user") or {})

    async def _entered(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        await self.told.entered(self._here(body), str(event.get("channel")), str(event.get("user")))

    async def _shut(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        await self.told.shut(str(body.get("team_id")), str(event.get("type")))

    async def _command(self, body: dict[str, Any], ack: AsyncAck) -> None:
        here, spot, asked = self._here(body), spots.of_call(body), done.ordered(body)
        reply = await self._admit(here, spot, asked, body["trigger_id"])
        said = commanded(reply) if reply.dialog is None else None
        await ack(said or "")
        rest = reply.messages[1:] if said else reply.messages
        if rest or reply.dialog:
            more = Reply(messages=rest, dialog=reply.dialog, privately=True)
            self._later(here.say.say(spot, more, _new(asked)))
        self._mind_the_rest(here, spot, body.get("text"))

    async def _shortcut(self, body: dict[str, Any], ack: AsyncAck) -> None:
        here, spot = self._here(body), spots.of_call(body)
        asked = done.shortcut(body, here.directory.names)
        reply = await self._admit(here, spot, asked, body["trigger_id"])
        await ack()
        modal = Spot(user=spot.user, trigger=spot.trigger)
        self._later(here.say.say(modal, reply, _new(asked)))
        self._mind_the_rest(here, spot, (body.get("message") or {}).get("text"))

    async def _action(self, body: dict[str, Any], ack: AsyncAck) -> None:
        here, spot, asked = self._here(body), spots.of_action(body), done.pressed(body)
        if asked is None:
            await ack()
            return
        reply = await self._admit(here, spot, asked, body["trigger_id"])
        await ack()
        meta, part = done.turned(body, asked)
        if (spot.view or {}).get("type") == "home" and asked == HOME:
            self._later(here.say.at_home(spot.user, reply, part))
            return
        self._later(here.say.say(spot, reply, meta, part))
        if done.settles(body):
            self._later(here.say.settle(spot, body["message"]))
        self._home_may_change(here, spot, asked)

    async def _submission(self, body: dict[str, Any], ack: AsyncAck) -> None:
        here, spot, asked = self._here(body), spots.of_call(body), done.sent(body["view"])
        reply = await self._admit(here, spot, asked, done.submission_id(body["view"], self.secret))
        answer = submitted(spot, reply)
        await ack(answer if answer is not None else "")
        if reply.messages and (reply.dialog is not None or reply.closes):
            self._later(here.say.say(Spot(user=spot.user), Reply(messages=reply.messages), Meta()))
        self._home_may_change(here, spot, asked)

    async def _admit(self, here: Workspace, spot: Spot, asked: Did, id: str) -> Reply:
        """Commit it. Nobody's Slack id that the school doesn't know is let in under any other name."""
        person = here.directory.person(spot.user) or f"slack-{spot.user.lower()}"
        place = Place()
        if spot.channel and not spot.alone:
            place = Place(channel=here.directory.place(spot.channel), thread=spot.thread)
        return await self.admit(
            Activity(id=id, school=here.school, person=person, place=place, did=asked, at=self.clock())
        )

    def _here(self, body: Payload) -> Workspace:
        team = body.get("team_id") or (body.get("team") or {}).get("id") or ""
        if team not in self.workspaces:
            raise NotOurs
        return self.workspaces[team]

    def _mind_the_rest(self, here: Workspace, spot: Spot, text: object) -> None:
        """Where words were left out, their writer is told: nobody may think that all of it was read."""
        if done.overlong(text):
            alone = Spot(user=spot.user)
            self._later(here.say.say(alone, Reply(messages=(LEFT_OUT,), privately=True), Meta()))

    def _home_may_change(self, here: Workspace, spot: Spot, asked: Did) -> None:
        """What was done may have changed the counts at home."""
        if not isinstance(asked, Said) and not (isinstance(asked, Filled) and asked.action == "draft.keep"):
            self._later(self.renew_home(here.known.team, spot.user))

    def _later(self, saying: Coroutine[Any, Any, None]) -> None:
        """Say it once the acknowledgement is out; kept, so that closing can wait for it."""
        task = asyncio.create_task(saying)
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)


def _new(asked: Did) -> Meta:
    """What a new modal remembers: the press that opened it."""
    return Meta(origin=(asked.action, asked.value)) if isinstance(asked, Pressed) else Meta()


async def _nothing() -> None:
    """An event that means nothing to us: taken, so that Slack doesn't send it four times."""


async def _broken(error: Exception) -> BoltResponse:
    """What Slack is told when it could not be dealt with: 500, so that an event comes again."""
    if isinstance(error, NotOurs):
        log.event("slack.refused", code="unknown_workspace")
        return BoltResponse(status=200)
    log.failure("slack.failed", error)
    return BoltResponse(status=500)
