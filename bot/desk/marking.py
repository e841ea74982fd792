"""The mark of a drill: on every message, notice and dialog of one, and on nothing else."""

from dataclasses import replace
from typing import Protocol

from bot.school.messages import Callout, Dialog, Message, Tone

DRILL = "DRILL"
BOX = Callout(
    tone=Tone.CAUTION,
    title="DRILL: this is an exercise, and nothing in it is real",
    lines=(
        "Do what you would do at school, and phone nobody outside it.",
        "A real worry never goes into a drill: report it by itself.",
    ),
)


class Exercise(Protocol):
    """A case or a concern."""

    @property
    def drill(self) -> bool:
        """Whether it is an exercise."""
        ...


def tag(of: Exercise) -> str:
    """What stands before a line about a drill; "" for anything real."""
    return f"{DRILL}: " if of.drill else ""


def marked(of: Exercise, message: Message) -> Message:
    """The message, marked where it belongs to a drill."""
    if not of.drill:
        return message
    return replace(message, summary=tag(of) + message.summary, parts=(BOX, *message.parts))


def marked_dialog(of: Exercise, dialog: Dialog) -> Dialog:
    """The dialog, marked where it belongs to a drill."""
    if not of.drill:
        return dialog
    return replace(dialog, title=tag(of) + dialog.title, parts=(BOX, *dialog.parts))
