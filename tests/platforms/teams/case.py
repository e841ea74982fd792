"""A report on its way through Teams, for tests of what may befall it: written, sent, told, opened."""

import json
from collections.abc import Callable

from bot.delivery.courier import LEASE
from tests.platforms.teams.phone import Phone
from tests.platforms.teams.running import Running
from tests.platforms.teams.tenant import Post, Room, room_of
from tests.stories.acts import REFERENCE, Acts
from tests.stories.drivers.teams import TeamsDriver
from tests.stories.people import PEOPLE
from tests.waiting import until

TA, DSL = PEOPLE["the TA"], PEOPLE["the DSL"]
ARRIVES = 30.0
"""Seconds within which a notice must have come through once Teams is well again."""
LEFT_BEHIND = LEASE.total_seconds() + 15
"""The same for a notice whose courier was killed: nobody takes it up before its lease has run out."""
WORDS = ("Robin Sample", "nasty messages")


class Case:
    """A TA with a report ready to send, and the room that must hear of it."""

    def __init__(self, usher: Running) -> None:
        self.usher, self.fake = usher, usher.fake
        self.driver = TeamsDriver(usher)
        self.acts = Acts(self.driver)
        self.room = room_of(usher.template.school, "safeguarding")

    def phone(self, person: str) -> Phone:
        """Somebody's phone, with the app in it."""
        return self.driver._phone(person)

    def written(self) -> "Case":
        """Up to the last page."""
        self.acts.fill("the TA", "Robin Sample", "was sent nasty messages")
        return self

    def send(self) -> None:
        """Press Send."""
        self.phone(TA).press("Send the report")

    def cards(self) -> list[str]:
        """The reference of each card in the DSL's room."""
        return self._references(self.fake.tenant.rooms[self.room])

    def direct(self, person: str) -> list[str]:
        """The references in a person's chat with the bot."""
        return self._references(self.phone(person).chat())

    def _references(self, room: Room) -> list[str]:
        said = [str(post.activity.get("summary")) for post in list(room.posts)]
        return [found for words in said for found in REFERENCE.findall(words)]

    def arrives(self, found: Callable[[], list[str]], most: int = 1, patience: float = ARRIVES) -> str:
        """Wait for it to be told, then for Usher to be done: one reference, told at most so often."""
        self.until(found, patience)
        assert self.usher.delivered(patience)
        assert len(set(found())) == 1, "one report is one case"
        assert 1 <= len(found()) <= most
        return found()[0]

    def until(self, so: Callable[[], object], patience: float = ARRIVES) -> None:
        """Wait for something."""
        until(so, self.usher.last_lines, patience)

    def sound(self) -> None:
        """What must hold whatever happened."""
        assert self.fake.objections == []
        assert not [line for line in self.usher.lines if '"frames":"bot/' in line], "nobody foresaw it"
        posts: list[Post] = [post for room in self.fake.tenant.rooms.values() for post in room.posts]
        for word in WORDS:
            assert not [post for post in posts if word in json.dumps(post.activity)], (
                "a case's words in a chat"
            )

    def opens(self, reference: str) -> None:
        """The DSL can read it."""
        self.driver.open_case(DSL, reference)
        assert all(word in self.driver.dialog(DSL) for word in WORDS)
