"""Takes back what a campaign has queued and not said yet, once it is no longer so."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from bot.desk.reminder_words import figures, handed_over, reminder
from bot.records.books import Books
from bot.records.reminders import Turn, Unsaid
from bot.school.cadence import Handover, Reminder, Step, handovers_due, reminders_due, there
from bot.school.campaigns import Campaign, Standings, members
from bot.school.messages import Message
from bot.school.people import Role, School
from bot.school.progress import progress

BOT = "usher"


def take_back(books: Books, campaign: str, person: str = "") -> None:
    """Nothing more is said of a campaign, or of one person in it, that was queued before.

    What somebody is posting at this moment is not tried again if that fails; where it speaks of others
    too, the next look at what is queued sees to it.
    """
    for each in books.reminders.unsaid(campaign, person):
        if not withdraw(books, each) and len({(t.campaign, t.person) for t in each.turns}) == 1:
            books.outbox.call_off(each.key)


def withdraw(books: Books, unsaid: Unsaid) -> bool:
    """It was never said: its steps can be taken again. False when somebody is posting it."""
    if unsaid.carried or not books.outbox.withdraw(unsaid.key):
        return False
    books.reminders.free(unsaid.key)
    steps: dict[tuple[str, str], list[str]] = {}
    for turn in unsaid.turns:
        steps.setdefault((turn.campaign, turn.person), []).append(turn.step)
    for (campaign, person), taken in steps.items():
        books.audit.write(BOT, "campaign.withdrawn", campaign, person=person, step=",".join(sorted(taken)))
    return True


def no_longer_so(
    school: School, books: Books, running: Sequence[Campaign], now: datetime
) -> tuple[Unsaid, ...]:
    """What waits in the outbox and would be said otherwise now, or not at all.

    Somebody has acknowledged or put it off, a campaign has been paused or closed, a later step has come
    due, a day has passed, or it isn't a day on which the person works.
    """
    unsaid = tuple(each for each in books.reminders.unsaid() if not each.carried)
    if not unsaid:
        return ()
    if all(school.day(each.queued) == school.day(now) for each in unsaid):
        return _unasked(school, books, running, unsaid)
    standings = books.campaigns.standings(running, without={each.key for each in unsaid})
    right: dict[str, list[Said]] = {}
    for said in _steps(school, running, standings, now):
        right.setdefault(said[0], []).append(said)
    if not all(each.turns for each in unsaid):
        for said in _figures(school, books, running, standings, now):
            right.setdefault(said[0], []).append(said)
    told = ((each, _said(each)) for each in unsaid)
    return tuple(each for each, said in told if said not in right.get(said[0], ()))


def _unasked(
    school: School, books: Books, running: Sequence[Campaign], unsaid: Sequence[Unsaid]
) -> tuple[Unsaid, ...]:
    """Of today's messages, those of which something is no longer asked: days can't have changed anything."""
    standings = books.campaigns.standings(running)
    asked = {campaign.id: members(school, campaign.audience) for campaign in running}

    def open_(turn: Turn) -> bool:
        standing = standings.get((turn.campaign, turn.person))
        there = turn.person in asked.get(turn.campaign, ())
        return there and standing is not None and not standing.done

    def stands(each: Unsaid) -> bool:
        return all(map(open_, each.turns)) if each.turns else campaign_of(each.key) in asked

    return tuple(each for each in unsaid if not stands(each))


def campaign_of(key: str) -> str:
    """The campaign in the key of a notice."""
    return key.split(":")[1]


Said = tuple[str, Message, frozenset[Turn] | str]
"""Who is told what, and the steps that this takes; for figures, the key with its day."""


def _said(unsaid: Unsaid) -> Said:
    notice = unsaid.notice
    return notice.to.person, notice.message, frozenset(unsaid.turns) or unsaid.key


def _steps(
    school: School, running: Sequence[Campaign], standings: Standings, now: datetime
) -> Iterator[Said]:
    """What would be said now if nothing waited."""
    for due in reminders_due(school, running, standings, now):
        yield due.person, reminder(due.items), frozenset(turns_of(due))
    for handed in handovers_due(school, running, standings, now):
        yield handed.to, handed_over(school, handed), frozenset(turns_of(handed))


def turns_of(due: Reminder | Handover) -> tuple[Turn, ...]:
    """The steps that a message takes."""
    if isinstance(due, Handover):
        id, step = due.campaign.id, Step.HANDED.value
        return tuple(Turn(campaign=id, person=person, step=step) for person in due.people)
    return tuple(
        Turn(campaign=item.campaign.id, person=due.person, step=step)
        for item in due.items
        for step in item.steps
    )


def _figures(
    school: School, books: Books, running: Sequence[Campaign], standings: Standings, now: datetime
) -> Iterator[Said]:
    """What each head who is there would be told today."""
    for campaign in running:
        stands = progress(school, campaign, standings, books.campaigns.said(campaign), school.day(now))
        for head in school.holders(Role.HEADTEACHER):
            if there(school, head, now):
                key = figures_key(campaign, head.id, school.day(now))
                yield head.id, figures(campaign, stands), key


def figures_key(campaign: Campaign, head: str, day: date) -> str:
    """Once a day."""
    return f"campaign:{campaign.id}:totals:{head}:{day.isoformat()}"
