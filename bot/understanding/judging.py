"""Work out everything about one message before anything is decided about it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from bot.understanding import cues, embedding, evidence, heads, logistic
from bot.understanding.evidence import DECISIONS, KINDS

Floats = NDArray[np.float32]

CHANCE_DIGITS = 4
_SHOWN_NEAR = 3


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Everything worked out about one message before deciding."""

    shares: Floats
    ranking: Floats
    chances: Mapping[str, float]
    signs: frozenset[str]
    rules: Floats
    near: tuple[tuple[float, str, str], ...]


class Judge:
    """The learnt heads at work on one message at a time."""

    def __init__(
        self,
        learnt: heads.Heads,
        encoder: embedding.Encoder,
        layout: evidence.Layout,
        without: AbstractSet[str] = frozenset(),
    ) -> None:
        """A judge that leaves out the parts named in `without` (for ablations)."""
        self._learnt = learnt
        self._encoder = encoder
        self._layout = layout
        self._without = without
        self._blas = _blas()

    def judge(self, spelt: str) -> Judged:
        """Scores, shares, signs and chances for a spelt-out message.

        On one thread: small products only wait for each other on several (0.5 ms against 16 ms on
        two busy cores), and the order of adding up stays the same.
        """
        with self._blas.limit(limits=1):
            return self._judged(spelt)

    def _judged(self, spelt: str) -> Judged:
        """The work itself."""
        signs, alike = cues.find(spelt), self._alike(spelt)
        near = by_kind(alike, self._learnt.tables.example_kinds)
        return self.weigh(signs, self.scores(spelt, signs, alike), near, self._near(alike))

    def scores(self, spelt: str, signs: frozenset[str], alike: Floats) -> Floats:
        """The raw score of every intent, clause and kind."""
        return self._learnt.scores(
            evidence.likeness(alike),
            self._learnt.vocabulary.vector(spelt),
            evidence.sign_row(frozenset() if "signs" in self._without else signs),
        )

    def weigh(
        self,
        signs: frozenset[str],
        scores: Floats,
        near: Floats,
        examples: tuple[tuple[float, str, str], ...] = (),
    ) -> Judged:
        """What these scores, and the likeness to the nearest example of each kind, come to."""
        names, tables = self._learnt.names, self._learnt.tables
        rules = evidence.rule_row(frozenset() if "tripwire" in self._without else signs)
        intents, clauses = len(names.intents), len(names.clauses)
        shares = evidence.shares(scores[:intents], float(tables.sharpness[0]))
        ranking = evidence.clause_ranking(shares, scores[intents : intents + clauses], self._layout)
        row = evidence.row(
            intent_shares=shares,
            kind_scores=scores[intents + clauses :],
            ranking=ranking,
            near=near,
            rules=rules,
            table=self._layout,
        )
        chances = logistic.chance((row @ tables.evidence + tables.evidence_bias).astype(float))
        return Judged(
            shares=shares,
            ranking=ranking,
            chances={
                name: round(float(value), CHANCE_DIGITS)
                for name, value in zip(DECISIONS, chances, strict=True)
            },
            signs=signs,
            rules=rules,
            near=examples,
        )

    def _alike(self, spelt: str) -> Floats:
        """The likeness in meaning to every example kept."""
        meaning = self._encoder.embed(spelt)
        return self._learnt.tables.examples @ (meaning * 0 if "encoder" in self._without else meaning)

    def _near(self, alike: Floats) -> tuple[tuple[float, str, str], ...]:
        """The phrasings most like the message."""
        few = np.argpartition(-alike, min(_SHOWN_NEAR, len(alike) - 1))[:_SHOWN_NEAR]
        best = sorted(few.tolist(), key=lambda at: (-round(float(alike[at]), 3), at))
        return tuple((round(float(alike[at]), 3), *self._learnt.names.near[int(at)]) for at in best)


def _blas() -> ThreadpoolController:
    """The number-crunching libraries whose threads can be limited."""
    found: ThreadpoolController = ThreadpoolController().select(user_api="blas")
    return found


def by_kind(alike: Floats, kinds: NDArray[np.int32]) -> Floats:
    """The likeness to the nearest example of each kind."""
    return np.array([alike[kinds == kind].max(initial=0.0) for kind in range(len(KINDS))], np.float32)
