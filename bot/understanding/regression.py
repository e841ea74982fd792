"""The first table's arithmetic: kernel ridge regression on likeness, spelling and signs.

Solved outright, in single precision for speed, and then refined in double precision, so that every
machine learns the same. Leaving a fold of voices out costs one smaller solution.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.understanding import evidence

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]
Features = tuple[Floats, Any, Floats]
"""Meaning, spelling (a scipy matrix) and signs of some messages, a row each."""

RIDGE = 1.0
MEANING = 3.0
SPELLING = 0.5
SIGNS = 0.05
BASE = 0.5
_BLOCK = 512


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """What every example, term and sign, and the constant, add to each score."""

    meaning: Floats
    terms: Floats
    signs: Floats
    bias: Floats
    unheard: Floats
    """What each phrasing scores when its fold is left out."""


def learn(
    *,
    meaning: Floats,
    spelling: Any,  # noqa: ANN401 - a scipy matrix, untyped
    signs: Floats,
    wanted: Floats,
    weights: Floats,
    folds: Sequence[Rows],
) -> Learnt:
    """Learn from all rows, and find what each would score had its fold been left out."""
    alike = kernel(meaning, spelling, signs)
    found = refined(alike, wanted, weights)
    return Learnt(
        meaning=np.float32(MEANING) * found,
        terms=np.float32(SPELLING) * (spelling.T @ found),
        signs=np.float32(SIGNS) * (signs.T @ found),
        bias=np.float32(BASE) * found.sum(axis=0),
        unheard=unheard(alike, wanted, weights, folds),
    )


def kernel(meaning: Floats, spelling: Any, signs: Floats) -> Floats:  # noqa: ANN401 - see learn
    """How alike any two phrasings are in meaning, spelling and signs."""
    these = (meaning, spelling, signs)
    return between(these, these)


def between(ours: Features, theirs: Features) -> Floats:
    """How alike each of ours is to each of theirs; some rows at a time, to save room."""
    alike = np.empty((len(ours[0]), len(theirs[0])), np.float32)
    for start in range(0, len(alike), _BLOCK):
        rows = slice(start, start + _BLOCK)
        some = np.float32(MEANING) * evidence.likeness(ours[0][rows] @ theirs[0].T)
        some += np.float32(SPELLING) * (ours[1][rows] @ theirs[1].T).toarray()
        some += np.float32(SIGNS) * (ours[2][rows] @ theirs[2].T) + np.float32(BASE)
        alike[rows] = some
    return alike


def solver(alike: Floats, weights: Floats) -> Callable[[Floats], Floats]:
    """The ridge problem taken apart once, to be solved for whatever is wanted, to single precision."""
    from scipy.linalg import cho_factor, cho_solve

    held = alike.copy()
    held[np.diag_indices_from(held)] += np.float32(RIDGE) / weights
    factor = cho_factor(held, lower=True, overwrite_a=True, check_finite=False)
    return lambda wanted: cho_solve(factor, wanted, check_finite=False)


def refined(alike: Floats, wanted: Floats, weights: Floats) -> Floats:
    """The solution, with what was missed solved for once more, the miss taken in doubles."""
    solve = solver(alike, weights)
    found = solve(wanted)
    missed = np.empty_like(wanted)
    exact = found.astype(np.float64)
    for start in range(0, len(alike), _BLOCK):
        rows = slice(start, start + _BLOCK)
        got = alike[rows].astype(np.float64) @ exact
        got += exact[rows] * (RIDGE / weights[rows].astype(np.float64))[:, None]
        missed[rows] = (wanted[rows] - got).astype(np.float32)
    better: Floats = found + solve(missed)
    return better


def unheard(alike: Floats, wanted: Floats, weights: Floats, folds: Sequence[Rows]) -> Floats:
    """What each row scores when its fold is left out."""
    scores = np.empty_like(wanted)
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(alike)), fold)
        found = solver(alike[np.ix_(rest, rest)], weights[rest])(wanted[rest])
        scores[fold] = alike[np.ix_(fold, rest)] @ found
    return scores
