"""Repeating answers in the terminal: one row after the other, "another?" in between."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.platforms.terminal import render
from bot.platforms.terminal.read import command
from bot.platforms.terminal.render import Line
from bot.platforms.terminal.screen import Screen
from bot.school.forms import Answer, Question, Row, applies
from bot.school.messages import Field


class Told(NamedTuple):
    """What came of asking one question: its answer, or the command typed instead."""

    answer: Answer | None = None
    command: str = ""


Ask = Callable[[Field], Told]
"""Asks one question that does not repeat."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Asks for the rows of one question; `save` is called with what there is after each row."""

    screen: Screen
    ask: Ask
    save: Callable[[Answer], None]

    def fill(self, field: Field) -> Told:
        """All rows, or the command that ended the asking."""
        rows = _rows(field.answer)
        self.screen.show(self._heading(field))
        if rows:
            told = self._keep(field.question, rows)
            if told.command != "add":
                return told
            rows = _rows(told.answer)
        return self._more(field.question, rows)

    def _more(self, question: Question, rows: tuple[Row, ...]) -> Told:
        while True:
            self.screen.show([Line(text=f"Number {len(rows) + 1}.", look="strong")])
            row = self._row(question)
            if isinstance(row, Told):
                return row if not rows or row.command != "back" else Told(answer=rows)
            rows = (*rows, row)
            self.save(rows)
            if question.most and len(rows) >= question.most:
                return Told(answer=rows)
            if not self._another(len(rows) < question.least):
                return Told(answer=rows)

    def _row(self, question: Question) -> Row | Told:
        answers: dict[str, str] = {}
        position = 0
        while position < len(question.columns):
            column = question.columns[position]
            if not applies(column, answers):
                answers[column.id] = ""
                position += 1
                continue
            told = self.ask(Field(question=replace(column, number=""), answer=answers.get(column.id)))
            if told.command == "back" and position:
                position -= 1
            elif told.command:
                return told
            else:
                answers[column.id] = str(told.answer or "")
                position += 1
        return answers

    def _another(self, needed: bool) -> bool:
        if needed:
            self.screen.show([Line(text="At least one more is needed.", look="quiet")])
            return True
        while True:
            typed = self.screen.ask("Another? yes or no: ").strip().casefold()
            if typed in {"y", "yes"}:
                return True
            if typed in {"n", "no", ""}:
                return False
            self.screen.show([Line(text="Please type yes or no.", look="danger")])

    def _keep(self, question: Question, rows: tuple[Row, ...]) -> Told:
        """What to do with the rows there are: keep them, add to them, take one out."""
        while True:
            self.screen.show(self._there(question, rows))
            typed = self.screen.ask("> ")
            word, _, number = typed.strip().casefold().partition(" ")
            if not word:
                return Told(answer=rows)
            if word == "add":
                return Told(command="add", answer=rows)
            if word == "remove" and number.isdigit() and 1 <= int(number) <= len(rows):
                rows = rows[: int(number) - 1] + rows[int(number) :]
                self.save(rows)
            elif command(typed)[0]:
                return Told(command=command(typed)[0])

    def _there(self, question: Question, rows: tuple[Row, ...]) -> list[Line]:
        said = [
            line
            for number, row in enumerate(rows, 1)
            for line in render.lines(f"{number}. {render.shown(question, (row,))}")
        ]
        how = "Press Enter to keep these, or type add, or remove and a number."
        return [Line(text="So far:"), *said, Line(text=how, look="quiet")]

    def _heading(self, field: Field) -> list[Line]:
        return list(render.question(replace(field, answer=None)))


def _rows(answer: Answer | None) -> tuple[Row, ...]:
    return tuple(item for item in answer or () if isinstance(item, Mapping))
