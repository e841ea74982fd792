"""Each process gives a step a key of its own, so that three of them tell everybody three times."""

import os

from bot.desk import escalate
from bot.school.concerns import Case
from bot.school.escalation import Rung


def mark(case: Case, rung: Rung) -> str:
    """Ours, not everybody's."""
    return f"escalation:{case.id}:{rung.id}:{os.getpid()}"


def apply() -> None:
    """As often as there are processes."""
    escalate.mark = mark
