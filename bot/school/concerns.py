"""What someone told us (a concern) and what a reader looks after (a case): states, entries, receipts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.school.people import Role

DRILL = "drill"
"""The flag of an exercise. Only `usher drill start` sets it; no answer in any form can."""


class CaseKind(StrEnum):
    """Which route a case takes; `site` is a request for an official account, worked the same way."""

    ESAFETY = "esafety"
    BREACH = "breach"
    SITE = "site"


class Urgency(StrEnum):
    """How soon somebody must look, in the words of the form."""

    DANGER = "danger_now"
    TODAY = "today"
    KNOWN = "should_be_known"


URGENCY_WORDS: Mapping[Urgency, str] = {
    Urgency.DANGER: "danger now",
    Urgency.TODAY: "today",
    Urgency.KNOWN: "should be known",
}


class State(StrEnum):
    """Where a case stands. Moves are in MOVES; nothing is ever deleted, only added to."""

    SENT = "sent"
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    TRIAGE = "triage"
    MONITORING = "monitoring"
    SUPPORT = "support"
    REFERRED = "referred"
    LADO = "lado"
    HR = "hr"
    NO_FURTHER_ACTION = "no_further_action"
    GRANTED = "granted"
    REFUSED = "refused"
    CLOSED = "closed"
    REOPENED = "reopened"


WORKED = (State.TRIAGE, State.MONITORING, State.SUPPORT, State.REFERRED, State.LADO, State.HR)

MOVES: Mapping[State, tuple[State, ...]] = {
    State.SENT: (),
    State.OPENED: (),
    State.ACKNOWLEDGED: (*WORKED, State.NO_FURTHER_ACTION),
    **{
        state: (*(w for w in WORKED if w is not state), State.NO_FURTHER_ACTION, State.CLOSED)
        for state in WORKED
    },
    State.NO_FURTHER_ACTION: (State.CLOSED, State.REOPENED),
    State.CLOSED: (State.REOPENED,),
    State.REOPENED: (*WORKED, State.NO_FURTHER_ACTION),
}
"""From a state, the states a reader may move an e-safety or breach case to by hand. SENT -> OPENED
happens by opening, OPENED -> ACKNOWLEDGED by acknowledging."""

SITE_MOVES: Mapping[State, tuple[State, ...]] = {
    State.ACKNOWLEDGED: (State.GRANTED, State.REFUSED),
    State.REOPENED: (State.GRANTED, State.REFUSED),
    State.GRANTED: (State.CLOSED, State.REOPENED),
    State.REFUSED: (State.CLOSED, State.REOPENED),
    State.CLOSED: (State.REOPENED,),
}

NEEDS_REASON = frozenset(
    {State.NO_FURTHER_ACTION, State.REFERRED, State.CLOSED, State.REFUSED, State.REOPENED}
)
REASON_LENGTH = 10
"""Fewest characters of a reason."""


class EntryKind(StrEnum):
    """What a line of a case's append-only log is."""

    ACCOUNT = "account"
    ADDENDUM = "addendum"
    SUPPORT = "support"
    ACKNOWLEDGEMENT = "acknowledgement"
    NOTE = "note"
    ACTION = "action"
    ACTION_DONE = "action_done"
    QUESTION = "question"
    ANSWER = "answer"
    STATUS = "status"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One sealed line of a case. `number` counts from 1 within the case; nothing is edited."""

    number: int
    kind: EntryKind
    by: str
    """Person id."""
    at: datetime
    body: Mapping[str, Any]
    """JSON-shaped: for ACCOUNT the form, its answers and moments; otherwise {"text": ..., ...}."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a reader looks after, without a word of content: this may be listed and logged."""

    id: str
    school: str
    reference: str
    """Unguessable, unique per school, said aloud easily; what chat shows."""
    concern: str
    """Id of the concern; the halves of a split concern share it and the reference's stem."""
    kind: CaseKind
    part: str
    """both | child | adult."""
    urgency: Urgency
    state: State
    roles: tuple[Role, ...]
    """Whose business it is; re-checked against today's holders at every click."""
    excluded: Mapping[str, str]
    """Person id -> why they may never read it (subject, reporter, own child)."""
    reporter: str
    sent: datetime
    opened: datetime | None = None
    opened_by: str = ""
    acknowledged: datetime | None = None
    acknowledged_by: str = ""
    closed: datetime | None = None
    hold: bool = False
    """Legal hold: nothing of it is erased."""
    keep_until: datetime | None = None
    flags: tuple[str, ...] = ()
    """Content-free markers: image, data_protection, lado, adult_involved, drill."""

    @property
    def drill(self) -> bool:
        """Whether it is an exercise: nothing in it is real, and it is counted nowhere."""
        return DRILL in self.flags


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """One case about to be written, with what it must keep sealed."""

    kind: CaseKind
    part: str
    urgency: Urgency
    roles: tuple[Role, ...]
    excluded: Mapping[str, str]
    account: Mapping[str, Any]
    names: tuple[str, ...] = ()
    """Full names of the children and adults in it, kept only as keyed marks, for links."""
    flags: tuple[str, ...] = ()
    keep_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Concern:
    """What one person told us, and the one or two cases it became."""

    id: str
    school: str
    reporter: str
    form: str
    sent: datetime
    cases: tuple[Case, ...] = field(default_factory=tuple)

    @property
    def drill(self) -> bool:
        """Whether it is an exercise."""
        return any(case.drill for case in self.cases)
