"""What the owner, the head and the office see of a campaign."""

from collections.abc import Mapping, Sequence

from bot.desk.campaign_text import in_force, text_of
from bot.desk.visit import Visit
from bot.desk.wording import name
from bot.school.cadence import REMINDERS, Step, step_days
from bot.school.campaigns import Audience, Campaign, CampaignState, How, Said, foresee
from bot.school.messages import (
    Bullets,
    Button,
    Dialog,
    Facts,
    Heading,
    Paragraph,
    Part,
    Style,
)
from bot.school.moments import say_day
from bot.school.people import ROLE_NAMES, Person, Role
from bot.school.progress import Progress, by_group, first_tries, progress, ways

OFFICE = "office"
"""The group whose members may record an acknowledgement on paper, beside the policy owner and the head."""
MOST_NAMED = 60
STATES: Mapping[CampaignState, str] = {
    CampaignState.DRAFT: "draft, waits for the headteacher's approval",
    CampaignState.APPROVED: "approved, not started yet",
    CampaignState.RUNNING: "running",
    CampaignState.PAUSED: "paused: no reminders go out",
    CampaignState.CLOSED: "closed",
}
STEPS: Mapping[Step, str] = {
    Step.LAUNCH: "First message",
    Step.HALFWAY: "Half-way",
    Step.SOON: "Three school days before",
    Step.DUE: "On the day",
    Step.LATE_2: "Two school days late",
    Step.LATE_5: "Five school days late",
    Step.HANDED: "Then to the line manager",
}
WAYS = {How.SELF: "themselves", How.LINK: "by signed link", How.OFFICE: "on paper, recorded by the office"}


def runs(who: Person) -> bool:
    """Whether somebody may look after campaigns."""
    return bool(who.roles & {Role.POLICY_OWNER, Role.HEADTEACHER})


def records(who: Person) -> bool:
    """Whether somebody may record what was signed on paper."""
    return runs(who) or OFFICE in who.groups


def standing_of(visit: Visit, campaign: Campaign) -> Progress:
    """Where it stands today, or stood when it was closed."""
    books = visit.books.campaigns
    standings, day = books.standings([campaign]), visit.school.day(campaign.closed or visit.now)
    return progress(visit.school, campaign, standings, books.said(campaign), day)


def listing(visit: Visit, campaigns: Sequence[Campaign]) -> Dialog:
    """Every campaign with where it stands."""
    if runs(visit.who):
        shown, verb, does = tuple(campaigns), "campaign.open", "Open"
    else:
        shown = tuple(c for c in campaigns if c.state in (CampaignState.RUNNING, CampaignState.PAUSED))
        verb, does = "campaign.recording", "Record a paper"
    rows = tuple((each.title, f"{STATES[each.state]}; due {say_day(each.due)}") for each in shown)
    none = Paragraph(text="There is none yet.", quiet=True)
    buttons = tuple(
        Button(label=f"{does}: {each.title}"[:75], action=verb, value=each.id) for each in shown[:20]
    )
    make = Button(label="New campaign", action="campaign.new", style=Style.PRIMARY)
    return Dialog(
        id="campaigns",
        title="Campaigns",
        parts=(Facts(rows=rows) if rows else none,),
        buttons=(make, *buttons) if runs(visit.who) else buttons,
        door="campaigns.list",
    )


def status(visit: Visit, campaign: Campaign) -> Dialog:
    """Where one stands, for whom it waits, and what can be done next."""
    there = standing_of(visit, campaign)
    parts: list[Part] = [Facts(rows=(*_about(visit, campaign), *_figures(there)))]
    groups = by_group(there.lines)
    if campaign.started and groups:
        rows = tuple((group, f"{done} of {of}") for group, (done, of) in groups.items())
        parts += [Heading(text="By group"), Facts(rows=rows)]
    if campaign.started and there.open and Role.POLICY_OWNER in visit.who.roles:
        lines = [f"{each.name}{_late(each.late)}" for each in there.open[:MOST_NAMED]]
        more = len(there.open) - len(lines)
        parts += [Heading(text="Still to come"), Bullets(items=(*lines, *_more(more)))]
    return Dialog(
        id=f"campaign:{campaign.id}",
        title="Campaign",
        parts=tuple(parts),
        buttons=_buttons(visit, campaign),
    )


def dry_run(visit: Visit, campaign: Campaign) -> Dialog:
    """What would happen, and why."""
    seen = foresee(visit.school, campaign, max(campaign.launch, visit.today))
    plan = step_days(visit.school, campaign)
    days = tuple((STEPS[step], say_day(plan.days[step])) for step in (*REMINDERS, Step.HANDED))
    parts: list[Part] = [
        Paragraph(text="A dry run: nothing has been sent.", strong=True),
        Facts(rows=_about(visit, campaign)),
        Heading(text=f"Would be asked: {len(seen.told)}"),
        *_bullets([f"{name(visit, id)}: {why}" for id, why in seen.told.items()]),
        *_apart(visit, seen.apart),
        *_waiting(visit, seen.waiting),
        Heading(text=f"Not asked: {len(seen.left_out)}"),
        *_bullets([name(visit, id) for id in seen.left_out]),
        Heading(text="When"),
        Facts(rows=days),
        Paragraph(
            text="Only in school hours, on days on which the person works; one message for everything that "
            "is due; whoever has acknowledged hears no more.",
            quiet=True,
        ),
    ]
    if campaign.quiz:
        asks = (f"{each.ask} ({each.clause})" for each in campaign.quiz)
        parts += [Heading(text="Questions on the text"), Bullets(items=tuple(asks))]
    text_of(visit, campaign)
    return Dialog(
        id=f"campaign:{campaign.id}:dry",
        title="Dry run",
        parts=tuple(parts),
        buttons=_buttons(visit, campaign, dry=False),
    )


def voices(visit: Visit, campaign: Campaign) -> Dialog:
    """Refusals in full, and for the policy owner the questions: to others nobody has put them."""
    mine = [Said.CANNOT, *((Said.QUESTION,) if Role.POLICY_OWNER in visit.who.roles else ())]
    asked = [each for each in visit.books.campaigns.said(campaign) if each.said in mine]
    parts: list[Part] = []
    for each in asked:
        what = "asks" if each.said is Said.QUESTION else "cannot agree"
        parts.append(Heading(text=f"{name(visit, each.person)} {what}, {visit.clock(each.at)}"))
        parts.append(Paragraph(text=each.words))
    back = Button(label="Back to the campaign", action="campaign.open", value=campaign.id)
    none = (Paragraph(text="Nobody has asked anything.", quiet=True),)
    return Dialog(
        id=f"campaign:{campaign.id}:voices",
        title="What was said",
        parts=tuple(parts) or none,
        buttons=(back,),
    )


def evidence(visit: Visit, campaign: Campaign) -> Dialog:
    """The evidence in figures; the page to print comes from `usher campaign evidence`."""
    there = standing_of(visit, campaign)
    said = there.theirs(visit.books.campaigns.said(campaign))
    groups = by_group(there.lines)
    parts: list[Part] = [
        Facts(rows=(*_about(visit, campaign), ("Hash of the text", campaign.hash), *_figures(there))),
        Heading(text="By group"),
        Facts(rows=tuple((group, f"{done} of {of}") for group, (done, of) in groups.items())),
        Heading(text="How they acknowledged"),
        Facts(rows=tuple((WAYS[how], str(count)) for how, count in ways(said).items())),
    ]
    if campaign.quiz:
        tries = first_tries(campaign, said)
        rows = tuple((s.clause, _right(*tries[s.id])) for s in campaign.quiz)
        parts += [Heading(text="Questions on the text"), Facts(rows=rows)]
    how = f"For a page to print: usher campaign evidence {campaign.id} --pdf FILE"
    parts += [Facts(rows=(("Head of the audit", visit.books.audit.head() or "none yet"),))]
    parts += [Paragraph(text=how, quiet=True)]
    back = Button(label="Back to the campaign", action="campaign.open", value=campaign.id)
    return Dialog(
        id=f"campaign:{campaign.id}:evidence", title="Evidence", parts=tuple(parts), buttons=(back,)
    )


def _about(visit: Visit, campaign: Campaign) -> tuple[tuple[str, str], ...]:
    changed = ", ".join(campaign.clauses)
    approved = (
        f"{name(visit, campaign.approved_by)}, {visit.clock(campaign.approved)}"
        if campaign.approved
        else "not yet"
    )
    return (
        ("Campaign", campaign.title),
        ("State", STATES[campaign.state]),
        ("Version", f"{campaign.version}{_superseded(visit, campaign)}"),
        ("Text", f"only what has changed: {changed}" if changed else "the whole text"),
        ("Asked", said_audience(visit, campaign.audience)),
        ("Starts", say_day(campaign.launch)),
        ("Due", say_day(campaign.due)),
        ("Approved by", approved),
    )


def _superseded(visit: Visit, campaign: Campaign) -> str:
    """That answers quote other words by now, so that nobody is asked for long to read old ones."""
    label, of_text = in_force(visit)
    return "" if of_text == campaign.hash else f" (no longer in force: now it is {label})"


def said_audience(visit: Visit, audience: Audience) -> str:
    """The audience in words."""
    wanted = [f"group {each}" for each in audience.groups]
    wanted += [ROLE_NAMES[each] for each in audience.roles]
    wanted += [name(visit, each) for each in audience.people]
    without = ", ".join(name(visit, each) for each in audience.but)
    return f"{'; '.join(wanted) or 'all staff'}{f', without {without}' if without else ''}"


def _figures(there: Progress) -> tuple[tuple[str, str], ...]:
    return (
        ("Acknowledged", f"{there.done} of {there.asked}"),
        ("Overdue", str(len(there.overdue))),
        ("Without an account", f"{len(there.apart)} still to come, by link or on paper"),
        ("On long absence", str(len(there.waiting))),
        *((("Acknowledged, no longer asked", str(there.left)),) if there.left else ()),
    )


def _apart(visit: Visit, people: Mapping[str, str]) -> tuple[Part, ...]:
    """People who can't be written to."""
    if not people:
        return ()
    lines = [f"{name(visit, id)}: {why}" for id, why in people.items()]
    return (Heading(text=f"Without an account, by link or on paper: {len(people)}"), *_bullets(lines))


def _waiting(visit: Visit, people: Mapping[str, object]) -> tuple[Part, ...]:
    """People on long absence."""
    if not people:
        return ()
    lines = [f"{name(visit, id)}: asked when back" for id in people]
    return (Heading(text=f"On long absence: {len(people)}"), *_bullets(lines))


def _bullets(lines: Sequence[str]) -> tuple[Part, ...]:
    shown = lines[:MOST_NAMED]
    return (Bullets(items=(*shown, *_more(len(lines) - len(shown)))),) if lines else ()


def _right(right: int, of: int) -> str:
    return f"{right} of {of} right at once" if of else "nobody yet"


def _more(count: int) -> tuple[str, ...]:
    return (f"and {count} more",) if count > 0 else ()


def _late(days: int) -> str:
    if not days:
        return ""
    return f", {days} school day{'s' if days > 1 else ''} overdue"


def _buttons(visit: Visit, campaign: Campaign, *, dry: bool = True) -> tuple[Button, ...]:
    """What this person can do with it as it stands."""
    wanted = [(label, verb, style) for label, verb, style in ACTS[campaign.state] if _may(visit, verb)]
    confirms = {"campaign.close": "Close it? Signed links stop working, and nothing more can be recorded."}
    return tuple(
        Button(label=label, action=verb, value=campaign.id, style=style, confirm=confirms.get(verb, ""))
        for label, verb, style in wanted
        if dry or verb != "campaign.dry"
    )


def _may(visit: Visit, verb: str) -> bool:
    return verb != "campaign.approve" or Role.HEADTEACHER in visit.who.roles


_DRY = ("Dry run", "campaign.dry", Style.PLAIN)
_CLOSE = ("Close", "campaign.close", Style.DANGER)
_EVIDENCE = ("Evidence", "campaign.evidence", Style.PLAIN)
_UNDER_WAY = (
    ("Record a paper", "campaign.recording", Style.PLAIN),
    ("What was said", "campaign.voices", Style.PLAIN),
    _EVIDENCE,
    _CLOSE,
)
ACTS: Mapping[CampaignState, tuple[tuple[str, str, Style], ...]] = {
    CampaignState.DRAFT: (("Approve", "campaign.approve", Style.PRIMARY), _DRY, _CLOSE),
    CampaignState.APPROVED: (("Run", "campaign.run", Style.PRIMARY), _DRY, _CLOSE),
    CampaignState.RUNNING: (("Pause", "campaign.pause", Style.PLAIN), *_UNDER_WAY),
    CampaignState.PAUSED: (("Go on", "campaign.run", Style.PRIMARY), *_UNDER_WAY),
    CampaignState.CLOSED: (("What was said", "campaign.voices", Style.PLAIN), _EVIDENCE),
}
"""What can be done with a campaign in each state."""
