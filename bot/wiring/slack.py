"""Slack for this process: proved at the start, its doors opened, its hands lent to the courier."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from logging import ERROR
from typing import Any

from aiohttp import ClientSession, web

from bot import log
from bot.delivery.clock import Clock, Tick
from bot.platforms.slack.clients import client, open_session
from bot.platforms.slack.errors import UNSAID
from bot.platforms.slack.http import Door
from bot.platforms.slack.identity import SLACK
from bot.platforms.slack.install import Install
from bot.platforms.slack.preflight import PRIVATE, app_token_fault
from bot.platforms.slack.receive import Doors, Told, Workspace
from bot.platforms.slack.reply import Say
from bot.platforms.slack.send import Send
from bot.platforms.slack.sockets import Socket
from bot.platforms.slack.spots import Payload
from bot.school.people import Role, School
from bot.settings import Misset, SlackSettings
from bot.wiring.listening import DRAIN
from bot.wiring.slack_hands import Homes, SlackHands
from bot.wiring.slack_installs import EVERY, Installs
from bot.wiring.slack_proof import learn, meet, needed_scopes, revoked
from bot.wiring.slack_rooms import EVERY as ROOMS_EVERY
from bot.wiring.slack_rooms import Rooms
from bot.wiring.tenants import also_in_teams
from bot.wiring.works import Usher

PEOPLE_EVERY = timedelta(hours=12)
TOKENS_EVERY = 15.0
"""Seconds until Slack is asked again about a token that it is said to have withdrawn."""


@dataclass(kw_only=True)
class SlackAt:
    """Slack as this process has it: every workspace it serves."""

    usher: Usher
    settings: SlackSettings
    session: ClientSession
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    sends: dict[str, Send] = field(default_factory=dict)
    homes: Homes = field(default_factory=Homes)
    doubted: set[str] = field(default_factory=set)
    """Workspaces that are said to have withdrawn their token, while Slack can't be asked."""
    declared: dict[str, School] = field(init=False)
    """Each school as its school.yml has it."""
    rooms: Rooms = field(init=False)
    installs: Installs | None = field(init=False, default=None)
    """Where the schools install Usher themselves."""

    def __post_init__(self) -> None:
        """Remember what the school.yml files say: what Slack adds to it may change."""
        self.declared = {id: house.school for id, house in self.usher.houses.items()}
        alarm = partial(self.alarm, about="rooms")
        self.rooms = Rooms(usher=self.usher, workspaces=self.workspaces, alarm=alarm)
        if self.settings.client_id:
            self.installs = Installs(usher=self.usher, at=self)

    async def connect(self) -> list[str]:
        """Prove what there is; every fault that keeps all doors shut."""
        if self.installs is not None:
            await self.installs.look()
            return []
        faults = await self.join(self.settings.bot_token)
        connected = {here.school for here in self.workspaces.values()}
        for school in self.declared.keys() - connected:
            log.event("slack.not_connected", school=school)
        return faults

    async def join(self, token: str) -> list[str]:
        """Prove one workspace and open it; the faults that keep it shut."""
        schools = self.declared.values()
        beside = also_in_teams(self.usher.settings, schools)
        met = await meet(self.session, self.settings, token, schools, beside)
        if met.faults or met.directory is None:
            return met.faults
        school, team = met.directory.school, met.known.team
        say = Say(client=met.client, session=self.session, pace=met.pace)
        self.workspaces[team] = Workspace(
            school=school.id, known=met.known, token=token, directory=met.directory, say=say
        )
        self.sends[team] = Send(client=met.client, directory=met.directory, pace=met.pace)
        self.usher.restaff(SLACK, school)
        log.event("slack.people", school=school.id, count=len(school.people))
        return []

    def leave(self, school: str) -> None:
        """Close a school's workspace: nothing comes from there and nothing goes there."""
        for team in [team for team, here in self.workspaces.items() if here.school == school]:
            for known in (self.workspaces, self.sends):
                known.pop(team, None)

    def alarm(self, school: str, code: str, about: str = "workspace") -> None:
        """Turn /health red for a school, or take it back ("")."""
        key, trouble = f"slack:{about}:{school}", self.usher.watch.trouble
        if code and trouble.get(key) != code:
            log.event("slack.alarm", level=ERROR, school=school, code=code)
        trouble.pop(key, None)
        if code:
            trouble[key] = code

    async def learn_people(self, here: Workspace) -> None:
        """Who is in the workspace, and who of them is staff, as things stand now."""
        if await learn(here.say.client, here.directory, here.say.pace):
            self.usher.restaff(SLACK, here.directory.school)
            log.event("slack.people", school=here.school, count=len(here.directory.school.people))

    async def people_tick(self) -> None:
        """Look at the people again; where Slack doesn't answer, the last look holds."""
        for here in list(self.workspaces.values()):
            try:
                await self.learn_people(here)
            except UNSAID as error:
                log.event("slack.people_unknown", school=here.school, code=type(error).__name__)

    async def people_changed(self, here: Workspace, user: Payload) -> None:
        """Somebody has joined the workspace, changed or left it."""
        if here.directory.change(user):
            self.usher.restaff(SLACK, here.directory.school)
            log.event("slack.people", school=here.school, count=len(here.directory.school.people))

    async def entered(self, here: Workspace, slack_channel: str, user: str) -> None:
        """Somebody has come into a room: a stranger in a private one is told of, a newcomer is staff."""
        channel = here.directory.school.channels.get(here.directory.place(slack_channel))
        if channel is None or user == here.known.user:
            return
        if channel.role is Role.STAFF and here.directory.enter(user):
            self.usher.restaff(SLACK, here.directory.school)
        elif channel.role in PRIVATE:
            await self.rooms.entered(here, channel, user)

    async def shut(self, team: str, event: str) -> None:
        """The app was removed or its token withdrawn: nothing can be posted there any more.

        Slack may say so late, when the app has long been installed again: the token itself tells.
        """
        here = self.workspaces.get(team)
        log.event("slack.shut", level=ERROR, code=event, school=here.school if here else None)
        if here is not None:
            await self._ask_token(here)

    async def ask_tokens(self) -> None:
        """Ask again wherever Slack didn't say whether the token is still worth anything."""
        for team in list(self.doubted):
            here = self.workspaces.get(team)
            if here is None:
                self.doubted.discard(team)
            else:
                await self._ask_token(here)

    async def _ask_token(self, here: Workspace) -> None:
        """Close a workspace once Slack says that its token is dead; an outage says nothing of the kind."""
        gone = await revoked(here.say.client)
        if gone is None:
            self.doubted.add(here.known.team)
            log.event("slack.token_unknown", school=here.school)
            return
        self.doubted.discard(here.known.team)
        if gone and self.installs is not None:
            await self.installs.gone(here)
        elif gone:
            self.alarm(here.school, "slack_gone")

    def awaited(self, team: str) -> bool:
        """Whether a workspace that isn't open is to open soon."""
        return self.installs is not None and self.installs.awaited(team)

    def doors(self) -> Doors:
        """The doors, not yet open."""
        told = Told(people=self.people_changed, entered=self.entered, shut=self.shut)
        found = Doors(
            workspaces=self.workspaces, admit=self.usher.admit, told=told, secret=self.settings.own_secret
        )
        self.homes.doors = found
        return found

    def clock(self, *, delivery: bool) -> Clock:
        """What is looked at again and again."""
        people = Tick(name="slack.people", every=PEOPLE_EVERY.total_seconds(), act=self.people_tick)
        rooms = Tick(name="slack.rooms", every=ROOMS_EVERY.total_seconds(), act=self.rooms.look)
        tokens = Tick(name="slack.tokens", every=TOKENS_EVERY, act=self.ask_tokens)
        ticks = [people, tokens, *([rooms] if delivery else [])]
        if self.installs is not None:
            ticks.append(Tick(name="slack.installations", every=EVERY, act=self.installs.look))
        return Clock(ticks)


@asynccontextmanager
async def slack_connected(usher: Usher, settings: SlackSettings, *, delivery: bool) -> AsyncIterator[SlackAt]:
    """Slack for as long as the block runs. Misset with every fault when it can't be used as it stands."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session())
        at = SlackAt(usher=usher, settings=settings, session=session)
        faults = await at.connect()
        if settings.app_token:
            socket_client = client(session, settings.bot_token, settings.api_url)
            fault = await app_token_fault(socket_client, settings.app_token)
            faults += [fault] if fault else []
        if faults:
            raise Misset(*(f"Slack: {fault}" for fault in faults))
        usher.hands.append(SlackHands(at.workspaces, at.sends, at.homes))
        clock = at.clock(delivery=delivery)
        clock.start()
        stack.push_async_callback(clock.stop, DRAIN)
        yield at


@asynccontextmanager
async def slack_open(at: SlackAt, app: web.Application) -> AsyncIterator["asyncio.Task[Any] | None"]:
    """Its doors, for as long as the block runs; the watchdog of Socket Mode ends when Slack is lost."""
    doors = at.doors()
    bolt = doors.app(client(at.session, at.settings.bot_token, at.settings.api_url))
    socket, watchdog = None, None
    if at.settings.app_token:
        web_client = client(at.session, "", at.settings.api_url)
        socket = Socket(bolt, at.settings.app_token, web_client, at.awaited)
        watchdog = asyncio.create_task(socket.watch())
    elif at.settings.signing_secret:
        app.add_routes(Door(bolt, at.settings.signing_secret, at.awaited).routes())
    if at.installs is not None:
        app.add_routes(Install(at.settings, needed_scopes(), at.session, at.installs.take).routes())
    try:
        yield watchdog
    finally:
        if watchdog is not None:
            watchdog.cancel()
        if socket is not None:
            await socket.close()
        await doors.close()
