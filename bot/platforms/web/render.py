"""What the page shows of a conversation as JSON, and a person's activity read back from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.platforms.web.rooms import Post
from bot.platforms.web.talk import Line
from bot.school import codec
from bot.school.activities import Did, Dropped, Filled, Pressed, Said
from bot.school.forms import Answer, Answers
from bot.school.people import School

Json = dict[str, Any]

LONGEST_WORDS = 8000
MOST_FIELDS = 200
MOST_ITEMS = 500


class Unreadable(ValueError):
    """What came from the browser is not something a person can do here; the text says why."""


def line_json(line: Line, school: School, viewer: str) -> Json:
    """A line of conversation, as this person sees it."""
    author = school.people.get(line.by)
    return {
        "id": line.id,
        "place": line.place,
        "thread": line.thread,
        "by": line.by,
        "name": author.name if author else "Usher",
        "job": author.job if author else "",
        "mine": line.by == viewer,
        "only": bool(line.only) and line.place.startswith("channel:"),
        "kind": "said" if line.message is None else "answer",
        "text": line.text,
        "pressed": line.pressed,
        "message": codec.to_plain(line.message) if line.message else None,
        "order": line.number,
        **clock_json(line.at, school),
    }


def post_json(post: Post, school: School) -> Json:
    """A notice as it hangs in its room."""
    return {
        "id": post.id,
        "place": post.place,
        "thread": "",
        "by": "",
        "name": "Usher",
        "job": "",
        "mine": False,
        "only": False,
        "kind": "notice",
        "text": "",
        "pressed": "",
        "message": codec.to_plain(post.message),
        "order": post.revision,
        **clock_json(post.at, school),
    }


def clock_json(at: datetime, school: School) -> Json:
    """A moment in the school's own time, in the words the page shows."""
    local = at.astimezone(ZoneInfo(school.timezone))
    return {
        "at": at.timestamp(),
        "time": f"{local:%H:%M}",
        "day": f"{local:%A} {local.day} {local:%B %Y}",
    }


def read_did(raw: object) -> Did:
    """What a person did, from the browser's JSON. The platform checks the shape, the desk the sense."""
    did = mapping(raw)
    match did.get("kind"):
        case "said":
            return Said(text=words(did.get("text")))
        case "pressed":
            return Pressed(action=name(did.get("action")), value=name(did.get("value"), empty=True))
        case "filled":
            return Filled(
                action=name(did.get("action")),
                value=name(did.get("value"), empty=True),
                answers=read_answers(did.get("answers")),
            )
        case "dropped":
            return Dropped()
    raise Unreadable("Usher did not understand what was done. Reload the page and try again.")


def read_answers(raw: object) -> Answers:
    """The fields of a dialog as answers: the inverse of how `codec.to_plain` writes them."""
    fields = mapping(raw)
    if len(fields) > MOST_FIELDS:
        raise Unreadable("That form has too many fields to be one of ours.")
    return {name(id): read_answer(value) for id, value in fields.items()}


def read_answer(raw: object) -> Answer:
    """One answer: text, ids or rows."""
    if isinstance(raw, str):
        return raw
    if not isinstance(raw, list) or len(raw) > MOST_ITEMS:
        raise Unreadable("An answer has a shape that no question asks for.")
    ids = tuple(item for item in raw if isinstance(item, str))
    if len(ids) == len(raw):
        return ids
    return tuple({name(key): text(value) for key, value in mapping(row).items()} for row in raw)


def mapping(raw: object) -> Mapping[str, object]:
    """A JSON object, or a refusal."""
    if not isinstance(raw, dict):
        raise Unreadable("Usher did not understand what was sent. Reload the page and try again.")
    return raw


def text(raw: object) -> str:
    """A JSON string, or a refusal."""
    if not isinstance(raw, str):
        raise Unreadable("Usher expected words there. Reload the page and try again.")
    return raw


def name(raw: object, *, empty: bool = False) -> str:
    """An opaque name of ours: short, and only sometimes empty."""
    found = text(raw)
    if len(found) > 200 or not (found or empty):
        raise Unreadable("Usher does not know that button. Reload the page and try again.")
    return found


def words(raw: object) -> str:
    """What somebody typed: something, and not a book."""
    said = text(raw).strip()
    if not said:
        raise Unreadable("Type a question first.")
    if len(said) > LONGEST_WORDS:
        raise Unreadable(f"That is too long to read in one go: {LONGEST_WORDS} characters at most.")
    return said
