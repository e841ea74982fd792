"""What somebody did in Teams, in the desk's words: text typed, a button pressed, a form filled in."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from html import unescape

from bot.platforms.teams.acts import FILL, PRESS, Act
from bot.platforms.teams.read import read_answers
from bot.platforms.teams.spots import Payload
from bot.school.activities import Did, Dropped, Filled, Pressed, Said

LONGEST_WORDS = 8000
HOME = Pressed(action="home")
CARD = "application/vnd.microsoft.card."
"""What the types of cards begin with: no file."""
SAID_IN_HTML = "text/html"
"""Teams sends what was typed a second time as an attachment of this type: no file either."""
BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.I)
TAG = re.compile(r"<[^<>]*>")
"""Neither looks further than the next "<": a message of nothing else would keep everybody waiting."""


def typed(activity: Payload, us: str) -> tuple[Did, ...]:
    """A message: its words without our own name in front, and a file dropped with it."""
    words = heard(activity, us)[:LONGEST_WORDS]
    files: tuple[Did, ...] = (Dropped(),) if any(map(_is_file, activity.get("attachments") or ())) else ()
    return (*files, ordered(words)) if words else files


def ordered(words: str) -> Did:
    """What was typed, where it may begin with a word of the command menu, which only puts it in the box."""
    command, _, rest = words.partition(" ")
    named, said = command.casefold().rstrip(":"), rest.strip()
    if named == "ask":
        return Said(text=said) if said else HOME
    if named == "report" and said:
        return Filled(action="report.words", value="", answers={"account": said})
    return Said(text=words)


def heard(activity: Payload, us: str) -> str:
    """The words of a message. Where we are mentioned stands nothing; other names stay as they are.

    What looks like a tag may have been typed: Teams doesn't escape it when somebody is mentioned.
    """
    text = str(activity.get("text") or "")
    for entity in activity.get("entities") or ():
        shown, whom = entity.get("text"), (entity.get("mentioned") or {}).get("id")
        if entity.get("type") == "mention" and isinstance(shown, str) and shown:
            text = text.replace(shown, "" if whom == us else f"@{plain(shown)}", 1)
    return tidy(text)


def mentions(activity: Payload, us: str) -> bool:
    """Whether we are spoken to; what people say to each other is none of our business."""
    named = ((each.get("mentioned") or {}).get("id") for each in activity.get("entities") or ())
    return us in named


def plain(html: str) -> str:
    """The words of a piece of HTML."""
    return tidy(TAG.sub("", BREAK.sub("\n", html)))


def tidy(text: str) -> str:
    """What was typed, as it was typed."""
    return unescape(text).replace("\xa0", " ").strip()


def pressed(act: Act, boxes: Payload) -> Did | None:
    """A button; None for one that asks for nothing that the desk could do."""
    if act.do == PRESS:
        return Pressed(action=act.action, value=act.value)
    if act.do == FILL:
        return Filled(action=act.action, value=act.value, answers=read_answers(boxes))
    if act.meta.draft:
        return typed_so_far(act, boxes) or Pressed(action="draft.resume", value=act.meta.draft)
    press, of = act.meta.origin
    return Pressed(action=press, value=of) if press else None


def typed_so_far(act: Act, boxes: Payload) -> Filled | None:
    """What stands in the boxes of a window that holds a draft, so that no other button there loses it."""
    answers = read_answers(boxes) if act.meta.draft else {}
    return Filled(action="draft.keep", value=act.meta.draft, answers=answers) if answers else None


def reported(called: Payload) -> Did:
    """The message that "Report this message" was called on: a report that begins with its words."""
    body = (called.get("messagePayload") or {}).get("body") or {}
    words = plain(str(body.get("content") or ""))
    if not words:
        return Pressed(action="report.doors")
    return Filled(action="report.words", value="", answers={"account": account(words)})


def account(words: str) -> str:
    """How a report begins that is about a message."""
    return f"A message says: “{words}”"[:LONGEST_WORDS]


def submission_id(act: Act, boxes: Payload, secret: bytes) -> str:
    """What makes a window's button happen once: pressed again after a lost answer it is the same thing.

    When the words have changed meanwhile it must not count as the same; what they are is not told by the
    id, because it is keyed.
    """
    told = json.dumps([act.meta.once, act.do, act.action, act.value, dict(boxes)], sort_keys=True)
    return f"window:{hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()}"


def _is_file(attachment: object) -> bool:
    kind = str(attachment.get("contentType") or "") if isinstance(attachment, Mapping) else ""
    return not kind.startswith((CARD, SAID_IN_HTML))
