"""What was queued in school hours is posted whenever the platform takes it."""

from datetime import datetime

from bot.wiring.rounds import Rounds


def speaking(self: Rounds, now: datetime) -> dict[str, datetime]:
    """Always."""
    return {school.id: now for school in self.schools()}


def apply() -> None:
    """No hour is too late for what is queued."""
    Rounds.speaking = speaking  # type: ignore[method-assign]
