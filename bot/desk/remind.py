"""The clock's part of a campaign: joiners come in, reminders go out, and in the end a human is told."""

from collections.abc import Sequence
from datetime import datetime

from bot.records.books import Books
from bot.school.cadence import Handover, Item, Reminder, Step, handovers_due, reminders_due, speaking_time
from bot.school.campaigns import Campaign, CampaignState, Standings, members
from bot.school.messages import (
    Bullets,
    Button,
    Facts,
    Lane,
    Message,
    Notice,
    Paragraph,
    Recipient,
    Style,
)
from bot.school.moments import say_day
from bot.school.people import Role, School
from bot.school.progress import progress

BOT = "usher"


def waiting(school: School, books: Books, now: datetime) -> bool:
    """Whether there is anything to do; only reads."""
    running = books.campaigns.all(CampaignState.RUNNING) if speaking_time(school, now) else ()
    if not running:
        return False
    standings = books.campaigns.standings(running)
    return bool(
        any(_joiners(school, campaign, standings) for campaign in running)
        or reminders_due(school, running, standings, now)
        or handovers_due(school, running, standings, now)
    )


def remind(school: School, books: Books, now: datetime) -> int:
    """Take every step that is due; how many messages went out."""
    if not speaking_time(school, now):
        return 0
    running = books.campaigns.all(CampaignState.RUNNING)
    before = books.campaigns.standings(running)
    for campaign in running:
        books.campaigns.enrol(campaign, _joiners(school, campaign, before), school.day(now))
    standings = books.campaigns.standings(running)
    told = sum(_tell(books, each) for each in reminders_due(school, running, standings, now))
    handed = handovers_due(school, running, standings, now)
    told += sum(_hand_over(school, books, each) for each in handed)
    for campaign in {each.campaign.id: each.campaign for each in handed}.values():
        _tell_heads(school, books, campaign, standings, now)
    return told


def _joiners(school: School, campaign: Campaign, standings: Standings) -> list[str]:
    """Who has come into the audience since."""
    there = members(school, campaign.audience)
    return [id for id in there if (campaign.id, id) not in standings]


def _tell(books: Books, reminder: Reminder) -> bool:
    """Post one message for all that is due, and write down every step it takes; False when all were."""
    fresh = []
    for item in reminder.items:
        taken = [step for step in item.steps if books.campaigns.take(item.campaign.id, reminder.person, step)]
        if taken:
            fresh.append((item, taken))
            facts = {"person": reminder.person, "step": ",".join(taken), "due": item.due.isoformat()}
            books.audit.write(BOT, "campaign.reminded", item.campaign.id, **facts)
    if not fresh:
        return False
    first, steps = fresh[0]
    notice = Notice(
        key=f"campaign:{first.campaign.id}:{reminder.person}:{steps[0]}",
        lane=Lane.CAMPAIGN,
        to=Recipient(person=reminder.person),
        message=message_for([item for item, _ in fresh]),
    )
    return books.outbox.post(notice)


def message_for(items: Sequence[Item]) -> Message:
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


def _hand_over(school: School, books: Books, handover: Handover) -> bool:
    """Names and days to the line manager, once for each name."""
    id = handover.campaign.id
    mine = [person for person in handover.people if books.campaigns.take(id, person, Step.HANDED)]
    if not mine:
        return False
    for person in mine:
        facts = {"person": person, "to": handover.to, "count": str(handover.people[person])}
        books.audit.write(BOT, "campaign.handed_over", id, **facts)
    summary = f"Please speak to {_people(len(mine))} about “{handover.campaign.title}”."
    lines = (f"{school.people[p].name}: {handover.people[p]} school days overdue" for p in mine)
    parts = (
        Paragraph(text=summary, strong=True),
        Bullets(items=tuple(lines)),
        Paragraph(text="They have had every reminder and get no more. Say “campaigns” to see who is left."),
    )
    return books.outbox.post(
        Notice(
            key=f"campaign:{id}:{mine[0]}:{Step.HANDED}",
            lane=Lane.CAMPAIGN,
            to=Recipient(person=handover.to),
            message=Message(summary=summary, parts=parts),
        )
    )


def _tell_heads(
    school: School, books: Books, campaign: Campaign, standings: Standings, now: datetime
) -> None:
    """Totals to the head, once a day on which somebody was handed over."""
    there = progress(school, campaign, standings, books.campaigns.said(campaign), school.day(now))
    summary = (
        f"“{campaign.title}”: {there.done} of {there.asked} have acknowledged, "
        f"{len(there.overdue)} are overdue. Their line managers have been told."
    )
    for head in school.holders(Role.HEADTEACHER):
        if head.reachable and head.works_on(school.day(now)) and not head.away_on(school.day(now)):
            notice = Notice(
                key=f"campaign:{campaign.id}:totals:{head.id}:{school.day(now).isoformat()}",
                lane=Lane.CAMPAIGN,
                to=Recipient(person=head.id),
                message=Message(summary=summary, parts=(Paragraph(text=summary),)),
            )
            books.outbox.post(notice)


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{count} people"
