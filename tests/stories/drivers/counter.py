"""The counter itself: reception, records and courier as they run, with nothing drawn in between."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from bot.school.activities import Activity, Did, Dropped, Filled, Place, Pressed, Said
from bot.school.answers import say_answer
from bot.school.forms import Answer, Kind, Question, Row
from bot.school.messages import (
    Bullets,
    Button,
    Callout,
    Dialog,
    Facts,
    Heading,
    Message,
    Paragraph,
    Part,
    Quotation,
    Reply,
)
from bot.school.people import School
from bot.wiring import local
from bot.wiring.works import Usher, now
from tests.stories.beside import Beside
from tests.stories.sample import Sample

PATIENCE = 5.0


def words(part: Part) -> str:
    match part:
        case Heading() | Paragraph():
            return part.text
        case Quotation():
            return f"{part.clause} {part.section} {part.version} {part.text}"
        case Bullets():
            return "\n".join(part.items)
        case Facts():
            return "\n".join(f"{label}: {value}" for label, value in part.rows)
        case Callout():
            return "\n".join((part.title, *part.lines))


def spoken(message: Message) -> str:
    parts = (words(part) for part in message.parts)
    return "\n".join((message.summary, *parts, *(button.label for button in message.buttons)))


def drawn(dialog: Dialog) -> str:
    fields = (
        f"{f.question.ask}\n{say_answer(f.question, f.answer) if f.answer else ''}\n{f.error}\n{f.advice}"
        for f in dialog.fields
    )
    labels = (button.label for button in dialog.buttons)
    return "\n".join((dialog.title, *(words(part) for part in dialog.parts), *fields, *labels))


class CounterDriver:
    """Plays people at the counter of one running Usher."""

    def __init__(self, usher: Usher, admit: Callable[[Activity], Reply]) -> None:
        self.usher, self.admit = usher, admit
        self.school: School = usher.house.school
        self.beside = Beside(usher.settings, usher.house)
        self.numbers = count(1)
        self.said: dict[str, list[Message]] = defaultdict(list)
        self.open: dict[str, Dialog] = {}
        self.filled: dict[str, dict[str, Answer]] = defaultdict(dict)
        self.rooms: dict[str, list[str]] = defaultdict(list)
        self.here: set[str] = set()

    def say(self, who: str, text: str, channel: str = "") -> None:
        reply = self._act(who, Said(text=text), channel)
        if channel and not reply.privately:
            self.rooms[channel] += [text, *(spoken(message) for message in reply.messages)]
        elif not channel:
            self.rooms[f"direct:{who}"].append(text)

    def press(self, who: str, label: str) -> None:
        button = self._button(who, label)
        if button.submits:
            filled = Filled(action=button.action, value=button.value, answers=self._answers(who))
            self._act(who, filled)
        else:
            self._act(who, Pressed(action=button.action, value=button.value))

    def answer(self, who: str, answers: dict[str, str]) -> None:
        for ask, text in answers.items():
            question = self._question(who, ask)
            self.filled[who][question.id] = typed(question, text)
            if draft := self.open[who].draft:
                keep = Filled(action="draft.keep", value=draft, answers=self._answers(who))
                self._act(who, keep)

    def drop_file(self, who: str) -> None:
        self._act(who, Dropped())

    def come_back(self, who: str) -> None:
        self.open.pop(who, None)
        self.here.discard(who)
        self._arrive(who)

    def sees(self, who: str, channel: str = "") -> str:
        self._arrive(who)
        self._settle()
        if channel:
            room = self.school.channels[channel]
            if who not in {p.id for p in self.school.seats(room)}:
                return ""
            return "\n".join([*self.rooms[channel], *self._posts(f"channel:{channel}")])
        parts = [
            *self.rooms[f"direct:{who}"],
            *(spoken(m) for m in self.said[who]),
            *self._posts(f"person:{who}"),
        ]
        return "\n".join([*parts, self.dialog(who)])

    def dialog(self, who: str) -> str:
        return drawn(self.open[who]) if who in self.open else ""

    def open_case(self, who: str, reference: str) -> None:
        self._settle()
        self._act(who, Pressed(action="case.open", value=reference))

    def _arrive(self, who: str) -> None:
        """Everybody is greeted when they first come."""
        if who not in self.here:
            self.here.add(who)
            self._act(who, Pressed(action="home"))

    def _act(self, who: str, did: Did, channel: str = "") -> Reply:
        self._arrive(who)
        activity = Activity(
            id=f"story-{next(self.numbers)}",
            school=self.school.id,
            person=who,
            place=Place(channel=channel),
            did=did,
            at=now(),
        )
        reply = self.admit(activity)
        if not channel or reply.privately:
            self.said[who] += reply.messages
        if reply.closes:
            self.open.pop(who, None)
        if reply.dialog:
            self.open[who] = reply.dialog
            self.filled[who] = {}
        return reply

    def _answers(self, who: str) -> dict[str, Answer]:
        shown = {f.question.id: f.answer for f in self.open[who].fields if f.answer}
        return {**shown, **self.filled[who]}

    def _question(self, who: str, ask: str) -> Question:
        for field in self.open[who].fields:
            if field.question.ask.startswith(ask):
                return field.question
        raise AssertionError(
            f"{who} is not asked {ask!r}, but {[f.question.ask for f in self.open[who].fields]}"
        )

    def _button(self, who: str, label: str) -> Button:
        self._arrive(who)
        self._settle()
        dialog = self.open.get(who)
        shown = [b for b in dialog.buttons if b.label == label] if dialog else []
        if not shown:
            self.open.pop(who, None)
            places = [f"person:{who}", *(f"channel:{c}" for c in self.school.channels if self.sees(who, c))]
            posted = [b for p in self._all_posts(places) for b in p.buttons]
            shown = [*(b for m in self.said[who] for b in m.buttons), *posted]
        named = [b for b in shown if b.label == label]
        assert named, f"{who} sees no button {label!r}, but {[b.label for b in shown]}"
        return named[-1]

    def _all_posts(self, places: list[str]) -> list[Message]:
        return [post.message for post in local.posts_after(self.usher, places, 0)]

    def _posts(self, place: str) -> list[str]:
        return [spoken(message) for message in self._all_posts([place])]

    def _settle(self) -> None:
        waited = time.monotonic() + PATIENCE
        while sum(self.usher.outbox.undelivered().values()) and time.monotonic() < waited:
            time.sleep(0.01)


def typed(question: Question, text: str) -> Answer:
    """What somebody means by typing an answer into a story."""
    if question.kind is Kind.ROWS:
        return tuple(_row(question, line) for line in text.split(" / "))
    if question.kind is Kind.CHOICES:
        return tuple(_choice(question, one) for one in text.split("; "))
    if question.kind is Kind.CHOICE:
        return _choice(question, text)
    return "yes" if question.kind is Kind.CONFIRM else text


def _row(question: Question, line: str) -> Row:
    cells = zip(question.columns, line.split("; "), strict=False)
    return {c.id: _choice(c, cell) if c.kind is Kind.CHOICE else cell for c, cell in cells}


def _choice(question: Question, say: str) -> str:
    found = [choice.id for choice in question.choices if choice.say == say]
    assert found, f"{question.ask!r} has no choice {say!r}, but {[c.say for c in question.choices]}"
    return found[0]


@contextmanager
def counter(sample: Sample, home: Path) -> Iterator[CounterDriver]:
    """A counter on a fresh sample store."""
    with sample.usher(home) as usher, local.carrying(usher) as admit:
        yield CounterDriver(usher, admit)
