"""What Usher says: messages, dialogs and their buttons, in parts that any platform can render."""

from dataclasses import dataclass
from enum import StrEnum

from bot.school.forms import Answer, Question


class Tone(StrEnum):
    """How a part should feel; platforms choose a border, a colour and a word, never an emoji."""

    PLAIN = "plain"
    GOOD = "good"
    CAUTION = "caution"
    DANGER = "danger"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A short title above what follows."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Plain text, no markup; a newline is a line break. `strong` is for the verdict line."""

    text: str
    strong: bool = False
    quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """A clause, quoted: id, section title, policy version, its words, and whether they are official."""

    clause: str
    section: str
    version: str
    text: str
    official: bool = False


@dataclass(frozen=True, kw_only=True)
class Bullets:
    """A short list."""

    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Label and value pairs, in order."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Callout:
    """A box that must not be missed: what to do, whom to phone, what not to do."""

    tone: Tone
    title: str
    lines: tuple[str, ...]


Part = Heading | Paragraph | Quotation | Bullets | Facts | Callout


class Style(StrEnum):
    """How a button is drawn; at most one primary in a message.

    Quiet ones stand last and small, and settle each other: once one of them has been pressed, all the
    quiet buttons of that message go, and what is said in reply stands in their place.
    """

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"
    QUIET = "quiet"


@dataclass(frozen=True, kw_only=True)
class Button:
    """Something to press. `action` names the verb, `value` is an opaque id, never content."""

    label: str
    action: str
    value: str = ""
    style: Style = Style.PLAIN
    confirm: str = ""
    submits: bool = False
    """In a dialog: send the fields along (activity Filled) instead of a bare press (Pressed)."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """Said or posted. `summary` is the one line a phone, a push or a screen reader gives first."""

    summary: str
    parts: tuple[Part, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Field:
    """A question as it stands in a dialog: what has been answered and what is wrong with it."""

    question: Question
    answer: Answer | None = None
    error: str = ""
    advice: str = ""
    """What might make the answer serve its readers better, a line each; it never keeps anybody back."""


@dataclass(frozen=True, kw_only=True)
class Dialog:
    """A private view over the conversation: parts to read, fields to fill, buttons to press.

    `id` names the view (stable while it is the same view of the same thing), `draft` the draft that
    its fields belong to ("" when they are not kept half-filled).
    """

    id: str
    title: str
    parts: tuple[Part, ...] = ()
    fields: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    draft: str = ""
    step: str = ""
    """Progress in words, such as "Step 2 of 6"."""
    door: str = ""
    """The action that shows it from anywhere: some platforms open a view for a button only, not for words."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Said across the counter at once, and harmlessly lost: nothing that matters travels as a Reply."""

    messages: tuple[Message, ...] = ()
    dialog: Dialog | None = None
    closes: bool = False
    """Close the dialog the person acted in."""
    privately: bool = False
    """Only the person who acted may see this, and their own words are not shown to others."""


class Lane(StrEnum):
    """Which queue a notice waits in; the courier empties them in this order."""

    ALERT = "alert"
    CASE = "case"
    CHAT = "chat"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who or where a notice goes: a person's direct messages, or a channel named in school.yml."""

    person: str = ""
    channel: str = ""

    def __post_init__(self) -> None:
        """Exactly one of the two is set."""
        if bool(self.person) == bool(self.channel):
            raise ValueError("a Recipient is a person or a channel, exactly one")


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Posted, tracked and never lost. `key` is UNIQUE per school: the same key is never posted twice.

    `card` names the thing on show: a later notice with the same card and recipient replaces it in
    place. `fallback` is who else may be told, in order, when `to` cannot be reached; nobody in it
    may be a subject of the case.
    """

    key: str
    lane: Lane
    to: Recipient
    message: Message
    card: str = ""
    fallback: tuple[Recipient, ...] = ()
    readers: int = 0
    """How many of the fallback, from the first, read the same room: all are told at once when it is gone."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one verb did: what is said now, and what must go out."""

    reply: Reply = Reply()
    notices: tuple[Notice, ...] = ()
