"""What can go wrong on the way to Teams, in the words the courier needs."""

import json
import re
from collections.abc import Mapping
from typing import Any


class TeamsLater(Exception):
    """Teams asks to wait this many seconds before trying again."""

    def __init__(self, seconds: float, why: str = "rate_limited") -> None:
        super().__init__(why)
        self.seconds = seconds
        self.why = why


class TeamsUnreachable(Exception):
    """The recipient cannot be reached here at all: `why` is a code of the outbox, `code` Teams' own word."""

    def __init__(self, why: str = "no_address", code: str = "") -> None:
        super().__init__(why, code)
        self.why = why
        self.code = code


class TeamsDown(ConnectionError):
    """Teams cannot be reached, or has trouble of its own: worth trying again."""


class TeamsRefused(Exception):
    """Teams says no to this very call; `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


UNSAID = (TeamsLater, TeamsUnreachable, TeamsDown, TeamsRefused, TimeoutError)
"""Everything that can keep a call from being made."""

BLOCKED = frozenset({"MessageWritesBlocked", "ConversationBlockedByUser", "BotDisabledByAdmin"})
"""Somebody has shut the door on us. As `code` of TeamsUnreachable: mark the conversation, don't try again."""
LEFT = frozenset({"BotNotInConversationRoster", "ConversationNotFound", "ActivityNotFoundInConversation"})
"""The room, the message or our seat in it is not there any more."""
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{1,59}")
"""What a code looks like; anything else Teams answers may quote somebody and is not repeated."""
DEEPEST = 4


def meant(status: int, answer: object) -> Exception:
    """What an answer that is no yes means for whoever wanted something."""
    code = code_of(answer)
    if status in (401, 403):
        return TeamsUnreachable("gone" if code in LEFT else "not_allowed", code or f"status_{status}")
    if status in (404, 410):
        return TeamsUnreachable("gone", code or f"status_{status}")
    if status == 413:
        return TeamsRefused("MessageSizeTooBig")
    if status >= 500 or status < 400 or status in (408, 409):
        return TeamsDown(f"status {status}")
    return TeamsRefused(code or f"status_{status}")


def code_of(answer: object, depth: int = 0) -> str:
    """Teams' own word for what is wrong; "" when the answer holds none.

    It stands as error.code, or as subCode inside a message that is JSON itself (Teams' blocked people).
    """
    if isinstance(answer, str):
        answer = _opened(answer)
    if not isinstance(answer, Mapping) or depth > DEEPEST:
        return ""
    inner = (code_of(answer.get(name), depth + 1) for name in ("message", "error", "innerHttpError", "body"))
    found = [*(word for word in inner if word), answer.get("subCode"), answer.get("code")]
    known = [word for word in found if isinstance(word, str) and CODE.fullmatch(word)]
    return next((word for word in known if word in BLOCKED | LEFT), known[0] if known else "")


def _opened(text: str) -> Any:  # noqa: ANN401 - whatever stands in there
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
