"""Finding a phrase in a policy: "a & b" both in one clause, "a | b" either, "*" the rest of a word."""

import re
from functools import cache

CURLED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "\u2011": "-", "\u2010": "-"})


def holds(phrase: str, text: str) -> bool:
    """Whether a clause's words hold a phrase, whatever their case, spacing and quotation marks."""
    plain = " ".join(text.translate(CURLED).split())
    return any(all(_part(part).search(plain) for part in way) for way in _ways(phrase))


@cache
def _ways(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The alternatives, each with the parts that must stand together."""
    return tuple(tuple(part.strip() for part in way.split(" & ")) for way in phrase.split(" | "))


@cache
def _part(part: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in part.translate(CURLED).split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
