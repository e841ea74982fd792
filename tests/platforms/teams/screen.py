"""What one person can read in Teams: their chat with the bot, channels, the dialog, and Teams' own errors."""

from dataclasses import dataclass
from typing import Any

from tests.platforms.teams.server import FakeTeams
from tests.platforms.teams.sheet import Sheet
from tests.platforms.teams.tenant import Post, Room

Json = dict[str, Any]
GONE = "This message has been deleted."


@dataclass(kw_only=True)
class Window:
    """A dialog on show: a card, or a line of text."""

    title: str
    sheet: Sheet | None
    said: str = ""
    room: Room
    post: Post | None = None
    """The message whose button opened it."""
    command: Json | None = None
    """What a message action sends along each time."""

    def read(self) -> str:
        """All of it."""
        return "\n".join(
            part for part in (self.title, self.sheet.read() if self.sheet else self.said) if part
        )


class Screen:
    """Everything on show to one person."""

    def __init__(self, fake: FakeTeams, aad: str) -> None:
        self.fake, self.tenant, self.aad = fake, fake.tenant, aad
        self.user = fake.tenant.users[aad]
        self.window: Window | None = None
        self.mobile = False
        self._sheets: dict[tuple[str, str, int], list[Sheet]] = {}

    def chat(self) -> Room:
        """The chat with the bot."""
        return self.tenant.personal(self.aad)

    def rooms(self) -> list[Room]:
        """What the person can look into."""
        return [room for room in list(self.tenant.rooms.values()) if self.enters(room)]

    def enters(self, room: Room) -> bool:
        """Whether the person is a member of the room, or of the team that it is open to."""
        return self.aad in (room.members if room.private or room.kind == "personal" else self.tenant.staff)

    def sheets(self, room: Room, post: Post) -> list[Sheet]:
        """The cards of a message as this person has them on show; a changed message starts afresh."""
        key = (room.id, post.id, post.edited)
        if key not in self._sheets:
            cards = [each["content"] for each in post.activity.get("attachments") or [] if not post.author]
            self._sheets[key] = [Sheet(card, mobile=self.mobile) for card in cards]
        return self._sheets[key]

    def message(self, room: Room, post: Post) -> str:
        """One message; the line that a notification gives stands first."""
        if post.activity.get("deleted"):
            return GONE
        first = str(post.activity.get("summary" if not post.author else "text", ""))
        return "\n".join(part for part in (first, *(s.read() for s in self.sheets(room, post))) if part)

    def newest(self) -> list[tuple[Room, Post]]:
        """Every message that the person can see, the newest first."""
        shown = [(room, post) for room in self.rooms() for post in list(room.posts)]
        return sorted(shown, key=lambda pair: int(pair[1].id), reverse=True)

    def channel(self, id: str) -> str:
        """All that is to be read in a channel or chat, thread by thread; "" where one may not enter."""
        room = self.tenant.rooms[id]
        if not self.enters(room):
            return ""
        posts = sorted(room.posts, key=lambda post: (int(post.root), int(post.id)))
        return "\n".join(self.message(room, post) for post in posts)

    def modal(self) -> str:
        """The dialog on show; "" when there is none."""
        return self.window.read() if self.window else ""

    def sees(self) -> str:
        """The chat with the bot, the dialog, and what Teams itself says."""
        parts = [self.channel(self.chat().id), self.modal(), *self.tenant.shown[self.aad]]
        return "\n".join(part for part in parts if part)

    def reload(self) -> None:
        """Start the client anew: no dialog, and nothing half filled in."""
        self.window = None
        self._sheets.clear()
