"""Under every answer, one quiet question: did it help? Counted for the clause, and nothing else is kept."""

from bot.desk.refusals import UnknownAction
from bot.desk.visit import Visit
from bot.desk.wording import THANKS
from bot.school.matching import Intent
from bot.school.messages import Button, Message, Outcome, Reply, Style

NEEDED, NOT_MEANT = "needed", "not meant"
"""What is counted of an answer: that it was what somebody needed, or that it missed the point."""


def pair(intent: Intent) -> tuple[Button, Button]:
    """The two quiet buttons of an answer; pressing one takes both away."""
    value = f"{intent.id} {intent.clauses[0]}" if intent.clauses else intent.id
    return (
        Button(label="That's what I needed", action="ask.needed", value=value, style=Style.QUIET),
        Button(label="Not what I meant", action="ask.missed", value=value, style=Style.QUIET),
    )


def that_was_it(visit: Visit, value: str) -> Outcome:
    """Count that the answer was the right one, and say thank you to whoever said so."""
    _, clause = about(visit, value)
    count(visit, clause, NEEDED)
    return Outcome(reply=Reply(messages=(Message(summary=THANKS),), privately=True))


def about(visit: Visit, value: str) -> tuple[Intent, str]:
    """The intent and clause that a quiet button stands under.

    UnknownAction for one that the school has taken out since. Older messages name the intent alone.
    """
    id, _, clause = value.partition(" ")
    intent = visit.intents.get(id)
    if intent is None or (clause and clause not in visit.policy.clauses):
        raise UnknownAction
    return intent, clause or next(iter(intent.clauses), "")


def count(visit: Visit, clause: str, kind: str) -> None:
    """One more, today, for this clause. Who it was and what was asked are nobody's business."""
    visit.books.counts.add(visit.today, clause, kind)
