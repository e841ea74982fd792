"""What the evidence says, as headings and rows that page and PDF lay out each in their own way."""

from dataclasses import dataclass

from bot.school.campaign_evidence import Evidence
from bot.school.campaigns import How
from bot.school.moments import say_day

MOST_GROUPS = 10
LONGEST_GROUP = 28
WAYS = {How.SELF: "Themselves", How.LINK: "By signed link", How.OFFICE: "On paper, by the office"}
Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A heading with label and value pairs."""

    title: str
    rows: Rows


def headline(evidence: Evidence) -> str:
    """The one sentence that matters."""
    there = evidence.progress
    share = f" ({there.done * 100 // there.asked}%)" if there.asked else ""
    return f"{there.done} of {there.asked}{share} have read and acknowledged this version of the policy."


def about(evidence: Evidence) -> Table:
    """Which text, for whom, by when, and who approved it."""
    campaign = evidence.campaign
    text = f"Only what has changed: {', '.join(campaign.clauses)}" if campaign.clauses else "The whole text"
    return Table(
        title="What was asked",
        rows=(
            ("Campaign", f"{campaign.title} ({campaign.state.value})"),
            ("Policy version", _short(campaign.version)),
            ("Text", _short(text)),
            ("SHA-256 of the text", campaign.hash),
            ("From and to", f"{say_day(campaign.launch)} to {say_day(campaign.due)}"),
            ("Approved by", evidence.approved_by or "not approved"),
        ),
    )


def outstanding(evidence: Evidence) -> Table:
    """Who is still to come, as numbers."""
    there = evidence.progress
    return Table(
        title="Still to come",
        rows=(
            ("Not yet acknowledged", str(len(there.open))),
            ("of them overdue", str(len(there.overdue))),
            ("of them without an account", str(len(there.apart))),
            ("on long absence, asked later", str(len(there.waiting))),
            *((("acknowledged, no longer asked", str(there.left)),) if there.left else ()),
        ),
    )


def groups(evidence: Evidence) -> Table:
    """Group by group; those furthest behind first, so that the page can stop where it is full."""
    behind = sorted(evidence.groups.items(), key=lambda each: (each[1][0] - each[1][1], each[0]))
    shown = behind[:MOST_GROUPS]
    rows = [
        (_short(name, LONGEST_GROUP), f"{done} of {of}, {of - done} to come") for name, (done, of) in shown
    ]
    if len(behind) > MOST_GROUPS:
        rows.append((f"{len(behind) - MOST_GROUPS} further groups", "see the list"))
    return Table(title="By group (whoever is in two counts in both)", rows=tuple(rows))


def ways(evidence: Evidence) -> Table:
    """How the acknowledgements came in."""
    rows = tuple((WAYS[how], str(count)) for how, count in evidence.ways.items())
    return Table(title="How they acknowledged", rows=rows)


def quiz(evidence: Evidence) -> Table:
    """How the questions on the text were answered at the first try."""
    rows = tuple((each.clause, _rate(*evidence.tries[each.id])) for each in evidence.campaign.quiz)
    return Table(title="Questions on the text, right at the first try", rows=rows)


def warning(evidence: Evidence) -> str:
    """What must be known before any figure is believed; "" for nothing."""
    fault = evidence.chain.fault
    return "" if evidence.chain.ok else f"Don't rely on this page: the audit was touched, {fault}."


def chain(evidence: Evidence) -> Table:
    """Whether anybody has touched the audit."""
    found = evidence.chain
    said = f"Whole and in order: {found.entries} entries" if found.ok else f"TOUCHED: {found.fault}"
    return Table(
        title="Audit chain",
        rows=(("Checked now", said), ("Ends at", found.head or "not begun yet")),
    )


def foot(evidence: Evidence) -> str:
    """When it was made and what it rests on."""
    made = f"{evidence.made:%H:%M} on {say_day(evidence.made.date())}"
    return (
        f"Made by Usher at {made}. Each acknowledgement is bound to the hash above and is never overwritten. "
        "Names are in the list for the policy owner, not on this page."
    )


def columns(evidence: Evidence) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """The tables that stand under the chart, left and right."""
    left = (outstanding(evidence), ways(evidence), quiz(evidence))
    return tuple(each for each in left if each.rows), (groups(evidence),)


def _rate(right: int, of: int) -> str:
    return f"{right} of {of} ({right * 100 // of}%)" if of else "nobody yet"


def _short(text: str, most: int = 110) -> str:
    return text if len(text) <= most else f"{text[: most - 3].rstrip()}..."
