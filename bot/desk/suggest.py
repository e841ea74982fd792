"""Suggestions about a report being written: beside each answer and once more before sending."""

from bot.school.forms import Answer, Answers, Form, Question, applies
from bot.school.linter import advise
from bot.school.messages import Callout, Part, Tone

AGAIN = "You could look at these again, or send it as it is"
"""Title of the box in the review."""


def beside(question: Question, answer: Answer | None) -> str:
    """What stands beside one field, a line each; "" for nothing."""
    return "\n".join(advise(question, answer))


def before_sending(form: Form, answers: Answers) -> tuple[Part, ...]:
    """All suggestions in one quiet box, for platforms and people that passed a page by."""
    asked = [question for question in form.questions.values() if applies(question, answers)]
    lines = tuple(
        f"{question.ask} {line}" for question in asked for line in advise(question, answers.get(question.id))
    )
    return (Callout(tone=Tone.PLAIN, title=AGAIN, lines=lines),) if lines else ()
