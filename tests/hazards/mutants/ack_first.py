"""The door acknowledges before anything is kept, as Slack's bolt does by default."""

from bot.school.activities import Activity
from bot.school.messages import Reply
from tests.hazards.doing import Doing


def take(self: Doing, activity: Activity) -> Reply:
    """Acknowledge, then work."""
    self.street.acknowledge(activity.id)
    reply = self.reception.admit(activity)
    self.trap("acked")
    self.street.answer(activity.id, reply)
    return reply


def apply() -> None:
    """Acknowledge first."""
    Doing.take = take  # type: ignore[method-assign]
