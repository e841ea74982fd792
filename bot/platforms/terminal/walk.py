"""A form in the terminal: question by question, every answer kept at once, buttons at the end."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.platforms.terminal import render
from bot.platforms.terminal.read import NotUnderstood, Reader, command, picked
from bot.platforms.terminal.render import Line
from bot.platforms.terminal.rows import Rows, Told
from bot.platforms.terminal.screen import Screen
from bot.school.activities import Filled, Pressed
from bot.school.forms import Answer, Kind, chosen, given
from bot.school.messages import Button, Dialog, Field, Part

HELP = (
    "Type your answer and press Enter. You can also type:",
    "back: the question before",
    "skip: leave out an optional question",
    "done: go to the buttons now, leaving the rest for later",
    "review: all answers of this page; change 2: answer number 2 of them again",
    "cancel: leave the form; what you have written is kept",
    "?: say this question again",
    "To answer with one of these words itself, put \\ before it.",
)

Keep = Callable[[Dialog, Mapping[str, Answer]], Dialog | None]
"""Saves a half-filled dialog; gives it back as the desk now sees it, or None."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """The person left the dialog without pressing anything."""


@dataclass(kw_only=True)
class Walk:
    """One dialog being walked through. `seen` are the parts already shown."""

    dialog: Dialog
    screen: Screen
    reader: Reader
    keep: Keep
    seen: set[Part] = field(default_factory=set)

    def run(self) -> Filled | Pressed | Left:
        """Walk through all questions, then the buttons."""
        self.screen.show(render.title(self.dialog))
        self._show_new_parts()
        position = self._start()
        while True:
            told = self._ask(position) if position < len(self._fields()) else self._finish()
            if isinstance(told, Filled | Pressed | Left):
                return told
            if told == -1:
                back = self._back_button()
                if back:
                    return self._press(back)
                self._say("This is the first question.")
            position = max(told, 0)

    def _fields(self) -> list[Field]:
        """The questions that apply, as far as this dialog can tell."""
        answers = self._answers()
        here = {each.question.id for each in self.dialog.fields}
        return [
            each
            for each in self.dialog.fields
            if all(
                set(chosen(answers.get(other))) & set(values)
                for other, values in each.question.when.items()
                if other in here
            )
        ]

    def _answers(self) -> dict[str, Answer]:
        fields = self.dialog.fields
        return {each.question.id: each.answer for each in fields if each.answer is not None}

    def _start(self) -> int:
        """The first question with an error, else the one after the last that was answered."""
        fields = self._fields()
        wrong = [number for number, each in enumerate(fields) if each.error]
        answered = [number for number, each in enumerate(fields) if given(each.answer)]
        if wrong:
            return wrong[0]
        if answered:
            self._say("Already answered here:")
            self.screen.show(render.review([fields[number] for number in answered]))
            return answered[-1] + (0 if _too_few(fields[answered[-1]]) else 1)
        return 0

    def _ask(self, position: int) -> int | Left:
        """Ask one question; the position to go on with."""
        asked = self._fields()[position]
        rows = Rows(
            screen=self.screen,
            ask=self._one,
            save=lambda answer: self._save(asked.question.id, answer),
        )
        told = rows.fill(asked) if asked.question.kind is Kind.ROWS else self._one(asked)
        if told.command:
            return self._moved(told.command, position)
        self._save(asked.question.id, told.answer)
        order = [each.question.id for each in self._fields()]
        return order.index(asked.question.id) + 1 if asked.question.id in order else position

    def _one(self, asked: Field) -> Told:
        """Ask one question until it is answered or a command takes us elsewhere."""
        self.screen.show([Line(text=""), *render.question(asked)])
        while True:
            typed = self.screen.ask("> ")
            name, number = command(typed)
            if name == "?":
                self.screen.show(render.question(asked))
            elif name == "help":
                self._say(*HELP)
            elif name == "skip" and asked.question.required:
                self._say("This one is needed. Type done to leave it for later.")
            elif name == "skip":
                return Told(answer="")
            elif name:
                return Told(command=f"{name} {number}".strip())
            elif typed.strip():
                try:
                    return Told(answer=self.reader.read(asked.question, self._lines(asked, typed)))
                except NotUnderstood as wrong:
                    self._say(str(wrong), look="danger")
            elif given(asked.answer) or not asked.question.required:
                return Told(answer=asked.answer or "")
            else:
                self._say("This one is needed. Type done to leave it for later.", look="danger")

    def _lines(self, asked: Field, first: str) -> Iterable[str]:
        """What belongs to one answer: one line, or all lines up to an empty one."""
        lines = [first]
        while asked.question.kind is Kind.LONG_TEXT and (line := self.screen.ask("")):
            lines.append(line)
        return lines

    def _save(self, id: str, answer: Answer | None) -> None:
        """Keep the answer at once, and show what the desk has to say about it."""
        fields = tuple(
            replace(each, answer=answer, error="") if each.question.id == id else each
            for each in self.dialog.fields
        )
        self.dialog = replace(self.dialog, fields=fields)
        if self.dialog.draft:
            before = self._advice(id)
            self.dialog = self.keep(self.dialog, self._answers()) or self.dialog
            self._show_new_parts()
            if self._advice(id) != before:
                self.screen.show(render.advice(self._advice(id)))

    def _advice(self, id: str) -> str:
        """What is suggested about one answer, as the desk now sees it."""
        return next((each.advice for each in self.dialog.fields if each.question.id == id), "")

    def _moved(self, told: str, position: int) -> int | Left:
        """Where a command typed at a question leads."""
        name, _, number = told.partition(" ")
        match name:
            case "back":
                return position - 1
            case "done":
                return len(self._fields())
            case "cancel":
                return self._leave()
            case "change" if 1 <= int(number) <= len(self._fields()):
                return int(number) - 1
            case "review":
                self.screen.show(render.review(self._fields()))
        return position

    def _finish(self) -> Filled | Pressed | Left | int:
        """The buttons under the dialog, by number."""
        if not self.dialog.buttons:
            return Left()
        self.screen.show([Line(text=""), *render.buttons(self.dialog.buttons)])
        while True:
            typed = self.screen.ask("Which? ")
            name, number = command(typed)
            if name == "help":
                self._say(*HELP)
            elif name == "?":
                self.screen.show(render.buttons(self.dialog.buttons))
            elif name and (self.dialog.fields or name == "cancel"):
                return self._moved(f"{name} {number}".strip(), len(self._fields()))
            elif typed.strip():
                pressed = self._button(typed)
                if pressed:
                    return self._press(pressed)

    def _button(self, typed: str) -> Button | None:
        """The button meant, once it is confirmed."""
        try:
            found = self.dialog.buttons[picked(typed, len(self.dialog.buttons))[0]]
        except NotUnderstood as wrong:
            self._say(str(wrong), look="danger")
            return None
        return found if confirmed(self.screen, found) else None

    def _press(self, button: Button) -> Filled | Pressed:
        if button.submits:
            return Filled(action=button.action, value=button.value, answers=self._answers())
        return Pressed(action=button.action, value=button.value)

    def _back_button(self) -> Button | None:
        """The dialog's own way back, where it has one."""
        return next((b for b in self.dialog.buttons if b.label.casefold().startswith("back")), None)

    def _leave(self) -> Left:
        if self.dialog.draft:
            self._say("Closed. What you have written is kept, sealed, for 24 hours.")
            self._say("Type my reports to find it and go on.")
        else:
            self._say("Closed. Nothing was sent.")
        return Left()

    def _show_new_parts(self) -> None:
        """Guidance that has not been shown yet, such as a card that an answer calls for."""
        new = [part for part in self.dialog.parts if part not in self.seen]
        self.seen.update(new)
        self.screen.show(render.parts(new))

    def _say(self, *texts: str, look: str = "") -> None:
        for text in texts:
            self.screen.show(render.lines(text, look))


def confirmed(screen: Screen, button: Button) -> bool:
    """Whether the person means it, for a button that wants to be sure."""
    if not button.confirm:
        return True
    screen.show(render.lines(button.confirm, "caution"))
    return screen.ask("Yes or no? ").strip().casefold() in {"y", "yes"}


def _too_few(answered: Field) -> bool:
    """Whether a repeating answer still lacks rows."""
    rows = answered.answer
    return answered.question.kind is Kind.ROWS and len(rows or ()) < answered.question.least
