"""The words a campaign is about: the very version it is bound to, whole or only what has changed."""

from bot.desk.refusals import TextChanged
from bot.desk.visit import Visit
from bot.school.campaigns import Campaign
from bot.school.messages import Heading, Paragraph, Part, Quotation
from bot.school.policy import Policy, PolicyVersion, cite, own_hash


def in_force(visit: Visit) -> tuple[str, str]:
    """Label and hash of the text that answers quote today: the published one, or ours until there is one."""
    version = visit.books.policies.current(visit.policy.id)
    if version:
        return version.label, version.hash
    return f"summary, edition {visit.policy.edition}", own_hash(visit.policy)


def text_of(visit: Visit, campaign: Campaign) -> tuple[Part, ...]:
    """What has to be read. TextChanged when those words are no longer to be had."""
    version = bound_version(visit, campaign)
    ids = campaign.clauses or tuple(visit.policy.clauses)
    there = [id for id in ids if id in visit.policy.clauses and not _gone(version, id, campaign)]
    gone = [id for id in ids if id not in there]
    parts: list[Part] = []
    for section, title in visit.policy.sections.items():
        mine = [id for id in there if visit.policy.clauses[id].section == section]
        if mine:
            parts += [Heading(text=title), *(_quoted(visit.policy, version, id) for id in mine)]
    if gone:
        parts.append(Paragraph(text=f"No longer in the policy: {', '.join(gone)}."))
    return tuple(parts)


def bound_version(visit: Visit, campaign: Campaign) -> PolicyVersion | None:
    """The published version that the campaign is bound to; None for our own words, unchanged."""
    for version in visit.books.policies.all(campaign.policy):
        if version.hash == campaign.hash:
            return version
    if campaign.policy == visit.policy.id and campaign.hash == own_hash(visit.policy):
        return None
    raise TextChanged


def quoted(visit: Visit, campaign: Campaign, clause: str) -> Quotation:
    """One clause in the campaign's own version."""
    return _quoted(visit.policy, bound_version(visit, campaign), clause)


def _gone(version: PolicyVersion | None, clause: str, campaign: Campaign) -> bool:
    """Whether a changed clause has been taken out of the version."""
    return version is not None and bool(campaign.clauses) and clause not in version.wording


def _quoted(policy: Policy, version: PolicyVersion | None, clause: str) -> Quotation:
    found = cite(policy, version, clause)
    return Quotation(
        clause=clause,
        section=found.section,
        version=found.version,
        text=found.text,
        official=found.official,
    )
