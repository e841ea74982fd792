"""Spelling features: which words, pairs of words and pieces of words a message holds, weighted by
how telling each is. They catch what the encoder blurs, such as names, slang and misspellings.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.understanding import wording

Floats = NDArray[np.float32]
Columns = NDArray[np.int32]

_WORD = re.compile(r"[a-z0-9']+")
_SHORTEST, _LONGEST = 2, 5
LIMIT = 40_000
"""Terms kept, the commonest first, so that memory and time don't grow with the corpus."""


def word_terms(spelt: str) -> list[str]:
    """Words and pairs of neighbouring words."""
    words = ["^", *_WORD.findall(spelt), *wording.generic_words(spelt)]
    return words[1:] + [f"{left} {right}" for left, right in pairwise(words)]


def piece_terms(spelt: str) -> list[str]:
    """Runs of two to five letters inside each word, its edges included; marked with `~`."""
    pieces: list[str] = []
    for word in _WORD.findall(spelt):
        edged = f" {word} "
        for size in range(_SHORTEST, min(_LONGEST, len(edged)) + 1):
            pieces.extend(f"~{edged[at : at + size]}" for at in range(len(edged) - size + 1))
    return pieces


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The terms worth counting, in the order of their columns, and how telling each is."""

    terms: tuple[str, ...]
    weights: Floats

    @cached_property
    def _column(self) -> dict[str, int]:
        return {term: at for at, term in enumerate(self.terms)}

    def vector(self, spelt: str) -> tuple[Columns, Floats]:
        """The columns a message touches and their values; words and pieces each of length one."""
        parts = [self._part(word_terms(spelt)), self._part(piece_terms(spelt))]
        columns = np.concatenate([part[0] for part in parts])
        return columns, np.concatenate([part[1] for part in parts])

    def _part(self, terms: Iterable[str]) -> tuple[Columns, Floats]:
        known = Counter(at for term in terms if (at := self._column.get(term)) is not None)
        columns = np.fromiter(known, np.int32, len(known))
        counts = np.fromiter(known.values(), np.float32, len(known))
        values = (1 + np.log(np.maximum(counts, 1))) * self.weights[columns]
        return columns, (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)


def learn(texts: Sequence[str]) -> Vocabulary:
    """Choose the terms met in at least two messages and weigh them by their rarity."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update({*word_terms(text), *piece_terms(text)})
    usual = sorted((-count, term) for term, count in seen.items() if count > 1)[:LIMIT]
    terms = tuple(sorted(term for _, term in usual))
    counts = np.array([seen[term] for term in terms], np.float64)
    weights = np.log((1 + len(texts)) / (1 + counts)) + 1
    return Vocabulary(terms=terms, weights=weights.astype(np.float32))
