"""An event from a school whose workspace is not open yet: not taken, so that Slack sends it again."""

from collections.abc import Callable
from typing import Any

from bot import log

Awaited = Callable[[str], bool]
"""Whether a workspace belongs to one of our schools and is to open soon."""


def nobody(_team: str) -> bool:
    """No workspace is awaited: where there is only one, the doors open after it."""
    return False


def too_early(content: Any, awaited: Awaited) -> bool:  # noqa: ANN401 - a payload of Slack's
    """Whether to leave it with Slack for now. Only events come again; a press is answered, or lost."""
    if content.get("type") != "event_callback" or not awaited(content["team_id"]):
        return False
    log.event("slack.not_acknowledged", code="not_ready")
    return True
