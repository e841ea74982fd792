"""Teams' door: what comes in there becomes an Activity; it is answered once it has been committed."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot import log
from bot.platforms.teams import did as done
from bot.platforms.teams import spots
from bot.platforms.teams.acts import FILL, PRESS, Act, Meta, read_act, turned
from bot.platforms.teams.dialogs import typed
from bot.platforms.teams.http import Taken
from bot.platforms.teams.identity import Directory
from bot.platforms.teams.last_windows import LastWindows
from bot.platforms.teams.read import read_answers
from bot.platforms.teams.reply import NOT_TAKEN_IN, ONLY_IN_WINDOWS, Say, new, task
from bot.platforms.teams.spots import Payload, Spot
from bot.school.activities import Activity, Did, Dropped, Place, Said
from bot.school.messages import Reply

Admit = Callable[[Activity], Awaitable[Reply]]

DRAIN = 8.0
"""Seconds that closing waits for replies on their way."""
IN_CHAT = "in chat"
"""Typed where windows don't open: the last one is shown as a card."""
MOST_SAID = 5_000
CASES = "case."
"""How the verbs begin that show what somebody told us: a case is never opened in a chat."""
SHOWS = frozenset({"case.open", "cases.list", "receipt.open", "receipts.list", "campaign.voices"})
"""Presses that show what is written somewhere, as often as they are made."""
ELSEWHERE = "composeExtension/"
"""Done on somebody else's message, perhaps in a conversation that is none of ours."""
INSTALLED = frozenset({"add", "remove", "add-upgrade", "remove-upgrade"})
NOBODY = Taken(status=403)


@dataclass(kw_only=True)
class Corner:
    """One school's tenant: who everybody is there, and how to speak."""

    school: str
    directory: Directory
    say: Say


@dataclass(kw_only=True)
class Told:
    """What the door tells the rest of the house; wiring listens."""

    people: Callable[[], None]
    """Somebody has joined or left a team, or we have: the rosters have to be read again."""
    stranger: Callable[[Spot], Awaitable[None]]
    """Somebody speaks to us whom no roster has told of."""


@dataclass(kw_only=True)
class Doors:
    """Everything that comes in from one tenant."""

    corner: Corner
    admit: Admit
    told: Told
    secret: bytes
    """Keys the ids of submissions."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _windows: LastWindows = field(default_factory=LastWindows)
    _said: dict[str, None] = field(default_factory=dict)
    """What has been answered: the same activity again is taken, and not answered twice in the chat."""
    _saying: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, activity: Payload) -> Taken:
        """Deal with one verified activity; when this returns, it has been committed."""
        spot = spots.of_activity(activity)
        match activity["type"]:
            case "message":
                return await self._message(activity, spot)
            case "invoke":
                return await self._invoke(activity, spot)
            case "installationUpdate":
                return await self._installed(activity, spot)
        if spot.shared:
            self._met(spot)
            self.told.people()
        return Taken()

    async def close(self) -> None:
        """Finish saying what is being said."""
        if self._saying:
            await asyncio.wait(self._saying, timeout=DRAIN)
        for task_ in self._saying:
            task_.cancel()

    async def _message(self, activity: Payload, spot: Spot) -> Taken:
        """Typed, or a button that opens no window."""
        if not spot.user:
            log.event("teams.refused", code="nobody")
            return Taken()
        self._met(spot)
        boxes = activity.get("value")
        if boxes:
            act = read_act(boxes)
            return await self._pressed(activity, spot, act, boxes) if act else Taken()
        us = str((activity.get("recipient") or {}).get("id") or "")
        if spot.shared and not done.mentions(activity, us):
            return Taken()
        if not spot.shared and done.heard(activity, us).casefold() == IN_CHAT:
            return await self._in_chat(activity, spot)
        for number, each in enumerate(done.typed(activity, us) or (done.HOME,)):
            id = _id(activity, number)
            reply, meta = await self._admitted(spot, each, id), self._new(spot, each, id)
            if self._first(id):
                self._later(self.corner.say.say(spot, reply, meta))
        return Taken()

    async def _pressed(self, activity: Payload, spot: Spot, act: Act, boxes: Payload) -> Taken:
        """A button of a card in a conversation; on a page of a form there, what is typed comes along."""
        say, asked = self.corner.say, done.pressed(act, boxes)
        if asked is None:
            return Taken()
        if not isinstance(asked, Said | Dropped) and asked.action.startswith(CASES):
            self._later(say.line(spot, ONLY_IN_WINDOWS))
            return Taken()
        id, page = self._id_of(activity, act, boxes), bool(act.meta.view)
        await self._keep(spot, act, boxes, id)
        reply, meta = await self._admitted(spot, asked, id), self._next(spot, act, id)
        if self._first(id):
            self._later(say.say(spot, reply, meta, part=turned(act)[1], chatting=page))
            if page and not spot.shared:
                self._later(say.answered(spot))
            elif act.quiet:
                self._later(say.settle(spot))
        return Taken()

    async def _in_chat(self, activity: Payload, spot: Spot) -> Taken:
        """Show the last window as a card: windows don't open where they are."""
        origin = self._windows.of(spot.user)
        asked = done.pressed(Act(do=PRESS, action=origin[0], value=origin[1]), {})
        assert asked is not None
        id = _id(activity)
        reply = await self._admitted(spot, asked, id)
        if self._first(id):
            meta = Meta(origin=origin, once=self._once(id))
            self._later(self.corner.say.say(spot, reply, meta, chatting=True))
        return Taken()

    async def _invoke(self, activity: Payload, spot: Spot) -> Taken:
        """What Teams waits for: a window to open, or to go on."""
        if not spot.user:
            log.event("teams.refused", code="nobody")
            return NOBODY
        name, value = activity["name"], activity.get("value") or {}
        if not name.startswith(ELSEWHERE):
            self._met(spot)
        if name == f"{ELSEWHERE}fetchTask":
            asked, id = done.reported(value), _id(activity)
            reply = await self._admit(replace(spot, shared=False), asked, id)
            return _shown(task(reply, self._new(spot, asked, id), opened=True))
        boxes = value.get("data") or {}
        act = read_act(boxes)
        if act is None:
            return Taken(status=200)
        opened = name == "task/fetch"
        # A window is for one pair of eyes, wherever it was opened from.
        alone = spot if opened else replace(spot, shared=False)
        return await self._window(activity, alone, act, boxes, opened=opened)

    async def _window(
        self, activity: Payload, spot: Spot, act: Act, boxes: Payload, *, opened: bool
    ) -> Taken:
        asked = done.pressed(act, boxes)
        if asked is None:
            return Taken(status=200)
        id = self._id_of(activity, act, boxes)
        await self._keep(spot, act, boxes, id)
        reply = await self._admit(spot, asked, id)
        if act.do not in (PRESS, FILL) and not act.meta.draft and reply.dialog is not None:
            reply = replace(reply, dialog=typed(reply.dialog, read_answers(boxes)))
        shown = task(reply, self._next(spot, act, id), turned(act)[1], opened=opened)
        if (shown is None or (reply.dialog is not None and reply.messages)) and self._first(id):
            self._later(self.corner.say.afterwards(spot, reply))
        return _shown(shown)

    async def _keep(self, spot: Spot, act: Act, boxes: Payload, id: str) -> None:
        """A bare press beside boxes of a draft: what is typed in them first, so that it isn't lost."""
        kept = done.typed_so_far(act, boxes) if act.do == PRESS else None
        if kept is not None:
            await self._admit(spot, kept, f"{id}:keep")

    async def _installed(self, activity: Payload, spot: Spot) -> Taken:
        """The app was added somewhere, or taken away."""
        action = str(activity.get("action") or "")
        known = action if action in INSTALLED else "other"
        log.event("teams.installed", code=known, kind="room" if spot.shared else "person")
        if spot.shared or not spot.user:
            self.told.people()
            return Taken()
        if action.startswith("remove"):
            self._later(self.corner.say.voice.where.shut(spot.user))
            return Taken()
        # Whoever installs it for others may be named here too: whose chat it is, Teams is asked.
        self._later(self.corner.say.find(spot.user))
        if action == "add":
            reply = await self._admit(spot, done.HOME, _id(activity))
            self._later(self.corner.say.say(spot, reply, Meta()))
        return Taken()

    async def _admitted(self, spot: Spot, asked: Did, id: str) -> Reply:
        """Commit it; where that fails, nobody would hear of it, so it is said."""
        kept = False
        try:
            reply = await self._admit(spot, asked, id)
            kept = True
        finally:
            if not kept:
                self._later(self.corner.say.line(spot, NOT_TAKEN_IN))
        return reply

    async def _admit(self, spot: Spot, asked: Did, id: str) -> Reply:
        """Commit it. Nobody whom the school doesn't know is let in under any other name."""
        directory = self.corner.directory
        if not directory.person(spot.user):
            await self.told.stranger(spot)
        person = directory.person(spot.user) or f"teams-{spot.user}"
        place = Place()
        if spot.shared:
            place = Place(channel=directory.place(spot.channel), thread=spot.thread)
        return await self.admit(
            Activity(id=id, school=self.corner.school, person=person, place=place, did=asked, at=self.clock())
        )

    def _id_of(self, activity: Payload, act: Act, boxes: Payload) -> str:
        """What makes it happen once: of a window its own id, of a card in a conversation the press's.

        What only shows something is looked up each time: the answer of before may not be theirs any more.
        """
        shows = act.do == PRESS and act.action in SHOWS
        return done.submission_id(act, boxes, self.secret) if act.meta.once and not shows else _id(activity)

    def _new(self, spot: Spot, asked: Did, id: str) -> Meta:
        """What a window remembers that is opened by this."""
        return self._remembered(spot, replace(new(asked), once=self._once(id)))

    def _next(self, spot: Spot, act: Act, id: str) -> Meta:
        """What the window remembers that follows a button."""
        return self._remembered(spot, replace(turned(act)[0], once=self._once(id)))

    def _remembered(self, spot: Spot, meta: Meta) -> Meta:
        self._windows.opened(spot.user, meta)
        return meta

    def _first(self, id: str) -> bool:
        """Whether this has not been answered yet."""
        if id in self._said:
            return False
        self._said[id] = None
        while len(self._said) > MOST_SAID:
            self._said.pop(next(iter(self._said)))
        return True

    def _once(self, id: str) -> str:
        """The same for the same activity, so that a repeated answer is the same too."""
        return hmac.new(self.secret, id.encode(), hashlib.sha256).hexdigest()[:24]

    def _met(self, spot: Spot) -> None:
        """Where somebody is found, as of now."""
        where = self.corner.say.voice.where
        if spot.shared:
            self._later(where.met(spot.channel, "", spot.service))
        elif spot.user and spot.conversation:
            self._later(where.met(spot.user, spot.conversation, spot.service))

    def _later(self, saying: Coroutine[Any, Any, None]) -> None:
        """Say it once the answer is out; kept, so that closing can wait for it."""
        task_ = asyncio.create_task(saying)
        self._saying.add(task_)
        task_.add_done_callback(self._saying.discard)


def _id(activity: Payload, number: int = 0) -> str:
    """What makes an activity happen once: Teams' id of it is unique in its conversation."""
    begun = f"{activity['conversation']['id']}|{activity['id']}"
    return f"{begun}:{number}" if number else begun


def _shown(body: Any) -> Taken:  # noqa: ANN401 - JSON, or nothing
    return Taken(status=200, body=body)
