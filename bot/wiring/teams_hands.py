"""Teams' hands, as the courier holds them: what Teams says against a notice, in the courier's own words."""

from datetime import timedelta

from bot.delivery.courier import Later, Unreachable
from bot.platforms.teams.errors import TeamsLater, TeamsRefused, TeamsUnreachable
from bot.platforms.teams.identity import TEAMS, Directory
from bot.platforms.teams.send import Send
from bot.school.messages import Notice, Recipient

OURS = f"{TEAMS}:"


class TeamsHands:
    """The hands in one tenant."""

    name = TEAMS

    def __init__(self, directory: Directory, send: Send) -> None:
        self._directory = directory
        self._send = send

    def reaches(self, school: str, recipient: Recipient) -> bool:
        """Whether the school's tenant has such a person or channel."""
        if school != self._directory.school.id:
            return False
        if recipient.person:
            return bool(self._directory.user(recipient.person))
        return bool(self._directory.channel(recipient.channel))

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        """Post it; what it is called now. Later or Unreachable."""
        if school != self._directory.school.id:
            raise Unreachable
        before = replaces.removeprefix(OURS) if replaces and replaces.startswith(OURS) else None
        try:
            posted = await self._send(notice, before)
        except TeamsLater as later:
            raise Later(timedelta(seconds=later.seconds), later.why) from None
        except TeamsUnreachable as unreachable:
            raise Unreachable(unreachable.why) from None
        except TeamsRefused:
            # No other try would go better, but another platform or the next in line may.
            raise Unreachable("refused") from None
        return f"{OURS}{posted}"
