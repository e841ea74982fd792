"""One thing a person did on the page: how the desk sees it, and who may see what comes of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.platforms.web.talk import Line, label_of, settled
from bot.school.activities import Did, Dropped, Place, Pressed, Said
from bot.school.messages import Button, Reply, Style

DIALOG = "dialog"
"""What `within` says when it was done in a dialog."""
POSTED = ("card-", "post-")
"""How the names of notices begin, which everybody in their room sees."""


@dataclass(frozen=True, kw_only=True)
class Knock:
    """An activity with the spot on the page where it was done."""

    id: str
    person: str
    place: str
    thread: str
    within: str = ""
    """The line whose button was pressed, or DIALOG, or nothing when it was typed."""
    draft: str = ""
    """The draft of the dialog it was done in."""
    line: Line | None = None
    root: Line | None = None

    did: Did

    @property
    def channel(self) -> str:
        """The channel it was done in; "" for a direct message."""
        kind, _, id = self.place.partition(":")
        return id if kind == "channel" else ""

    @property
    def home(self) -> str:
        """The thread that answers go to: what is typed at the top of a channel begins its own."""
        if not self.channel:
            return ""
        return self.thread or (self.id if isinstance(self.did, Said) else "")

    def at_desk(self) -> Place:
        """Where this was done, in the desk's words."""
        return Place(channel=self.channel, thread=self.home)

    def alone(self, reply: Reply) -> bool:
        """Whether only this person may see it: the desk says so, or it was done in private.

        Whatever follows from a dialog, a dropped file or a private line stays private even if the
        desk forgets to say it.
        """
        if reply.privately or isinstance(self.did, Dropped) or self.within == DIALOG:
            return True
        if any(line is not None and line.only for line in (self.line, self.root)):
            return True
        return bool(self.within) and self.line is None and not self.within.startswith(POSTED)

    def lines(self, reply: Reply, at: datetime, answered: datetime) -> tuple[Line, ...]:
        """What the conversation shows of it: the person's own words or choice, then the answer."""
        only = self.person if self.alone(reply) and self.channel else ""
        answers = tuple(
            Line(
                id=f"{self.id}-{number}",
                place=self.place,
                thread=self.home,
                by="",
                at=answered,
                message=message,
                only=only,
            )
            for number, message in enumerate(reply.messages, 1)
        )
        words, label = self._words(), self._label()
        before = self._settled()
        if not words and not (label and answers):
            return (*before, *answers)
        own = Line(
            id=self.id,
            place=self.place,
            thread=self.thread if self.channel else "",
            by=self.person,
            at=at,
            text=words,
            pressed=label,
            only=only,
        )
        return (*before, own, *answers)

    def _settled(self) -> tuple[Line, ...]:
        """The line again without its quiet buttons, when one of them was pressed."""
        if self.line is None or self.line.message is None or not self._quiet():
            return ()
        return (replace(self.line, message=settled(self.line.message)),)

    def _quiet(self) -> bool:
        buttons: tuple[Button, ...] = self.line.message.buttons if self.line and self.line.message else ()
        pressed = (self.did.action, self.did.value) if isinstance(self.did, Pressed) else None
        return any(b.style is Style.QUIET and (b.action, b.value) == pressed for b in buttons)

    def _words(self) -> str:
        return self.did.text if isinstance(self.did, Said) else ""

    def _label(self) -> str:
        if not isinstance(self.did, Pressed) or self.line is None:
            return ""
        return label_of(self.line.message, self.did.action, self.did.value)
