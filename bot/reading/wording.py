"""How alike two wordings are, whatever words they choose; and where a text breaks into sentences."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

SENTENCE = re.compile(r"[.!?][\"'”’)\]]*(\s+)(?=[\"'“‘(]*[A-Z])")
ABBREVIATED = re.compile(r"(?:^|[\s(])(?:e\.g|i\.e|cf|vs|mr|mrs|ms|dr|st|no|incl|approx)\.$", re.IGNORECASE)
WORD = re.compile(r"[a-z0-9]+")
STEM = 5
"""Letters of a word that count: "defame" and "defamation" are the same."""
BY_WORDS = 0.75
"""Share of the weighted words in the whole; the rest is the order of letters."""


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a line of text. Joined by one space they are the text again."""
    found, start = list[str](), 0
    for gap in SENTENCE.finditer(text):
        if not ABBREVIATED.search(text[start : gap.start(1)]):
            found.append(text[start : gap.start(1)])
            start = gap.end(1)
    return (*found, text[start:])


def stems(text: str) -> list[str]:
    """The beginnings of its words."""
    return [word[:STEM] for word in WORD.findall(text.casefold().replace("’", "").replace("'", ""))]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Weighs words by how rare they are among all the texts at hand, so that "staff" says little."""

    rarity: Mapping[str, float]

    def vector(self, text: str) -> Mapping[str, float]:
        """The text's words, weighed, as a vector of length one."""
        counts = Counter(stems(text))
        raw = {stem: math.sqrt(count) * self.rarity.get(stem, 1.0) for stem, count in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {stem: weight / length for stem, weight in raw.items()}


def scale(texts: Iterable[str]) -> Scale:
    """The scale for a set of texts."""
    found = [set(stems(text)) for text in texts]
    counts = Counter(stem for each in found for stem in each)
    return Scale(rarity={stem: math.log((1 + len(found)) / (0.5 + n)) for stem, n in counts.items()})


def likeness(one: str, other: str, first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """From 0, nothing in common, to 1, the same. The vectors are the texts' own."""
    shared = sum(weight * second.get(stem, 0.0) for stem, weight in first.items())
    letters = fuzz.token_sort_ratio(one, other) / 100
    return BY_WORDS * shared + (1 - BY_WORDS) * letters
