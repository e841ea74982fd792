"""What a fake Microsoft 365 tenant holds: people, a team, its channels, conversations and messages."""

import itertools
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.school.people import School

TENANT = "7e7a47c0-5c00-4b1d-8a3e-9a1a00000001"
ELSEWHERE = "7e7a47c0-5c00-4b1d-8a3e-9a1a00000002"
APP = "0a9b54e1-0b07-4c55-9e2b-05e700000001"
BOT, BOT_NAME = f"28:{APP}", "Usher"
REGION = "uk"
SERVICE = f"https://smba.trafficmanager.net/{REGION}/{TENANT}/"
TEAM = "19:palatine-staff-general@thread.tacv2"

Json = dict[str, Any]


@dataclass(kw_only=True)
class User:
    """Somebody with an account in the tenant."""

    aad: str
    mri: str
    name: str
    email: str = ""
    upn: str = ""
    role: str = "user"
    """user or guest."""
    tenant: str = TENANT
    installed: bool = True
    """Whether the app is installed for them; IT does that for everybody."""
    blocked: bool = False
    """Whether they have blocked the bot."""


@dataclass(kw_only=True)
class Post:
    """One message in a room."""

    id: str
    root: str
    """The first message of its thread; its own id when it is that."""
    author: str
    """A person's object id; "" for the bot."""
    activity: Json
    edited: int = 0


@dataclass(kw_only=True)
class Room:
    """A channel, or the personal chat of one person with the bot."""

    id: str
    name: str
    members: set[str]
    kind: str = "channel"
    """channel or personal."""
    private: bool = False
    bot: bool = True
    """Whether the app is in it."""
    posts: list[Post] = field(default_factory=list)

    def post(self, id: str) -> Post | None:
        """One message."""
        return next((post for post in self.posts if post.id == id), None)


class Tenant:
    """The state of one tenant. Only the fake's own thread changes it."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.rooms: dict[str, Room] = {}
        self.team = TEAM
        self.staff: set[str] = set()
        """Who belongs to the team."""
        self.shown: dict[str, list[str]] = defaultdict(list)
        """Person -> lines that Teams itself shows, such as that the app could not be reached."""
        self._stamps = itertools.count(int(time.time() * 1000))

    def stamp(self) -> str:
        """A fresh message id, later than all before."""
        return str(next(self._stamps))

    def add_user(self, user: User) -> User:
        """Give somebody an account."""
        self.users[user.aad] = user
        return user

    def add_room(self, room: Room) -> Room:
        """Make a channel or a chat."""
        self.rooms[room.id] = room
        return room

    def personal(self, aad: str) -> Room:
        """The chat of a person with the bot; it stays the same one for ever."""
        id = f"a:1{uuid5(NAMESPACE_URL, aad).hex}"
        if id not in self.rooms:
            self.add_room(Room(id=id, name="chat", members={aad}, kind="personal"))
        return self.rooms[id]

    def known(self, whom: str) -> User | None:
        """A person by object id, Teams id or sign-in name."""
        return next((u for u in self.users.values() if whom in (u.aad, u.mri, u.upn)), None)

    def roster(self, conversation: str) -> list[User] | None:
        """Who is in a conversation: the chat's person, a private channel's members, or the whole team."""
        base = base_of(conversation)
        room = self.rooms.get(base)
        if base == self.team or (room and room.kind == "channel" and not room.private):
            return [self.users[aad] for aad in self.users if aad in self.staff]
        return [self.users[aad] for aad in self.users if aad in room.members] if room else None


def base_of(conversation: str) -> str:
    """A channel's id without the thread."""
    return conversation.partition(";")[0]


def root_of(conversation: str) -> str:
    """The message that a thread began with; "" when there is none."""
    return conversation.partition(";messageid=")[2]


def member(user: User) -> Json:
    """A person as the roster gives them."""
    given, _, surname = user.name.partition(" ")
    return {
        "id": user.mri,
        "name": user.name,
        "objectId": user.aad,
        "aadObjectId": user.aad,
        "givenName": given,
        "surname": surname,
        "email": user.email,
        "userPrincipalName": user.upn,
        "tenantId": user.tenant,
        "userRole": user.role,
    }


def school_tenant(school: School) -> Tenant:
    """Everybody of the school with an account, a channel for each room, and some strangers."""
    tenant = Tenant()
    for person in school.people.values():
        email = person.email or f"{person.id}@palatine.example"
        tenant.add_user(account(user_of(school, person.id), person.name, email))
    tenant.staff = set(tenant.users)
    for channel in school.channels.values():
        seated = {user_of(school, p.id) for p in school.seats(channel)}
        private = seated != tenant.staff
        id = room_of(school, channel.id)
        tenant.add_room(Room(id=id, name=channel.name, members=seated, private=private))
    guest = account(_id("guest"), "A Visitor", "visitor@elsewhere.example")
    guest.role = "guest"
    tenant.add_user(guest)
    other = account(_id("other"), "Other School", "other@other.example")
    other.tenant = ELSEWHERE
    tenant.add_user(other)
    return tenant


def account(aad: str, name: str, email: str) -> User:
    """An account; only some e-mail addresses are written as school.yml has them."""
    return User(
        aad=aad, mri=f"29:1{uuid5(NAMESPACE_URL, aad).hex}", name=name, email=email.title(), upn=email
    )


def user_of(school: School, person: str) -> str:
    """A person's object id."""
    assert person in school.people
    return _id(person)


def room_of(school: School, channel: str) -> str:
    """The tenant's channel for a room of the school."""
    assert channel in school.channels
    return f"19:{_id(channel).replace('-', '')}@thread.tacv2"


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://palatine.example/{name}"))
