"""The clock's part of a campaign: joiners come in, reminders go out, and in the end a human is told."""

from datetime import datetime

from bot.desk.reminder_words import figures, handed_over, reminder
from bot.desk.take_back import BOT, campaign_of, figures_key, no_longer_so, turns_of, withdraw
from bot.records.books import Books
from bot.records.reminders import Turn
from bot.school.cadence import (
    Handover,
    Reminder,
    Step,
    handovers_due,
    reminders_due,
    speaking_time,
    there,
)
from bot.school.campaigns import Campaign, CampaignState, Standings, members
from bot.school.messages import Lane, Message, Notice, Recipient
from bot.school.people import Role, School
from bot.school.progress import progress


def waiting(school: School, books: Books, now: datetime) -> bool:
    """Whether there is anything to do; only reads."""
    if not speaking_time(school, now):
        return False
    running = books.campaigns.all(CampaignState.RUNNING)
    if no_longer_so(school, books, running, now):
        return True
    standings = books.campaigns.standings(running)
    return bool(
        any(_joiners(school, campaign, standings) for campaign in running)
        or reminders_due(school, running, standings, now)
        or handovers_due(school, running, standings, now)
    )


def remind(school: School, books: Books, now: datetime) -> int:
    """Take back what is no longer so, then take every step that is due; how many messages went out."""
    if not speaking_time(school, now):
        return 0
    running = books.campaigns.all(CampaignState.RUNNING)
    stale = [each for each in no_longer_so(school, books, running, now) if withdraw(books, each)]
    before = books.campaigns.standings(running)
    for campaign in running:
        books.campaigns.enrol(campaign, _joiners(school, campaign, before), school.day(now))
    standings = books.campaigns.standings(running)
    told = sum(_tell(books, each) for each in reminders_due(school, running, standings, now))
    handed = handovers_due(school, running, standings, now)
    told += sum(_hand_over(school, books, each) for each in handed)
    counted = {each.campaign.id for each in handed}
    counted |= {campaign_of(each.key) for each in stale if not each.turns}
    for campaign in running:
        if campaign.id in counted:
            _tell_heads(school, books, campaign, standings, now)
    return told


def _joiners(school: School, campaign: Campaign, standings: Standings) -> list[str]:
    """Who has come into the audience since."""
    asked = members(school, campaign.audience)
    return [id for id in asked if (campaign.id, id) not in standings]


def _tell(books: Books, due: Reminder) -> bool:
    """Post one message for all that is due, and write down every step it takes; False when all were."""
    first = due.items[0]
    key = f"campaign:{first.campaign.id}:{due.person}:{first.steps[0]}"
    fresh = []
    for item in due.items:
        id = item.campaign.id
        turns = (Turn(campaign=id, person=due.person, step=step) for step in item.steps)
        taken = [turn.step for turn in turns if books.reminders.take(turn, key)]
        if taken:
            fresh.append(item)
            facts = {"person": due.person, "step": ",".join(taken), "due": item.due.isoformat()}
            books.audit.write(BOT, "campaign.reminded", id, **facts)
    return bool(fresh) and _post(books, key, due.person, reminder(fresh))


def _hand_over(school: School, books: Books, handover: Handover) -> bool:
    """Names and days to the line manager, once for each name."""
    id = handover.campaign.id
    key = f"campaign:{id}:{next(iter(handover.people))}:{Step.HANDED}"
    taken = (turn.person for turn in turns_of(handover) if books.reminders.take(turn, key))
    mine = {person: handover.people[person] for person in taken}
    for person, days in mine.items():
        facts = {"person": person, "to": handover.to, "count": str(days)}
        books.audit.write(BOT, "campaign.handed_over", id, **facts)
    message = handed_over(school, Handover(campaign=handover.campaign, to=handover.to, people=mine))
    return bool(mine) and _post(books, key, handover.to, message)


def _tell_heads(
    school: School, books: Books, campaign: Campaign, standings: Standings, now: datetime
) -> None:
    """Totals to the head, once a day on which somebody was handed over."""
    today = school.day(now)
    stands = progress(school, campaign, standings, books.campaigns.said(campaign), today)
    for head in school.holders(Role.HEADTEACHER):
        if head.reachable and there(school, head, now):
            key = figures_key(campaign, head.id, today)
            books.outbox.withdraw(key)  # earlier figures of today that have not arrived yet
            _post(books, key, head.id, figures(campaign, stands))


def _post(books: Books, key: str, to: str, message: Message) -> bool:
    lane, recipient = Lane.CAMPAIGN, Recipient(person=to)
    return books.outbox.post(Notice(key=key, lane=lane, to=recipient, message=message))
