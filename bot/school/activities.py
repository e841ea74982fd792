"""What came in: one verified thing a known person did, with an id that makes it happen only once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.school.forms import Answer


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where it was done: a direct message ("" channel) or a channel of school.yml, perhaps in a thread."""

    channel: str = ""
    thread: str = ""

    @property
    def shared(self) -> bool:
        """Whether other people are in the room."""
        return bool(self.channel)


@dataclass(frozen=True, kw_only=True)
class Said:
    """Typed or dictated."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A button, a shortcut or a menu entry: the verb's name and an opaque value."""

    action: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A dialog's fields sent with one of its buttons."""

    action: str
    value: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A file was dropped on Usher, which never opens one."""


Did = Said | Pressed | Filled | Dropped


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One thing a person did. `id` is the platform's own and unique within the school; `at` is aware."""

    id: str
    school: str
    person: str
    place: Place
    did: Did
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a naive time: every clock in Usher knows its zone."""
        if self.at.tzinfo is None:
            raise ValueError("Activity.at must be an aware datetime")
