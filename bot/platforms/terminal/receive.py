"""The conversation in the terminal: what is typed becomes an Activity, what comes back is shown."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.platforms.terminal import render
from bot.platforms.terminal.read import Reader
from bot.platforms.terminal.render import Line
from bot.platforms.terminal.rooms import Posting, Rooms, channels, find_channel, place_name, places
from bot.platforms.terminal.rooms import where as place_of
from bot.platforms.terminal.screen import Screen
from bot.platforms.terminal.walk import Left, Walk, confirmed
from bot.school.activities import Activity, Did, Dropped, Filled, Pressed, Said
from bot.school.forms import Answer
from bot.school.messages import Button, Dialog, Message, Paragraph, Part, Reply
from bot.school.people import Person, School

HELP = (
    "Ask a question in your own words, or type the number of a button.",
    "home: what Usher can do for you",
    "my reports: what you have sent, and what is half written",
    "rooms: the rooms you can see; go and a name: talk in that room; go direct: talk in private",
    "posts: everything that has been posted for you",
    "quit: leave",
)
GOODBYE = "Goodbye. Anything you had half written is kept, sealed, for 24 hours."
FILE = re.compile(r"""['"]?(file://|~?/|\./|[A-Za-z]:\\).*\.[A-Za-z0-9]{2,5}['"]?\s*""")
"""What a terminal types when a file is dropped on it."""
RECENT = 20
"""How many postings are shown at the start."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A button somebody may press by its number, and the place it stands in."""

    button: Button
    place: str


@dataclass(kw_only=True)
class Conversation:
    """One person at one terminal."""

    school: School
    me: Person
    admit: Callable[[Activity], Reply]
    rooms: Rooms
    screen: Screen
    reader: Reader
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    place: str = ""
    _offers: list[Offer] = field(default_factory=list)
    _mark: int = 0
    _held: list[Posting] = field(default_factory=list)

    def run(self) -> None:
        """Talk until the person leaves."""
        self.place = f"person:{self.me.id}"
        self._say(f"You are {self.me.name}, {self.me.job}.", "Type help for what you can do here.")
        try:
            self._do(Pressed(action="home"))
            self._arrivals(RECENT)
            while self._turn(self.screen.ask(self._prompt()).strip()):
                self._arrivals()
        except EOFError:
            self._say("")
        self._say(GOODBYE)

    def _prompt(self) -> str:
        room = self.place.startswith("channel:")
        return f"\nyou, in {place_name(self.school, self.place)}> " if room else "\nyou> "

    def _turn(self, typed: str) -> bool:
        """One thing typed at the prompt; False when it was goodbye."""
        word, _, rest = typed.casefold().removeprefix("/").partition(" ")
        match word, rest:
            case "", _:
                pass
            case "quit" | "exit" | "bye", "":
                return False
            case "help" | "?", "":
                self._say(*HELP)
            case "home", "":
                self._do(Pressed(action="home"))
            case "rooms", "":
                self._say(*(place_name(self.school, p) for p in places(self.school, self.me)))
            case "posts", "":
                self._again()
            case "go", name if name:
                self._go(name)
            case _:
                self._said(typed)
        return True

    def _said(self, typed: str) -> None:
        if FILE.fullmatch(typed):
            self._do(Dropped())
        elif not (self._offers and typed.isascii() and typed.isdigit()):
            self._do(Said(text=typed))
        elif 1 <= int(typed[:6]) <= len(self._offers):
            self._press(self._offers[int(typed) - 1])
        else:
            self._say(f"The numbers go from 1 to {len(self._offers)}.")

    def _press(self, offer: Offer) -> None:
        if confirmed(self.screen, offer.button):
            did = Pressed(action=offer.button.action, value=offer.button.value)
            self._do(did, offer.place)

    def _go(self, name: str) -> None:
        if name in {"direct", "direct message", "private", "me"}:
            self.place = f"person:{self.me.id}"
        elif found := find_channel(self.school, self.me, name):
            self.place = f"channel:{found.id}"
        else:
            mine = ", ".join(channel.name for channel in channels(self.school, self.me))
            self._say(f"You are not in a room of that name. Yours: {mine or 'none'}.")
            return
        self._say(f"Now in: {place_name(self.school, self.place)}.")

    def _do(self, did: Did, place: str = "") -> None:
        """Let one thing in, show what comes back, and walk through any form it opens."""
        here = place or self.place
        reply = self._admit(did, here)
        self._offers = []
        seen: set[Part] = set()
        shown = ""
        while True:
            self._messages(reply, here)
            if not reply.dialog:
                return
            if reply.dialog.id != shown:
                shown = reply.dialog.id
                seen.clear()
            done = self._walk(reply.dialog, here, seen).run()
            self._release()
            if isinstance(done, Left):
                return
            reply = self._admit(done, here)

    def _walk(self, dialog: Dialog, place: str, seen: set[Part]) -> Walk:
        def keep(now: Dialog, answers: Mapping[str, Answer]) -> Dialog | None:
            kept = Filled(action="draft.keep", value=now.draft, answers=answers)
            return self._admit(kept, place).dialog

        screen = _Interrupted(self.screen, self._hold)
        return Walk(dialog=dialog, screen=screen, reader=self.reader, keep=keep, seen=seen)

    def _admit(self, did: Did, place: str) -> Reply:
        return self.admit(
            Activity(
                id=self.new_id(),
                school=self.school.id,
                person=self.me.id,
                place=place_of(place),
                did=did,
                at=self.now(),
            )
        )

    def _messages(self, reply: Reply, place: str) -> None:
        if reply.messages and reply.privately and place.startswith("channel:"):
            self._say("Only you can see this:")
        for said in reply.messages:
            self._say("")
            self._message(said, place)
            if place.startswith("channel:") and not reply.privately:
                self._share(said, place)

    def _share(self, said: Message, place: str) -> None:
        """Answer for everybody in the room; the buttons stay with the person who asked."""
        asked = Paragraph(text=f"To {self.me.name}:", quiet=True)
        shown = said.parts or (Paragraph(text=said.summary),)
        self._arrivals()
        self._mark = max(
            self._mark, self.rooms.share(place, Message(summary=said.summary, parts=(asked, *shown)))
        )

    def _message(self, said: Message, place: str) -> None:
        """A message and its buttons, whose numbers go on from those already offered."""
        self.screen.show(render.message(said))
        self._buttons(said, place)

    def _buttons(self, said: Message, place: str) -> None:
        self.screen.show(render.buttons(said.buttons, len(self._offers) + 1))
        self._offers += [Offer(button=button, place=place) for button in said.buttons]

    def _fresh(self) -> Sequence[Posting]:
        fresh = self.rooms.after(places(self.school, self.me), self._mark)
        self._mark = max([self._mark, *(posting.revision for posting in fresh)])
        return fresh

    def _arrivals(self, most: int = 0) -> None:
        """Show what has been posted for this person since the last look."""
        for posting in list(self._fresh())[-most:]:
            self._post(posting)

    def _hold(self) -> None:
        """Within a form: say that something came, and keep it for after the form."""
        for posting in self._fresh():
            self._held.append(posting)
            said = f"New in {place_name(self.school, posting.place)}: {posting.message.summary}"
            self._say(f"{said} You can look at it after this form.", look="arrival")

    def _release(self) -> None:
        held, self._held = self._held, []
        for posting in held:
            self._post(posting)

    def _again(self) -> None:
        self._mark, self._offers = 0, []
        self._arrivals()

    def _post(self, posting: Posting) -> None:
        """The one line that says it all first, as a screen reader would want it, then the rest."""
        where = place_name(self.school, posting.place)
        self._say("")
        self._say(f"Posted in {where}: {posting.message.summary}", look="arrival")
        self.screen.show(render.parts(posting.message.parts))
        self._buttons(posting.message, posting.place)

    def _say(self, *texts: str, look: str = "") -> None:
        for text in texts:
            self.screen.show(render.lines(text, look))


@dataclass(frozen=True)
class _Interrupted:
    """A screen that looks for news before it asks."""

    screen: Screen
    look: Callable[[], None]

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines now."""
        self.screen.show(lines)

    def ask(self, prompt: str) -> str:
        """One typed line, after the news."""
        self.look()
        return self.screen.ask(prompt)
