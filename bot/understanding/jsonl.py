"""One decided message as the line that `usher ask --jsonl` writes."""

from collections.abc import Mapping
from typing import Any

from bot.school.matching import Answer, Disclosure, Intent, Match, NotCovered, Unsure, Urgent


def line(id: str, match: Match, intents: Mapping[str, Intent]) -> dict[str, Any]:
    """The line for one message: kind, clauses best first, intent, verdict and confidence."""
    intent = intent_of(match)
    verdict = intents[intent].verdict if intent in intents else None
    return {
        "id": id,
        "kind": kind_of(match),
        "clauses": list(clauses_of(match)),
        "intent": intent,
        "verdict": verdict.value if verdict else None,
        "confidence": round(match.confidence, 4),
    }


def kind_of(match: Match) -> str:
    """The kind in the words of the interface."""
    match match:
        case Answer():
            return "answer"
        case Unsure():
            return "unsure"
        case NotCovered():
            return "not_covered"
        case Disclosure():
            return match.kind.value
        case Urgent():
            return "urgent"


def intent_of(match: Match) -> str:
    """The intent decided on; the likeliest option where it asks back."""
    return match.options[0] if isinstance(match, Unsure) else match.intent


def clauses_of(match: Match) -> tuple[str, ...]:
    """The clauses cited; none where the policy doesn't cover the message."""
    return () if isinstance(match, NotCovered) else match.clauses
