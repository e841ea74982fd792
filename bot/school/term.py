"""The term report: what was asked and told, and how fast it was looked at, as stepped numbers only."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.school.concerns import URGENCY_WORDS, Case, CaseKind, Urgency
from bot.school.matching import Intent
from bot.school.people import School
from bot.school.policy import Policy
from bot.school.silence import Asked, SilenceMap, silence
from bot.school.tallies import FEWEST, Spans, Tally, monday, spans, tally, weeks

WITHOUT_A_TERM = timedelta(weeks=12)
DRILL = "drill"
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "Answered from the policy": ("answered", "chosen"),
    "Asked back which was meant": ("unsure",),
    "Not covered by the policy": ("not covered",),
    "Really a worry: a report was offered": ("report offered",),
}
"""What came of a question -> the counts that say so."""
KINDS: Mapping[CaseKind, str] = {
    CaseKind.ESAFETY: "Concern about a pupil",
    CaseKind.BREACH: "Concern about an adult's conduct",
    CaseKind.SITE: "Request for an official site",
}
STEPS: Mapping[str, str] = {
    "unopened": "Not opened in time",
    "unacknowledged": "Not acknowledged in time",
    "unacknowledged-head": "Not acknowledged: the headteacher was told",
    "unacknowledged-chair": "Not acknowledged: the chair was told, as a number",
}
"""Every step of the escalation clock, whether it was taken or not."""


@dataclass(frozen=True, kw_only=True)
class Waited:
    """One kind of case at one urgency: how long until it was opened and acknowledged."""

    name: str
    opened: Spans
    acknowledged: Spans


@dataclass(frozen=True, kw_only=True)
class Liked:
    """Was this right? For one clause."""

    clause: str
    answered: Tally
    needed: Tally
    missed: Tally


@dataclass(frozen=True, kw_only=True)
class TermReport:
    """All of it; no name, no reference, no exact number."""

    school: str
    policy: str
    first: date
    last: date
    weeks: tuple[date, ...]
    asked: Tally
    questions: tuple[Tally, ...]
    sections: tuple[Tally, ...]
    clauses: tuple[Liked, ...]
    cases: tuple[Tally, ...]
    waited: tuple[Waited, ...]
    unopened: Tally
    unacknowledged: Tally
    escalations: tuple[Tally, ...]
    silence: SilenceMap


@dataclass(frozen=True, kw_only=True)
class Term:
    """What the report is made from: it never leaves the making."""

    school: School
    policy: Policy
    intents: Mapping[str, Intent]
    first: date
    last: date
    asked: Sequence[Asked]
    cases: Sequence[Case]
    escalated: Iterable[tuple[str, str]]
    """Reference and step."""


def period(school: School, today: date) -> tuple[date, date]:
    """The term under way, or the last one: its halves together, up to today."""
    begun = [term for term in school.terms if term.first <= today]
    if not begun:
        return today - WITHOUT_A_TERM, today
    name = begun[-1].name.split(",")[0]
    halves = [term for term in begun if term.name.split(",")[0] == name]
    halves = [term for term in halves if (begun[-1].first - term.first) < timedelta(days=200)]
    return halves[0].first, min(begun[-1].last, today)


def report(term: Term) -> TermReport:
    """Count everything, and step every number."""
    mondays = weeks(term.first, term.last)
    counted = Counter[tuple[str, str]]()
    by_week = Counter[date]()
    of_questions = {kind for kinds in QUESTIONS.values() for kind in kinds} - {"chosen"}
    for day, what, kind, n in term.asked:
        counted[what, kind] += n
        by_week[monday(day)] += n if kind in of_questions else 0
    real = [case for case in term.cases if _counts(term, case)]
    return TermReport(
        school=term.school.name,
        policy=term.policy.title,
        first=term.first,
        last=term.last,
        weeks=mondays,
        asked=tally("", "Questions", by_week.total(), [by_week[week] for week in mondays]),
        questions=_questions(counted),
        sections=_sections(term, counted),
        clauses=_clauses(term, counted),
        cases=_cases(real),
        waited=tuple(_waited(real)),
        unopened=tally("unopened", "Not opened yet", sum(case.opened is None for case in real)),
        unacknowledged=tally(
            "unacknowledged", "Not acknowledged yet", sum(case.acknowledged is None for case in real)
        ),
        escalations=_escalations(term, real),
        silence=silence(term.asked, term.intents, term.policy, term.first, term.last),
    )


def _counts(term: Term, case: Case) -> bool:
    """Sent in these days, and no drill."""
    return term.first <= term.school.day(case.sent) <= term.last and DRILL not in case.flags


def _questions(counted: Counter[tuple[str, str]]) -> tuple[Tally, ...]:
    return tuple(
        tally(kinds[0], name, sum(n for (_, kind), n in counted.items() if kind in kinds))
        for name, kinds in QUESTIONS.items()
    )


def _answers(term: Term, counted: Counter[tuple[str, str]]) -> Counter[str]:
    """How often each clause stood first under an answer."""
    found = Counter[str]()
    for (what, kind), n in counted.items():
        intent = term.intents.get(what)
        if kind in ("answered", "chosen") and intent and intent.clauses:
            found[intent.clauses[0]] += n
    return found


def _sections(term: Term, counted: Counter[tuple[str, str]]) -> tuple[Tally, ...]:
    answers = _answers(term, counted)
    return tuple(
        tally(id, title, sum(n for clause, n in answers.items() if _section(term.policy, clause) == id))
        for id, title in term.policy.sections.items()
    )


def _section(policy: Policy, clause: str) -> str:
    return policy.clauses[clause].section if clause in policy.clauses else ""


def _clauses(term: Term, counted: Counter[tuple[str, str]]) -> tuple[Liked, ...]:
    """Only those with five or more of something: being listed must not tell anything either."""
    answers = _answers(term, counted)
    rows = []
    for clause in term.policy.clauses:
        said = (answers[clause], counted[clause, "needed"], counted[clause, "not meant"])
        if max(said) >= FEWEST:
            one, two, three = (tally(clause, clause, n) for n in said)
            rows.append(Liked(clause=clause, answered=one, needed=two, missed=three))
    return tuple(rows)


def _groups(real: Sequence[Case]) -> dict[str, list[Case]]:
    """Every kind at every urgency, also those of which there is none; a request has no urgency."""
    found: dict[str, list[Case]] = {}
    for kind, name in KINDS.items():
        of_kind = [case for case in real if case.kind is kind]
        if kind is CaseKind.SITE:
            found[name] = of_kind
            continue
        for urgency in Urgency:
            found[f"{name}, {URGENCY_WORDS[urgency]}"] = [c for c in of_kind if c.urgency is urgency]
    return found


def _cases(real: Sequence[Case]) -> tuple[Tally, ...]:
    return tuple(tally(name, name, len(cases)) for name, cases in _groups(real).items())


def _waited(real: Sequence[Case]) -> Iterable[Waited]:
    for name, cases in _groups(real).items():
        yield Waited(
            name=name,
            opened=spans(case.opened - case.sent for case in cases if case.opened),
            acknowledged=spans(case.acknowledged - case.sent for case in cases if case.acknowledged),
        )


def _escalations(term: Term, real: Sequence[Case]) -> tuple[Tally, ...]:
    """Cases by step; one that repeats every ten minutes counts once, or five could be a single case."""
    ours = {case.reference for case in real}
    plain = {(reference, re.sub(r"-\d+$", "", step)) for reference, step in term.escalated}
    taken = Counter(step for reference, step in plain if reference in ours)
    names = {**STEPS, **{id: id for id in taken if id not in STEPS and taken[id] >= FEWEST}}
    return tuple(tally(id, name, taken[id]) for id, name in names.items())
