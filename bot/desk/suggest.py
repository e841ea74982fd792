"""Suggestions about a report being written: beside each answer and once more before sending, never kept."""

from dataclasses import replace

from bot.school.forms import Answer, Answers, Form, Question, applies
from bot.school.linter import advise
from bot.school.messages import Callout, Dialog, Part, Reply, Tone

AGAIN = "You could look at these again, or send it as it is"
"""Title of the box in the review. It marks what is left out when the reply is kept."""


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


def unadvised(reply: Reply) -> Reply:
    """The reply as it may be kept: what was suggested about somebody's words says something about them."""
    return replace(reply, dialog=_bare(reply.dialog)) if reply.dialog else reply


def _bare(dialog: Dialog) -> Dialog:
    fields = tuple(replace(field, advice="") if field.advice else field for field in dialog.fields)
    parts = tuple(part for part in dialog.parts if not (isinstance(part, Callout) and part.title == AGAIN))
    return replace(dialog, fields=fields, parts=parts)
