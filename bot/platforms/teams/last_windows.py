"""Remembers how somebody's last window is shown again in their chat, and never what stood in it."""

from bot.platforms.teams.acts import Meta

MOST = 5_000
SHOWN_AGAIN = frozenset(
    {
        *("home", "report.doors", "report.start", "report.begin", "draft.resume", "former.ask"),
        *("acks.list", "ack.open", "ack.asking", "ack.refusing", "ack.snoozing"),
        *("campaigns.list", "campaign.new", "campaign.open", "campaign.recording"),
    }
)
"""Presses that may be made again to show their window in the chat: they change nothing for anybody, tell
nobody anything, and show nothing of a case or of what somebody has said about one."""


class LastWindows:
    """Object id -> the press that shows their last window again."""

    def __init__(self) -> None:
        self._last: dict[str, Meta] = {}

    def opened(self, user: str, meta: Meta) -> None:
        """They have a window before them now."""
        way = ("draft.resume", meta.draft) if meta.draft else meta.origin
        if way[0] in SHOWN_AGAIN:
            self._last.pop(user, None)
            self._last[user] = Meta(origin=way)
            while len(self._last) > MOST:
                self._last.pop(next(iter(self._last)))

    def of(self, user: str) -> tuple[str, str]:
        """Action and value of that press: the doors when there was none."""
        action, value = self._last.get(user, Meta()).origin
        return (action, value) if action else ("home", "")
