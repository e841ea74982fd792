"""Learn how to weigh the evidence, where to set each threshold, and how sure "sure" is.

Everything here is learnt from scores of voices that the first table hadn't heard (see `training`),
never from an evaluation file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.school.matching import Intent
from bot.understanding import evidence, logistic
from bot.understanding.evidence import ANSWER, BREACH, ESAFETY, KINDS, OUTSIDE, URGENT, Layout

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]

PENALTY = 10.0
SHARPNESS = tuple(float(value) for value in range(4, 80, 2))
WORRY_RECALL = 0.99
WORRY_FALSE = 0.04
URGENT_RECALL = 0.93
BREACH_RECALL = 0.95
BREACH_FALSE = 0.03
OUTSIDE_FALSE = 0.035
SURE_PRECISION = 0.94
_NEVER = 2.0
"""A limit above every chance, for a kind that the school has no phrasings of."""


@dataclass(frozen=True, kw_only=True)
class Unheard:
    """Honest scores of every phrasing, and what would have been right."""

    scores: Floats
    near: Floats
    """(phrasings, 5): likeness to the nearest example of each kind in another voice."""
    rules: Floats
    """(phrasings, rules): one where the phrasing trips the rule."""
    kinds: NDArray[np.int64]
    intents: NDArray[np.int64]
    accepted: Sequence[frozenset[int]]

    def only(self, rows: NDArray[np.intp]) -> "Unheard":
        """Some of the phrasings."""
        return Unheard(
            scores=self.scores[rows],
            near=self.near[rows],
            rules=self.rules[rows],
            kinds=self.kinds[rows],
            intents=self.intents[rows],
            accepted=[self.accepted[row] for row in rows],
        )


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """The second table, its thresholds, and the sharpness of the first one's shares."""

    table: Floats
    bias: Floats
    thresholds: Floats
    sharpness: float


def sharpness(scores: Floats, intents: NDArray[np.int64]) -> float:
    """The sharpness under which the right intents get the highest likelihood."""
    rows = np.arange(len(scores))
    best, found = -np.inf, SHARPNESS[0]
    for value in SHARPNESS:
        raised = scores * value
        raised -= raised.max(axis=1, keepdims=True)
        total = np.log(np.exp(raised).sum(axis=1))
        likely = float((raised[rows, intents] - total).mean())
        if likely > best:
            best, found = likely, value
    return found


def weigh(known: Unheard, table: Layout) -> Weighed:
    """Fit every decision and set its threshold."""
    intents = len(table.kinds)
    sharp = sharpness(known.scores[:, :intents], known.intents)
    rows, right = _rows(known, table, sharp)
    worry = np.isin(known.kinds, (ESAFETY, URGENT))
    answer = known.kinds == ANSWER
    cases = (
        (worry, np.ones_like(worry)),
        (known.kinds == URGENT, worry),
        (known.kinds == BREACH, np.ones_like(worry)),
        (known.kinds == OUTSIDE, np.ones_like(worry)),
        (right, answer),
    )
    columns = [_decision(rows, wanted, among) for wanted, among in cases]
    fitted = np.stack(columns, axis=1)
    chances = logistic.chance(rows @ fitted[:-1] + fitted[-1])
    worries = zip(chances[:, 0].tolist(), known.rules, strict=True)
    chances[:, 0] = [evidence.relieved(chance, rules) for chance, rules in worries]
    return Weighed(
        table=fitted[:-1].astype(np.float32),
        bias=fitted[-1].astype(np.float32),
        thresholds=np.round(_thresholds(chances, known.kinds, right), 3),
        sharpness=sharp,
    )


def _rows(known: Unheard, table: Layout, sharp: float) -> tuple[Doubles, Flags]:
    """The evidence of every phrasing, and whether its first clause would have been right."""
    intents, clauses = table.clauses.shape
    rows, right = [], []
    for at in range(len(known.scores)):
        scores = known.scores[at].astype(np.float32)
        shares = evidence.shares(scores[:intents], sharp)
        ranking = evidence.clause_ranking(shares, scores[intents : intents + clauses], table)
        right.append(int(ranking.argmax()) in known.accepted[at])
        rows.append(
            evidence.row(
                intent_shares=shares,
                kind_scores=scores[intents + clauses :],
                ranking=ranking,
                near=known.near[at],
                rules=known.rules[at],
                table=table,
            )
        )
    return np.stack(rows).astype(np.float64), np.array(right)


def _decision(rows: Doubles, wanted: Flags, among: Flags) -> Doubles:
    """One decision, learnt among the phrasings that it can arise for; both sides weigh the same."""
    chosen = wanted[among]
    common = max(int(chosen.sum()), 1) / max(len(chosen), 1)
    weights = np.where(chosen, 0.5 / max(common, 0.05), 0.5 / max(1 - common, 0.05))
    if chosen.all() or not chosen.any():
        return np.append(np.zeros(rows.shape[1]), 5.0 if chosen.all() else -5.0)
    return logistic.fit(rows[among], chosen.astype(float), penalty=PENALTY, weights=weights)


def _thresholds(chances: Doubles, kinds: NDArray[np.int64], right: Flags) -> Floats:
    """Where each decision says yes."""
    answer = kinds == ANSWER
    worry = np.isin(kinds, (ESAFETY, URGENT))
    yes = (worry, kinds == URGENT, kinds == BREACH, kinds == OUTSIDE, right & answer)
    limits = (
        max(
            _keeping(chances[worry, 0], WORRY_RECALL),
            _refusing(chances[answer, 0], WORRY_FALSE),
        ),
        _keeping(chances[yes[1], 1], URGENT_RECALL),
        max(
            _keeping(chances[yes[2], 2], BREACH_RECALL),
            _refusing(chances[answer, 2], BREACH_FALSE),
        ),
        _refusing(chances[answer, 3], OUTSIDE_FALSE),
        _precise(chances[answer, 4], right[answer], SURE_PRECISION),
    )
    known = zip(limits, yes, strict=True)
    return np.array([limit if any_.any() else _NEVER for limit, any_ in known], np.float32)


def _keeping(chances: Doubles, share: float) -> float:
    """The highest threshold that still says yes to this share of what deserves it."""
    return float(np.quantile(chances, 1 - share)) if len(chances) else 0.5


def _refusing(chances: Doubles, share: float) -> float:
    """The lowest threshold that says yes to no more than this share of what doesn't deserve it."""
    return float(np.quantile(chances, 1 - share)) if len(chances) else 0.5


def _precise(chances: Doubles, right: Flags, share: float) -> float:
    """The lowest threshold above which at least this share is right."""
    if not len(chances):
        return 0.5
    order = np.argsort(-chances, kind="stable")
    good = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(good >= share)
    return float(chances[order[enough[-1]]]) if len(enough) else 1.0


def accepted_places(wanted: Sequence[Sequence[str]], clauses: Sequence[str]) -> list[frozenset[int]]:
    """Accepted clauses as column numbers."""
    place: Mapping[str, int] = {clause: at for at, clause in enumerate(clauses)}
    return [frozenset(place[clause] for clause in each) for each in wanted]


def kind_numbers(intents: Sequence[Intent]) -> NDArray[np.int64]:
    """The kind of each intent as a number."""
    return np.array([KINDS.index(intent.kind.value) for intent in intents], np.int64)
