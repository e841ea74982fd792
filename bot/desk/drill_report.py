"""How a drill went: minutes for each hop, and what was missed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.drill import drill_case
from bot.desk.visit import Visit
from bot.desk.wording import name, urgency
from bot.records.posting import Posted
from bot.records.retention import KEEP_SETTLED
from bot.school.concerns import Case
from bot.school.escalation import Lacks, ladder
from bot.school.messages import Recipient

WORDS = {"danger": "danger ping", "receipt": "receipt", "nudge": "line to the reporter"}
SLACK = timedelta(seconds=60)
"""How much later than its minute a step may be taken and still count as kept: a tick or two."""


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One thing that happened."""

    minutes: float
    """Since it was sent."""
    what: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """A drill from its first minute on."""

    heading: str
    hops: tuple[Hop, ...]
    missed: tuple[str, ...]


def report(visit: Visit, reference: str) -> Report:
    """What has happened so far, in order, and what should have and hasn't."""
    case = drill_case(visit, reference)
    posted = visit.books.outbox.trail(case.id, case.concern)
    return Report(
        heading=f"DRILL {case.reference}, {urgency(case)}, sent {visit.clock(case.sent)} "
        f"by {name(visit, case.reporter)}",
        hops=tuple(sorted(_hops(visit, case, posted), key=lambda hop: hop.minutes)),
        missed=tuple(_missed(visit, case, posted)),
    )


def _hops(visit: Visit, case: Case, posted: tuple[Posted, ...]) -> Iterator[Hop]:
    yield Hop(minutes=0.0, what="sent")
    for one in posted:
        if one.arrived:
            told = f"{_kind(one.key, case)} reached {_whom(visit, one.to)}"
            yield Hop(minutes=_since(case, one.arrived), what=told)
    if case.opened:
        yield Hop(minutes=_since(case, case.opened), what=f"opened by {name(visit, case.opened_by)}")
    if case.acknowledged:
        by = name(visit, case.acknowledged_by)
        yield Hop(minutes=_since(case, case.acknowledged), what=f"acknowledged by {by}")
    for step, at in taken(visit, case).items():
        yield Hop(minutes=_since(case, at), what=f"escalation step {step} taken")
    if case.closed:
        yield Hop(minutes=_since(case, case.closed), what="closed")


def _missed(visit: Visit, case: Case, posted: tuple[Posted, ...]) -> Iterator[str]:
    if visit.now - case.sent > KEEP_SETTLED:
        yield "when notices arrived is kept for a month only: those lines are gone"
    for one in (one for one in posted if one.arrived is None):
        why = f": {one.why}" if one.why else ""
        yield f"{_kind(one.key, case)} has not reached {_whom(visit, one.to)} ({one.tries} tries{why})"
    done = taken(visit, case)
    for rung in ladder(visit.school, case, visit.now - SLACK):
        stopped = _stopped(case, rung.lacks)
        if rung.id in done:
            late = done[rung.id] - rung.at
            if late > SLACK:
                yield f"escalation step {rung.id} was taken {_minutes(late):.1f} minutes late"
        elif stopped is None or rung.at + SLACK < stopped:
            yield f"escalation step {rung.id} was due after {_since(case, rung.at):.1f} minutes: not taken"
    if case.opened is None:
        yield "nobody opened it"
    if case.acknowledged is None:
        yield "nobody acknowledged it"


def _stopped(case: Case, lacks: Lacks) -> datetime | None:
    """What took the case off such a step, and when."""
    ends = [case.acknowledged, case.closed, case.opened if lacks is Lacks.OPENED else None]
    return min((end for end in ends if end is not None), default=None)


def taken(visit: Visit, case: Case) -> dict[str, datetime]:
    """Escalation step -> when it was taken, by the audit."""
    trail = visit.books.audit.about(case.reference)
    return {entry["facts"]["step"]: entry["at"] for entry in trail if entry["verb"] == "case.escalated"}


def _kind(key: str, case: Case) -> str:
    """What a notice was, by its key."""
    what, _, rest = key.partition(":")
    if ":alarm:" in key:
        return "alert for somebody who was not reached"
    if what == "escalation":
        return f"escalation {rest.removeprefix(f'{case.id}:').partition(':')[0]}"
    if what == "case":
        return "alert" if rest.startswith(f"{case.id}:new") else "news of the case"
    return WORDS.get(what, "notice")


def _whom(visit: Visit, to: Recipient) -> str:
    channel = visit.school.channels.get(to.channel)
    return channel.name if channel else name(visit, to.person)


def _since(case: Case, moment: datetime) -> float:
    return _minutes(moment - case.sent)


def _minutes(length: timedelta) -> float:
    return length.total_seconds() / 60
