"""What somebody did in Slack, in the desk's words: text typed, a button pressed, a form filled in."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.platforms.slack.fields import ROW
from bot.platforms.slack.read import read_answers
from bot.platforms.slack.render import ASK, FILL, PART, PRESS, QUIET
from bot.platforms.slack.reply import meta_in
from bot.platforms.slack.spots import Payload
from bot.platforms.slack.text import heard
from bot.platforms.slack.views import Meta
from bot.school.activities import Did, Dropped, Filled, Pressed, Said
from bot.school.forms import Answers

LONGEST_WORDS = 8000
UNNAMED = frozenset({"directmessage", "privategroup"})
"""What Slack writes instead of the name of a conversation that it doesn't tell."""


def typed(event: Payload, us: str, names: Mapping[str, str]) -> tuple[Did, ...]:
    """A message: its words, with the names of those it mentions, and a file dropped with it."""
    words = heard(str(event.get("text") or ""), us, names).strip()[:LONGEST_WORDS]
    files: tuple[Did, ...] = (Dropped(),) if event.get("files") else ()
    return (*files, Said(text=words)) if words else files


def overlong(text: object) -> bool:
    """Whether something was left out of what somebody wrote; never by an entity alone, `&amp;` for one."""
    return isinstance(text, str) and len(heard(text).strip()) > LONGEST_WORDS


def ordered(command: Payload) -> Did:
    """A slash command with its words."""
    words = str(command.get("text") or "").strip()[:LONGEST_WORDS]
    if command.get("command") == "/report":
        return account(words) if words else Pressed(action="report.doors")
    return Said(text=words) if words else Pressed(action="home")


def shortcut(body: Payload, names: Mapping[str, str]) -> Did:
    """A shortcut: the doors, or a report that begins with the message it was called on."""
    said = body.get("message") or {}
    words = heard(str(said.get("text") or ""), "", names).strip()[:LONGEST_WORDS]
    if body.get("callback_id") != "report_message" or not words:
        return Pressed(action="report.doors")
    room = (body.get("channel") or {}).get("name")
    place = "" if room in (None, "", *UNNAMED) else f" in #{room}"
    return account(f"A message{place} says: “{words}”")


def account(words: str) -> Did:
    """Words that somebody wants to report, whatever the engine thinks of them."""
    return Filled(action="report.words", value="", answers={"account": words})


def pressed(body: Payload) -> Did | None:
    """A button or an input that asks for an answer at once; None for one that means nothing to the desk."""
    action, view = body["actions"][0], body.get("view") or {}
    verb, _, rest = str(action.get("action_id") or "").partition(":")
    name, value = rest.partition(":")[2], str(action.get("value") or "")
    if verb == PRESS:
        return Pressed(action=name, value=value)
    if verb == FILL:
        return Filled(action=name, value=value, answers=answers_in(view))
    if verb == PART:
        press, of = meta_in(view).origin if view.get("type") == "modal" else ("home", "")
        return Pressed(action=press, value=of) if press else None
    if verb == ASK:
        return Said(text=value.strip()[:LONGEST_WORDS]) if value.strip() else None
    draft = meta_in(view).draft
    return Filled(action="draft.keep", value=draft, answers=answers_in(view)) if draft else None


def turned(body: Payload, asked: Did) -> tuple[Meta, int]:
    """What the view that comes of an action remembers, and which part of it is wanted.

    A press is remembered as the way to show the same again; another row is one more than are on show.
    """
    before = meta_in(body.get("view"))
    verb, _, rest = str(body["actions"][0].get("action_id") or "").partition(":")
    if verb == PART:
        return before, int(rest) if rest.isdecimal() else 1
    if verb == ROW:
        return replace(before, rows={**before.rows, rest: before.rows.get(rest, 1) + 1}), 1
    return (replace(before, origin=(asked.action, asked.value)) if isinstance(asked, Pressed) else before), 1


def settles(body: Payload) -> bool:
    """Whether a quiet button was pressed under a message that can be changed: its quiet buttons go."""
    quiet = str(body["actions"][0].get("block_id") or "").startswith(f"{QUIET}:")
    return quiet and bool(body.get("message")) and not (body.get("container") or {}).get("is_ephemeral")


def sent(view: Payload) -> Did:
    """A submitted modal: the button its submit stands for, and every field."""
    action, value = meta_in(view).submit
    return Filled(action=action, value=value, answers=answers_in(view))


def answers_in(view: Payload) -> Answers:
    """The fields of a modal as they stand."""
    state: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    return read_answers(state, view.get("blocks") or ())


def submission_id(view: Payload, secret: bytes) -> str:
    """What makes a submission happen once.

    A modal keeps its id from page to page, its hash changes with each; after a lost answer Slack's client
    sends the same again, and if the words have changed meanwhile it must not count as the same. What they
    are is not told by the id: it is keyed.
    """
    state = json.dumps((view.get("state") or {}).get("values") or {}, sort_keys=True).encode()
    digest = hmac.new(secret, state, hashlib.sha256).hexdigest()[:24]
    return f"{view['id']}:{view.get('hash', '')}:{digest}"
