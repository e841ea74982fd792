"""People at Slack, each with a phone of their own; Usher is a process of its own beside a fake workspace."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.reading import read_house
from bot.settings import read_settings
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.reading import buttons_in, plain, read_message
from tests.platforms.slack.running import INTENTS, Running, Template, environment, running
from tests.platforms.slack.workspace import room_of, user_of
from tests.stories.beside import Beside

PATIENCE = 8.0
DELETE_IT = "Please delete it there"
Json = dict[str, Any]


class SlackDriver:
    """Plays people at one workspace."""

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
        ts = phone.mention(room, text)
        if DELETE_IT in phone.sees():
            phone.delete(room, ts)

    def press(self, who: str, label: str) -> None:
        phone = self._phone(who)
        self._settle()
        until = time.monotonic() + PATIENCE
        while not self._shown(phone, label) and time.monotonic() < until:
            time.sleep(0.05)
        phone.press(label)

    def answer(self, who: str, answers: dict[str, str]) -> None:
        phone = self._phone(who)
        for ask, text in answers.items():
            block = self._asked(phone, ask)
            if block["type"] == "input" and "." not in _part(block):
                phone.put(block, text)
            else:
                self._rows(phone, _question(block), text)

    def drop_file(self, who: str) -> None:
        self._phone(who).drop_file()

    def come_back(self, who: str) -> None:
        phone = self._phone(who)
        phone.reload()
        phone.open_home()

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
        for _, message in phone.newest():
            labels = [label for label, _, _ in buttons_in(message.get("blocks"))]
            if "Open" in labels and exactly.search(text := read_message(message)):
                phone.press("Open", within=text)
                return
        phone.knock("press:0:case.open", reference)

    def _phone(self, who: str) -> Phone:
        """The person's phone; they look at the Home tab when they first take it up."""
        if who not in self.phones:
            self.phones[who] = Phone(self.fake, user_of(self.school, who))
            self.phones[who].open_home()
        return self.phones[who]

    def _walk_in(self, phone: Phone) -> None:
        """Slack opens no window for words: where the answer is the button to one, press it."""
        direct = phone.space.direct(phone.user)
        words = read_message(phone.within(direct)[-1]).split("\n")
        if len(words) == 3 and words[0] == words[1] and words[2] == "Open":
            phone.press("Open", within=words[0])

    def _settle(self) -> None:
        """Until every notice has been delivered and Usher has come to rest."""
        self.usher.delivered(PATIENCE)
        self.fake.settle()

    def _shown(self, phone: Phone, label: str) -> bool:
        return label in phone.sees() or any(
            label in phone.channel(room.id) for room in phone.rooms() if room.kind != "im"
        )

    def _asked(self, phone: Phone, ask: str) -> Json:
        """The input of a question, or of its first row; a question may stand in words above its inputs."""
        view = phone.top()
        assert view is not None, "no form is open"
        above = False
        for block in view["blocks"]:
            words = plain(block.get("label") or block.get("text") or "")
            above = above or words.startswith(ask)
            if above and block["type"] == "input":
                return dict(block)
        raise AssertionError(f"{ask!r} is not asked, but:\n{phone.modal()}")

    def _rows(self, phone: Phone, question: str, text: str) -> None:
        """Fill the rows of a question, adding lines as they are needed."""
        for number, line in enumerate(text.split(" / ")):
            if number and not self._cells(phone, question, number):
                phone.press("Add another")
            cells = self._cells(phone, question, number)
            for block, said in zip(cells, line.split("; "), strict=False):
                phone.put(block, said)

    def _cells(self, phone: Phone, question: str, number: int) -> list[Json]:
        view = phone.top()
        assert view is not None
        rows = dict.fromkeys(
            _part(block).partition(".")[0] for block in view["blocks"] if _question(block) == question
        )
        row = list(rows)[number] if number < len(rows) else ""
        return [
            block
            for block in view["blocks"]
            if row and _question(block) == question and _part(block).partition(".")[0] == row
        ]


def _question(block: Json) -> str:
    return str(block.get("block_id", "")).partition("|")[0] if block["type"] == "input" else ""


def _part(block: Json) -> str:
    return str(block.get("block_id", "")).partition("|")[2]


@contextmanager
def slack(template: Template, home: Path, mode: str) -> Iterator[SlackDriver]:
    """A fresh workspace with Usher in it; what either has to object to comes out at the end."""
    with running(template, home / "usher", mode) as usher:
        yield SlackDriver(usher)
        usher.fake.settle()
        assert usher.fake.objections == []
        assert usher.fake.given_up == []
        assert not [line for lines in usher.fake.space.shown.values() for line in lines]
        assert not [line for line in usher.lines if '"error"' in line]
        assert usher.fake.sockets.strays == []
