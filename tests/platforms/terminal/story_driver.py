"""Plays people at terminals: each types lines and reads what is on the screen, nothing else."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from bot.platforms.terminal.screen import PlainScreen
from bot.school.activities import Activity
from bot.school.messages import Reply
from bot.wiring import local
from bot.wiring.works import Usher
from tests.stories.sample import Sample

PATIENCE = 30.0
NUMBERED = re.compile(r"^(\d+)\. (.+)$", re.M)
GONE = object()


class Seat:
    """One person at one terminal, in a thread of its own."""

    def __init__(self, usher: Usher, who: str, admit: Callable[[Activity], Reply]) -> None:
        self.usher, self.who, self._admit = usher, who, admit
        self.shown, self.prompt = "", ""
        self.since, self.view = 0, ""
        self._typed: Queue[object] = Queue()
        self._waiting = threading.Event()
        self._sit()

    def _sit(self) -> None:
        screen = PlainScreen(self._write, self._read)
        me = self.usher.house.school.people[self.who]
        talking = local.conversation(self.usher, me, screen, self._admitted)
        self._waiting.clear()
        self._thread = threading.Thread(target=talking.run)
        self._thread.start()
        self._wait()
        self.greeting, self.shown = self.shown, self.shown.partition("\nPosted in ")[2]

    def _write(self, text: str) -> None:
        self.shown += text

    def _read(self, prompt: str) -> str:
        self._write(prompt)
        self.prompt = prompt
        self._waiting.set()
        typed = self._typed.get()
        if typed is GONE:
            raise EOFError
        return str(typed)

    def _admitted(self, activity: Activity) -> Reply:
        """Remember where on the screen the dialog on show begins."""
        reply = self._admit(activity)
        if reply.dialog and reply.dialog.id != self.view:
            self.since, self.view = len(self.shown), reply.dialog.id
        return reply

    def _wait(self) -> None:
        assert self._waiting.wait(PATIENCE), self.shown[-2000:]

    @property
    def in_form(self) -> bool:
        return "you" not in self.prompt

    def types(self, *lines: str) -> str:
        """Type lines; what is shown from the first of them on."""
        start = len(self.shown)
        for line in lines:
            self._waiting.clear()
            self._typed.put(line)
            self._wait()
        return self.shown[start:]

    def home(self) -> str:
        """Ask for the greeting again; it is not counted as something one has been told."""
        before = self.shown
        said = self.types("home")
        self.shown = before
        return said

    def leaves(self) -> None:
        """Hang up, in the middle of whatever it is."""
        self._typed.put(GONE)
        self._thread.join(PATIENCE)

    def comes_back(self) -> None:
        self.leaves()
        told = self.shown[: self.since] if self.in_form else self.shown
        self.shown = self.view = ""
        self._sit()
        self.shown = told + self.shown

    def to_buttons(self) -> str:
        """Go to the buttons of the form; the list of them."""
        if self.prompt != "Which? ":
            self.types("done")
        return self.types("?")


class TerminalDriver:
    """The stories' driver; see tests/stories/drivers."""

    def __init__(self, usher: Usher, admit: Callable[[Activity], Reply]) -> None:
        self.usher, self.admit = usher, admit
        self.seats: dict[str, Seat] = {}

    def at(self, who: str) -> Seat:
        if who not in self.seats:
            self.seats[who] = Seat(self.usher, who, self.admit)
        return self.seats[who]

    def outside(self, who: str) -> Seat:
        """The person's terminal, out of any form."""
        seat = self.at(who)
        if seat.in_form:
            seat.types("cancel")
        return seat

    def say(self, who: str, text: str, channel: str = "") -> None:
        seat = self.outside(who)
        if channel:
            seat.types(f"go {channel}", text, "go direct")
        else:
            seat.types(text)

    def press(self, who: str, label: str) -> None:
        seat = self.at(who)
        number = _numbered(seat.to_buttons(), label) if seat.in_form else ""
        if not number:
            seat = self.outside(who)
            last = seat.shown[max(seat.shown.rfind("\nyou> ", 0, -8), 0) :]
            number = _numbered(last, label) or _numbered(seat.types("posts"), label)
            number = number or _numbered(seat.home(), label)
        assert number, f"{who} sees no {label!r} in:\n{seat.shown[-3000:]}"
        seat.types(number)
        if seat.prompt == "Yes or no? ":
            seat.types("yes")

    def answer(self, who: str, answers: dict[str, str]) -> None:
        seat = self.at(who)
        for ask, text in answers.items():
            seat.to_buttons()
            number = re.search(rf"^(\d+)\. {re.escape(ask)}[^\n]*: ", seat.types("review"), re.M)
            assert number, f"{who} is not asked {ask!r}"
            asked = seat.types(f"change {number[1]}")
            if "So far:" in asked:
                asked = seat.types(*["remove 1"] * asked.count("\n1. ")) + seat.types("add")
            self._type(seat, asked, text)

    def _type(self, seat: Seat, asked: str, text: str) -> None:
        """Type an answer the way the question asks for it."""
        if "Type one or more numbers" in asked:
            seat.types(", ".join(_numbered(asked, one) for one in text.split("; ")))
        elif "as many lines as you need" in asked:
            seat.types(*text.split("\n"), "")
        elif "Type yes if you agree" in asked:
            seat.types("yes")
        elif "\nNumber 1.\n" in asked:
            self._rows(seat, text)
        else:
            seat.types(text)

    def _rows(self, seat: Seat, text: str) -> None:
        lines = text.split(" / ")
        for number, line in enumerate(lines, 1):
            for cell in line.split("; "):
                seat.types(cell)
            if seat.prompt.startswith("Another?"):
                seat.types("yes" if number < len(lines) else "no")

    def drop_file(self, who: str) -> None:
        self.outside(who).types("/home/somebody/IMG_0001.jpg")

    def come_back(self, who: str) -> None:
        if who in self.seats:
            self.seats[who].comes_back()

    def sees(self, who: str, channel: str = "") -> str:
        seat = self.at(who)
        if channel:
            return self._channel(who, channel)
        return seat.shown + (seat.types("posts") if not seat.in_form else seat.types("?"))

    def _channel(self, who: str, channel: str) -> str:
        """What hangs in a room, as a second terminal of the same person shows it."""
        second = Seat(self.usher, who, self.admit)
        try:
            shown = second.types("posts")
        finally:
            second.leaves()
        name = self.usher.house.school.channels[channel].name
        blocks = re.split(r"^Posted in ", shown, flags=re.M)[1:]
        return "\n".join(block for block in blocks if block.startswith(f"{name}:"))

    def dialog(self, who: str) -> str:
        seat = self.at(who)
        if not seat.in_form:
            return ""
        if seat.prompt != "Which? " or seat.types("review"):
            seat.types("review")
        return seat.shown[seat.since :]

    def open_case(self, who: str, reference: str) -> None:
        """Press Open under the newest card of this case; somebody without one knocks with its name."""
        seat = self.outside(who)
        blocks = re.split(r"^Posted in ", seat.types("posts"), flags=re.M)
        mine = [block for block in blocks if reference in block and _numbered(block, "Open")]
        if mine:
            seat.types(_numbered(mine[-1], "Open"))
        else:
            self._knock(seat, reference)

    def _knock(self, seat: Seat, reference: str) -> None:
        """Terminals offer only what was posted; knock at reception itself, as a forger would."""
        from bot.platforms.terminal import render
        from bot.school.activities import Place, Pressed
        from bot.wiring.works import now

        reply = self.admit(
            Activity(
                id=f"knock-{seat.who}-{len(seat.shown)}",
                school=self.usher.house.school.id,
                person=seat.who,
                place=Place(),
                did=Pressed(action="case.open", value=reference),
                at=now(),
            )
        )
        assert reply.dialog is None
        for message in reply.messages:
            seat.shown += "".join(f"{line.text}\n" for line in render.message(message))


def _numbered(shown: str, label: str) -> str:
    """The number before the newest button of this name; "" when there is none."""
    found = [n for n, said in NUMBERED.findall(shown) if said == label or said.startswith(f"{label} (")]
    return str(found[-1]) if found else ""


@contextmanager
def terminal(sample: Sample, home: Path) -> Iterator[TerminalDriver]:
    """Terminals on a fresh sample store."""
    with sample.usher(home) as usher, local.carrying(usher) as admit:
        driver = TerminalDriver(usher, admit)
        try:
            yield driver
        finally:
            for seat in driver.seats.values():
                seat.leaves()
