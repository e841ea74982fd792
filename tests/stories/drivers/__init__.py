"""A driver plays people at one platform: what they type, press and fill in, and what they can see."""

from typing import Protocol

from tests.stories.beside import Beside


class Driver(Protocol):
    """What a story needs of a platform. `who` is a person's id in the sample school."""

    beside: Beside
    """Another process of Usher on the same records."""

    def say(self, who: str, text: str, channel: str = "") -> None:
        """Type a message, in the direct messages with Usher or in a channel."""

    def press(self, who: str, label: str) -> None:
        """Press the newest button of this name that the person can see.

        The open dialog's own come first; one that has no such button is closed.
        """

    def answer(self, who: str, answers: dict[str, str]) -> None:
        """Fill in questions of the open dialog, each by its text or the beginning of it.

        A row is "name; class; part"; several are parted by " / ".
        """

    def drop_file(self, who: str) -> None:
        """Give Usher a file."""

    def come_back(self, who: str) -> None:
        """Walk away in the middle and come back later."""

    def sees(self, who: str, channel: str = "") -> str:
        """All that is on show to the person: dialog and direct messages, or one channel.

        A channel that the person may not enter is "".
        """

    def dialog(self, who: str) -> str:
        """The open dialog alone; "" when none is."""

    def open_case(self, who: str, reference: str) -> None:
        """Press Open for this case, or, for somebody who is shown none, knock with its reference."""
