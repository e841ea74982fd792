"""The policy health report, as lines for a terminal and as a page for governors."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from textwrap import fill

from bot.cli.page import heading, page, said
from bot.school.findings import Finding
from bot.school.policy import Policy, PolicyVersion
from bot.school.standards import Weight

HEADINGS: Mapping[Weight, str] = {
    Weight.FIRST: "Put right first",
    Weight.NEXT: "Put right at the next review",
    Weight.NOTE: "Good to know",
}
MEANINGS: Mapping[Weight, str] = {
    Weight.FIRST: "A child or an adult could come to harm because of these.",
    Weight.NEXT: "Wrong, missing or unclear.",
    Weight.NOTE: "No harm in themselves; mend them when the policy is opened anyway.",
}
WELL = "Nothing was found that has to be put right."
WIDE = 100
"""Characters of a line in the terminal."""
UNCONFIRMED = "Not confirmed against the primary text yet."


def text(
    findings: Sequence[Finding], policy: Policy, version: PolicyVersion | None, today: date
) -> Iterator[str]:
    """One finding after the other, each on five short lines."""
    yield f"The health of the policy: {policy.title}"
    yield _examined(policy, version, today)
    yield _summary(findings)
    for weight, found in _by_weight(findings):
        yield ""
        yield f"{HEADINGS[weight].upper()} ({len(found)}). {MEANINGS[weight]}"
        for finding in found:
            yield ""
            yield fill(f"{finding.kind}: {finding.what}", WIDE)
            for label, words in _details(finding, policy):
                yield fill(words, WIDE, initial_indent=f"  {label + ':':<8}", subsequent_indent=" " * 10)


def html(findings: Sequence[Finding], policy: Policy, version: PolicyVersion | None, today: date) -> str:
    """The same as a page."""
    parts = [said(policy.title), said(_examined(policy, version, today), soft=True), said(_summary(findings))]
    for weight, found in _by_weight(findings):
        parts += [heading(f"{HEADINGS[weight]} ({len(found)})"), said(MEANINGS[weight], soft=True)]
        parts += [_gap(finding, policy) for finding in found]
    return page("The health of the policy", parts)


def _gap(finding: Finding, policy: Policy) -> str:
    details = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(words)}</dd>" for label, words in _details(finding, policy)
    )
    return (
        f'<section class="gap {finding.weight.value}"><div class="tag">{escape(finding.kind)}</div>'
        f"<h3>{escape(finding.what)}</h3><dl>{details}</dl></section>"
    )


def _details(finding: Finding, policy: Policy) -> Iterator[tuple[str, str]]:
    yield "Why", finding.why
    yield "Do", finding.do
    places = "; ".join(_place(policy, where) for where in finding.where)
    if places:
        yield "Where", f"It would belong beside {places}" if finding.beside else places
    if finding.source:
        yield "Source", f"{finding.source}.{f' {UNCONFIRMED}' if finding.check else ''}"


def _place(policy: Policy, where: str) -> str:
    """SAF-4 (Safeguarding paragraph 4), so that it can be found in the school's document."""
    clause = policy.clauses.get(where)
    return f"{where} ({clause.at})" if clause else where


def _by_weight(findings: Sequence[Finding]) -> Iterator[tuple[Weight, list[Finding]]]:
    for weight in Weight:
        found = [finding for finding in findings if finding.weight is weight]
        if found:
            yield weight, found


def _examined(policy: Policy, version: PolicyVersion | None, today: date) -> str:
    if version is None:
        words = f"our summary, edition {policy.edition} (the school's own document has not been imported)"
    else:
        ours = len(policy.clauses) - len(version.wording)
        words = f"the school's document “{version.label}”" + (
            f", {ours} clauses in our words" if ours else ""
        )
    return f"Looked at on {today.day} {today:%B %Y}: {words}."


def _summary(findings: Sequence[Finding]) -> str:
    counts = {weight: sum(finding.weight is weight for finding in findings) for weight in Weight}
    if not counts[Weight.FIRST] + counts[Weight.NEXT]:
        return WELL
    return (
        f"{counts[Weight.FIRST]} to put right first, {counts[Weight.NEXT]} at the next review, "
        f"{counts[Weight.NOTE]} good to know."
    )
