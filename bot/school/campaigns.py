"""Campaigns: who has to read which version of the policy by when, and what each has said to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.school.calendar import at_least_school_days, is_school_day
from bot.school.forms import Choice
from bot.school.moments import say_day
from bot.school.people import ROLE_NAMES, Person, Role, School

LONGEST_TITLE = 100
MOST_SCENARIOS = 3
LONG = 10
"""School days in a row from which an absence pauses what is asked of a person."""


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"


MOVES: Mapping[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.APPROVED, CampaignState.CLOSED}),
    CampaignState.APPROVED: frozenset({CampaignState.RUNNING, CampaignState.CLOSED}),
    CampaignState.RUNNING: frozenset({CampaignState.PAUSED, CampaignState.CLOSED}),
    CampaignState.PAUSED: frozenset({CampaignState.RUNNING, CampaignState.CLOSED}),
    CampaignState.CLOSED: frozenset(),
}


class How(StrEnum):
    """By which way an acknowledgement came."""

    SELF = "self"
    LINK = "link"
    OFFICE = "office"


class Said(StrEnum):
    """What a person said to a campaign. Only READ settles it."""

    READ = "read"
    QUESTION = "question"
    CANNOT = "cannot"
    QUIZ = "quiz"
    """Answers with a wrong one among them."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is asked: everybody in a group, with a role or named. Nothing chosen means all staff."""

    groups: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    people: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    """People who are left out, by id."""

    @property
    def everybody(self) -> bool:
        """Whether it is all staff."""
        return not (self.groups or self.roles or self.people)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A small case to decide, tied to the clause that decides it."""

    id: str
    clause: str
    ask: str
    choices: tuple[Choice, ...]
    right: str
    """Id of the choice that the clause calls for."""


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """One version of the policy to be read and acknowledged. `hash` says which words, to the letter."""

    id: str
    title: str
    policy: str
    version: str
    hash: str
    clauses: tuple[str, ...] = ()
    """The changed clauses; none means the whole text."""
    audience: Audience = Audience()
    launch: date
    due: date
    quiz: tuple[Scenario, ...] = ()
    state: CampaignState = CampaignState.DRAFT
    created: datetime
    created_by: str
    approved: datetime | None = None
    approved_by: str = ""
    started: datetime | None = None
    paused: date | None = None
    """Since which day it is paused."""
    closed: datetime | None = None

    def may_become(self, state: CampaignState) -> bool:
        """Whether this is a next state."""
        return state in MOVES[self.state]


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """One thing a person said to a campaign; added, never changed."""

    campaign: str
    person: str
    said: Said
    how: How
    by: str
    """Who entered it: the person, or whoever recorded a paper."""
    version: str
    hash: str
    at: datetime
    name: str = ""
    """As typed."""
    words: str = ""
    """A question, or why somebody cannot agree."""
    answers: Mapping[str, str] | None = None
    """Scenario -> the choice picked."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far one person is with one campaign."""

    campaign: str
    person: str
    joined: date
    """The day from which it is asked of them."""
    done: bool = False
    steps: frozenset[str] = frozenset()
    told: int = 0
    """How many messages they have had."""
    snoozes: int = 0
    until: date | None = None
    """Put off until this day."""


Standings = Mapping[tuple[str, str], Standing]
"""Campaign and person -> how far they are."""


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """A dry run: who would be asked and why, who not and why not."""

    told: Mapping[str, str]
    """Person -> why they are asked."""
    apart: Mapping[str, str]
    """Without an account: they get a signed link, or the office records their paper."""
    waiting: Mapping[str, date]
    """On long absence: the last day of it."""
    left_out: tuple[str, ...]


def members(school: School, audience: Audience) -> dict[str, str]:
    """Person -> why they belong to the audience today; joiners and leavers follow by themselves."""
    found = {person.id: why for person in school.people.values() if (why := _why(person, audience))}
    return {id: why for id, why in found.items() if id not in audience.but}


def foresee(school: School, campaign: Campaign, day: date) -> Foreseen:
    """What would happen if it ran that day."""
    there = members(school, campaign.audience)
    waiting = {id: last for id in there if (last := long_absent(school, school.people[id], day))}
    told = {id: why for id, why in there.items() if id not in waiting}
    return Foreseen(
        told={id: why for id, why in told.items() if school.people[id].reachable},
        apart={id: why for id, why in told.items() if not school.people[id].reachable},
        waiting=waiting,
        left_out=tuple(id for id in school.people if id not in there),
    )


def long_absent(school: School, person: Person, day: date) -> date | None:
    """The last day of a long absence that holds this day; None when there is none."""
    spans = long_absences(school, person)
    return next((last for first, last in spans if first <= day <= last), None)


def long_absences(school: School, person: Person) -> tuple[tuple[date, date], ...]:
    """The person's absences of at least LONG school days, as first and last day."""
    spans = ((away.first, away.last) for away in person.away)
    return tuple(span for span in spans if at_least_school_days(school, *span, LONG))


def wrong_answers(campaign: Campaign, answers: Mapping[str, str]) -> tuple[Scenario, ...]:
    """The scenarios that were not answered as their clause has it."""
    return tuple(each for each in campaign.quiz if answers.get(each.id) != each.right)


def check(campaign: Campaign, school: School, clauses: Sequence[str], today: date) -> Iterator[str]:
    """What is wrong with a draft on a day, a sentence each."""
    if not 0 < len(campaign.title) <= LONGEST_TITLE:
        yield f"It needs a title, of {LONGEST_TITLE} characters at most."
    if campaign.due <= campaign.launch:
        yield "The day it is due must come after the day it starts."
    elif campaign.due <= today:
        yield f"The day it is due, {say_day(campaign.due)}, is over: nobody could read it by then."
    if not is_school_day(school, campaign.launch):
        yield "It must start on a school day."
    if not is_school_day(school, campaign.due):
        yield "It must be due on a school day."
    if not members(school, campaign.audience):
        yield "Nobody would be asked: choose other groups, roles or people."
    yield from _unknown(campaign, school, clauses)


def _unknown(campaign: Campaign, school: School, clauses: Sequence[str]) -> Iterator[str]:
    named = (*campaign.audience.people, *campaign.audience.but)
    groups = {group for person in school.people.values() for group in person.groups}
    yield from (f'There is no person "{id}".' for id in named if id not in school.people)
    yield from (f'Nobody is in a group "{each}".' for each in campaign.audience.groups if each not in groups)
    asked = (*campaign.clauses, *(each.clause for each in campaign.quiz))
    yield from (f'There is no clause "{id}".' for id in dict.fromkeys(asked) if id not in clauses)
    if len(campaign.quiz) > MOST_SCENARIOS:
        yield f"A campaign asks {MOST_SCENARIOS} questions at most."


def _why(person: Person, audience: Audience) -> str:
    """Why somebody is asked; "" when they are not."""
    if audience.everybody:
        return "member of staff" if Role.STAFF in person.roles else ""
    if person.id in audience.people:
        return "named"
    for group in audience.groups:
        if group in person.groups:
            return f"in the group {group}"
    return next((f"is {ROLE_NAMES[role]}" for role in audience.roles if role in person.roles), "")
