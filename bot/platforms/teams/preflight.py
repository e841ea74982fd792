"""Looks at everything a tenant must have before the doors open: one clear line for each fault."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.platforms.teams.connector import Connector, Member
from bot.platforms.teams.errors import (
    UNSAID,
    TeamsDown,
    TeamsLater,
    TeamsRefused,
    TeamsUnreachable,
)
from bot.platforms.teams.identity import TEAMS, Directory
from bot.platforms.teams.login import Login
from bot.platforms.teams.whereabouts import Voice, Whereabouts
from bot.school.people import Channel, Person, Role, School

PRIVATE = (Role.DSL, Role.HEADTEACHER, Role.CHAIR)
"""Whose rooms must be private, with nobody in them but their readers."""
NEEDED = ((Role.DSL, Role.DEPUTY_DSL), (Role.HEADTEACHER,))
"""Of each of these somebody must be there to be told."""
PASSING = (TeamsLater, TeamsDown, TimeoutError)
"""Says nothing about whether anything is in order."""


@dataclass(kw_only=True)
class Rosters:
    """Who is in the rooms of school.yml that have an address in Teams."""

    inside: dict[str, list[Member]] = field(default_factory=dict)
    """Channel of school.yml -> everybody in it; of an ordinary channel, everybody in its team."""
    unread: dict[str, Exception] = field(default_factory=dict)

    def members(self) -> Iterable[Member]:
        """Everybody on any of them."""
        return (each for there in self.inside.values() for each in there)

    def staff(self, school: School) -> frozenset[str]:
        """Object ids of those in the staff room."""
        room = school.channel_of(Role.STAFF)
        return frozenset(each.aad_id.lower() for each in self.inside.get(room.id if room else "", ()))


async def read_rosters(connector: Connector, where: Whereabouts, school: School) -> Rosters:
    """Look into every room."""
    rosters = Rosters()
    for channel in school.channels.values():
        id = channel.addresses.get(TEAMS, "")
        if id:
            try:
                rosters.inside[channel.id] = await connector.members(where.server(id), id)
            except UNSAID as unsaid:
                rosters.unread[channel.id] = unsaid
    return rosters


async def login_fault(login: Login) -> str:
    """Why Microsoft doesn't let us in; "" when it does."""
    try:
        await login.token()
    except TeamsUnreachable as refused:
        return (
            f"Microsoft does not take TEAMS_APP_ID with this credential ({refused.code}): compare id, tenant "
            "and certificate or secret with the app registration in Azure; both may have expired"
        )
    except (TeamsDown, TimeoutError) as down:
        return no_way(down)
    return ""


def no_way(why: Exception) -> str:
    """Nothing can be said about anything."""
    kind = type(why).__name__
    return f"Microsoft cannot be reached ({kind}): check the network, HTTPS_PROXY and SSL_CERT_FILE"


def room_faults(directory: Directory, rosters: Rosters, *, elsewhere: frozenset[str]) -> list[str]:
    """What is wrong with the rooms: without us, without address, or with strangers in them.

    `elsewhere` are channels that another platform reaches.
    """
    faults: list[str] = []
    for channel in directory.declared.channels.values():
        id = channel.addresses.get(TEAMS, "")
        if id:
            faults += _room_faults(directory, channel, id, rosters)
        elif channel.role in PRIVATE and channel.id not in elsewhere:
            faults.append(
                f"{channel.name}: school.yml gives no Teams channel for it: make a private channel (or a "
                f"small private team for it) and write its id under channels, {channel.id}, addresses, teams"
            )
    return list(dict.fromkeys(faults))


def _room_faults(directory: Directory, channel: Channel, id: str, rosters: Rosters) -> list[str]:
    unsaid = rosters.unread.get(channel.id)
    if isinstance(unsaid, PASSING):
        return [no_way(unsaid)]
    if isinstance(unsaid, TeamsUnreachable | TeamsRefused):
        return [
            f"{channel.name}: Teams shows no channel {id} ({unsaid.code}): add the app to its team (and to "
            "the channel itself if it is private), or correct the id in school.yml"
        ]
    if channel.role not in PRIVATE:
        return []
    outsiders = directory.strangers(channel, rosters.inside.get(channel.id, ()))
    if not outsiders:
        return []
    some = sorted(each.aad_id or each.id for each in outsiders)
    ids = ", ".join(some[:5]) + (" ..." if len(some) > 5 else "")
    return [
        f"{channel.name}: {len(outsiders)} in the channel may not read its cases: make it a private channel "
        f"(or a small private team) of its readers only, or give them the role in school.yml ({ids})"
    ]


def people_faults(unmatched: Iterable[Person]) -> list[str]:
    """Who answers for something and is nowhere to be found: nobody could be told."""
    roles = {role for some in NEEDED for role in some}
    return [
        f"{person.id} of school.yml is nobody on Teams' rosters: check the e-mail address, have them added "
        "to the staff team, or write the object id under addresses, teams"
        for person in unmatched
        if person.roles & roles
    ]


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Whether those who answer for something can be written to in their own chats."""

    shut: tuple[str, ...] = ()
    """Person ids of those who can't be."""
    faults: tuple[str, ...] = ()


async def reach_them(voice: Voice, directory: Directory, *, elsewhere: frozenset[str]) -> Reached:
    """Try everybody's chat, without a word said in it. One who has shut us out keeps no door shut,
    but of each role somebody must be there; `elsewhere` are people whom another platform reaches.
    """
    tried: dict[str, bool] = {}
    faults: list[str] = []
    for roles in NEEDED:
        holders = [p for role in roles for p in directory.school.holders(role)]
        for person in holders:
            if person.id not in tried and directory.user(person.id):
                tried[person.id] = await _reaches(voice, directory.user(person.id))
        if holders and not any(tried.get(p.id) or p.id in elsewhere for p in holders):
            faults.append(
                f"nobody who is {' or '.join(role.value for role in roles)} can be written to: have the app "
                "installed for them (Teams admin centre, Setup policies)"
            )
    shut = tuple(id for id, open_ in tried.items() if not open_)
    return Reached(shut=shut, faults=tuple(faults))


async def _reaches(voice: Voice, user: str) -> bool:
    """Whether the app is installed for them. Whoever is marked stays so until something has got in."""
    known = voice.where.found.get(user)
    try:
        if known is not None and known.shut:
            await voice.connector.create_personal(voice.where.server(user), user)
        else:
            await voice.begin(user)
    except TeamsUnreachable as refused:
        await voice.refused(user, refused)
        return False
    except TeamsRefused:
        return False
    except PASSING:
        return True
    return True
