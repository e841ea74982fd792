"""Who works at the school, what they answer for, and who stands in when they are away."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.school.waits import WAITS, Waits


class Role(StrEnum):
    """What a person answers for. Everybody on the list of people is staff unless told otherwise."""

    STAFF = "staff"
    DSL = "dsl"
    DEPUTY_DSL = "deputy_dsl"
    HEADTEACHER = "headteacher"
    CHAIR = "chair_of_governors"
    POLICY_OWNER = "policy_owner"


ROLE_NAMES: Mapping[Role, str] = {
    Role.STAFF: "staff",
    Role.DSL: "Designated Safeguarding Lead (DSL)",
    Role.DEPUTY_DSL: "deputy DSL",
    Role.HEADTEACHER: "headteacher",
    Role.CHAIR: "chair of governors",
    Role.POLICY_OWNER: "policy owner",
}


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Days on which a person is away, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of staff, a governor or a volunteer who can talk to Usher."""

    id: str
    name: str
    job: str
    roles: frozenset[Role] = frozenset({Role.STAFF})
    email: str = ""
    room: str = ""
    phone: str = ""
    groups: tuple[str, ...] = ()
    line_manager: str = ""
    away: tuple[Absence, ...] = ()
    family: tuple[str, ...] = ()
    """Full names of own or family children at the school, so that this person is dropped as a reader."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Platform name -> this person's id there (slack, teams)."""
    days: frozenset[int] = frozenset()
    """Weekdays (Monday = 0) that a part-timer works; none given means every school day."""

    @property
    def reachable(self) -> bool:
        """Whether a chat platform can know the person: by an e-mail address or by an id of theirs there."""
        return bool(self.email or self.addresses)

    def works_on(self, day: date) -> bool:
        """Whether that weekday is one of the person's own."""
        return not self.days or day.weekday() in self.days

    def away_on(self, day: date) -> bool:
        """Whether the person is marked away on that day."""
        return any(absence.first <= day <= absence.last for absence in self.away)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A room on the platform. `role` says whose it is; staff means everybody."""

    id: str
    name: str
    role: Role
    addresses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Tenancy:
    """The school's own corner of a chat platform."""

    workspace: str = ""
    """Slack workspace or Teams tenant: what picks the school when one Usher serves several."""
    staff_group: str = ""
    """Whose members are staff beside those listed in school.yml; "" means the staff channel's."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """School hours of one weekday, local wall-clock."""

    opens: time
    closes: time


@dataclass(frozen=True, kw_only=True)
class Term:
    """A stretch of school days, both ends included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A number staff may need, with who answers it."""

    id: str
    name: str
    number: str
    hours: str = ""


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long one kind of record is kept, who decided it, and why."""

    kind: str
    keep: str
    """"not kept", "24 hours", "6 years", or an event and a time: "date of birth + 25 years"."""
    owner: str
    """A role or a person's id."""
    reason: str
    then: str = "erase"
    """erase | review: what happens when the time is over."""
    check: bool = False
    """Not confirmed by a primary text: the owner has to."""


@dataclass(frozen=True, kw_only=True)
class School:
    """Everything `policy/school.yml` says about one school."""

    id: str
    name: str
    timezone: str
    people: Mapping[str, Person]
    channels: Mapping[str, Channel]
    hours: Mapping[int, Hours]
    """Weekday (Monday = 0) -> school hours; a missing day is closed."""
    terms: tuple[Term, ...]
    closed: Mapping[date, str]
    """INSET days and other closures inside a term -> why."""
    phones: Mapping[str, Phone]
    """Known ids: social_care_day, social_care_night, lado, nspcc, school_office."""
    retention: Mapping[str, Retention]
    policy: str = ""
    """Id of the policy in force."""
    safeguarding_stand_in: str = ""
    """Id of the person who answers for safeguarding when the DSL and every deputy are away."""
    platforms: Mapping[str, Tenancy] = field(default_factory=dict)
    """Platform name (slack, teams) -> the school's corner of it."""
    bank_holidays: Mapping[date, str] = field(default_factory=dict)
    """Bank holidays where the school is, in the years of its terms and the two after -> their names."""
    waits: Waits = WAITS
    """How long a case may wait before the next in line is told."""

    def day(self, moment: datetime) -> date:
        """The school's calendar day at an aware moment."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()

    def holders(self, role: Role) -> tuple[Person, ...]:
        """Everybody who holds the role, in the order of school.yml, away or not."""
        return tuple(person for person in self.people.values() if role in person.roles)

    def on_duty(self, role: Role, day: date) -> tuple[Person, ...]:
        """Who answers for the role that day: its holders who are not away.

        On a day when the DSL and every deputy are away, the named stand-in answers for the DSL.
        """
        there = tuple(person for person in self.holders(role) if not person.away_on(day))
        third = self.people.get(self.safeguarding_stand_in)
        if there or third is None or role is not Role.DSL or third.away_on(day):
            return there
        return () if self.on_duty(Role.DEPUTY_DSL, day) else (third,)

    def answering(self, role: Role, day: date) -> tuple[Person, ...]:
        """Whose business the role is that day: all who hold it, and the stand-in when it comes to that."""
        held = self.holders(role)
        return held + tuple(person for person in self.on_duty(role, day) if person not in held)

    def covered(self, day: date) -> bool:
        """Whether anybody answers for safeguarding that day: the DSL, a deputy or the stand-in."""
        return bool(self.on_duty(Role.DSL, day) or self.on_duty(Role.DEPUTY_DSL, day))

    def channel_of(self, role: Role) -> Channel | None:
        """The role's own channel, where its notices appear."""
        return next((channel for channel in self.channels.values() if channel.role is role), None)

    def seats(self, channel: Channel) -> tuple[Person, ...]:
        """Who sits in a channel: the DSL's room holds the deputy too, the staff room everybody."""
        if channel.role is Role.STAFF:
            return tuple(self.people.values())
        roles = SHARED_ROOMS.get(channel.role, (channel.role,))
        return tuple(p for p in self.people.values() if p.roles & set(roles))

    def named(self, name: str) -> tuple[Person, ...]:
        """People whose full name is this one, ignoring case, spacing and titles."""
        wanted = plain_name(name)
        return tuple(person for person in self.people.values() if plain_name(person.name) == wanted)


SHARED_ROOMS: Mapping[Role, tuple[Role, ...]] = {Role.DSL: (Role.DSL, Role.DEPUTY_DSL)}

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "sir"})


TYPED = {**dict.fromkeys(map(ord, "‘’ʼ`´′"), "'"), **dict.fromkeys(map(ord, "‐‑‒–—−"), "-")}
"""Apostrophes and hyphens as devices write them -> as one."""


def _of_word(letter: str) -> bool:
    """A letter, its accents where they stand alone, or what joins two parts of a name."""
    return letter.isalpha() or letter in "-'" or unicodedata.category(letter) in ("Mn", "Mc")


def plain_name(name: str) -> str:
    """A name for comparing: lower case, one space, no title or punctuation.

    However it was typed: a telephone writes O’Brien where a keyboard has O'Brien.
    """
    plain = unicodedata.normalize("NFKC", name.casefold().translate(TYPED))
    letters = "".join(c if _of_word(c) or c.isspace() else " " for c in plain)
    return " ".join(word for word in letters.split() if word not in TITLES)
