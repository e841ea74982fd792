"""Who is who in a workspace: Slack members and people of the school, matched by id or e-mail address."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.errors import called
from bot.platforms.slack.pacing import TIER_2, TIER_3, Pace
from bot.school.people import Channel, Person, Role, School

SLACK = "slack"
"""The platform's name in school.yml."""
PAGE = 200
JOB = "Member of staff"
"""What somebody is called whose job neither school.yml nor Slack knows."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """A human being in the workspace, as Slack knows them."""

    id: str
    name: str
    email: str = ""
    title: str = ""
    guest: bool = False


def member(user: Mapping[str, Any], team: str = "") -> Member | None:
    """A user of Slack's as a member; None for bots, strangers, other workspaces' and people who have left."""
    if user.get("deleted") or user.get("is_bot") or user.get("is_stranger") or user.get("id") == "USLACKBOT":
        return None
    if _from_elsewhere(user, team):
        return None
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]
    return Member(
        id=user["id"],
        name=str(name),
        email=str(profile.get("email") or ""),
        title=str(profile.get("title") or ""),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    )


def _from_elsewhere(user: Mapping[str, Any], team: str) -> bool:
    """Whether the account is another workspace's: Slack tells of those too whom it meets in shared channels,
    and what stands in their profile, an e-mail address included, is that workspace's word only.
    """
    home = user.get("team_id")
    several = (user.get("enterprise_user") or {}).get("teams") or ()
    return bool(team and home) and team != home and team not in several


@dataclass(kw_only=True)
class Directory:
    """The people of one school and their Slack ids; brought up to date as people join and leave.

    `declared` is what school.yml says, `school` the same with the staff that only Slack knows.
    """

    declared: School
    team: str = ""
    """The workspace."""
    school: School = field(init=False)
    members: dict[str, Member] = field(default_factory=dict)
    staff: frozenset[str] | None = None
    """Slack ids of the staff group's or staff channel's members; None when there is neither."""
    names: dict[str, str] = field(default_factory=dict)
    """Slack id -> what its owner is called there."""
    _persons: dict[str, str] = field(default_factory=dict)
    _users: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with what the school has written down."""
        self.school = self.declared
        self._match()

    def learn(self, members: Iterable[Member], staff: frozenset[str] | None) -> bool:
        """Everybody anew; whether anything is different from before."""
        found = {each.id: each for each in members}
        if found == self.members and staff == self.staff:
            return False
        self.members, self.staff = found, staff
        self._match()
        return True

    def change(self, user: Mapping[str, Any]) -> bool:
        """One person has joined, changed or left; whether it makes a difference."""
        found, left = member(user, self.team), dict(self.members)
        left.pop(str(user.get("id")), None)
        if found is not None:
            left[found.id] = found
        return self.learn(left.values(), self.staff)

    def enter(self, user: str) -> bool:
        """Somebody has come into the staff channel; whether it changes anything. A staff group goes first."""
        tenancy = self.declared.platforms.get(SLACK)
        if self.staff is None or (tenancy and tenancy.staff_group):
            return False
        return self.learn(self.members.values(), self.staff | {user})

    def person(self, user: str) -> str:
        """Whose Slack id this is; "" for a guest, a bot or a stranger."""
        return self._persons.get(user, "")

    def user(self, person: str) -> str:
        """A person's Slack id; "" when they have none."""
        return self._users.get(person, "")

    def channel(self, id: str) -> str:
        """The Slack id of a channel of school.yml; "" when none is written there."""
        known = self.school.channels.get(id)
        return known.addresses.get(SLACK, "") if known else ""

    def place(self, slack_channel: str) -> str:
        """What the school calls this Slack channel; its Slack id when school.yml doesn't name it."""
        named = (c.id for c in self.school.channels.values() if c.addresses.get(SLACK) == slack_channel)
        return next(named, slack_channel)

    def unmatched(self) -> tuple[Person, ...]:
        """People of school.yml whom nobody in the workspace is."""
        return tuple(p for p in self.declared.people.values() if p.id not in self._users)

    def strangers(self, channel: Channel, users: Iterable[str], us: str) -> tuple[str, ...]:
        """Slack ids of those in a room who have no seat in it."""
        seats = {self.user(person.id) for person in self.school.seats(channel)}
        return tuple(sorted(set(users) - seats - {us}))

    def _match(self) -> None:
        """Find everybody's id: the one in school.yml, else the one with the same e-mail address."""
        people = self.declared.people
        by_email = {p.email.casefold(): p for p in people.values() if p.email}
        named = {p.addresses[SLACK]: p for p in people.values() if SLACK in p.addresses}
        matched: dict[str, Person] = {} if self.members else dict(named)
        for each in self.members.values():
            mailed = by_email.get(each.email.casefold())
            if mailed is not None and mailed.addresses.get(SLACK, each.id) != each.id:
                mailed = None
            person = named.get(each.id) or mailed or self._newcomer(each)
            if person is not None and not (each.guest and Role.STAFF in person.roles):
                matched[each.id] = person
        self._persons = {user: person.id for user, person in matched.items()}
        self._users = {person.id: user for user, person in matched.items()}
        self.names = {each.id: each.name for each in self.members.values()}
        joined = {p.id: p for p in matched.values() if p.id not in people}
        self.school = replace(self.declared, people={**people, **joined})

    def _newcomer(self, each: Member) -> Person | None:
        """A member of staff whom school.yml doesn't list: in the staff group, or the staff channel."""
        if self.staff is None or each.id not in self.staff or each.guest:
            return None
        return Person(
            id=f"slack-{each.id.lower()}",
            name=each.name,
            job=each.title or JOB,
            email=each.email,
            addresses={SLACK: each.id},
        )


async def read_members(client: AsyncWebClient, pace: Pace, team: str) -> list[Member]:
    """Everybody in the workspace, page by page."""
    found = []
    async for user in _pages(client.users_list, "members", pace, TIER_2):
        known = member(user, team)
        if known is not None:
            found.append(known)
    return found


async def read_staff(client: AsyncWebClient, school: School, pace: Pace) -> frozenset[str] | None:
    """Who is in the staff group, else in the private staff channel; None when school.yml names neither."""
    tenancy = school.platforms.get(SLACK)
    if tenancy is not None and tenancy.staff_group:
        await pace.turn("usergroups.users.list", TIER_2)
        group = tenancy.staff_group
        answer = await called(lambda: client.usergroups_users_list(usergroup=group))
        return frozenset(answer["users"])
    room = school.channel_of(Role.STAFF)
    if room is None or SLACK not in room.addresses:
        return None
    return frozenset(await read_room(client, room.addresses[SLACK], pace))


async def read_room(client: AsyncWebClient, channel: str, pace: Pace) -> list[str]:
    """Slack ids of everybody in a channel."""

    async def call(**page: Any) -> Any:  # noqa: ANN401 - Slack's answer
        return await client.conversations_members(channel=channel, **page)

    return [user async for user in _pages(call, "members", pace, TIER_3)]


async def _pages(call: Any, key: str, pace: Pace, rate: Any) -> AsyncIterator[Any]:  # noqa: ANN401
    cursor = ""
    while True:
        await pace.turn(key, rate)
        at = cursor
        answer = await called(lambda: call(limit=PAGE, cursor=at) if at else call(limit=PAGE))  # noqa: B023
        for each in answer[key]:
            yield each
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
