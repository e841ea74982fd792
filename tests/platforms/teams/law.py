"""What Teams takes of a card and a message, and what the house asks of them besides: one line a fault.

Written from adaptivecards.io/explorer (version 1.5), learn.microsoft.com on cards, dialogs and message size,
and from nothing of ours. Lengths are counted in UTF-16 units. `check_schema` asks the published schema too.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator

Json = Any
Faults = Iterator[str]

CARD_BYTES = 28 * 1024
ACTIVITY_BYTES = 100 * 1024
"""Of a whole message, as UTF-16."""
MOST_ACTIONS = 6
"""Of a card or an action set: what Teams draws before it hides the rest."""
LONGEST_TITLE = 60
"""House rule: of a button, which a phone cuts off."""
SUMMARY = 1000
SCHEMA = Path(__file__).parents[4] / "shared" / "schemas" / "adaptive-card-1.5.json"
ADAPTIVE = "application/vnd.microsoft.card.adaptive"

COMMON = {"type", "id", "spacing", "separator", "isVisible"}
INPUT = COMMON | {"label", "value", "placeholder"}
KNOWN = {
    "TextBlock": COMMON | {"text", "wrap", "size", "weight", "color", "isSubtle", "style"},
    "RichTextBlock": COMMON | {"inlines"},
    "Container": COMMON | {"items", "style", "bleed"},
    "ActionSet": COMMON | {"actions"},
    "Input.Text": INPUT | {"isMultiline", "maxLength"},
    "Input.Number": INPUT,
    "Input.Date": INPUT,
    "Input.Time": INPUT,
    "Input.Toggle": INPUT | {"title", "valueOn", "valueOff", "wrap"},
    "Input.ChoiceSet": INPUT | {"choices", "isMultiSelect", "style", "wrap"},
    "Action.Submit": {"type", "id", "title", "style", "data"},
    "Action.ToggleVisibility": {"type", "id", "title", "style", "targetElements"},
}
RUN = {"type", "text", "size", "weight", "color", "isSubtle", "italic"}
WORDS = {
    "size": {"default", "small", "medium", "large", "extraLarge"},
    "weight": {"default", "lighter", "bolder"},
    "color": {"default", "dark", "light", "accent", "good", "warning", "attention"},
    "spacing": {"default", "none", "small", "medium", "large", "extraLarge", "padding"},
    "style": {
        *("default", "emphasis", "good", "attention", "warning", "accent", "heading", "positive"),
        *("destructive", "compact", "expanded", "filtered"),
    },
}
MARKUP = re.compile(r"[*_`~\[\]\\<>#|{}]|https?:|^\s*(?:[-+]|\d+[.)])\s|\n")
"""What a TextBlock may take for markup."""


def check_activity(activity: Json) -> list[str]:
    """What Teams or the house would object to in a message."""
    if not isinstance(activity, dict) or activity.get("type") != "message":
        return ["activity: type must be message"]
    found = [f"activity: no {part} beside a card" for part in ("text", "speak") if activity.get(part)]
    attachments = activity.get("attachments") or []
    found += [] if attachments else ["activity: says nothing"]
    summary = activity.get("summary")
    if not isinstance(summary, str) or not summary.strip() or _length(summary) > SUMMARY:
        found.append(f"activity: summary must be 1 to {SUMMARY} characters")
    for attachment in attachments:
        if set(attachment) != {"contentType", "content"} or attachment["contentType"] != ADAPTIVE:
            found.append("activity: only adaptive cards are attached")
        else:
            found += check_card(attachment["content"])
    if len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le")) > ACTIVITY_BYTES:
        found.append(f"activity: more than {ACTIVITY_BYTES} bytes as UTF-16")
    return found


def check_card(card: Json) -> list[str]:
    """What Teams or the house would object to in an adaptive card."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["card: type must be AdaptiveCard"]
    return list(_card(card))


def check_window(info: Json) -> list[str]:
    """What Teams would object to in a taskInfo, the value of a `continue`."""
    if not isinstance(info, dict) or set(info) != {"title", "height", "width", "card"}:
        return ["window: must have title, height, width and card"]
    found = [] if 0 < _length(info["title"]) <= 64 else ["window: title must be 1 to 64 characters"]
    sizes = ("small", "medium", "large")
    for part in ("height", "width"):
        if info[part] not in sizes and not isinstance(info[part], int):
            found.append(f"window: {part} must be small, medium, large or a number")
    held = info["card"]
    if not isinstance(held, dict) or held.get("contentType") != ADAPTIVE or "content" not in held:
        return [*found, "window: card must be an attachment"]
    return [*found, *check_card(held["content"]), *_unopened(held["content"])]


def check_schema(card: Json) -> list[str]:
    """What the published schema of version 1.5 objects to; nothing where it isn't at hand.

    It doesn't know "msteams", which is Teams' own.
    """
    checker = _schema()
    if checker is None:
        return []
    plain = {name: said for name, said in card.items() if name != "msteams"}
    return [
        f"{'/'.join(map(str, fault.path))}: {fault.message[:300]}" for fault in checker.iter_errors(plain)
    ]


@cache
def _schema() -> Draft6Validator | None:
    if not SCHEMA.is_file():
        return None
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft6Validator({**schema["definitions"]["AdaptiveCard"], "definitions": schema["definitions"]})


def _card(card: Json) -> Faults:
    if set(card) - {"type", "$schema", "version", "body", "actions", "msteams"}:
        yield f"card: unknown {set(card)}"
    if card.get("version") not in ("1.2", "1.3", "1.4", "1.5"):
        yield "card: version must be 1.5 at most"
    if not card.get("body"):
        yield "card: an empty body"
    ids: list[str] = []
    for number, element in enumerate(card.get("body") or []):
        yield from _element(element, f"body/{number}", ids)
    yield from _actions(card.get("actions", [{}]), "actions") if "actions" in card else ()
    for name in {id for id in ids if ids.count(id) > 1}:
        yield f"card: id {name!r} twice"
    for action in actions_in(card):
        for target in action.get("targetElements", []):
            if (target if isinstance(target, str) else target.get("elementId")) not in ids:
                yield f"card: {action.get('title')!r} shows something that isn't there"
    if len(json.dumps(card, ensure_ascii=False).encode()) > CARD_BYTES:
        yield f"card: more than {CARD_BYTES} bytes"


def _element(element: Json, where: str, ids: list[str]) -> Faults:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in KNOWN or kind.startswith("Action."):
        yield f"{where}: no such element {kind!r}"
        return
    yield from _properties(element, KNOWN[kind], where)
    if "id" in element:
        ids.append(element["id"])
    if kind.startswith("Input."):
        yield from _input(element, where)
    match kind:
        case "TextBlock":
            yield from _block(element, where)
        case "RichTextBlock":
            yield from _rich(element, where)
        case "ActionSet":
            yield from _actions(element.get("actions"), where)
        case "Container":
            if not element.get("items"):
                yield f"{where}: an empty container"
            for number, item in enumerate(element.get("items") or []):
                yield from _element(item, f"{where}/{number}", ids)


def _properties(thing: Json, known: set[str], where: str) -> Faults:
    if set(thing) - known:
        yield f"{where}: unknown {sorted(set(thing) - known)}"
    for name, allowed in WORDS.items():
        if name in thing and str(thing[name]) not in allowed:
            yield f"{where}: {name} {thing[name]!r}"


def _block(block: Json, where: str) -> Faults:
    text = block.get("text")
    if not isinstance(text, str) or not text.strip():
        yield f"{where}: no text"
    elif MARKUP.search(text):
        yield f"{where}: may be taken for markup: {text[:40]!r}"
    if block.get("wrap") is not True:
        yield f"{where}: text that doesn't wrap is cut on a phone"


def _rich(block: Json, where: str) -> Faults:
    if not block.get("inlines"):
        yield f"{where}: no runs"
    for run in block.get("inlines") or []:
        if not isinstance(run, dict) or run.get("type") != "TextRun" or not str(run.get("text", "")):
            yield f"{where}: a run must be a TextRun with a text"
            continue
        yield from _properties(run, RUN, where)
        if "\n" in run["text"] or "\r" in run["text"]:
            yield f"{where}: phones drop line breaks inside a run"
        if "{{" in run["text"]:
            yield f"{where}: braces that may turn into a date"


def _actions(actions: Json, where: str) -> Faults:
    if not isinstance(actions, list) or not 1 <= len(actions) <= MOST_ACTIONS:
        yield f"{where}: 1 to {MOST_ACTIONS} actions"
        return
    for action in actions:
        kind = action.get("type")
        if kind not in KNOWN or not kind.startswith("Action."):
            yield f"{where}: no such action {kind!r}"
            continue
        yield from _properties(action, KNOWN[kind], where)
        title = action.get("title")
        if not isinstance(title, str) or not title.strip() or _length(title) > LONGEST_TITLE:
            yield f"{where}: title must be 1 to {LONGEST_TITLE} characters: {title!r}"
        if kind == "Action.Submit" and not isinstance(action.get("data"), dict):
            yield f"{where}: {title!r} has no data, so a phone would send nothing to us"


def _input(box: Json, where: str) -> Faults:
    if not isinstance(box.get("id"), str) or not box["id"] or len(box["id"]) > 255:
        yield f"{where}: an input needs an id"
    if not isinstance(box.get("label"), str) or not box["label"].strip():
        yield f"{where}: an input needs a label"
    value = box.get("value")
    if value is None:
        value = {"Input.Date": "2026-01-01", "Input.Time": "12:00", "Input.Number": 0}.get(box["type"], "")
    try:
        yield from _value(box, value, where)
    except (ValueError, TypeError):
        yield f"{where}: value {value!r} is none for {box['type']}"


def _value(box: Json, value: Json, where: str) -> Faults:
    match box["type"]:
        case "Input.Text":
            if _length(value) > box.get("maxLength", 10**9) or box.get("maxLength", 1) < 1:
                yield f"{where}: value longer than maxLength"
            if "\n" in value and not box.get("isMultiline"):
                yield f"{where}: several lines in a box for one"
        case "Input.Date" if date.fromisoformat(value).isoformat() != value:
            yield f"{where}: {value!r} is no day"
        case "Input.Time" if f"{time.fromisoformat(value):%H:%M}" != value:
            yield f"{where}: {value!r} is no time"
        case "Input.Number" if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{where}: {value!r} is no number"
        case "Input.ChoiceSet":
            yield from _choices(box, value, where)


def _choices(box: Json, value: str, where: str) -> Faults:
    choices = box.get("choices") or []
    values = [choice.get("value") for choice in choices]
    several = bool(box.get("isMultiSelect"))
    if not values or len(set(values)) < len(values):
        yield f"{where}: choices must be there, each with a value of its own"
    for choice in choices:
        if set(choice) != {"title", "value"} or not str(choice["title"]).strip() or not choice["value"]:
            yield f"{where}: a choice needs a title and a value"
        elif several and "," in choice["value"]:
            yield f"{where}: a comma in the value of a choice that is one of several"
    picked = value.split(",") if several else [value]
    if value and set(picked) - set(values):
        yield f"{where}: {value!r} is not among the choices"


def _unopened(card: Json) -> Faults:
    """In a window every button is a plain submit: there is no window to open over it."""
    for action in actions_in(card):
        if action.get("type") == "Action.Submit" and "msteams" in action.get("data", {}):
            yield f"window: {action['title']!r} would open a window over a window"


def actions_in(thing: Json) -> Iterator[Json]:
    """Every button, in order."""
    if isinstance(thing, dict):
        if str(thing.get("type", "")).startswith("Action."):
            yield thing
            return
        for value in thing.values():
            yield from actions_in(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from actions_in(value)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
