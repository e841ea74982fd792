"""Who is at the page: the people to choose from, the rooms each may see, and their sessions."""

import re
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.school.people import ROLE_NAMES, Channel, Person, Role, School

SESSIONS = 500
"""Oldest sessions beyond this many are forgotten; their tabs quietly choose again."""

READERS = {Role.DSL: frozenset({Role.DSL, Role.DEPUTY_DSL})}
"""Whose room it is -> which roles may read it, where that is more than the role itself."""


def may_see(person: Person, channel: Channel) -> bool:
    """Whether the person may be in this channel, decided from our own list each time."""
    return bool(person.roles & READERS.get(channel.role, frozenset({channel.role})))


def places(school: School, person: Person) -> tuple[str, ...]:
    """Every place this person may see: own direct messages first, then channels as the school lists them."""
    rooms = (f"channel:{c.id}" for c in school.channels.values() if may_see(person, c))
    return (f"person:{person.id}", *rooms)


def seen_by(school: School, channel: Channel) -> str:
    """Who reads a channel, in one line."""
    if channel.role is Role.STAFF:
        return "Everyone on the staff can read this."
    names = [person.name for person in school.people.values() if may_see(person, channel)]
    return f"Read by {' and '.join(names)} only." if names else "Nobody is in this room yet."


@dataclass
class Sessions:
    """Who each session cookie stands for; kept in memory, so that a restart ends them all."""

    _people: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def open(self, person: str) -> str:
        """A new, unguessable session for this person."""
        token = secrets.token_urlsafe(32)
        self._people[token] = person
        while len(self._people) > SESSIONS:
            self._people.popitem(last=False)
        return token

    def person(self, token: str) -> str:
        """Whose session it is; "" for one that this process never opened."""
        return self._people.get(token, "")


@dataclass(frozen=True, kw_only=True)
class Group:
    """People shown together on the start page."""

    name: str
    people: tuple[Person, ...]


JOBS = (
    (re.compile(r"\b(class |year \d )?teacher\b", re.I), re.compile(r"head", re.I)),
    (re.compile(r"teaching assistant|\bTA\b", re.I), re.compile(r"$^")),
)
OFFICE = re.compile(r"office|secretary|administrat", re.I)


def groups(school: School) -> tuple[Group, ...]:
    """One person for every part one can play here, in that order, then everybody else."""
    left = dict(school.people)

    def take(found: Sequence[Person]) -> tuple[Person, ...]:
        return tuple(left.pop(person.id) for person in found if person.id in left)

    safeguarding = take((*school.holders(Role.DSL), *school.holders(Role.DEPUTY_DSL)))
    leading = take((*school.holders(Role.HEADTEACHER), *school.holders(Role.CHAIR)))
    classroom: tuple[Person, ...] = ()
    for wanted, unless in JOBS:
        fits = [p for p in left.values() if wanted.search(p.job) and not unless.search(p.job)]
        classroom += take(fits[:1])
    office = take([p for p in left.values() if OFFICE.search(p.job)][:1])
    found = (
        Group(name="In the classroom", people=classroom),
        Group(name="Safeguarding", people=safeguarding),
        Group(name="Leading the school", people=leading),
        Group(name="In the office", people=office),
        Group(name="Everyone else", people=tuple(left.values())),
    )
    return tuple(group for group in found if group.people)


def duties(person: Person) -> list[str]:
    """What the person answers for, in words; being on the staff, or the job itself, goes without saying."""
    held = [words for role, words in ROLE_NAMES.items() if role in person.roles - {Role.STAFF}]
    return [words for words in held if words.casefold() != person.job.casefold()]


def card(school: School, person: Person, now: datetime) -> dict[str, object]:
    """One person as the start page shows them."""
    rooms = [c.name for c in school.channels.values() if may_see(person, c)]
    return {
        "id": person.id,
        "name": person.name,
        "job": person.job,
        "duties": duties(person),
        "rooms": rooms,
        "away": person.away_on(school.day(now)),
    }
