"""Microsoft's Agents Playground, for trials on one machine: one person, no windows, nobody vouched for."""

from dataclasses import dataclass, field
from typing import Any

from bot.platforms.teams.connector import Activity, Connector
from bot.platforms.teams.identity import Directory


@dataclass(kw_only=True)
class OnePerson(Directory):
    """Whoever sits there is the one person that the trial was started for, whatever ids are sent."""

    who: str
    seen: str = field(default="")
    """What the Playground calls them, once they have spoken."""

    def person(self, user: str) -> str:
        """The one person."""
        self.seen = user
        return self.who

    def user(self, person: str) -> str:
        """Only the one person can be found there, once they have spoken."""
        return self.seen if person == self.who else ""


class WithoutWindows(Connector):
    """Posts there. A button that asks for a window does nothing there, so none of them asks."""

    async def create_thread(self, service: str, channel: str, activity: Activity) -> tuple[str, str]:
        """Begin a thread in a channel."""
        return await super().create_thread(service, channel, plainly(activity))

    async def post(self, service: str, conversation: str, activity: Activity, reply_to: str = "") -> str:
        """Post in a conversation; what it is called there."""
        return await super().post(service, conversation, plainly(activity), reply_to)

    async def put(self, service: str, conversation: str, activity_id: str, activity: Activity) -> None:
        """Bring an earlier post up to date."""
        await super().put(service, conversation, activity_id, plainly(activity))


def plainly(shown: Any) -> Any:  # noqa: ANN401 - an activity, or a piece of one
    """The same without what only Teams understands: buttons that open windows, the width of a card."""
    if isinstance(shown, list):
        return [plainly(each) for each in shown]
    if not isinstance(shown, dict):
        return shown
    return {name: plainly(each) for name, each in shown.items() if name != "msteams"}
