"""What a fake Slack workspace holds: people, rooms, groups, messages, modals and App Homes."""

import itertools
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from bot.school.people import Role, School

TEAM, DOMAIN, APP = "T0PALATINE", "palatine", "A0USHER001"
BOT, BOT_ID = "U0USHERBOT", "B0USHER001"
SLACKBOT = "USLACKBOT"
STAFF_GROUP = "S0STAFF0001"
ELSEWHERE = "T0ELSEWHERE"
TRIGGER_LIFE = 3.0
"""Seconds for which a trigger_id opens a view, once."""
DEEPEST = 3
"""Views that a stack can hold."""

Json = dict[str, Any]


@dataclass(kw_only=True)
class User:
    """Somebody, or something, with an account."""

    id: str
    name: str
    real_name: str
    email: str = ""
    deleted: bool = False
    is_bot: bool = False
    guest: bool = False
    team: str = TEAM
    admin: bool = False


@dataclass(kw_only=True)
class Room:
    """A channel or a conversation of two."""

    id: str
    name: str
    members: set[str]
    kind: str = "private"
    """private, public or im."""
    archived: bool = False
    shared: bool = False
    messages: list[Json] = field(default_factory=list)
    ephemerals: list[Json] = field(default_factory=list)
    """Each with the `to` of the one person who sees it."""


@dataclass(kw_only=True)
class Trigger:
    """Lets the app open one view for one person, for three seconds."""

    user: str
    born: float
    used: bool = False


@dataclass(kw_only=True)
class Reach:
    """What a response_url stands for."""

    channel: str
    user: str
    ts: str = ""
    thread: str = ""
    left: int = 5


class Workspace:
    """The state of one workspace. Only the fake's own thread touches it."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.rooms: dict[str, Room] = {}
        self.groups: dict[str, Json] = {}
        self.modals: dict[str, list[Json]] = defaultdict(list)
        """Person -> stack of views, the one on show last."""
        self.homes: dict[str, Json] = {}
        self.triggers: dict[str, Trigger] = {}
        self.late = 0
        """Triggers still to be too old when they reach the app."""
        self.reaches: dict[str, Reach] = {}
        self.shown: dict[str, list[str]] = defaultdict(list)
        """Person -> lines that Slack itself shows, such as that the app did not answer."""
        self._numbers = itertools.count(1)
        self._stamps = itertools.count(1)
        self._born = int(time.time())
        self.add_user(User(id=BOT, name="usher", real_name="Usher", is_bot=True))
        self.add_user(User(id=SLACKBOT, name="slackbot", real_name="Slackbot"))

    def number(self, prefix: str) -> str:
        """A fresh id."""
        return f"{prefix}0{next(self._numbers):09d}"

    def stamp(self) -> str:
        """A fresh ts, later than all before."""
        return f"{self._born}.{next(self._stamps):06d}"

    def add_user(self, user: User) -> User:
        """Give somebody an account."""
        self.users[user.id] = user
        return user

    def add_room(self, room: Room) -> Room:
        """Make a channel."""
        self.rooms[room.id] = room
        return room

    def direct(self, user: str) -> Room:
        """The conversation of a person with the app, made when it is first needed."""
        id = f"D{user[1:]}"
        if id not in self.rooms:
            self.add_room(Room(id=id, name="directmessage", members={user, BOT}, kind="im"))
        return self.rooms[id]

    def trigger(self, user: str) -> str:
        """A fresh trigger_id."""
        id = f"{next(self._numbers)}.{self._born}.{'a1b2c3d4' * 4}"
        age = TRIGGER_LIFE + 1 if self.late else 0
        self.late = max(0, self.late - 1)
        self.triggers[id] = Trigger(user=user, born=time.monotonic() - age)
        return id

    def spend(self, trigger: str) -> str:
        """Use a trigger up; "" when it opens a view, else Slack's error."""
        known = self.triggers.get(trigger)
        if known is None:
            return "invalid_trigger_id"
        if known.used:
            return "exchanged_trigger_id"
        if time.monotonic() - known.born > TRIGGER_LIFE:
            return "expired_trigger_id"
        known.used = True
        return ""

    def reach(self, reach: Reach) -> str:
        """A fresh key of a response_url."""
        key = f"{TEAM}/{next(self._numbers)}/{'Zz9' * 8}"
        self.reaches[key] = reach
        return key

    def message(self, room: Room, ts: str) -> Json | None:
        """One message of a room."""
        return next((m for m in room.messages if m["ts"] == ts), None)

    def view(self, id: str) -> Json | None:
        """An open modal or a published home, by its id."""
        stacked = (view for stack in self.modals.values() for view in stack)
        return next((v for v in (*stacked, *self.homes.values()) if v["id"] == id), None)

    def owner(self, view: Json) -> str:
        """Whose screen a view is on."""
        homes = ((user, [home]) for user, home in self.homes.items())
        return next(user for user, stack in (*self.modals.items(), *homes) if view in stack)


def school_workspace(school: School) -> Workspace:
    """Everybody of the school with an account, a private channel for each room, and some strangers."""
    space = Workspace()
    for number, person in enumerate(school.people.values(), 1):
        user = User(
            id=f"U0PERSON{number:02d}",
            name=person.id.replace("-", "."),
            real_name=person.name,
            email=person.email or f"{person.id}@palatine.example",
            admin=person.id == "casimir-threlfall",
        )
        space.add_user(user)
    for number, channel in enumerate(school.channels.values(), 1):
        seated = {user_of(school, p.id) for p in school.seats(channel)}
        room = Room(id=f"C0ROOM{number:04d}", name=channel.id, members=seated | {BOT})
        space.add_room(room)
    _strangers(space)
    staff = [user_of(school, p.id) for p in school.people.values() if Role.STAFF in p.roles]
    space.groups[STAFF_GROUP] = {"id": STAFF_GROUP, "name": "Staff", "handle": "staff", "users": staff}
    everybody = {u.id for u in space.users.values() if not u.is_bot and not u.guest}
    space.add_room(Room(id="C0GENERAL0", name="general", members=everybody, kind="public"))
    return space


def _strangers(space: Workspace) -> None:
    space.add_user(
        User(id="U0GUEST001", name="visitor", real_name="A Visitor", guest=True, email="v@x.example")
    )
    space.add_user(User(id="U0LEAVER01", name="leaver", real_name="A Leaver", deleted=True))
    space.add_user(User(id="U0ROBOT001", name="calendar", real_name="Calendar", is_bot=True))
    space.add_user(User(id="U0STRANGE1", name="other", real_name="Other School", team=ELSEWHERE))


def user_of(school: School, person: str) -> str:
    """A person's account."""
    return f"U0PERSON{list(school.people).index(person) + 1:02d}"


def room_of(school: School, channel: str) -> str:
    """The workspace's channel for a room of the school."""
    return f"C0ROOM{list(school.channels).index(channel) + 1:04d}"
