"""What one person can read in Slack: home, messages, what is shown to nobody else, and the modal."""

from typing import Any

from tests.platforms.slack.reading import read_message, read_view
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.workspace import Room

Json = dict[str, Any]


class Screen:
    """Everything on show to one person."""

    def __init__(self, fake: FakeSlack, user: str) -> None:
        self.fake, self.space, self.user = fake, fake.space, user
        self.errors: dict[str, dict[str, str]] = {}
        """View id -> block_id -> what Slack shows under that input."""
        self.alone: list[str] = []
        """What the client itself objected to at the last submit."""

    def top(self) -> Json | None:
        """The modal on show."""
        stack = self.space.modals[self.user]
        return stack[-1] if stack else None

    def rooms(self) -> list[Room]:
        """Where the person is a member, the conversation with the app included."""
        return [room for room in list(self.space.rooms.values()) if self.user in room.members]

    def within(self, room: Room) -> list[Json]:
        mine = [m for m in list(room.ephemerals) if m["to"] == self.user]
        return sorted([*room.messages, *mine], key=lambda m: str(m["ts"]))

    def newest(self) -> list[tuple[Room, Json]]:
        """Every message that the person can see, the newest first."""
        shown = [(room, message) for room in self.rooms() for message in self.within(room)]
        return sorted(shown, key=lambda pair: str(pair[1]["ts"]), reverse=True)

    def channel(self, channel: str) -> str:
        """All that is to be read in a channel; "" where the person is no member."""
        room = self.space.rooms[channel]
        if self.user not in room.members:
            return ""
        return "\n".join(read_message(message) for message in self.within(room))

    def home(self) -> str:
        """The Home tab."""
        view = self.space.homes.get(self.user)
        return read_view(view, {}) if view else ""

    def modal(self) -> str:
        """The modal on show; "" when there is none."""
        view = self.top()
        if view is None:
            return ""
        return "\n".join([read_view(view, self.errors.get(view["id"], {})), *self.alone])

    def sees(self) -> str:
        """Home, direct messages, what is shown to nobody else in channels, and the modal."""
        whispered = [
            read_message(m)
            for room in self.rooms()
            if room.kind != "im"
            for m in list(room.ephemerals)
            if m["to"] == self.user
        ]
        direct = self.channel(self.space.direct(self.user).id)
        parts = [self.home(), direct, *whispered, self.modal(), *self.space.shown[self.user]]
        return "\n".join(part for part in parts if part)

    def reload(self) -> None:
        """Start the client anew: no modal, and whatever was shown to nobody else is gone."""

        def forget() -> None:
            self.space.modals[self.user].clear()
            for room in self.rooms():
                room.ephemerals = [m for m in room.ephemerals if m["to"] != self.user]

        self.fake.do(forget)
