"""People at Teams, each with a phone of their own; Usher is a process of its own beside a fake Microsoft."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.reading import read_house
from bot.settings import read_settings
from tests.platforms.running import INTENTS, Template, environment
from tests.platforms.teams.phone import Phone
from tests.platforms.teams.running import Running, running
from tests.platforms.teams.sheet import Sheet
from tests.platforms.teams.tenant import room_of, user_of
from tests.stories.beside import Beside

PATIENCE = 8.0
DELETE_IT = "Please delete it there"
Json = dict[str, Any]


class TeamsDriver:
    """Plays people at one tenant."""

    def __init__(self, usher: Running) -> None:
        self.usher, self.fake = usher, usher.fake
        self.school = usher.template.school
        self.phones: dict[str, Phone] = {}

    @cached_property
    def beside(self) -> Beside:
        """The clock beside the running process, for stories in which time passes."""
        home = read_house(self.usher.template.policy, INTENTS, phrasings=False)
        return Beside(read_settings(environment(self.usher.template, self.usher.home)), home)

    def say(self, who: str, text: str, channel: str = "") -> None:
        phone = self._phone(who)
        phone.close_modal()
        if not channel:
            phone.dm(text)
            self._walk_in(phone)
            return
        room = room_of(self.school, channel)
        id = phone.mention(room, text)
        if DELETE_IT in phone.sees():
            phone.delete(room, id)

    def press(self, who: str, label: str) -> None:
        phone = self._phone(who)
        self._settle()
        until = time.monotonic() + PATIENCE
        while not self._shown(phone, label) and time.monotonic() < until:
            time.sleep(0.05)
        self._read_on(phone, lambda window: window.action(label) is not None)
        phone.press(label)

    def answer(self, who: str, answers: dict[str, str]) -> None:
        phone = self._phone(who)
        for ask, text in answers.items():
            assert phone.window is not None, f"no form is open to {who}"
            assert phone.window.sheet is not None, f"the form has nothing to fill in:\n{phone.modal()}"
            self._go_on_to(phone, ask)
            assert phone.window.sheet is not None
            box = phone.window.sheet.input(ask)
            if "." in _part(box):
                self._rows(phone, _question(box), text)
            else:
                phone.window.sheet.put(box, text)

    def drop_file(self, who: str) -> None:
        self._phone(who).drop_file()

    def come_back(self, who: str) -> None:
        self._phone(who).reload()

    def sees(self, who: str, channel: str = "") -> str:
        phone = self._phone(who)
        self._settle()
        return phone.channel(room_of(self.school, channel)) if channel else phone.sees()

    def dialog(self, who: str) -> str:
        return self._phone(who).modal()

    def open_case(self, who: str, reference: str) -> None:
        phone = self._phone(who)
        phone.reload()
        self._settle()
        exactly = re.compile(rf"\b{reference}(?![-\w])")
        for room, post in phone.newest():
            opens = any(sheet.action("Open") for sheet in phone.sheets(room, post))
            if opens and exactly.search(text := phone.message(room, post)):
                phone.press("Open", within=text)
                return
        phone.knock("case.open", reference)

    def _phone(self, who: str) -> Phone:
        """The person's phone; the app turns up in it when they first take it up."""
        if who not in self.phones:
            self.phones[who] = Phone(self.fake, user_of(self.school, who))
            self.phones[who].arrive()
        return self.phones[who]

    def _walk_in(self, phone: Phone) -> None:
        """Teams opens no window for words: where the answer is the button to one, press it."""
        words = phone.message(*phone.newest()[0]).split("\n")
        if len(words) == 3 and words[0] == words[1] and words[2] == "Open":
            phone.press("Open", within=words[0])

    def _read_on(self, phone: Phone, there: Callable[[Sheet], bool]) -> None:
        """What doesn't fit on one card stands on the next part of the same window."""
        while phone.window and (sheet := phone.window.sheet) and not there(sheet) and sheet.action("More"):
            phone.press("More")

    def _go_on_to(self, phone: Phone, ask: str) -> None:
        """A card can't ask more because of an answer: what hangs on it is asked once one has gone on."""
        self._read_on(phone, lambda window: ask in window.read())
        if ask not in phone.modal() and "Next" in phone.modal():
            phone.press("Next")

    def _settle(self) -> None:
        """Until every notice has been delivered and Usher has come to rest."""
        self.usher.delivered(PATIENCE)
        self.fake.settle()

    def _shown(self, phone: Phone, label: str) -> bool:
        return label in phone.sees() or any(label in phone.channel(room.id) for room in phone.rooms())

    def _rows(self, phone: Phone, question: str, text: str) -> None:
        """Fill the rows of a question, adding lines as they are needed."""
        for number, line in enumerate(text.split(" / ")):
            if number and not self._cells(phone, question, number):
                phone.press("Add another")
            for box, said in zip(self._cells(phone, question, number), line.split("; "), strict=False):
                assert phone.window is not None
                assert phone.window.sheet is not None
                phone.window.sheet.put(box, said)

    def _cells(self, phone: Phone, question: str, number: int) -> list[Json]:
        assert phone.window is not None
        assert phone.window.sheet is not None
        boxes = [box for box in phone.window.sheet.inputs() if _question(box) == question]
        return [box for box in boxes if _part(box).partition(".")[0] == str(number)]


def _question(box: Json) -> str:
    return str(box["id"]).partition("|")[0]


def _part(box: Json) -> str:
    return str(box["id"]).partition("|")[2]


@contextmanager
def teams(template: Template, home: Path) -> Iterator[TeamsDriver]:
    """A fresh tenant with Usher in it; what either has to object to comes out at the end."""
    with running(template, home / "usher") as usher:
        yield TeamsDriver(usher)
        usher.fake.settle()
        assert usher.fake.objections == []
        assert usher.fake.refusals == []
        assert usher.fake.limits.refused == 0
        assert not [line for lines in usher.fake.tenant.shown.values() for line in lines]
        assert not [line for line in usher.lines if '"error"' in line]
