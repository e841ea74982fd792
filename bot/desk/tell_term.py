"""Tell governors about a term: gather what was counted, which cases were sent, which alarms were raised."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from bot.records.books import Books
from bot.school.calendar import local
from bot.school.matching import Intent
from bot.school.people import School
from bot.school.policy import Policy
from bot.school.silence import SilenceMap, silence
from bot.school.term import Term, TermReport, report


def tell_term(
    school: School, policy: Policy, intents: Mapping[str, Intent], books: Books, days: tuple[date, date]
) -> TermReport:
    """The term report of these days, both included. A case's account is never opened for it."""
    first, last = days
    begins, ends = local(school, first, time.min), local(school, last + timedelta(days=1), time.min)
    return report(
        Term(
            school=school,
            policy=policy,
            intents=intents,
            first=first,
            last=last,
            asked=[(each.day, each.what, each.kind, each.n) for each in books.counts.daily(first, last)],
            cases=[case for case in books.cases.all() if begins <= case.sent < ends],
            escalated=[
                (subject, facts.get("step", ""))
                for subject, facts in books.audit.said("case.escalated", begins, books.now)
            ],
        )
    )


def tell_silence(
    policy: Policy, intents: Mapping[str, Intent], books: Books, days: tuple[date, date]
) -> SilenceMap:
    """The silence map of these days, both included."""
    first, last = days
    asked = [(each.day, each.what, each.kind, each.n) for each in books.counts.daily(first, last)]
    return silence(asked, intents, policy, first, last)
