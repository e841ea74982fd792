"""The first table's arithmetic: ridge regression on likeness, spelling and signs, solved exactly.

Likeness to some landmarks stands for the whole curved space of meanings, and the many spelling
features are first folded into fewer by adding them up with fixed random signs. So the work grows
evenly with the phrasings, and leaving voices out costs one more small solution for each fold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.understanding import evidence

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]

RIDGE = 1.0
MEANING = 3.0
SPELLING = 0.5
SIGNS = 0.05
BASE = 0.5
LANDMARKS = 1024
"""Examples that likeness is measured to: the cost of an answer stays flat as phrasings grow."""
FOLDED = 2048
_STEADY = 1e-3
_SEED = 2026


@dataclass(frozen=True, kw_only=True)
class Design:
    """Every phrasing as one row of numbers, and the way back from those to the engine's tables."""

    rows: Floats
    bridge: Doubles
    """Takes what was learnt about whitened likeness back to likeness itself."""
    folding: NDArray[np.int8]

    def tables(self, learnt: Doubles, vocabulary: int) -> tuple[Floats, Floats, Floats, Floats]:
        """What was learnt for landmarks, terms, signs and the constant."""
        near, spelt = len(self.bridge), self.folding.shape[1]
        terms = (self.folding.astype(np.float32) / np.sqrt(spelt)) @ learnt[near : near + spelt]
        meaning = np.sqrt(MEANING) * self.bridge @ learnt[:near]
        signs = np.sqrt(SIGNS) * learnt[near + spelt : -1]
        return (
            meaning.astype(np.float32),
            (np.sqrt(SPELLING) * terms).astype(np.float32)[:vocabulary],
            signs.astype(np.float32),
            (np.sqrt(BASE) * learnt[-1]).astype(np.float32),
        )


def design(meaning: Floats, landmarks: Rows, spelling: Any, signs: Floats) -> Design:  # noqa: ANN401 - scipy has no types
    """Put likeness, folded spelling, signs and a constant side by side."""
    near = evidence.likeness(meaning @ meaning[landmarks].T).astype(np.float64)
    among = near[landmarks] + _STEADY * np.eye(len(landmarks))
    bridge = np.linalg.inv(np.linalg.cholesky(among)).T
    folding = _folding(spelling.shape[1])
    spelt = spelling @ (folding.astype(np.float32) / np.sqrt(folding.shape[1]))
    parts = (
        np.sqrt(MEANING) * near @ bridge,
        np.sqrt(SPELLING) * spelt,
        np.sqrt(SIGNS) * signs,
        np.full((len(meaning), 1), np.sqrt(BASE)),
    )
    return Design(rows=np.hstack(parts).astype(np.float32), bridge=bridge, folding=folding)


def _folding(terms: int) -> NDArray[np.int8]:
    """Fixed random signs, the same on every machine."""
    drawn = np.random.default_rng(_SEED).integers(0, 2, size=(terms, FOLDED), dtype=np.int8)
    signs: NDArray[np.int8] = drawn * np.int8(2) - np.int8(1)
    return signs


def fit(made: Design, wanted: Doubles, weights: Doubles, folds: Sequence[Rows]) -> tuple[Doubles, Doubles]:
    """What was learnt from all rows, and what each row scores when its fold is left out."""
    rows = made.rows
    heavy = rows * weights[:, None].astype(np.float32)
    square = (heavy.T @ rows).astype(np.float64)
    target = (heavy.T @ wanted.astype(np.float32)).astype(np.float64)
    scores: Doubles = np.empty_like(wanted)
    for fold in folds:
        part = heavy[fold].T
        rest = _solved(square - part @ rows[fold], target - part @ wanted[fold].astype(np.float32))
        scores[fold] = rows[fold] @ rest
    return _solved(square, target), scores


def _solved(square: Doubles, target: Doubles) -> Doubles:
    """The ridge solution of one system."""
    from scipy.linalg import cho_factor, cho_solve

    held = square + RIDGE * np.eye(len(square))
    factor = cho_factor(held, overwrite_a=True, check_finite=False)
    solution: Doubles = cho_solve(factor, target, check_finite=False)
    return solution
