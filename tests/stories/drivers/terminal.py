"""People at a terminal of their own: what is printed there, and the lines they type.

Each person has the conversation of `usher talk --plain` on a pseudo-terminal, all in this process:
a process for each of eight people would take the engine's seconds eight times a story. The
processes themselves are tried in tests/operate/test_talk.py.
"""

import os
import pty
import re
import select
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.platforms.terminal.screen import PlainScreen
from bot.school.activities import Activity, Place, Pressed
from bot.school.messages import Reply
from bot.school.people import Person
from bot.wiring import local
from bot.wiring.works import Usher, now
from tests.stories.beside import Beside
from tests.stories.sample import Sample

PATIENCE = 20.0
TALKING = re.compile(r"(?:^|\n)you(?:, in [^>\n]+)?> $")
ASKED = re.compile(r"(?:^|\n)> $")
CHOOSING = re.compile(r"(?:^|\n)Which\? $")
ANOTHER = re.compile(r"(?:^|\n)(?:Another\? yes or no: |Yes or no\? )$")
QUESTION = re.compile(r"^(?:Question \w+: )?(.+) \((?:needed|optional)\)$", re.M)
BUTTON = re.compile(r"^(\d+)\. (.+)$", re.M)
POSTED = re.compile(r"^Posted in ([^:\n]+):", re.M)
NEWS = re.compile(r"^New in ([^:\n]+): .+$", re.M)
SEVERAL_LINES = "Type as many lines as you need"


class Seat:
    """One person's terminal: types lines, reads what is printed until it asks for the next one."""

    def __init__(self, usher: Usher, admit: Callable[[Activity], Reply], me: Person) -> None:
        self.usher, self.admit, self.me = usher, admit, me
        self.mine, self.its = pty.openpty()
        self.printed = ""
        self.asked_from = 0
        """Where on the screen the newest form begins."""
        self.behind = threading.Thread(target=self._talk, name=f"terminal-{me.id}")
        self.behind.start()
        self.wait()

    def _talk(self) -> None:
        with os.fdopen(os.dup(self.its), "w", buffering=1) as out, os.fdopen(os.dup(self.its)) as keys:

            def ask(prompt: str) -> str:
                out.write(prompt)
                out.flush()
                line = keys.readline()
                if not line:
                    raise EOFError
                return line.rstrip("\n")

            screen = PlainScreen(out.write, ask)
            local.conversation(self.usher, self.me, screen, self.admit).run()

    def type(self, *lines: str) -> str:
        """Type these lines, each when it is asked for; what has been printed since."""
        before = len(self.printed)
        for line in lines:
            os.write(self.mine, f"{line}\n".encode())
        self.wait(before + sum(len(line) + 1 for line in lines))
        return self.printed[before:]

    def wait(self, beyond: int = 0) -> None:
        """Read until the terminal waits for a line again, past what has just been typed."""
        until = time.monotonic() + PATIENCE
        while len(self.printed) <= beyond or not self._waits():
            assert time.monotonic() < until, f"the terminal is still busy:\n{self.printed[-2000:]}"
            if select.select([self.mine], [], [], 0.05)[0]:
                self.printed += os.read(self.mine, 65536).decode(errors="replace").replace("\r", "")

    def _waits(self) -> bool:
        prompts = (TALKING, ASKED, CHOOSING, ANOTHER)
        return any(prompt.search(self.printed[-200:]) for prompt in prompts)

    def at(self, prompt: re.Pattern[str]) -> bool:
        return bool(prompt.search(self.printed[-200:]))

    def question(self) -> str:
        """What is being asked: the last question on the screen."""
        found = QUESTION.findall(self.printed[self.asked_from :])
        return str(found[-1]) if found else ""

    def leave(self) -> None:
        """Leave the form, say goodbye, and close the terminal."""
        if not self.at(TALKING):
            self.type("cancel")
        os.write(self.mine, b"quit\n")
        self.behind.join(PATIENCE)
        os.close(self.mine)
        os.close(self.its)


class TerminalDriver:
    """Plays people at terminals that share one sample store."""

    def __init__(self, usher: Usher, admit: Callable[[Activity], Reply]) -> None:
        self.usher, self.admit = usher, admit
        self.school = usher.house.school
        self.beside = Beside(usher.settings, usher.house)
        self.seats: dict[str, Seat] = {}
        self.told: dict[str, str] = {}

    def say(self, who: str, text: str, channel: str = "") -> None:
        seat = self._talking(who)
        if channel:
            seat.type(f"go {self.school.channels[channel].name}")
        seat.type(text)
        if channel:
            seat.type("go direct")

    def press(self, who: str, label: str) -> None:
        seat = self._seat(who)
        if not seat.at(TALKING):
            numbers = self._buttons(seat)
            if label in numbers:
                self._go(seat, numbers[label])
                return
        self._talking(who)
        for look in ("", "posts", "home"):
            since = seat.printed.rfind("\n1. ") if not look else len(seat.printed)
            seat.type(look)
            numbers = {said: number for number, said in BUTTON.findall(seat.printed[since:])}
            if label in numbers:
                self._go(seat, numbers[label])
                return
        raise AssertionError(f"{who} sees no button {label!r} but:\n{seat.printed}")

    def answer(self, who: str, answers: dict[str, str]) -> None:
        seat = self._seat(who)
        for ask, text in answers.items():
            self._turn_to(seat, ask)
            shown = seat.printed[seat.printed.rfind(ask) :]
            if "\nNumber 1.\n" in shown:
                self._rows(seat, text)
            elif SEVERAL_LINES in shown:
                seat.type(*text.split("\n"), "")
            else:
                seat.type(text)

    def drop_file(self, who: str) -> None:
        """A terminal on which a file is dropped types where the file is."""
        self._talking(who).type("/home/somebody/Pictures/picture.png")

    def come_back(self, who: str) -> None:
        if who in self.seats:
            self.seats.pop(who).leave()
        self._seat(who)

    def sees(self, who: str, channel: str = "") -> str:
        seat = self._seat(who)
        seat.type("" if seat.at(TALKING) else "?")
        if not channel:
            return "\n".join([seat.printed, self.told.get(who, "")])
        name = self.school.channels[channel].name
        return "\n".join(block for room, block in _posted(seat.printed) if room == name)

    def dialog(self, who: str) -> str:
        seat = self._seat(who)
        return "" if seat.at(TALKING) else seat.printed[seat.asked_from :]

    def open_case(self, who: str, reference: str) -> None:
        seat = self._talking(who)
        since = len(seat.printed)
        seat.type("posts")
        exactly = re.compile(rf"\b{reference}(?![-\w])")
        for _, block in reversed(_posted(seat.printed[since:])):
            numbers = {said: number for number, said in BUTTON.findall(block)}
            if exactly.search(block) and "Open" in numbers:
                self._go(seat, numbers["Open"])
                return
        self.told[who] = str(self._knock(who, reference))

    def close(self) -> None:
        for seat in self.seats.values():
            seat.leave()

    def _knock(self, who: str, reference: str) -> Reply:
        """What a terminal that has been tampered with could send."""
        return self.admit(
            Activity(
                id=f"knock-{uuid.uuid4().hex}",
                school=self.school.id,
                person=who,
                place=Place(),
                did=Pressed(action="case.open", value=reference),
                at=now(),
            )
        )

    def _seat(self, who: str) -> Seat:
        if who not in self.seats:
            self.seats[who] = Seat(self.usher, self.admit, self.school.people[who])
        return self.seats[who]

    def _talking(self, who: str) -> Seat:
        """The person at the open prompt, out of any form."""
        seat = self._seat(who)
        if not seat.at(TALKING):
            seat.type("cancel")
        return seat

    def _go(self, seat: Seat, number: str) -> None:
        seat.asked_from = len(seat.printed)
        seat.type(number)

    def _buttons(self, seat: Seat) -> dict[str, str]:
        """The form's buttons and their numbers; what is still open is left for later."""
        if not seat.at(CHOOSING):
            seat.type("done")
        return {said: number for number, said in BUTTON.findall(seat.type("?"))}

    def _turn_to(self, seat: Seat, ask: str) -> None:
        """Have this question asked, wherever in the form it stands."""
        if seat.at(ASKED) and seat.question().startswith(ask):
            return
        if not seat.at(CHOOSING):
            seat.type("done")
        asked = re.search(rf"^(\d+)\. {re.escape(ask)}", seat.type("review"), re.M)
        assert asked, f"{ask!r} is not asked here:\n{seat.printed[seat.asked_from :]}"
        seat.type(f"change {asked[1]}")

    def _rows(self, seat: Seat, text: str) -> None:
        lines = text.split(" / ")
        for number, line in enumerate(lines, 1):
            for cell in line.split("; "):
                seat.type(cell)
            seat.type("yes" if number < len(lines) else "no")


def _posted(printed: str) -> list[tuple[str, str]]:
    """Each post on the screen with the name of its room."""
    starts = list(POSTED.finditer(printed))
    ends = [*(start.start() for start in starts), len(printed)][1:]
    blocks = [
        (start[1], re.split(r"^you(?:, in [^>\n]+)?> ", printed[start.end() : end], flags=re.M)[0])
        for start, end in zip(starts, ends, strict=False)
    ]
    return [*blocks, *((news[1], news[0]) for news in NEWS.finditer(printed))]


@contextmanager
def terminal(sample: Sample, home: Path) -> Iterator[TerminalDriver]:
    """Terminals on a fresh sample store."""
    with sample.usher(home) as usher, local.carrying(usher) as admit:
        driver = TerminalDriver(usher, admit)
        try:
            yield driver
        finally:
            driver.close()
