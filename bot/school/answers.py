"""What is wrong with an answer, said so that it can be put right, and how an answer reads aloud."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from bot.school.forms import Answer, Answers, Form, Kind, Question, Row, applies, given
from bot.school.moments import GIVE_DATE, GIVE_MOMENT, read_moment, say_day, say_moment

NOT_GIVEN = "not yet given"

PLEASE_ANSWER = "Please answer this."
PLEASE_CONFIRM = "Please confirm this before you go on."
PLEASE_WRITE = "Please answer this in words."
PICK_ONE = "Please pick one of the choices."
PICK_SOME = "Please pick from the choices."
IN_FUTURE = "This lies in the future. Please check the day and the time."
GIVE_NUMBER = "Please give a whole number."


def faults(
    form: Form, answers: Answers, questions: Iterable[Question], now: datetime, *, quick: bool = False
) -> dict[str, str]:
    """Question id -> what is wrong, for those of `questions` that apply. `now` is in the school's zone.

    On a quick send only what it needs must be given; what is given must be right all the same.
    """
    wrong: dict[str, str] = {}
    for question in questions:
        if question.id in form.questions and applies(question, answers):
            needed = question.required and (question.quick or not quick)
            sentence = fault(question, answers.get(question.id), now, needed=needed)
            if sentence:
                wrong[question.id] = sentence
    return wrong


def fault(question: Question, answer: Answer | None, now: datetime, *, needed: bool) -> str:
    """What is wrong with one answer; "" when nothing is."""
    if answer is None or not given(answer):
        return _please(question) if needed else ""
    return CHECKS[question.kind](question, answer, now)


def say_answer(question: Question, answer: Answer | None) -> str:
    """An answer in words, as the reader of a case and the sender's preview see it."""
    if answer is None or not given(answer):
        return NOT_GIVEN
    if not isinstance(answer, str):
        parts = [_say_row(question, i) if isinstance(i, Mapping) else _say(question, i) for i in answer]
        return ("\n" if question.kind is Kind.ROWS else "; ").join(
            part for part in parts if part
        ) or NOT_GIVEN
    if question.kind is Kind.MOMENT:
        return say_moment(answer)
    if question.kind is Kind.DATE:
        return say_day(date.fromisoformat(answer)) if _is_date(answer) else answer
    if question.kind is Kind.CONFIRM:
        return "Confirmed"
    return _say(question, answer)


def _say(question: Question, id: str) -> str:
    return next((choice.say for choice in question.choices if choice.id == id), id)


def _say_row(question: Question, row: Row) -> str:
    said = (_say(column, row.get(column.id, "")) for column in question.columns)
    return ", ".join(value for value in said if value.strip())


def _please(question: Question) -> str:
    if question.kind is Kind.ROWS:
        return f"Please give at least {max(question.least, 1)}."
    return PLEASE_CONFIRM if question.kind is Kind.CONFIRM else PLEASE_ANSWER


def _choice(question: Question, answer: Answer, _now: datetime) -> str:
    return "" if isinstance(answer, str) and _offered(question, answer) else PICK_ONE


def _choices(question: Question, answer: Answer, _now: datetime) -> str:
    if isinstance(answer, str) or not all(isinstance(i, str) and _offered(question, i) for i in answer):
        return PICK_SOME
    if question.most and len(answer) > question.most:
        return f"Please pick at most {question.most}."
    return ""


def _offered(question: Question, id: str) -> bool:
    if question.filled_by_desk and not question.choices:
        return True
    return any(choice.id == id for choice in question.choices)


def _words(question: Question, answer: Answer, _now: datetime) -> str:
    if not isinstance(answer, str):
        return PLEASE_WRITE
    if len(answer) > question.longest:
        return f"Please shorten this to {question.longest} characters; it has {len(answer)}."
    return ""


def _rows(question: Question, answer: Answer, now: datetime) -> str:
    if isinstance(answer, str) or not all(isinstance(row, Mapping) for row in answer):
        return PLEASE_WRITE
    rows = [row for row in answer if isinstance(row, Mapping) and any(v.strip() for v in row.values())]
    if len(rows) < question.least:
        return f"Please give at least {question.least}."
    if question.most and len(rows) > question.most:
        return f"Please give at most {question.most}."
    for number, row in enumerate(rows, 1):
        for column in question.columns:
            wrong = fault(column, row.get(column.id), now, needed=column.required)
            if wrong:
                return f"Line {number}, {column.ask[:1].lower()}{column.ask[1:]}: {wrong}"
    return ""


def _moment(question: Question, answer: Answer, now: datetime) -> str:
    moment = read_moment(answer) if isinstance(answer, str) else None
    if moment is None:
        return GIVE_MOMENT
    return IN_FUTURE if question.past and moment.after(now) else ""


def _is_date(answer: str) -> bool:
    moment = read_moment(answer)
    return moment is not None and str(moment.day) == answer


def _date(_question: Question, answer: Answer, _now: datetime) -> str:
    return "" if isinstance(answer, str) and _is_date(answer) else GIVE_DATE


def _number(question: Question, answer: Answer, _now: datetime) -> str:
    if not (isinstance(answer, str) and answer.isascii() and answer.isdigit() and len(answer) < 10):
        return GIVE_NUMBER
    if not question.lowest <= int(answer) <= question.highest:
        return f"Please give a number from {question.lowest} to {question.highest}."
    return ""


def _confirm(_question: Question, answer: Answer, _now: datetime) -> str:
    return "" if answer == "yes" else PLEASE_CONFIRM


CHECKS: Mapping[Kind, Callable[[Question, Answer, datetime], str]] = {
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.TEXT: _words,
    Kind.LONG_TEXT: _words,
    Kind.ROWS: _rows,
    Kind.MOMENT: _moment,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.CONFIRM: _confirm,
}
