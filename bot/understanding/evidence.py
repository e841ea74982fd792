"""Weigh everything known about one message: scores, near examples, signs and tripped rules.

The same function serves training and answering, so what was learnt is what is used.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.school.matching import Intent, IntentKind
from bot.understanding import cues, tripwire

Floats = NDArray[np.float32]

KINDS: tuple[str, ...] = tuple(kind.value for kind in IntentKind)
ANSWER, ESAFETY, BREACH, URGENT, OUTSIDE = range(5)
DECISIONS = ("worry", "urgent", "breach", "outside", "right")
"""What the second table decides; `right` is whether the first clause is likely to be right."""
_LEAD = (1.0, 0.45)
_BESIDE = 0.12
RELIEF = 0.8
"""What a tripped rule leaves of the doubt that a message is a worry about a child."""
_CLAUSE_SHARE = 1.0
_STEEPNESS = 2.0
_FLOOR = 1e-4


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which intent is of which kind and rests on which clause, as tables."""

    kinds: Floats
    """(intents, 5): one where the intent is of the kind."""
    clauses: Floats
    """(answer intents and others, clauses): how strongly an intent cites a clause."""


def layout(intents: list[Intent], clauses: list[str]) -> Layout:
    """The tables for these intents and clauses."""
    kinds = np.zeros((len(intents), len(KINDS)), np.float32)
    cited = np.zeros((len(intents), len(clauses)), np.float32)
    place = {clause: at for at, clause in enumerate(clauses)}
    for row, intent in enumerate(intents):
        kinds[row, KINDS.index(intent.kind.value)] = 1
        for clause in intent.supporting:
            cited[row, place[clause]] = _BESIDE
        for rank, clause in reversed(list(enumerate(intent.clauses))):
            cited[row, place[clause]] = _LEAD[min(rank, len(_LEAD) - 1)]
    return Layout(kinds=kinds, clauses=cited)


def likeness(cosine: Floats) -> Floats:
    """How much two messages of this cosine have to do with each other: steeper than the cosine."""
    result: Floats = np.exp(_STEEPNESS * (cosine - 1))
    return result


def shares(scores: Floats, sharpness: float) -> Floats:
    """Scores as shares that add up to one."""
    raised = np.exp((scores - scores.max()) * sharpness)
    total: Floats = raised / raised.sum()
    return total


def sign_row(signs: AbstractSet[str]) -> Floats:
    """The signs of a message as zeros and ones."""
    return np.array([name in signs for name in cues.NAMES], np.float32)


def rule_row(signs: AbstractSet[str]) -> Floats:
    """The tripped rules as zeros and ones."""
    return np.array([rule.met(signs) for rule in tripwire.RULES], np.float32)


def clause_ranking(intent_shares: Floats, clause_scores: Floats, table: Layout) -> Floats:
    """How well each clause answers the message, were it a question."""
    answers = intent_shares * table.kinds[:, ANSWER]
    by_intent = answers @ table.clauses / max(float(answers.sum()), _FLOOR)
    ranked: Floats = by_intent + _CLAUSE_SHARE * np.clip(clause_scores, 0, None)
    return ranked


def row(
    *,
    intent_shares: Floats,
    kind_scores: Floats,
    ranking: Floats,
    near: Floats,
    rules: Floats,
    table: Layout,
) -> Floats:
    """All evidence as one row of numbers."""
    by_kind = np.clip(intent_shares @ table.kinds, _FLOOR, 1 - _FLOOR)
    best = np.sort(ranking)[::-1]
    answers = np.sort(intent_shares * table.kinds[:, ANSWER])[::-1]
    top = np.array([best[0], best[0] - best[1], answers[0], answers[0] - answers[1]])
    return np.concatenate([np.log(by_kind / (1 - by_kind)) / 4, kind_scores, top, near, rules]).astype(
        np.float32
    )


def relieved(chance: float, rules: Floats) -> float:
    """The chance of a worry; a tripped rule brings it nearer to certainty, never further off."""
    return 1 - (1 - chance) * RELIEF if rules.any() else chance
