"""The policy's health: every gap that the standards show, in words that governors can read and act on.

Pure. What is compared is the wording in force: the school's own document where it has been published, our
summary where it hasn't. Nothing legal is decided here; every claim comes from `policy/law.yml`.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.school.findings import Examined, Finding
from bot.school.matching import Intent, IntentKind, NextStep, Verdict
from bot.school.phrases import holds
from bot.school.policy import Force, Law
from bot.school.standards import Expectation, Fate, Platform, Topic, Weight

STALE = timedelta(days=365)
"""A fact that nobody has looked at for longer is reported."""
DUTIES = frozenset({Force.MUST, Force.MUST_NOT, Force.SHOULD})
NOT_WHOLE = 'Add "so far as in force".'
REPORTS = frozenset({NextStep.REPORT_ESAFETY, NextStep.REPORT_BREACH})
LEFT_OPEN = frozenset({Verdict.NOT_STATED, Verdict.PERMISSION})
"""Verdicts after which somebody has to be asked."""
TITLES: Mapping[Topic, str] = {
    Topic.ROUTE: "Missing route",
    Topic.CONTRADICTION: "Contradiction",
    Topic.AMBIGUITY: "Unclear",
}


def examine(examined: Examined) -> tuple[Finding, ...]:
    """Every gap, the weightiest first, then in the order of the policy."""
    found = [
        *_expected(examined),
        *_laws(examined),
        *_platforms(examined),
        *_reach(examined),
        *_unconfirmed(examined),
    ]
    order, places = list(Weight), list(examined.policy.clauses)

    def rank(finding: Finding) -> tuple[int, int]:
        at = [places.index(where) for where in finding.where if where in places]
        return order.index(finding.weight), min(at, default=len(places))

    return tuple(sorted(found, key=rank))


def unwell(findings: tuple[Finding, ...]) -> bool:
    """Whether anything has to be put right, notes apart."""
    return any(finding.weight is not Weight.NOTE for finding in findings)


def _expected(examined: Examined) -> Iterator[Finding]:
    for each in examined.standards.expectations:
        standing = [examined.clauses_with(phrase, each.within) for phrase in each.says]
        if not all(standing) or any(examined.has(phrase, each.within) for phrase in each.unless):
            continue
        if each.binds and _bound(examined, each) >= each.fewest:
            continue
        where = dict.fromkeys(clause for clauses in standing for clause in clauses)
        yield Finding(
            id=each.id,
            weight=each.weight,
            kind=TITLES[each.topic],
            what=each.what,
            why=each.why,
            do=each.do,
            where=tuple(where) or each.belongs,
            beside=not where,
            source=f"{each.source}, {each.dated.isoformat()}",
            check=each.check,
        )


def _bound(examined: Examined, each: Expectation) -> int:
    """How many duties bind them."""
    clauses = examined.policy.clauses.values()
    return sum(clause.force in DUTIES and holds(each.binds, clause.binds) for clause in clauses)


def _laws(examined: Examined) -> Iterator[Finding]:
    for law in examined.standards.laws.values():
        old = {title: examined.clauses_with(title) for title in law.replaces if examined.has(title)}
        for title, where in old.items():
            yield _law(law, f"law-{law.id}", "Superseded or wrong law", Weight.NEXT, where, (
                f"The policy names the {title}.",
                law.note or "It is no longer the law, or never was.",
                f"Write instead: {law.write or law.title}",
            ))  # fmt: skip
        named = [name for name in (law.title, *law.names) if examined.has(name)]
        in_force = law.starts is None or law.starts <= examined.today
        if law.expected and in_force and not named and not old:
            weight = Weight.FIRST if law.urgent else Weight.NEXT
            edition = f" ({law.edition})" if law.edition not in law.title else ""
            since = f", in force since {_day(law.starts)}" if law.starts else ""
            yield _law(law, f"missing-{law.id}", "Missing law", weight, (), (
                f"The policy doesn't name: {law.title}{edition}{since}.",
                law.expected,
                f"Add: {law.write or law.title}",
            ))  # fmt: skip
    yield from _partly(examined)


def _partly(examined: Examined) -> Iterator[Finding]:
    """Acts of which only part is left, unless the clause says so beside the name."""
    bare: dict[Law, tuple[str, ...]] = {}
    for law in examined.standards.laws.values():
        where = {id for name in (law.title, *law.names) for id in examined.clauses_with(name)}
        text = {id: examined.words(examined.policy.clauses[id]) for id in sorted(where)}
        left = tuple(id for id in text if not any(holds(words, text[id]) for words in law.mended))
        if law.partly and left:
            bare[law] = left
    if bare:
        newest = max(law.dated for law in bare)
        yield Finding(
            id="partly",
            weight=Weight.NOTE,
            kind="Law in force in part",
            what=f"Named as if all of each were in force: {'; '.join(law.title for law in bare)}.",
            why="Parts have been repealed or replaced since, so these Acts say less than they seem to.",
            do=" ".join(dict.fromkeys(f"{law.title}: {law.write or NOT_WHOLE}" for law in bare)),
            where=tuple(dict.fromkeys(id for ids in bare.values() for id in ids)),
            source=f"{next(iter(bare)).source}, looked at on {_day(newest)}",
            check=any(law.check for law in bare),
        )


def _law(
    law: Law, id: str, kind: str, weight: Weight, where: tuple[str, ...], said: tuple[str, str, str]
) -> Finding:
    what, why, do = said
    return Finding(
        id=id,
        weight=weight,
        kind=kind,
        what=what,
        why=why,
        do=(do if do.endswith((".", '"')) else f"{do}.")
        + (" Have that confirmed first." if law.check else ""),
        where=where,
        source=f"{law.source}; edition {law.edition}, looked at on {_day(law.dated)}",
        check=law.check,
    )


def _platforms(examined: Examined) -> Iterator[Finding]:
    missing: list[Platform] = []
    old: dict[Platform, tuple[str, ...]] = {}
    for each in examined.standards.platforms:
        names = (each.name, *each.names)
        where = tuple(dict.fromkeys(id for name in names for id in examined.clauses_with(name)))
        if each.fate is Fate.EXPECTED:
            missing += [] if any(examined.has(name) for name in names) else [each]
        elif where:
            old[each] = where
    if old:
        yield _old(old)
    if missing:
        listed = ", ".join(each.name for each in missing)
        yield Finding(
            id="platforms-missing",
            weight=Weight.NOTE,
            kind="Platforms",
            what=f"Platforms that pupils and staff use now aren't named: {listed}.",
            why="The rules hold for any medium, but a list of old names reads as if the rules were old.",
            do="Name them as examples, and keep the sentence that the rules hold whatever the medium.",
            where=("SCO-3",) if "SCO-3" in examined.policy.clauses else (),
            beside=True,
            source=f"{missing[0].source}, {missing[0].dated.isoformat()}",
            check=any(each.check for each in missing),
        )


def _old(old: Mapping[Platform, tuple[str, ...]]) -> Finding:
    fates = {Fate.GONE: "closed", Fate.FADING: "little used now", Fate.RENAMED: "renamed"}
    told = [
        f"{each.name} ({f'now called {each.now}' if each.now else fates[each.fate]}{_unsure(each.check)})"
        for each in old
    ]
    return Finding(
        id="platforms-old",
        weight=Weight.NOTE,
        kind="Platforms",
        what=f"The policy names platforms that have changed or faded: {', '.join(told)}.",
        why="A reader may think that the rules are as old as their examples.",
        do="Use today's names, leave out what is gone, and name what is in use.",
        where=tuple(dict.fromkeys(id for ids in old.values() for id in ids)),
        source=f"{next(iter(old)).source}, as of {_day(max(each.dated for each in old))}",
        check=any(each.check for each in old),
    )


def _unsure(check: bool) -> str:
    return ", as far as we know" if check else ""


def _reach(examined: Examined) -> Iterator[Finding]:
    """Clauses that no question leads to, and answers that lead nowhere."""
    intents = examined.intents.values()
    reached = {clause for intent in intents for clause in (*intent.clauses, *intent.supporting)}
    lost = tuple(id for id in examined.policy.clauses if id not in reached)
    if lost:
        yield Finding(
            id="unreached",
            weight=Weight.NEXT,
            kind="Clause that no answer uses",
            what=f"No question leads to {'this clause' if len(lost) == 1 else 'these clauses'}.",
            why="Staff who ask Usher never hear of it.",
            do="Add the clause to an answer in the intents folder, or ask whether the policy needs it.",
            where=lost,
        )
    stuck = [intent for intent in intents if _stuck(intent)]
    if stuck:
        listed = ", ".join(f"“{intent.title}”" for intent in stuck)
        yield Finding(
            id="no-route",
            weight=Weight.NEXT,
            kind="Answer without a next step",
            what=f"These answers leave something open and don't say whom to ask: {listed}.",
            why="Somebody who asks and hears “not stated” needs to know where to go.",
            do='Give each a "next" in the intents folder, such as "ask the headteacher".',
            where=tuple(dict.fromkeys(clause for intent in stuck for clause in intent.clauses[:1])),
        )


def _stuck(intent: Intent) -> bool:
    if intent.kind in (IntentKind.REPORT_ESAFETY, IntentKind.REPORT_BREACH, IntentKind.URGENT):
        return intent.next not in REPORTS
    return intent.verdict in LEFT_OPEN and intent.next is NextStep.NONE


def _unconfirmed(examined: Examined) -> Iterator[Finding]:
    """Facts that are marked [check], and facts that nobody has looked at for a year."""
    standards = examined.standards
    marked = [law.title for law in standards.laws.values() if law.check]
    marked += [f"what has become of {platform.name}" for platform in standards.platforms if platform.check]
    marked += [each.what for each in standards.expectations if each.check]
    kept = [rule.kind for rule in examined.retention.values() if rule.check]
    if marked:
        yield _fact("unconfirmed-law", "law.yml", "No primary text has confirmed: " + "; ".join(marked) + ".")
    if kept:
        what = "How long these are kept has not been confirmed by their owner: " + ", ".join(kept) + "."
        yield _fact("unconfirmed-retention", "school.yml", what)
    facts = [(law.title, law.dated) for law in standards.laws.values()]
    facts += [(platform.name, platform.dated) for platform in standards.platforms]
    facts += [(each.id, each.dated) for each in standards.expectations]
    stale = [name for name, dated in facts if examined.today - dated > STALE]
    if stale:
        what = f"Nobody has looked for more than a year at: {'; '.join(stale)}."
        yield _fact("stale", "law.yml", what)


def _fact(id: str, file: str, what: str) -> Finding:
    return Finding(
        id=id,
        weight=Weight.NOTE,
        kind="To be confirmed",
        what=what,
        why="Usher marks what isn't confirmed, and a school shouldn't rely on it.",
        do='Look it up, correct it, then set its "date" or take "check" away.',
        where=(file,),
    )


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
