"""Messages, dialogs and questions as plain lines: linear, in words, nothing said by looks alone."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.school.answers import say_answer
from bot.school.forms import Answer, Kind, Question, given
from bot.school.messages import (
    Bullets,
    Button,
    Callout,
    Dialog,
    Facts,
    Field,
    Heading,
    Message,
    Paragraph,
    Part,
    Quotation,
    Tone,
)

TONE_WORDS = {
    Tone.PLAIN: "Note",
    Tone.GOOD: "Good",
    Tone.CAUTION: "Take care",
    Tone.DANGER: "Danger",
}
HOW = {
    Kind.CHOICE: "Type one number.",
    Kind.CHOICES: "Type one or more numbers, such as 1, 3.",
    Kind.LONG_TEXT: "Type as many lines as you need, then an empty line.",
    Kind.MOMENT: 'Such as "today 10:30", "yesterday" or "3 November 14:00 about".',
    Kind.DATE: 'Such as "tomorrow" or "3 November 2026".',
    Kind.NUMBER: "Type a whole number.",
    Kind.CONFIRM: "Type yes if you agree.",
}
TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing, and could make a line read as something else."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line to show; `look` may decorate it but its words already say everything."""

    text: str
    look: str = ""


def clean(text: str) -> str:
    """Text without anything that could steer a terminal: somebody else may have written it."""
    return "".join(c for c in text if c == "\n" or (unicodedata.category(c) != "Cc" and c not in TURNERS))


def lines(text: str, look: str = "", before: str = "") -> Iterator[Line]:
    """Each line of a text, cleaned."""
    for line in clean(text).split("\n"):
        yield Line(text=before + line, look=look)


def message(said: Message) -> Iterator[Line]:
    """A message: its parts, or its one-line summary where it has none. Buttons come separately."""
    if not said.parts:
        yield from lines(said.summary)
    yield from parts(said.parts)


def parts(these: Sequence[Part]) -> Iterator[Line]:
    """Parts in order, an empty line between them."""
    for number, part in enumerate(these):
        if number:
            yield Line(text="")
        yield from _part(part)


def _part(part: Part) -> Iterator[Line]:
    match part:
        case Heading(text=text):
            yield from lines(text, "heading")
        case Paragraph(text=text):
            yield from lines(text, "strong" if part.strong else "quiet" if part.quiet else "")
        case Quotation():
            yield from _quotation(part)
        case Bullets(items=items):
            for item in items:
                yield from lines(item, before="- ")
        case Facts(rows=rows):
            for label, value in rows:
                yield from lines(f"{label}: {value}")
        case Callout():
            yield from lines(f"{TONE_WORDS[part.tone]}: {part.title}", part.tone.value)
            for line in part.lines:
                yield from lines(line, part.tone.value, "  ")


def _quotation(quoted: Quotation) -> Iterator[Line]:
    words = "official wording" if quoted.official else "in our own words"
    title = f"{quoted.clause}, {quoted.section} ({quoted.version}, {words}):"
    yield from lines(title, "cite")
    yield from lines(quoted.text, "quote", "  ")


def buttons(these: Sequence[Button], first: int = 1) -> Iterator[Line]:
    """Buttons as a numbered list."""
    for number, button in enumerate(these, first):
        yield from lines(f"{number}. {button.label}", "button")


def title(dialog: Dialog) -> Iterator[Line]:
    """What the form is called and how far one is."""
    step = f" ({dialog.step})" if dialog.step else ""
    yield from lines(dialog.title + step, "heading")


def question(field: Field) -> Iterator[Line]:
    """A question with what helps to answer it, its choices, and what is wrong with the answer."""
    asked = field.question
    number = f"Question {asked.number}: " if asked.number else ""
    need = "needed" if asked.required else "optional"
    yield from lines(f"{number}{asked.ask} ({need})", "strong")
    yield from lines(asked.hint, "quiet") if asked.hint else ()
    yield from choices(asked)
    how = HOW.get(asked.kind, "")
    yield from lines(how + _most(asked), "quiet") if how else ()
    if given(field.answer):
        yield from lines(f"Your answer so far: {shown(asked, field.answer)}", "quiet")
        yield Line(text="Press Enter to keep it.", look="quiet")
    if field.error:
        yield from lines(f"Please look at this again: {field.error}", "danger")
    yield from advice(field.advice)


def advice(said: str) -> Iterator[Line]:
    """Suggestions about an answer, quietly, a line each."""
    for each in said.split("\n") if said else ():
        yield from lines(f"A thought: {each}", "quiet")


def choices(asked: Question) -> Iterator[Line]:
    """The choices with their numbers, under their headings."""
    group = ""
    for number, choice in enumerate(asked.choices, 1):
        if choice.group != group:
            group = choice.group
            yield from lines(f"{group}:", "heading") if group else ()
        hint = f" ({choice.hint})" if choice.hint else ""
        yield from lines(f"{number}. {choice.say}{hint}", "choice")


def shown(asked: Question, answer: Answer | None) -> str:
    """An answer in words, on one line."""
    return " / ".join(say_answer(asked, answer).split("\n"))


def review(fields: Sequence[Field]) -> Iterator[Line]:
    """Every question of a page with its answer so far, numbered for `change`, and what is suggested."""
    for number, field in enumerate(fields, 1):
        yield from lines(f"{number}. {field.question.ask}: {shown(field.question, field.answer)}")
        yield from advice(field.advice)


def _most(asked: Question) -> str:
    return f" At most {asked.most}." if asked.kind is Kind.CHOICES and asked.most else ""
