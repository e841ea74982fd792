"""A person's side of a campaign: read the text, then acknowledge it, ask, disagree, or put it off."""

from collections.abc import Callable, Mapping
from datetime import date

from bot.desk import ack_view
from bot.desk.ack_view import OWN, WORDS, Hand, asked, form_of, reading, shown, standing, thanks
from bot.desk.campaign_text import text_of
from bot.desk.refusals import CampaignMoved, NotYourCampaign
from bot.desk.take_back import take_back
from bot.desk.visit import Visit
from bot.desk.wording import told
from bot.school.answers import faults
from bot.school.cadence import SNOOZED, SNOOZES, schedule
from bot.school.campaigns import Campaign, CampaignState, How, Said, members, wrong_answers
from bot.school.forms import Answers
from bot.school.messages import (
    Button,
    Dialog,
    Facts,
    Heading,
    Lane,
    Message,
    Notice,
    Outcome,
    Paragraph,
    Part,
    Recipient,
    Reply,
)
from bot.school.moments import say_day
from bot.school.people import Role, plain_name
from bot.school.routing import text
from bot.school.school_days import SchoolDays

OPEN = (CampaignState.RUNNING, CampaignState.PAUSED)


def list_mine(visit: Visit) -> Outcome:
    """What this person is asked to read, and what they have acknowledged."""
    open_ = waiting_for(visit)
    parts: list[Part] = [Paragraph(text="There is nothing you have to read just now.", strong=True)]
    if open_:
        parts = [Facts(rows=tuple((each.title, ack_view.due(visit, each)) for each in open_))]
    done = [each for each in visit.books.campaigns.said_by(visit.who.id) if each.said is Said.READ]
    titles = {each.id: each.title for each in visit.books.campaigns.all()} if done else {}
    rows = tuple((titles[each.campaign], f"{each.version}, {visit.clock(each.at)}") for each in done)
    parts += [Heading(text="Acknowledged"), Facts(rows=rows)] if rows else []
    buttons = tuple(
        Button(label=f"Read: {each.title}"[:75], action="ack.open", value=each.id) for each in open_
    )
    mine = Dialog(
        id="acks", title="My acknowledgements", parts=tuple(parts), buttons=buttons, door="acks.list"
    )
    return shown(mine)


def waiting_for(visit: Visit) -> tuple[Campaign, ...]:
    """The campaigns that still wait for this person."""
    running = visit.books.campaigns.all(CampaignState.RUNNING)
    mine = [each for each in running if visit.who.id in members(visit.school, each.audience)]
    standings = visit.books.campaigns.standings(mine)
    done = {
        campaign for (campaign, person), each in standings.items() if person == visit.who.id and each.done
    }
    return tuple(each for each in mine if each.id not in done)


def open_text(visit: Visit, id: str) -> Outcome:
    """Show the text, and what can be said to it."""
    return shown(reading(visit, asked_of(visit, id), OWN, {}, {}))


def sign(visit: Visit, id: str, answers: Answers) -> Outcome:
    """Write down "I have read and understood"."""
    return _signed(visit, asked_of(visit, id), answers, OWN)


def open_link(visit: Visit, link: str) -> Outcome:
    """The same for somebody without an account, who came by a signed link."""
    campaign = linked(visit, link)
    return shown(reading(visit, campaign, Hand(how=How.LINK, value=link), {}, {}))


def sign_link(visit: Visit, link: str, answers: Answers) -> Outcome:
    """Write down what somebody said by a signed link."""
    return _signed(visit, linked(visit, link), answers, Hand(how=How.LINK, value=link))


def linked(visit: Visit, link: str) -> Campaign:
    """The campaign of a link, when it is this person's own. NotYourCampaign."""
    id, _, mark = link.partition(".")
    if visit.books.campaigns.linked(id, mark, (visit.who.id,)) != visit.who.id:
        raise NotYourCampaign
    return asked_of(visit, id)


def _signed(visit: Visit, campaign: Campaign, answers: Answers, hand: Hand) -> Outcome:
    """A wrong answer shows its clause, and may be given again; nothing said before is overwritten."""
    if standing(visit, campaign).done:
        return thanks(visit, campaign)
    wrong = _faults(visit, campaign, answers)
    if wrong:
        return shown(reading(visit, campaign, hand, answers, wrong))
    text_of(visit, campaign)
    picked = {each.id: text(answers, each.id) for each in campaign.quiz}
    missed = wrong_answers(campaign, picked)
    if missed:
        visit.books.campaigns.say(campaign, visit.who.id, Said.QUIZ, how=hand.how, answers=picked)
        again = {each.id: f"{each.clause} says otherwise: it is quoted above." for each in missed}
        clauses = tuple(each.clause for each in missed)
        return shown(reading(visit, campaign, hand, answers, again, missed=clauses))
    given = picked if campaign.quiz else None
    visit.books.campaigns.enrol(campaign, (visit.who.id,), visit.today)
    visit.books.campaigns.say(
        campaign, visit.who.id, Said.READ, how=hand.how, name=text(answers, "name"), answers=given
    )
    audit(visit, campaign, visit.who.id, Said.READ, hand.how)
    take_back(visit.books, campaign.id, visit.who.id)
    return thanks(visit, campaign)


def speak(said: Said) -> Callable[[Visit, str, Answers], Outcome]:
    """Pass on a question to the policy owner, or a refusal to the owner and the head."""

    def spoken(visit: Visit, id: str, answers: Answers) -> Outcome:
        campaign = asked_of(visit, id)
        wrong = faults(form_of((WORDS[said],)), answers, (WORDS[said],), visit.local)
        if wrong:
            return shown(ack_view.words(campaign, said, answers, wrong))
        visit.books.campaigns.say(campaign, visit.who.id, said, words=text(answers, "words"))
        audit(visit, campaign, visit.who.id, said, How.SELF)
        whom = (
            "The policy owner has" if said is Said.QUESTION else "The policy owner and the headteacher have"
        )
        message = told(
            f"{whom} been told and will speak with you.",
            "The text stays under “my acknowledgements” until you have acknowledged it.",
        )
        reply = Reply(messages=(message,), closes=True, privately=True)
        return Outcome(reply=reply, notices=_passed_on(visit, campaign, said))

    return spoken


def asking(said: Said) -> Callable[[Visit, str], Outcome]:
    """The small form for a question or a refusal."""
    return lambda visit, id: shown(ack_view.words(asked_of(visit, id), said, {}, {}))


def snoozing(visit: Visit, id: str) -> Outcome:
    """Offer the days for which a reminder can be put off; never beyond the day it is due."""
    campaign = asked_of(visit, id)
    days = _later_days(visit, campaign)
    if not days:
        note = "This can't be put off any further."
        return shown(reading(visit, campaign, OWN, {}, {}, note=note))
    buttons = tuple(
        Button(label=f"On {say_day(day)}", action="ack.snooze", value=f"{id}.{count}")
        for count, day in days.items()
    )
    asks = f"“{campaign.title}” is {ack_view.due(visit, campaign)}. When shall I remind you?"
    parts = (Paragraph(text=asks),)
    back = Button(label="Read it now", action="ack.open", value=id)
    return shown(Dialog(id=f"ack:{id}:later", title="Remind me later", parts=parts, buttons=(*buttons, back)))


def snooze(visit: Visit, value: str) -> Outcome:
    """Put the next reminder off."""
    id, _, count = value.partition(".")
    campaign = asked_of(visit, id)
    day = _later_days(visit, campaign).get(count)
    if day is None:
        raise CampaignMoved
    number = standing(visit, campaign).snoozes + 1
    visit.books.campaigns.snooze(campaign.id, visit.who.id, number, day)
    take_back(visit.books, campaign.id, visit.who.id)
    visit.books.audit.write(visit.who.id, "campaign.snoozed", campaign.id, until=day.isoformat())
    message = told(f"I'll remind you on {say_day(day)}.", "You can read it sooner: “my acknowledgements”.")
    return Outcome(reply=Reply(messages=(message,), closes=True, privately=True))


def asked_of(visit: Visit, id: str) -> Campaign:
    """The campaign, for somebody of whom it is asked. NotYourCampaign, CampaignMoved."""
    campaign = visit.books.campaigns.get(id)
    if visit.who.id not in members(visit.school, campaign.audience) or campaign.started is None:
        raise NotYourCampaign
    if campaign.state not in OPEN:
        raise CampaignMoved
    return campaign


def audit(visit: Visit, campaign: Campaign, person: str, said: Said, how: How) -> None:
    """That it was said, by whom and how; never the words."""
    facts = {"person": person, "kind": said.value, "route": how.value, "hash": campaign.hash}
    visit.books.audit.write(visit.who.id, "campaign.answered", campaign.id, **facts)


def _faults(visit: Visit, campaign: Campaign, answers: Answers) -> Mapping[str, str]:
    questions = asked(campaign)
    wrong = faults(form_of(questions), answers, questions, visit.local)
    if "name" not in wrong and plain_name(text(answers, "name")) != plain_name(visit.who.name):
        wrong = {**wrong, "name": f"Please type your name as the school has it: {visit.who.name}."}
    return wrong


def _later_days(visit: Visit, campaign: Campaign) -> dict[str, date]:
    """Choice -> day: school days on which the person works, up to the day it is due."""
    mine = standing(visit, campaign)
    if mine.done or mine.snoozes >= SNOOZES or campaign.state is not CampaignState.RUNNING:
        return {}
    days = SchoolDays(visit.school, min(campaign.launch, visit.today))
    last = schedule(visit.school, campaign, visit.who, mine.joined).due

    def off(day: date) -> bool:
        return not visit.who.works_on(day) or visit.who.away_on(day)

    found = {str(count): days.after(visit.today, count, off) for count in SNOOZED}
    return {count: day for count, day in found.items() if day <= last}


def _passed_on(visit: Visit, campaign: Campaign, said: Said) -> tuple[Notice, ...]:
    """To whom it goes: that there is something, and the way to it; the words stay in the records."""
    people = list(visit.school.holders(Role.POLICY_OWNER))
    people += visit.school.holders(Role.HEADTEACHER) if said is Said.CANNOT else ()
    what = "a question about" if said is Said.QUESTION else "somebody who cannot agree to"
    summary = f"There is {what} “{campaign.title}”."
    message = Message(
        summary=summary,
        parts=(Paragraph(text=summary, strong=True),),
        buttons=(Button(label="Read what was said", action="campaign.voices", value=campaign.id),),
    )
    at = f"{campaign.id}:{visit.who.id}:{visit.now.timestamp():.6f}"
    return tuple(
        Notice(
            key=f"campaign:{at}:{said.value}:{person.id}",
            lane=Lane.CHAT,
            to=Recipient(person=person.id),
            message=message,
        )
        for person in {person.id: person for person in people}.values()
    )
