"""When a campaign speaks to a person: counted in school days, in school hours, and never on their days off.

Pure: from campaigns, standings and a moment, what is due by then. A step that was missed while Usher was
down is due at once, together with all others, in one message.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.school.calendar import closes, is_school_time, opens
from bot.school.campaigns import (
    Campaign,
    CampaignState,
    Standing,
    Standings,
    long_absences,
    long_absent,
    members,
)
from bot.school.people import Absence, Person, Role, School
from bot.school.school_days import SchoolDays

CAP = 6
"""Messages that one person gets about one campaign; then a human takes over."""
GRACE = 10
"""School days that a joiner has at least, where the campaign gives as many."""
SNOOZES = 3
SNOOZED = (1, 3)
"""School days for which a reminder may be put off."""
LAST_CALL = timedelta(minutes=30)
"""Nothing is said this close to the end of the school day: what is queued must arrive within it."""
ARRIVES = timedelta(seconds=30)
"""The longest that a post takes from the hand to the screen: none is begun this close to the end."""


class Step(StrEnum):
    """One turn of a campaign towards one person; each is taken once."""

    LAUNCH = "launch"
    HALFWAY = "half-way"
    SOON = "three-before"
    DUE = "due"
    LATE_2 = "late-2"
    LATE_5 = "late-5"
    HANDED = "handed-over"
    """The person hears no more; their line manager does."""


REMINDERS = (Step.LAUNCH, Step.HALFWAY, Step.SOON, Step.DUE, Step.LATE_2, Step.LATE_5)
SOON, LATE, HANDED_AFTER = 3, {Step.LATE_2: 2, Step.LATE_5: 5}, 6
"""School days before and after the day it is due."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One person's days in one campaign."""

    start: date
    due: date
    days: Mapping[Step, date]


@dataclass(frozen=True, kw_only=True)
class Item:
    """A campaign that a message speaks of, and every step that it takes with it."""

    campaign: Campaign
    steps: tuple[str, ...]
    due: date
    late: int
    """School days since it was due; 0 while it is not."""


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """One message to one person, for all that is due over all campaigns."""

    person: str
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Handover:
    """People whom reminders did not move, for a human to speak to."""

    campaign: Campaign
    to: str
    """The line manager, or whoever is there in their place."""
    people: Mapping[str, int]
    """Person -> school days overdue."""


def schedule(
    school: School, campaign: Campaign, person: Person, joined: date, days: SchoolDays | None = None
) -> Schedule:
    """When a person is spoken to. Days of a long absence don't count, and a joiner gets time to read."""
    days = days or SchoolDays(school, campaign.launch)
    spans = long_absences(school, person)

    def gone(day: date) -> bool:
        return any(first <= day <= last for first, last in spans)

    start = days.first(max(campaign.launch, joined), gone)
    length = days.between(campaign.launch, campaign.due)
    allowed = length if start == campaign.launch else min(length, GRACE)
    due = max(campaign.due, days.after(start, allowed, gone))
    if gone(due):
        due = days.first(due, gone)
    halfway = days.after(start, days.between(start, due) // 2, gone)
    soon = days.latest(days.before(due, SOON, start), start, person.works_on)
    told = {
        Step.LAUNCH: start,
        Step.HALFWAY: halfway,
        Step.SOON: soon,
        Step.DUE: days.latest(due, max(soon, start), person.works_on),
        **{step: days.after(due, count, gone) for step, count in LATE.items()},
        Step.HANDED: days.after(due, HANDED_AFTER, gone),
    }
    return Schedule(start=start, due=due, days=told)


def speaking_time(school: School, now: datetime) -> bool:
    """Whether a campaign may speak at all: in school hours, and not in their last half-hour."""
    if not is_school_time(school, now):
        return False
    opened, closed = opens(school, school.day(now)), closes(school, school.day(now))
    return now < closed - min(LAST_CALL, (closed - opened) / 4)


def posting_time(school: School, now: datetime) -> bool:
    """Whether what a campaign has queued may be posted: so that it arrives in school hours."""
    return is_school_time(school, now) and is_school_time(school, now + ARRIVES)


def there(school: School, person: Person, now: datetime) -> bool:
    """Whether it is a day on which the person works."""
    day = school.day(now)
    return person.works_on(day) and not person.away_on(day)


def reminders_due(
    school: School, campaigns: Sequence[Campaign], standings: Standings, now: datetime
) -> tuple[Reminder, ...]:
    """Every message that is due now: one for each person, over all campaigns."""
    if not speaking_time(school, now):
        return ()
    running = _running(school, campaigns)
    found = (_reminder(school, running, person, standings, now) for person in school.people.values())
    return tuple(reminder for reminder in found if reminder.items)


def handovers_due(
    school: School, campaigns: Sequence[Campaign], standings: Standings, now: datetime
) -> tuple[Handover, ...]:
    """Who has to hear now that somebody did not acknowledge in spite of every reminder."""
    if not speaking_time(school, now):
        return ()
    running = _running(school, campaigns)
    return tuple(handover for each in running for handover in _handovers(school, each, standings, now))


def step_days(school: School, campaign: Campaign) -> Schedule:
    """The campaign's own days, for somebody who is there from the first one on, every day."""
    anybody = Person(id="anybody", name="", job="")
    return schedule(school, campaign, anybody, campaign.launch)


@dataclass(frozen=True)
class Running:
    """A running campaign, with what is found out once for everybody in it."""

    campaign: Campaign
    days: SchoolDays
    asked: Mapping[str, str]
    found: dict[tuple[date, tuple[Absence, ...], frozenset[int]], Schedule] = field(default_factory=dict)
    """What a schedule hangs on -> the schedule: most people's is the same."""

    def schedule(self, school: School, standing: Standing) -> Schedule:
        """One person's days."""
        person = school.people[standing.person]
        same = (standing.joined, person.away, person.days)
        if same not in self.found:
            self.found[same] = schedule(school, self.campaign, person, standing.joined, self.days)
        return self.found[same]


def _running(school: School, campaigns: Sequence[Campaign]) -> tuple[Running, ...]:
    return tuple(
        Running(each, SchoolDays(school, each.launch), members(school, each.audience))
        for each in campaigns
        if each.state is CampaignState.RUNNING
    )


def _reminder(
    school: School, running: Sequence[Running], person: Person, standings: Standings, now: datetime
) -> Reminder:
    if not person.reachable or not there(school, person, now):
        return Reminder(person=person.id, items=())
    open_ = ((each, standings.get((each.campaign.id, person.id))) for each in running)
    mine = ((each, standing) for each, standing in open_ if standing and person.id in each.asked)
    items = (_item(school, each, standing, school.day(now)) for each, standing in mine)
    return Reminder(person=person.id, items=tuple(item for item in items if item))


def _item(school: School, running: Running, standing: Standing, today: date) -> Item | None:
    """What one campaign has to say to one person today; None when nothing is."""
    if standing.done or standing.told >= CAP or (standing.until and today < standing.until):
        return None
    if not standing.until and standing.steps.issuperset(REMINDERS):
        return None
    if long_absent(school, school.people[standing.person], today):
        return None
    plan = running.schedule(school, standing)
    wake = f"snooze-{standing.snoozes}"
    reached = [step.value for step in REMINDERS if plan.days[step] <= today]
    reached += [wake] if standing.until else []
    steps = tuple(step for step in reached if step not in standing.steps)
    if not steps:
        return None
    late = running.days.between(plan.due, today)
    return Item(campaign=running.campaign, steps=steps, due=plan.due, late=late)


def _handovers(school: School, running: Running, standings: Standings, now: datetime) -> Iterator[Handover]:
    """By whom is told: each name once, with how long it has been due."""
    today = school.day(now)
    found: dict[str, dict[str, int]] = {}
    for id in running.asked:
        standing = standings.get((running.campaign.id, id))
        if standing is None or not _given_up(school, running, standing, today):
            continue
        to = stand_for(school, id, now)
        if to:
            plan = running.schedule(school, standing)
            found.setdefault(to, {})[id] = running.days.between(plan.due, today)
    for to, people in found.items():
        yield Handover(campaign=running.campaign, to=to, people=people)


def _given_up(school: School, running: Running, standing: Standing, today: date) -> bool:
    person = school.people[standing.person]
    if today <= running.campaign.due:
        return False  # nobody's own due day comes sooner
    if standing.done or Step.HANDED in standing.steps or person.away_on(today):
        return False
    return running.schedule(school, standing).days[Step.HANDED] <= today


def stand_for(school: School, person: str, now: datetime) -> str:
    """Who speaks to somebody: the line manager, else the policy owner, else the head; "" for nobody in."""
    owners = (*school.holders(Role.POLICY_OWNER), *school.holders(Role.HEADTEACHER))
    line = (school.people[person].line_manager, *(each.id for each in owners))
    found = (school.people[id] for id in line if id in school.people and id != person)
    return next((each.id for each in found if each.reachable and there(school, each, now)), "")
