"""The silence map: where questions went that found no clause, in numbers by week, without a word of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.school.matching import Intent, IntentKind, Verdict
from bot.school.policy import Policy
from bot.school.tallies import FEWEST, Tally, monday, tally, weeks

Asked = tuple[date, str, str, int]
"""Day, what was asked about (an id), what came of it, how often."""
NOWHERE = "No place known"
SINCE_GONE = "Taken out since"


@dataclass(frozen=True, kw_only=True)
class SilenceMap:
    """Everything in it is stepped; places with fewer than five are not named."""

    first: date
    last: date
    weeks: tuple[date, ...]
    whole: Tally
    """All questions without a clause."""
    places: tuple[Tally, ...]
    """Where they belong instead, such as the school office."""
    nearest: tuple[Tally, ...]
    """The clauses that came nearest."""
    unsaid: tuple[Tally, ...]
    """Questions that found a clause, which doesn't say."""


def silence(
    asked: Iterable[Asked], intents: Mapping[str, Intent], policy: Policy, first: date, last: date
) -> SilenceMap:
    """Add up what was asked between two days."""
    places: dict[str, Counter[date]] = defaultdict(Counter)
    nearest: dict[str, Counter[date]] = defaultdict(Counter)
    unsaid: dict[str, Counter[date]] = defaultdict(Counter)
    for day, what, kind, n in asked:
        intent = intents.get(what)
        if kind == "nearest":
            nearest[what][monday(day)] += n
        elif kind == "not covered" or (kind == "chosen" and _outside(intent)):
            places[what][monday(day)] += n
        elif kind in ("answered", "chosen") and intent and intent.verdict is Verdict.NOT_STATED:
            unsaid[what][monday(day)] += n
    mondays = weeks(first, last)
    everything = sum(places.values(), Counter[date]())
    return SilenceMap(
        first=first,
        last=last,
        weeks=mondays,
        whole=tally("", "All", everything.total(), [everything[week] for week in mondays]),
        places=_rows(places, {id: _place(intents, id) for id in places}, mondays),
        nearest=_rows(nearest, {id: _clause(policy, id) for id in nearest}, mondays),
        unsaid=_rows(unsaid, {id: intents[id].title for id in unsaid}, mondays),
    )


def _rows(
    found: Mapping[str, Counter[date]], names: Mapping[str, str], mondays: tuple[date, ...]
) -> tuple[Tally, ...]:
    """Those that may be named, most asked first; equal ones in the order of their names."""
    rows = [
        tally(id, names[id], counted.total(), [counted[week] for week in mondays])
        for id, counted in found.items()
        if counted.total() >= FEWEST
    ]
    return tuple(sorted(rows, key=lambda row: (-row.n, row.name)))


def _outside(intent: Intent | None) -> bool:
    return intent is not None and intent.kind is IntentKind.NOT_COVERED


def _place(intents: Mapping[str, Intent], id: str) -> str:
    if not id:
        return NOWHERE
    return intents[id].title if id in intents else SINCE_GONE


def _clause(policy: Policy, id: str) -> str:
    found = policy.clauses.get(id)
    return f"{id}, {policy.sections[found.section]}" if found else SINCE_GONE
