"""The evidence of one campaign: what governors or inspectors are shown, and what stands in the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.school.campaigns import Acknowledgement, Campaign, How, Standings
from bot.school.people import School
from bot.school.progress import Line, Progress, by_group, curve, first_tries, progress, ways


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What a check of the whole audit found at that moment."""

    ok: bool
    entries: int
    fault: str
    head: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything on the page. The page names nobody; the lines are for the list alone."""

    school: str
    campaign: Campaign
    made: datetime
    """On the school's own clock."""
    progress: Progress
    curve: Sequence[tuple[date, int]]
    groups: Mapping[str, tuple[int, int]]
    tries: Mapping[str, tuple[int, int]]
    ways: Mapping[How, int]
    approved_by: str
    chain: Chain

    @property
    def lines(self) -> tuple[Line, ...]:
        """Person by person."""
        return self.progress.lines


def gathered(
    school: School,
    campaign: Campaign,
    standings: Standings,
    said: Sequence[Acknowledgement],
    chain: Chain,
    now: datetime,
) -> Evidence:
    """The evidence as it stands at a moment, which is on the school's clock."""
    day = school.day(campaign.closed or now)
    there = progress(school, campaign, standings, said, day)
    approver = school.people.get(campaign.approved_by)
    theirs = there.theirs(said)
    return Evidence(
        school=school.name,
        campaign=campaign,
        made=now,
        progress=there,
        curve=curve(school, campaign, there.lines, day),
        groups=by_group(there.lines),
        tries=first_tries(campaign, theirs),
        ways=ways(theirs),
        approved_by=approver.name if approver else "",
        chain=chain,
    )
