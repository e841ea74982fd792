"""The clock looks at when a case was sent, and not at whether anybody has opened or acknowledged it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.desk import escalate
from bot.records.cases import Cases, Unanswered
from bot.school.concerns import Case
from bot.school.escalation import Rung, due
from bot.school.people import School


def unanswered(self: Cases) -> Unanswered:
    """All of them."""
    return Unanswered(cases=self.all(), unreadable=())


def due_since(school: School, case: Case, now: datetime) -> Iterable[Rung]:
    """Sent long enough ago."""
    return due(school, replace(case, opened=None, acknowledged=None), now)


def apply() -> None:
    """Nothing ever stops it."""
    Cases.unanswered = unanswered  # type: ignore[method-assign]
    escalate.due = due_since  # type: ignore[assignment]
