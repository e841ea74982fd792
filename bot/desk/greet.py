"""The greeting: what Usher can do for this person, and the words that always work."""

from bot.desk.acknowledge import waiting_for
from bot.desk.campaign_view import runs
from bot.desk.visit import Visit
from bot.school.concerns import State
from bot.school.messages import Button, Message, Outcome, Paragraph, Reply, Style

DONE = frozenset({State.CLOSED, State.NO_FURTHER_ACTION, State.GRANTED, State.REFUSED})


def greet(visit: Visit) -> Outcome:
    """Say who is there and offer the doors."""
    first = visit.who.name.split()[0]
    lines = (
        f"Hello {first}. Ask me anything about the school's social media policy, in your own words, "
        "and I'll answer with the clause it rests on. If the policy doesn't say, I'll say so.",
        "If it is really a worry about a child, or about something an adult has done, I'll help you tell "
        "the right person, and only them.",
    )
    message = Message(
        summary=f"Hello {first}. Ask me about the social media policy, or tell me about a worry.",
        parts=(
            *(Paragraph(text=line) for line in lines),
            Paragraph(
                text="Try: “can I accept a parent's friend request?” · “can I post a photo of sports day?”",
                quiet=True,
            ),
        ),
        buttons=(*_doors(), *_case_door(visit), *_campaign_doors(visit)),
    )
    return Outcome(reply=Reply(messages=(message,), privately=visit.place.shared))


def offer_doors() -> Outcome:
    """What somebody may want to send, when they only say "report"."""
    message = Message(
        summary="What would you like to send?",
        parts=(Paragraph(text="What would you like to send?", strong=True),),
        buttons=_doors(),
    )
    return Outcome(reply=Reply(messages=(message,), privately=True))


def _doors() -> tuple[Button, ...]:
    return (
        Button(
            label="Report a concern about a child",
            action="report.start",
            value="esafety",
            style=Style.PRIMARY,
        ),
        Button(label="Report a broken policy", action="report.start", value="breach"),
        Button(label="Ask for an official site", action="report.start", value="site"),
        Button(label="My reports", action="receipts.list"),
    )


def _case_door(visit: Visit) -> tuple[Button, ...]:
    """For readers: how many cases are open, as a count only."""
    mine = [case for case in visit.books.cases.all() if visit.may(case).read]
    if not mine:
        return ()
    waiting = sum(case.state not in DONE for case in mine)
    return (Button(label=f"Cases: {waiting} open", action="cases.list"),)


def _campaign_doors(visit: Visit) -> tuple[Button, ...]:
    """What there is to read, and for those who run campaigns the way to them; nothing while there is none."""
    waiting = len(waiting_for(visit))
    mine = Button(label=f"To read: {waiting}", action="acks.list")
    under_way = runs(visit.who) and visit.books.campaigns.all()
    return (
        *((mine,) if waiting else ()),
        *((Button(label="Campaigns", action="campaigns.list"),) if under_way else ()),
    )
