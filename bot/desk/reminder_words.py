"""What campaigns say of their own accord: to the person, to the line manager, to the head."""

from collections.abc import Sequence

from bot.school.cadence import Handover, Item
from bot.school.campaigns import Campaign
from bot.school.messages import Bullets, Button, Facts, Message, Paragraph, Style
from bot.school.moments import say_day
from bot.school.people import School
from bot.school.progress import Progress


def reminder(items: Sequence[Item]) -> Message:
    """What a person reads: what to read, by when, and the way there."""
    if len(items) == 1:
        return _about_one(items[0])
    late = any(item.late for item in items)
    summary = (
        f"You have {len(items)} texts to read and acknowledge{', some of them overdue' if late else ''}."
    )
    rows = tuple((item.campaign.title, _when(item)) for item in items)
    return Message(
        summary=summary,
        parts=(Paragraph(text=summary, strong=True), Facts(rows=rows)),
        buttons=(Button(label="My acknowledgements", action="acks.list", style=Style.PRIMARY),),
    )


def handed_over(school: School, handover: Handover) -> Message:
    """What a line manager reads: names and days."""
    people = handover.people
    whom = "one person" if len(people) == 1 else f"{len(people)} people"
    summary = f"Please speak to {whom} about “{handover.campaign.title}”."
    lines = (f"{school.people[id].name}: {days} school days overdue" for id, days in people.items())
    parts = (
        Paragraph(text=summary, strong=True),
        Bullets(items=tuple(lines)),
        Paragraph(text="They have had every reminder and get no more. Say “campaigns” to see who is left."),
    )
    return Message(summary=summary, parts=parts)


def figures(campaign: Campaign, there: Progress) -> Message:
    """What a head reads: totals, no names."""
    summary = (
        f"“{campaign.title}”: {there.done} of {there.asked} have acknowledged, "
        f"{len(there.overdue)} are overdue. Their line managers have been told."
    )
    return Message(summary=summary, parts=(Paragraph(text=summary),))


def _about_one(item: Item) -> Message:
    campaign = item.campaign
    summary = f"Please read “{campaign.title}”: {_when(item)}."
    changed = ", ".join(campaign.clauses)
    what = f"Only what has changed: {changed}." if changed else "The whole text, in one window."
    put_off = Button(label="Remind me later", action="ack.snoozing", value=campaign.id, style=Style.QUIET)
    return Message(
        summary=summary,
        parts=(
            Paragraph(text=summary, strong=True),
            Paragraph(text=f"{what} Then say that you have read it, ask, or say that you can't agree."),
        ),
        buttons=(
            Button(label="Read it", action="ack.open", value=campaign.id, style=Style.PRIMARY),
            *(() if item.late else (put_off,)),
        ),
    )


def _when(item: Item) -> str:
    if item.late:
        days = "1 school day" if item.late == 1 else f"{item.late} school days"
        return f"due since {say_day(item.due)}, {days} ago"
    return f"due by {say_day(item.due)}"
