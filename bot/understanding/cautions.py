"""What to think about before a phrasing is kept: is it said already, does it name or reach a person?"""

import re
from collections.abc import Collection, Iterator, Sequence

from bot.school.matching import Phrasing, Reason

COPY = 0.95
"""Likeness in meaning from which a phrasing teaches the engine next to nothing."""
_NUMBER = re.compile(r"\+?\d(?:[\s().-]?\d){8,}")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?<![\w@])@\w{2,}")
_TITLED = re.compile(r"\b(?:mr|mrs|miss|ms|mx|dr|sir|madam)\.?\s+([A-Z][a-z]+)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+")
_OPENING = re.compile(r"(?:^|[.!?:;…]\s+|[\"“(]\s*)$")


class SaidAlready(Exception):
    """The same words are there: nothing would be learnt, or the files would contradict each other."""


def plain(text: str) -> str:
    """The words alone, as the loader compares them."""
    return " ".join(text.casefold().split())


def refuse_copies(new: Phrasing, phrasings: Sequence[Phrasing]) -> None:
    """SaidAlready, with where, when somebody says the same words."""
    for known in phrasings:
        if plain(known.text) == plain(new.text):
            raise SaidAlready(f"{known.voice} says exactly this under {known.intent}")


def cautions(
    new: Phrasing, phrasings: Sequence[Phrasing], people: Collection[str], nearest: Reason
) -> Iterator[str]:
    """A line for each thing to think about.

    `people` are full names of the school's people, `nearest` is why the engine says what it says now.
    """
    if _NUMBER.search(new.text):
        yield "It holds what looks like a telephone number. Leave it out: phrasings are read by everybody."
    if _ADDRESS.search(new.text):
        yield "It holds what looks like an address or a handle. Leave it out."
    named = sorted(set(_names(new.text, phrasings, people)))
    if named:
        yield f"It seems to name somebody ({', '.join(named)}). Say who they are to the speaker instead."
    for likeness, intent, text in nearest.nearest:
        if likeness >= COPY:
            yield f'It is nearly what is said already under {intent}: "{text}".'


def _names(text: str, phrasings: Sequence[Phrasing], people: Collection[str]) -> Iterator[str]:
    """Titled names, names of the school's people, and capitalised words that nobody has written small."""
    yield from (found[1] for found in _TITLED.finditer(text))
    ours = {part.casefold() for name in people for part in name.split()}
    known = {word for each in phrasings for word in _WORD.findall(each.text) if word.islower()}
    usual = {word for each in phrasings for word in _WORD.findall(each.text)}
    for found in _WORD.finditer(text):
        word = found[0].removesuffix("'s").removesuffix("’s")
        if word.casefold() in ours and word.casefold() not in known:
            yield word
        opening = _OPENING.search(text[: found.start()])
        odd = word[0].isupper() and not word.isupper() and not opening
        if odd and word not in usual and word.casefold() not in known:
            yield word
