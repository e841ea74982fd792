"""From a new version of the policy to a campaign: what changed, and who has to read that again."""

from collections.abc import Collection, Sequence
from datetime import date

from bot.desk.run_campaign import drafted, next_school_day
from bot.desk.visit import Visit
from bot.reading.changes import Change, ChangeKind
from bot.school.calendar import school_days_after
from bot.school.campaigns import Audience, Campaign, Said, members

TIME_TO_READ = 10
"""School days, unless the owner says otherwise."""


def material(changes: Sequence[Change], editorial: Collection[str]) -> tuple[str, ...]:
    """The clauses that have to be read again; what the owner calls editorial re-opens nothing."""
    moved = (each.clause for each in changes if each.kind is not ChangeKind.SAME)
    return tuple(clause for clause in moved if clause not in editorial)


def campaign_from(
    visit: Visit, clauses: tuple[str, ...], *, title: str = "", due: date | None = None
) -> Campaign:
    """A draft about these clauses of the version in force, for all staff; no clauses means the whole text."""
    launch = next_school_day(visit)
    return drafted(
        visit,
        title=title or f"{visit.policy.title}: {'what has changed' if clauses else 'the new version'}",
        audience=Audience(),
        launch=launch,
        due=due or school_days_after(visit.school, launch, TIME_TO_READ),
        clauses=clauses,
    )


def read_before(visit: Visit, campaign: Campaign) -> int:
    """How many of those it asks have acknowledged another version of the policy."""
    asked = members(visit.school, campaign.audience)
    earlier = (each for each in visit.books.campaigns.all() if each.hash != campaign.hash)
    said = (each for one in earlier for each in visit.books.campaigns.said(one))
    return len({each.person for each in said if each.said is Said.READ and each.person in asked})
