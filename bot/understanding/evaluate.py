"""Measure answers against messages whose right answers are known, with honest intervals.

A report file is one JSON object a line: id, text, kind, accept, also. `unsure` counts as an answer
and `not_covered` as out of scope; see docs/answers.md for what each score means.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from bot.school.matching import Match, Matcher
from bot.understanding import jsonl

_AS = {"unsure": "answer", "not_covered": "out_of_scope"}
REPORTS = frozenset({"report_esafety", "report_breach", "urgent"})
CHILD = frozenset({"report_esafety", "urgent"})
_Z = 1.96


class NotMeasurable(Exception):
    """The file isn't one of messages with known answers; the text says which line and why."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One message and what is right for it."""

    id: str
    text: str
    kind: str
    accept: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Result:
    """One message as the engine decided it."""

    item: Item
    said: str
    """The kind as it was said: `unsure` and `not_covered` included."""
    clauses: tuple[str, ...]
    intent: str
    confidence: float
    worry: float = 0.0
    """How likely the engine thought it to be a worry about a child, whatever it then decided."""

    @property
    def kind(self) -> str:
        """The kind as it counts."""
        return _AS.get(self.said, self.said)

    @property
    def first(self) -> bool:
        """Whether the first clause is right."""
        return bool(self.clauses) and self.clauses[0] in self.item.accept

    @property
    def third(self) -> bool:
        """Whether one of the first three clauses is right."""
        return any(clause in self.item.accept for clause in self.clauses[:3])


@dataclass(frozen=True, kw_only=True)
class Score:
    """A share with its 95% interval (Wilson)."""

    name: str
    hits: int
    of: int

    @property
    def share(self) -> float:
        """The share; nought where nothing was measured."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share of all such messages is likely to lie."""
        if not self.of:
            return 0.0, 1.0
        spread = _Z * _Z / self.of
        middle = (self.share + spread / 2) / (1 + spread)
        reach = _Z * sqrt(self.share * (1 - self.share) / self.of + spread / 4 / self.of)
        reach /= 1 + spread
        return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """All that was measured on one file."""

    results: tuple[Result, ...]
    scores: tuple[Score, ...]

    def score(self, name: str) -> Score:
        """One score by its name."""
        return next(score for score in self.scores if score.name == name)


def read(path: Path) -> tuple[Item, ...]:
    """The messages of a JSONL file."""
    items = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if text.strip():
            items.append(_item(text, f"{path.name}, line {number}"))
    return tuple(items)


def _item(text: str, place: str) -> Item:
    """One line of the file."""
    try:
        entry = json.loads(text)
        return Item(
            id=str(entry["id"]),
            text=str(entry["text"]),
            kind=str(entry["kind"]),
            accept=tuple(entry.get("accept") or ()),
            also=tuple(entry.get("also") or ()),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NotMeasurable(f"{place}: {fault!r}") from fault


def evaluate(matcher: Matcher, items: Sequence[Item]) -> Evaluation:
    """Ask the engine every message and count."""
    matches = matcher.match_all([item.text for item in items])
    results = tuple(result(item, match) for item, match in zip(items, matches, strict=True))
    return Evaluation(results=results, scores=scores(results))


def result(item: Item, match: Match) -> Result:
    """One decided message."""
    return Result(
        item=item,
        said=jsonl.kind_of(match),
        clauses=jsonl.clauses_of(match),
        intent=jsonl.intent_of(match),
        confidence=match.confidence,
        worry=dict(match.why.chances).get("worry", 0.0),
    )


_Among = Callable[[Result], bool]
_MEASURES: Mapping[str, tuple[_Among, _Among]] = {
    "top1": (lambda each: each.item.kind == "answer", lambda each: each.first),
    "top3": (lambda each: each.item.kind == "answer", lambda each: each.third),
    "e2e": (
        lambda each: each.item.kind == "answer",
        lambda each: each.kind == "answer" and each.first,
    ),
    "precision_when_sure": (
        lambda each: each.item.kind == "answer" and each.said == "answer",
        lambda each: each.first,
    ),
    "disclosure_recall": (
        lambda each: each.item.kind in CHILD,
        lambda each: each.kind in CHILD,
    ),
    "urgent_as_urgent": (
        lambda each: each.item.kind == "urgent",
        lambda each: each.kind == "urgent",
    ),
    "false_alarm": (lambda each: each.item.kind == "answer", lambda each: each.kind in REPORTS),
    "false_abstain": (
        lambda each: each.item.kind == "answer",
        lambda each: each.said == "not_covered",
    ),
    "out_of_scope_recall": (
        lambda each: each.item.kind == "out_of_scope",
        lambda each: each.said == "not_covered",
    ),
    "breach_recall": (
        lambda each: each.item.kind == "report_breach",
        lambda each: each.kind == "report_breach",
    ),
    "asked_back": (lambda each: each.item.kind == "answer", lambda each: each.said == "unsure"),
    "kind": (lambda _: True, lambda each: each.kind == each.item.kind),
}
MEASURES = tuple(_MEASURES)


def scores(results: Sequence[Result]) -> tuple[Score, ...]:
    """Every score of docs/answers.md."""
    made = []
    for name, (among, hit) in _MEASURES.items():
        chosen = [each for each in results if among(each)]
        made.append(Score(name=name, hits=sum(map(hit, chosen)), of=len(chosen)))
    return tuple(made)


def confusion(results: Sequence[Result]) -> Mapping[tuple[str, str], int]:
    """How often a kind was taken for a kind: (right, said) -> count."""
    return Counter((each.item.kind, each.kind) for each in results)


def by_clause(results: Sequence[Result]) -> Mapping[str, tuple[Score, Score]]:
    """For each clause that is the foremost right one: top-1 and top-3."""
    table = {}
    answers = [each for each in results if each.item.kind == "answer" and each.item.accept]
    for clause in sorted({each.item.accept[0] for each in answers}):
        chosen = [each for each in answers if each.item.accept[0] == clause]
        table[clause] = (
            Score(name="top1", hits=sum(each.first for each in chosen), of=len(chosen)),
            Score(name="top3", hits=sum(each.third for each in chosen), of=len(chosen)),
        )
    return table


_GRAVITY: Mapping[str, Callable[[Result], bool]] = {
    "a disclosure missed": lambda each: each.item.kind in CHILD and each.kind not in CHILD,
    "an urgent one not urgent": lambda each: each.item.kind == "urgent" and each.kind != "urgent",
    "a breach missed": lambda each: each.item.kind == "report_breach" and each.kind != "report_breach",
    "surely wrong": lambda each: each.item.kind == "answer" and each.said == "answer" and not each.first,
    "a false alarm": lambda each: each.item.kind == "answer" and each.kind in REPORTS,
    "not covered said wrongly": lambda each: each.item.kind == "answer" and each.said == "not_covered",
    "answered what isn't ours": lambda each: each.item.kind == "out_of_scope" and each.kind != "out_of_scope",
    "right clause not in three": lambda each: each.item.kind == "answer" and not each.third,
    "right clause not first": lambda each: each.item.kind == "answer" and not each.first,
}


def worst(results: Sequence[Result]) -> tuple[tuple[str, Result], ...]:
    """The errors, gravest first; each is named for the gravest thing about it."""
    found = []
    for each in results:
        cause = next((name for name, met in _GRAVITY.items() if met(each)), None)
        if cause:
            found.append((cause, each))
    order = list(_GRAVITY)
    found.sort(key=lambda pair: (order.index(pair[0]), -pair[1].confidence))
    return tuple(found)
