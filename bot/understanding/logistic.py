"""A small logistic regression: a few dozen columns, solved by Newton's method, always the same."""

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
_STEPS = 30
_CLOSE = 1e-8


def chance(score: Doubles) -> Doubles:
    """Scores as chances between nought and one."""
    result: Doubles = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
    return result


def fit(rows: Doubles, wanted: Doubles, *, penalty: float, weights: Doubles) -> Doubles:
    """The weight of each column, the last one being the constant; weights pull towards nought."""
    table = np.hstack([rows, np.ones((len(rows), 1))])
    pull = np.full(table.shape[1], penalty)
    pull[-1] = _CLOSE
    found = np.zeros(table.shape[1])
    for _ in range(_STEPS):
        likely = chance(table @ found)
        slope = table.T @ (weights * (likely - wanted)) + pull * found
        curve = (table * (weights * likely * (1 - likely))[:, None]).T @ table + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        found = found - step
        if float(np.abs(step).max()) < _CLOSE:
            break
    return found
