"""A matching engine of a few fixed rules: hazards are about what is kept, not about what is understood."""

from collections.abc import Sequence

from bot.school.matching import (
    Answer,
    Disclosure,
    IntentKind,
    Match,
    NotCovered,
    Unsure,
    Urgent,
)

CLAUSES = ("PER-1b", "PRI-2")


class Rules:
    """The same words always mean the same."""

    def __init__(self, intents: Sequence[str]) -> None:
        self._intents = tuple(intents)

    def match(self, text: str) -> Match:
        """A few words decide."""
        said = text.casefold()
        if "knife" in said:
            return Urgent(intent="", clauses=CLAUSES, confidence=1.0)
        if "worried about" in said:
            return Disclosure(kind=IntentKind.REPORT_ESAFETY, intent="", clauses=CLAUSES, confidence=1.0)
        if "colleague has" in said:
            return Disclosure(kind=IntentKind.REPORT_BREACH, intent="", clauses=CLAUSES, confidence=1.0)
        return self.as_question(text)

    def as_question(self, text: str) -> Match:
        """Never a report."""
        said = text.casefold()
        if "either" in said:
            return Unsure(options=self._intents[:2], clauses=CLAUSES, confidence=0.4)
        if "may i" in said or "can i" in said:
            return Answer(intent=self._intents[0], clauses=CLAUSES, confidence=0.9)
        return NotCovered(intent="", nearest=CLAUSES, confidence=0.1)

    def match_all(self, texts: Sequence[str]) -> Sequence[Match]:
        """One after another."""
        return [self.match(text) for text in texts]
