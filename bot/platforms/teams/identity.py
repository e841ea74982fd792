"""Who is who in a tenant: people on Teams' rosters and of the school, matched by id or e-mail address."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.platforms.teams.connector import Member
from bot.school.people import Channel, Person, Role, School

TEAMS = "teams"
"""The platform's name in school.yml."""
JOB = "Member of staff"
"""What somebody is called whose job nobody knows: rosters tell none."""
USER = "user"


@dataclass(kw_only=True)
class Directory:
    """The people of one school and their object ids; brought up to date as people join and leave.

    `declared` is what the rest of the house says, `school` the same with the staff that only Teams knows.
    """

    declared: School
    tenant: str = ""
    school: School = field(init=False)
    members: dict[str, Member] = field(default_factory=dict)
    """Object id -> somebody who has been seen on a roster, or has spoken to us."""
    staff: frozenset[str] = frozenset()
    """Object ids of everybody in the staff channel's team."""
    _persons: dict[str, str] = field(default_factory=dict)
    _users: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with what the school has written down."""
        self.school = self.declared
        self._match()

    def learn(self, members: Iterable[Member], staff: frozenset[str]) -> bool:
        """Everybody on the rosters anew; whether anything is different from before."""
        found = {each.aad_id.lower(): each for each in members if self.ours(each)}
        if found == self.members and staff == self.staff:
            return False
        self.members, self.staff = found, staff
        self._match()
        return True

    def meet(self, somebody: Member) -> bool:
        """Somebody has spoken to us who is on no roster; whether it makes a difference."""
        if not self.ours(somebody):
            return False
        return self.learn([*self.members.values(), somebody], self.staff)

    def rebase(self, declared: School) -> None:
        """The rest of the house knows other people than before."""
        self.declared = declared
        self._match()

    def ours(self, each: Member) -> bool:
        """Whether the account is this tenant's own: what another one says about itself is its word only."""
        return bool(each.aad_id) and each.tenant.lower() in ("", self.tenant.lower())

    def person(self, user: str) -> str:
        """Whose object id this is; "" for a guest or a stranger."""
        return self._persons.get(user.lower(), "")

    def user(self, person: str) -> str:
        """A person's object id; "" when they have none."""
        return self._users.get(person, "")

    def channel(self, id: str) -> str:
        """Teams' id of a channel of school.yml; "" when none is written there."""
        known = self.school.channels.get(id)
        return known.addresses.get(TEAMS, "") if known else ""

    def place(self, teams_channel: str) -> str:
        """What the school calls this channel; Teams' own id when school.yml doesn't name it."""
        named = (c.id for c in self.school.channels.values() if c.addresses.get(TEAMS) == teams_channel)
        return next(named, teams_channel)

    def unmatched(self) -> tuple[Person, ...]:
        """People of school.yml whom nobody in the tenant is, as far as Teams has told."""
        return tuple(p for p in self.declared.people.values() if p.id not in self._users)

    def strangers(self, channel: Channel, inside: Iterable[Member]) -> tuple[Member, ...]:
        """Those in a room who have no seat in it."""
        seats = {self.user(person.id) for person in self.school.seats(channel)} - {""}
        return tuple(each for each in inside if each.aad_id.lower() not in seats)

    def _match(self) -> None:
        """Find everybody's id: the one in school.yml, else the one with the same e-mail address."""
        people = self.declared.people
        by_email = {p.email.casefold(): p for p in people.values() if p.email}
        named = {p.addresses[TEAMS].lower(): p for p in people.values() if TEAMS in p.addresses}
        matched: dict[str, Person] = dict(named)
        for user, each in self.members.items():
            mailed = by_email.get(each.email.casefold())
            if mailed is not None and mailed.addresses.get(TEAMS, user).lower() != user:
                mailed = None
            person = named.get(user) or mailed or self._newcomer(user, each)
            if person is not None and _takes(person, each):
                matched[user] = person
            else:
                matched.pop(user, None)
        self._persons = {user: person.id for user, person in matched.items()}
        self._users = {person.id: user for user, person in matched.items()}
        joined = {p.id: p for p in matched.values() if p.id not in people}
        self.school = replace(self.declared, people={**people, **joined})

    def _newcomer(self, user: str, each: Member) -> Person | None:
        """A member of staff whom school.yml doesn't list: in the staff channel's team, and no guest."""
        if user not in self.staff or not _own(each):
            return None
        return Person(id=f"teams-{user}", name=each.name, job=JOB, email=each.email, addresses={TEAMS: user})


def _takes(person: Person, each: Member) -> bool:
    """A guest of the tenant is nobody's member of staff, whatever address they have."""
    return _own(each) or Role.STAFF not in person.roles


def _own(each: Member) -> bool:
    return each.role.lower() in ("", USER)
