"""What can go wrong on the way to Slack, in the words the courier needs."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError


class SlackLater(Exception):
    """Slack asks to wait this many seconds before trying again."""

    def __init__(self, seconds: float, why: str = "rate_limited") -> None:
        super().__init__(why)
        self.seconds = seconds
        self.why = why


class SlackUnreachable(Exception):
    """The recipient cannot be reached here at all: a code of the outbox says why."""

    def __init__(self, why: str = "no_address") -> None:
        super().__init__(why)
        self.why = why


class SlackDown(ConnectionError):
    """Slack cannot be reached, or has trouble of its own: worth trying again."""


class SlackRefused(Exception):
    """Slack says no to this very call; `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


UNSAID = (SlackLater, SlackUnreachable, SlackDown, SlackRefused, TimeoutError)
"""Everything that can keep a call from being made."""

GONE = frozenset(
    {
        "channel_not_found", "is_archived", "not_in_channel", "user_not_found", "users_not_found",
        "user_not_visible", "user_disabled", "cannot_dm_bot", "messages_tab_disabled", "no_such_channel",
    }
)  # fmt: skip
"""The room or the person is not there for us any more."""
SHUT = frozenset(
    {
        "account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked",
        "missing_scope", "no_permission", "not_allowed_token_type", "org_login_required",
        "ekm_access_denied", "restricted_action", "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
        "access_denied", "team_access_not_granted", "team_not_found", "as_user_not_supported",
    }
)  # fmt: skip
"""We are not let in, there or anywhere."""
BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
TROUBLE = frozenset(
    {"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
LONGEST_WAIT = 300.0
"""Seconds; a longer Retry-After is looked at again by then."""


async def called(call: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever Slack answers
    """Make one call to Slack; what goes wrong comes out as one of the four errors above."""
    try:
        return await call()
    except SlackApiError as refused:
        raise _meant(refused) from None
    except TimeoutError:
        raise
    except (aiohttp.ClientError, SlackClientError, ConnectionError, ValueError) as broken:
        raise SlackDown(type(broken).__name__) from None


def _meant(refused: SlackApiError) -> Exception:
    """What an answer of Slack's means for whoever wanted something."""
    status = getattr(refused.response, "status_code", 200)
    code = code_of(refused)
    if status == 429 or code in BUSY:
        return SlackLater(_retry_after(refused))
    if status >= 500 or code in TROUBLE:
        return SlackDown(f"status {status}")
    if code in GONE:
        return SlackUnreachable("gone")
    if code in SHUT:
        return SlackUnreachable("not_allowed")
    return SlackRefused(code)


def code_of(refused: SlackApiError) -> str:
    """Slack's own word for what is wrong; "" when the answer holds none."""
    answer = getattr(refused.response, "data", None)
    found = answer.get("error", "") if isinstance(answer, dict) else ""
    return str(found)


def _retry_after(refused: SlackApiError) -> float:
    headers = getattr(refused.response, "headers", None) or {}
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    text = said[0] if isinstance(said, list) else said
    try:
        return min(max(float(text), 0.5), LONGEST_WAIT)
    except ValueError:
        return 1.0
