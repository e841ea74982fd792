"""What has been said on the page since it started: kept in memory only, gone when Usher stops."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.school.activities import Did, Filled
from bot.school.forms import Answer
from bot.school.messages import Button, Dialog, Message, Reply, Style

LINES = 2000
"""The oldest lines beyond this many are forgotten."""
ACTS = 1000
"""How many recent activities are remembered, so that a repeat gets the same answer."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing said in a place, by a person or (`by` is "") by Usher."""

    id: str
    place: str
    thread: str
    by: str
    at: datetime
    text: str = ""
    pressed: str = ""
    """The label of a button, when that is how it was said."""
    message: Message | None = None
    only: str = ""
    """When set, nobody but this person may see the line."""
    number: int = 0

    def visible(self, person: str, places: Sequence[str]) -> bool:
        """Whether this person, who may see these places, may see the line."""
        return self.place in places and self.only in ("", person)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one activity led to, remembered so that sending it again does nothing twice."""

    lines: tuple[Line, ...]
    reply: Reply


@dataclass
class Talk:
    """The lines of every place, the half-filled dialogs on show, and what was done lately."""

    boot: str = field(default_factory=lambda: secrets.token_hex(4))
    """Changes with every start, so that a page can tell that it missed one."""
    last: int = 0
    _lines: list[Line] = field(default_factory=list)
    _acts: "OrderedDict[str, asyncio.Task[Said]]" = field(default_factory=OrderedDict)
    _kept: dict[str, Dialog] = field(default_factory=dict)

    def add(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """Say these, in this order; one that is said again takes the place of what it was."""
        numbered = tuple(replace(line, number=self.last + n) for n, line in enumerate(lines, 1))
        self.last += len(numbered)
        again = {line.id for line in numbered}
        self._lines = [*(line for line in self._lines if line.id not in again), *numbered][-LINES:]
        return numbered

    def after(self, number: int, person: str, places: Sequence[str]) -> tuple[Line, ...]:
        """What this person has not been shown yet."""
        return tuple(line for line in self._lines if line.number > number and line.visible(person, places))

    def line(self, id: str) -> Line | None:
        """The line with this id, if it is still remembered."""
        return next((line for line in reversed(self._lines) if line.id == id), None)

    def act(self, id: str) -> "asyncio.Task[Said] | None":
        """What this activity is leading to, or led to, when it has come in before."""
        return self._acts.get(id)

    def remember(self, id: str, task: "asyncio.Task[Said]") -> None:
        """Remember an activity while it runs and after it succeeded; a failed one may be tried again."""
        self._acts[id] = task
        while len(self._acts) > ACTS:
            self._acts.popitem(last=False)
        task.add_done_callback(lambda done: self._forget_failed(id, done))

    def _forget_failed(self, id: str, task: "asyncio.Task[Said]") -> None:
        if task.cancelled() or task.exception() is not None:
            self._acts.pop(id, None)

    def kept(self, person: str) -> Dialog | None:
        """The half-filled dialog this person had open last."""
        return self._kept.get(person)

    def keep(self, person: str, draft: str | None, did: Did, reply: Reply) -> None:
        """Follow a half-filled dialog through what was done, so that a reload finds it again.

        `draft` is the one of the dialog that it was done in, None when it was done in conversation.
        """
        open = self._kept.get(person)
        ours = open is not None and draft == open.draft
        if open and ours and isinstance(did, Filled):
            self._kept[person] = refilled(open, did.answers)
        if reply.closes and (ours or draft is None):
            self._kept.pop(person, None)
        if reply.dialog and reply.dialog.draft:
            self._kept[person] = reply.dialog


def refilled(dialog: Dialog, answers: Mapping[str, Answer]) -> Dialog:
    """The dialog with these answers in its fields."""
    fields = tuple(
        replace(field, answer=answers.get(field.question.id, field.answer)) for field in dialog.fields
    )
    return replace(dialog, fields=fields)


def settled(message: Message) -> Message:
    """The message without its quiet buttons, once one of them has been pressed."""
    return replace(message, buttons=tuple(b for b in message.buttons if b.style is not Style.QUIET))


def label_of(message: Message | None, action: str, value: str) -> str:
    """The words on the button that was pressed; "" when the message has none such."""
    buttons: tuple[Button, ...] = message.buttons if message else ()
    return next((b.label for b in buttons if (b.action, b.value) == (action, value)), "")
