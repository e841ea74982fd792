"""What was typed for one question, read as an answer; and an answer as it would be typed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.school.answers import fault
from bot.school.forms import Answer, Kind, Question, chosen
from bot.school.moments import parse_date, parse_moment

YES = frozenset({"y", "yes", "agree", "i agree"})
NO = frozenset({"n", "no"})
COMMANDS = ("back", "skip", "cancel", "done", "change", "review", "help", "?")


class NotUnderstood(Exception):
    """What was typed does not answer the question; the message says what to type instead."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads typed lines with a clock at hand, for "today" and "yesterday"."""

    now: Callable[[], datetime]
    """In the school's own zone."""

    def read(self, question: Question, lines: Iterable[str]) -> Answer:
        """The answer to any question that is not a repeating one; NotUnderstood when it is wrong."""
        answer = self._read(question, lines)
        wrong = fault(question, answer, self.now(), needed=False)
        if wrong:
            raise NotUnderstood(wrong)
        return answer

    def _read(self, question: Question, lines: Iterable[str]) -> Answer:
        typed = [literal(line) for line in lines]
        match question.kind:
            case Kind.LONG_TEXT:
                return _words("\n".join(typed))
            case Kind.TEXT:
                return _words(typed[0])
            case Kind.CHOICE:
                return _one(question, typed[0])
            case Kind.CHOICES:
                return _several(question, typed[0])
            case Kind.CONFIRM:
                return _agreed(typed[0])
            case Kind.NUMBER:
                return str(int(typed[0])) if _is_number(typed[0].strip()) else typed[0].strip()
            case Kind.DATE:
                return _understood(parse_date, typed[0], self.now())
            case _:
                return _understood(parse_moment, typed[0], self.now())


def as_typed(question: Question, answer: Answer) -> tuple[str, ...]:
    """The lines somebody would type to give this answer: read() of them is the answer again."""
    match question.kind:
        case Kind.LONG_TEXT:
            return tuple(escaped(line, empty=True) for line in str(answer).split("\n"))
        case Kind.CHOICE | Kind.CHOICES:
            order = [choice.id for choice in question.choices]
            return (", ".join(str(order.index(id) + 1) for id in chosen(answer)),)
        case _:
            return (escaped(str(answer), empty=False),)


def escaped(line: str, *, empty: bool) -> str:
    """A line that is certainly taken as it stands: commands and blanks get a leading backslash."""
    special = line.startswith("\\") or line.strip().casefold().split(" ")[0] in COMMANDS
    return f"\\{line}" if special or (empty and not line.strip()) else line


def literal(line: str) -> str:
    """The line as meant: a leading backslash only says that what follows is no command."""
    return line.removeprefix("\\")


def command(line: str) -> tuple[str, str]:
    """The command in a typed line and what follows it, or ("", "")."""
    first, _, rest = line.strip().partition(" ")
    name = first.casefold()
    if name == "change" and rest.strip().isdigit():
        return name, rest.strip()
    return (name, "") if name in COMMANDS and name != "change" and not rest else ("", "")


def picked(typed: str, count: int) -> tuple[int, ...]:
    """Numbers from 1 to count, in the order typed, as indices; NotUnderstood otherwise."""
    words = typed.replace(",", " ").replace(" and ", " ").split()
    if not words or not all(_is_number(word) and 1 <= int(word) <= count for word in words):
        raise NotUnderstood(f"Please type a number from 1 to {count}.")
    return tuple(int(word) - 1 for word in words)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 10


def _one(question: Question, typed: str) -> str:
    numbers = _by_number_or_words(question, typed)
    if len(numbers) != 1:
        raise NotUnderstood("Please pick one only.")
    return question.choices[numbers[0]].id


def _several(question: Question, typed: str) -> tuple[str, ...]:
    numbers = sorted(set(_by_number_or_words(question, typed)))
    return tuple(question.choices[number].id for number in numbers)


def _by_number_or_words(question: Question, typed: str) -> tuple[int, ...]:
    """Numbers, or the beginning of what exactly one choice says."""
    words = typed.strip().casefold()
    if words and not words[0].isdigit():
        says = [choice.say.casefold() for choice in question.choices]
        exact = [index for index, say in enumerate(says) if say == words]
        begun = exact or [index for index, say in enumerate(says) if say.startswith(words)]
        if len(begun) == 1:
            return tuple(begun)
    return picked(typed, len(question.choices))


def _agreed(typed: str) -> str:
    words = typed.strip().casefold()
    if words in YES:
        return "yes"
    if words in NO:
        return ""
    raise NotUnderstood("Please type yes if you agree, or no.")


def _words(text: str) -> str:
    return text if text.strip() else ""


def _understood(parse: Callable[[str, datetime], str], typed: str, now: datetime) -> str:
    try:
        return parse(typed, now)
    except ValueError as wrong:
        raise NotUnderstood(str(wrong)) from None
