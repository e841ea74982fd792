"""The former-pupil rule of clause PER-6b as arithmetic: eighteen, and gone for at least seven years."""

import re
from dataclasses import dataclass
from datetime import date

ADULT_AGE = 18
YEARS_GONE = 7

WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
NUMBERS = {word: number for number, word in enumerate(WORDS, start=1)}
NUMBER = rf"(\d{{1,2}}|{'|'.join(NUMBERS)})"
YEARS = r"(?:years?|yrs?)"
WHO = r"(?:s?he|they|who|that|now)(?: ?'?(?:s|re)| is| are| was| has turned| turned)?"
LEFT = r"(?:left|leaver|leavers|leaving|gone|finished)"
AGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{WHO} (?:now |only |just |nearly )?{NUMBER}\b(?! ?{YEARS} ?(?:ago|since|after|back))",
        rf"\b(?:is|are|turned|turns|aged?|now) {NUMBER}(?: now)?\b(?! ?{YEARS} ago)",
        rf"\b{NUMBER}(?:[ -](?:{YEARS}|yr)[ -]?old| ?y/?o)\b",
        rf"\b{NUMBER} now\b",
        rf", {NUMBER},",
    )
)
GONE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{LEFT}\b[^.?!\d]{{0,40}}?\b{NUMBER} {YEARS} (?:ago|back|since)\b",
        rf"\b{LEFT}(?: us| here| school)?(?: for)?(?: about)? {NUMBER} {YEARS}\b",
        rf"\b{LEFT}\b.*\bthat(?:'s|s| is) {NUMBER} {YEARS}\b",
    )
)
LEFT_IN = re.compile(rf"\b(?:{LEFT}|class of|since)\b[^.?!\d]{{0,40}}\b((?:19|20)\d\d)\b")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a message says about a former pupil; None where it doesn't say."""

    age: int | None = None
    gone: int | None = None
    """Whole years since they left."""


@dataclass(frozen=True, kw_only=True)
class Tests:
    """Both tests of the clause, computed."""

    age: int
    gone: int
    adult: bool
    long_gone: bool

    @property
    def met(self) -> bool:
        """Whether both tests are met."""
        return self.adult and self.long_gone


def listen(text: str, today: date) -> Told:
    """Read an age and the years since leaving out of a message; nothing is guessed."""
    said = text.casefold().replace("’", "'")
    left = LEFT_IN.search(said)
    gone = years_gone(int(left[1]), today) if left else _first(GONE, said)
    return Told(age=_first(AGES, said), gone=gone)


def years_gone(year: int, today: date) -> int:
    """Whole years since the summer in which somebody left; a leaver goes when term ends in July."""
    return max(0, today.year - year - (today < date(today.year, 8, 1)))


def weigh(age: int, gone: int) -> Tests:
    """Apply both tests."""
    return Tests(age=age, gone=gone, adult=age >= ADULT_AGE, long_gone=gone >= YEARS_GONE)


def explain(tests: Tests) -> tuple[str, ...]:
    """Each test in a line: what was needed, what is, met or not."""
    return (
        f"Age: {tests.age}. The clause asks for {ADULT_AGE}: {'met' if tests.adult else 'not met'}.",
        f"Time since leaving: {tests.gone} {'year' if tests.gone == 1 else 'years'}. "
        f"The clause asks for at least {YEARS_GONE}: {'met' if tests.long_gone else 'not met'}.",
    )


def _first(patterns: tuple[re.Pattern[str], ...], said: str) -> int | None:
    for pattern in patterns:
        for found in pattern.finditer(said):
            return NUMBERS.get(found[1]) or int(found[1])
    return None
