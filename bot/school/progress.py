"""How far a campaign is: person by person, group by group, and day by day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.school.cadence import schedule
from bot.school.campaigns import (
    Acknowledgement,
    Campaign,
    How,
    Said,
    Standing,
    Standings,
    long_absent,
    members,
    wrong_answers,
)
from bot.school.people import Person, School
from bot.school.school_days import SchoolDays

NO_GROUP = "no group"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person's line in a campaign's list."""

    person: str
    name: str
    job: str
    groups: tuple[str, ...]
    why: str
    due: date
    done: Acknowledgement | None
    late: int
    """School days overdue; 0 when done or not yet due."""
    reachable: bool
    away_until: date | None
    """On long absence: nothing is asked until then."""

    @property
    def open(self) -> bool:
        """Whether it is still to be done, by somebody who is there."""
        return self.done is None and self.away_until is None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where a campaign stands on a day."""

    lines: tuple[Line, ...]
    left: int = 0
    """Who have acknowledged and are no longer on the list; none of the other figures counts them."""

    @property
    def asked(self) -> int:
        """How many it is asked of; those on long absence aren't counted until they are back."""
        return sum(line.done is not None or line.open for line in self.lines)

    @property
    def done(self) -> int:
        """How many have acknowledged."""
        return sum(line.done is not None for line in self.lines)

    @property
    def open(self) -> tuple[Line, ...]:
        """Whom it still waits for."""
        return tuple(line for line in self.lines if line.open)

    @property
    def overdue(self) -> tuple[Line, ...]:
        """Those of them who are late."""
        return tuple(line for line in self.open if line.late)

    @property
    def apart(self) -> tuple[Line, ...]:
        """Those of them without an account."""
        return tuple(line for line in self.open if not line.reachable)

    @property
    def waiting(self) -> tuple[Line, ...]:
        """People on long absence who have not acknowledged."""
        return tuple(line for line in self.lines if line.done is None and line.away_until)

    def theirs(self, said: Sequence[Acknowledgement]) -> tuple[Acknowledgement, ...]:
        """What the people on the list have said."""
        there = {line.person for line in self.lines}
        return tuple(each for each in said if each.person in there)


def progress(
    school: School, campaign: Campaign, standings: Standings, said: Sequence[Acknowledgement], day: date
) -> Progress:
    """The list on a day. Leavers are off it; what they have said is kept. Once closed, nobody joins."""
    done = {each.person: each for each in said if each.said is Said.READ}
    days = SchoolDays(school, campaign.launch)
    asked = {
        id: why
        for id, why in members(school, campaign.audience).items()
        if not campaign.closed or (campaign.id, id) in standings
    }
    lines = (
        _line(school, campaign, days, standings.get((campaign.id, id)), why, done.get(id), id, day)
        for id, why in asked.items()
    )
    return Progress(lines=tuple(lines), left=sum(id not in asked for id in done))


def by_group(lines: Sequence[Line]) -> dict[str, tuple[int, int]]:
    """Group -> how many have done it, and of how many; somebody in two groups counts in both."""
    found: dict[str, tuple[int, int]] = {}
    for line in lines:
        if line.done is None and not line.open:
            continue
        for group in line.groups or (NO_GROUP,):
            done, of = found.get(group, (0, 0))
            found[group] = (done + (line.done is not None), of + 1)
    return dict(sorted(found.items()))


def curve(
    school: School, campaign: Campaign, lines: Sequence[Line], last: date
) -> tuple[tuple[date, int], ...]:
    """Day by day from the start: how many had acknowledged by its end."""
    days = [school.day(line.done.at) for line in lines if line.done]
    first = min([campaign.launch, *days])
    span = max((last - first).days, 0)
    every = [date.fromordinal(first.toordinal() + ahead) for ahead in range(span + 1)]
    return tuple((day, sum(done <= day for done in days)) for day in every)


def first_tries(campaign: Campaign, said: Sequence[Acknowledgement]) -> dict[str, tuple[int, int]]:
    """Scenario -> how many were right at their first try, and of how many."""
    firsts: dict[str, Acknowledgement] = {}
    for each in said:
        if each.answers is not None and each.said in (Said.QUIZ, Said.READ):
            firsts.setdefault(each.person, each)
    wrong = [{s.id for s in wrong_answers(campaign, each.answers or {})} for each in firsts.values()]
    return {each.id: (sum(each.id not in ids for ids in wrong), len(wrong)) for each in campaign.quiz}


def ways(said: Sequence[Acknowledgement]) -> dict[How, int]:
    """How the acknowledgements came in."""
    read = [each for each in said if each.said is Said.READ]
    return {how: sum(each.how is how for each in read) for how in How}


def without_account(lines: Sequence[Line]) -> Iterator[str]:
    """Names of those who need a signed link, or a paper that the office records."""
    return (line.name for line in lines if line.open and not line.reachable)


def _line(
    school: School,
    campaign: Campaign,
    days: SchoolDays,
    standing: Standing | None,
    why: str,
    done: Acknowledgement | None,
    id: str,
    day: date,
) -> Line:
    person: Person = school.people[id]
    joined = standing.joined if standing else max(campaign.launch, day)
    due = schedule(school, campaign, person, joined, days).due
    late = 0 if done or day <= due else days.between(due, day)
    return Line(
        person=id,
        name=person.name,
        job=person.job,
        groups=person.groups,
        why=why,
        due=due,
        done=done,
        late=late,
        reachable=person.reachable,
        away_until=None if done else long_absent(school, person, day),
    )
