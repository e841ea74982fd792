"""Words on their way into Slack and out of it: nothing that somebody wrote may act as markup."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from bot.platforms.lengths import size
from bot.platforms.slack.limits import SECTION

Block = dict[str, Any]
"""A block, an element or a text object, as Slack's JSON."""

ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing, and could make a line read as something else."""
MARKS = re.compile(r"[*_~`\n]|:[^\s:]+:|^\s|\s$")
"""What Slack would take for markup, an emoji or the end of bold inside *bold* words."""
NOTHING = "–"
TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
"""<@user|name>, <#channel|name>, <!special|label> or <address|label>."""


def escape(text: str) -> str:
    """Plain words for a place that reads markup: no link, mention or <!channel> can arise from them."""
    for sign, entity in ENTITIES:
        text = text.replace(sign, entity)
    return text


def unescape(text: str) -> str:
    """What escape() was given."""
    for sign, entity in reversed(ENTITIES):
        text = text.replace(entity, sign)
    return text


def heard(text: str, me: str = "", names: Mapping[str, str] | None = None) -> str:
    """A message as its writer meant it: entities, links and mentions as plain words, ours (`me`) left out.

    `names` are those of Slack users and channels by id, as far as they are known.
    """
    if me:
        text = re.sub(rf"<@{re.escape(me)}(?:\|[^<>]*)?>[,:]?[ \t]*", "", text)
    return unescape(TOKEN.sub(lambda found: _spoken(found, names or {}), text)).strip()


def _spoken(found: re.Match[str], names: Mapping[str, str]) -> str:
    sign, what, label = found[1], found[2], found[3] or ""
    if sign == "@":
        return f"@{label or names.get(what, 'someone')}"
    if sign == "#":
        return f"#{label or names.get(what, 'a-channel')}"
    if sign == "!":
        return label or f"@{what.partition('^')[0]}"
    address = what.removeprefix("mailto:").removeprefix("tel:")
    if not label or address == label or address.rstrip("/").endswith(f"//{label.rstrip('/')}"):
        return label or address
    return f"{label} ({address})"


def held(text: str) -> str:
    """Text as a box of Slack's can hold it: lines end in one way, and nothing that no keyboard types."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})


def clean(text: str) -> str:
    """Text to show: what it holds, without what would turn it round. Somebody else may have written it."""
    return "".join(c for c in held(text) if c not in TURNERS)


def plain(text: str) -> Block:
    """Words that are shown letter by letter; not even :this: turns into a picture. Slack refuses blanks."""
    text = clean(text)
    return {"type": "plain_text", "text": text if text.strip() else NOTHING, "emoji": False}


def bold(text: str) -> Block:
    """Words in bold. Those that hold marks of their own stay plain, so that none is lost or changed."""
    text = clean(text)
    marked = f"*{escape(text)}*"
    if MARKS.search(text) or size(marked) > SECTION:
        return plain(text)
    return {"type": "mrkdwn", "text": marked, "verbatim": True}
