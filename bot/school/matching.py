"""What a staff message turns out to want, and the one small door to whatever engine decides it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """The answer in one or two words; the value is what `intents/` and `usher ask --jsonl` use."""

    NO = "no"
    MUST = "must"
    PERMISSION = "only with permission"
    ADVICE = "advice"
    ALLOWED_IF = "allowed if"
    NOT_STATED = "not stated"
    EXPLAINS = "explains"


class IntentKind(StrEnum):
    """What has to happen for an intent: be answered, be reported, or be sent elsewhere."""

    ANSWER = "answer"
    REPORT_ESAFETY = "report_esafety"
    REPORT_BREACH = "report_breach"
    URGENT = "urgent"
    NOT_COVERED = "not_covered"


class NextStep(StrEnum):
    """Where a person goes after the answer; shown as a line of text or as a button."""

    NONE = "none"
    ASK_HEAD = "ask the headteacher"
    ASK_DSL = "ask the DSL"
    REPORT_ESAFETY = "start an e-safety report"
    REPORT_BREACH = "start a breach report"
    REQUEST_SITE = "request a site"


@dataclass(frozen=True, kw_only=True)
class Intent:
    """One thing staff want to know or tell, with its authored answer and the clauses it rests on."""

    id: str
    title: str
    kind: IntentKind
    verdict: Verdict | None
    answer: str
    clauses: tuple[str, ...]
    supporting: tuple[str, ...]
    next: NextStep


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why the engine decided as it did, for `usher ask --why`: nearest phrasings, cues, the runner-up."""

    nearest: tuple[tuple[float, str, str], ...] = ()
    """(similarity 0..1, intent id, phrasing), nearest first."""
    cues: tuple[str, ...] = ()
    runner_up: str = ""
    margin: float = 0.0
    chances: tuple[tuple[str, float], ...] = ()
    """What the engine weighed: (decision, chance), such as ("worry", 0.93)."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The message is a question that one intent answers; `clauses` are ids, best first."""

    intent: str
    clauses: tuple[str, ...]
    confidence: float
    why: Reason = Reason()


@dataclass(frozen=True, kw_only=True)
class Unsure:
    """Two or three readings are close: ask which was meant. `options` are intent ids, likeliest first."""

    options: tuple[str, ...]
    clauses: tuple[str, ...]
    confidence: float
    why: Reason = Reason()


@dataclass(frozen=True, kw_only=True)
class NotCovered:
    """Nothing in the policy fits. `intent` names a place to go instead where one is known."""

    intent: str
    nearest: tuple[str, ...]
    confidence: float
    why: Reason = Reason()


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """The message is really a worry about a child (kind esafety) or a broken policy (kind breach)."""

    kind: IntentKind
    intent: str
    clauses: tuple[str, ...]
    confidence: float
    why: Reason = Reason()


@dataclass(frozen=True, kw_only=True)
class Urgent:
    """A child may be in danger now: 999 and a person first, the form afterwards."""

    intent: str
    clauses: tuple[str, ...]
    confidence: float
    why: Reason = Reason()


Match = Answer | Unsure | NotCovered | Disclosure | Urgent


class Matcher(Protocol):
    """Any engine that can stand behind the desk. The same text must always give the same Match."""

    def match(self, text: str) -> Match:
        """Decide what one message wants. Any text is accepted, the empty one is NotCovered."""
        ...

    def as_question(self, text: str) -> Match:
        """What the text means once its writer has said that it is only a question: never a report."""
        ...

    def match_all(self, texts: Sequence[str]) -> Sequence[Match]:
        """The same for many messages, in order; may be faster, never different."""
        ...


@dataclass(frozen=True, kw_only=True)
class Phrasing:
    """One way somebody in one voice put one intent; `clauses` where others than the intent's lead."""

    voice: str
    text: str
    intent: str
    clauses: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
