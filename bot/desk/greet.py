"""The greeting: what Usher can do for this person, and the words that always work."""

from bot.desk.acknowledge import waiting_for
from bot.desk.campaign_view import runs
from bot.desk.visit import Visit
from bot.desk.wording import phone_lines
from bot.school.concerns import State
from bot.school.messages import Bullets, Button, Message, Outcome, Paragraph, Reply, Style

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
        buttons=(
            *_doors(),
            *_case_door(visit),
            *_campaign_doors(visit),
            Button(label="How privacy works", action="privacy"),
        ),
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


PRIVACY = (
    "A question is answered and forgotten. Only a count is kept, for the clause it was about, and no count "
    "is shown that is smaller than five.",
    "A report is sealed. The chat shows a reference, an urgency and a button; the words open only for the "
    "people who answer for it, and each opening is recorded. Whoever runs the chat, or Usher, can't read it.",
    "Before you write, and before you send, you see who will be able to read it and who won't. Nobody it is "
    "about ever can.",
    "It is confidential, not anonymous: they will see that it comes from you.",
    "What you haven't sent is kept sealed for 24 hours, for you alone, and then it is gone.",
)


def privacy(visit: Visit) -> Outcome:
    """What becomes of what is typed here: who can read it, and for how long."""
    message = Message(
        summary="How privacy works here.",
        parts=(
            Paragraph(text="How privacy works here", strong=True),
            Bullets(items=PRIVACY),
            Paragraph(
                text="Afraid to tell anybody inside? " + " ".join(phone_lines(visit, ("nspcc", "lado"))),
                quiet=True,
            ),
        ),
    )
    return Outcome(reply=Reply(messages=(message,), privately=True))


def _case_door(visit: Visit) -> tuple[Button, ...]:
    """For readers: how many cases are open, as a count only. Drills don't count."""
    mine = [case for case in visit.books.cases.all() if visit.may(case).read]
    if not mine:
        return ()
    waiting = sum(case.state not in DONE and not case.drill for case in mine)
    return (Button(label=f"Cases: {waiting} open", action="cases.list"),)


def _campaign_doors(visit: Visit) -> tuple[Button, ...]:
    """What there is, or was, to read; and for those who run campaigns the way to them."""
    waiting = len(waiting_for(visit))
    label = f"To read: {waiting}" if waiting else "My acknowledgements"
    mine = Button(label=label, action="acks.list")
    under_way = runs(visit.who) and visit.books.campaigns.all()
    return (
        *((mine,) if waiting or visit.books.campaigns.has_read(visit.who.id) else ()),
        *((Button(label="Campaigns", action="campaigns.list"),) if under_way else ()),
    )
