"""Slack's documented limits on blocks, views and messages, as the fake workspace checks them.

Written from https://docs.slack.dev/reference/block-kit (blocks, block elements, composition objects)
and /reference/views, not from Usher's code. `faults_of_*` return one line for each breach; none is lawful.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT = 40_000
MESSAGE_CHARACTERS = 10_000
"""Of all texts of a message's blocks: the house's own limit, below Slack's `msg_blocks_too_long`."""
VIEW_BYTES = 250_000
SHOUT = re.compile(r"<!(channel|here|everyone|subteam)")

KEYS: Mapping[str, str] = {
    "section": "text fields accessory expand",
    "header": "text",
    "divider": "",
    "context": "elements",
    "actions": "elements",
    "input": "label element hint optional dispatch_action",
    "image": "image_url alt_text title",
    "rich_text": "elements",
    "button": "text value url style confirm accessibility_label action_id",
    "radio_buttons": "options initial_option confirm focus_on_load action_id",
    "checkboxes": "options initial_options confirm focus_on_load action_id",
    "static_select": "options option_groups initial_option confirm focus_on_load placeholder action_id",
    "multi_static_select":
        "options option_groups initial_options confirm max_selected_items focus_on_load placeholder action_id",
    "overflow": "options confirm action_id",
    "plain_text_input":
        "initial_value multiline min_length max_length dispatch_action_config focus_on_load placeholder action_id",
    "number_input":
        "is_decimal_allowed initial_value min_value max_value dispatch_action_config focus_on_load placeholder "
        "action_id",
    "datepicker": "initial_date confirm focus_on_load placeholder action_id",
    "timepicker": "initial_time confirm focus_on_load placeholder timezone action_id",
}  # fmt: skip
"""Type -> the properties it may have, besides type (and block_id for a block)."""
BLOCKS = ("section", "header", "divider", "context", "actions", "input", "image", "rich_text")
IN_INPUT = (
    "plain_text_input", "number_input", "radio_buttons", "checkboxes", "static_select",
    "multi_static_select", "datepicker", "timepicker",
)  # fmt: skip
IN_ACTIONS = (
    "button",
    "radio_buttons",
    "checkboxes",
    "static_select",
    "overflow",
    "datepicker",
    "timepicker",
)
IN_SECTION = ("button", "overflow", "image", *IN_INPUT[2:])
SELECTS = ("static_select", "multi_static_select")
DAY, CLOCK = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d:\d\d")

Json = Any
Faults = Iterator[str]


def faults_of_message(text: str, blocks: Json) -> list[str]:
    """What Slack or the house would object to in a message."""
    found = [f"shouting: {text[:20]!r}"] if SHOUT.search(text) else []
    if blocks is None:
        return found
    found += faults_of_blocks(blocks, MESSAGE_BLOCKS)
    if not found and sum(map(len, texts_in(blocks))) > MESSAGE_CHARACTERS:
        found.append(f"msg_blocks_too_long: more than {MESSAGE_CHARACTERS} characters")
    return found


def faults_of_view(view: Json) -> list[str]:
    """What Slack would object to in a modal or an App Home."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["view: type must be modal or home"]
    return list(_view(view))


def _view(view: Json) -> Faults:
    modal = view["type"] == "modal"
    allowed = "type blocks private_metadata callback_id external_id"
    extra = " title submit close clear_on_close notify_on_close submit_disabled" if modal else ""
    yield from _known(view, allowed + extra, "view")
    for part in ("title", "submit", "close"):
        if part in view and view[part] is not None:
            yield from _text(view[part], part, most=24, plain=True)
    if modal and not view.get("title"):
        yield "view: missing title"
    for part, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(view.get(part) or "") > most:
            yield f"view: {part} longer than {most}"
    yield from faults_of_blocks(view.get("blocks"), VIEW_BLOCKS)
    blocks = view.get("blocks") or []
    if modal and any(_is(block, "input") for block in blocks) and not view.get("submit"):
        yield "view: has input blocks and no submit"
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        yield "view_too_large"
    if json.dumps(view).count('"focus_on_load": true') > 1:
        yield "view: more than one focus_on_load"


def faults_of_blocks(blocks: Json, most: int) -> list[str]:
    """What Slack would object to in a list of blocks."""
    if not isinstance(blocks, list):
        return ["blocks: not a list"]
    found = [f"blocks: {len(blocks)} of at most {most}"] if len(blocks) > most else []
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        where = f"blocks/{number}"
        if not isinstance(block, dict) or block.get("type") not in BLOCKS:
            found.append(f"{where}: unsupported type")
            continue
        found += _known(block, f"type block_id {KEYS[block['type']]}", where)
        found += _block_id(block, seen, where)
        found += RULES[block["type"]](block, where)
        found += _action_ids(block, where)
    return found


def _block_id(block: Json, seen: set[str], where: str) -> Faults:
    name = block.get("block_id")
    if name is None:
        return
    if not isinstance(name, str) or not 0 < len(name) <= 255:
        yield f"{where}: block_id must be 1 to 255 characters"
    elif name in seen:
        yield f"{where}: block_id {name!r} already exists"
    seen.add(str(name))


def _action_ids(block: Json, where: str) -> Faults:
    named = [e.get("action_id") for e in elements_of(block) if "action_id" in e]
    for name in named:
        if not isinstance(name, str) or not 0 < len(name) <= 255:
            yield f"{where}: action_id must be 1 to 255 characters"
    if len(set(map(str, named))) < len(named):
        yield f"{where}: action_id already exists"


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of a block."""
    found = [*block.get("elements", [])] if block.get("type") == "actions" else []
    found += [block[key] for key in ("element", "accessory") if isinstance(block.get(key), dict)]
    return [element for element in found if isinstance(element, dict)]


def _section(block: Json, where: str) -> Faults:
    if not block.get("text") and not block.get("fields"):
        yield f"{where}: missing text or fields"
    if block.get("text"):
        yield from _text(block["text"], where, most=3000)
    if "fields" in block and not 1 <= len(block["fields"]) <= 10:
        yield f"{where}: fields must be 1 to 10"
    for field in block.get("fields", []):
        yield from _text(field, f"{where}/field", most=2000)
    if "accessory" in block:
        yield from _element(block["accessory"], IN_SECTION, where)


def _header(block: Json, where: str) -> Faults:
    yield from _text(block.get("text"), where, most=150, plain=True)


def _context(block: Json, where: str) -> Faults:
    if not 1 <= len(block.get("elements") or []) <= 10:
        yield f"{where}: elements must be 1 to 10"
    for element in block.get("elements") or []:
        yield from _image(element, where) if _is(element, "image") else _text(element, where, most=3000)


def _actions(block: Json, where: str) -> Faults:
    if not 1 <= len(block.get("elements") or []) <= 25:
        yield f"{where}: elements must be 1 to 25"
    for element in block.get("elements") or []:
        yield from _element(element, IN_ACTIONS, where)


def _input(block: Json, where: str) -> Faults:
    yield from _text(block.get("label"), f"{where}/label", most=2000, plain=True)
    if block.get("hint"):
        yield from _text(block["hint"], f"{where}/hint", most=2000, plain=True)
    for flag in ("optional", "dispatch_action"):
        if not isinstance(block.get(flag, False), bool):
            yield f"{where}: {flag} must be true or false"
    yield from _element(block.get("element"), IN_INPUT, where)


def _image(block: Json, where: str) -> Faults:
    if not block.get("alt_text") or len(block["alt_text"]) > 2000 or len(block.get("image_url", "")) > 3000:
        yield f"{where}: image needs an alt_text, and an image_url up to 3000"


def _rich_text(block: Json, where: str) -> Faults:
    kinds = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
    for element in block.get("elements") or [{}]:
        if element.get("type") not in kinds or not isinstance(element.get("elements"), list):
            yield f"{where}: no such rich text element"
            continue
        inner = ("text", "link", "emoji", "user", "channel", *kinds[:1])
        for leaf in element["elements"]:
            if leaf.get("type") not in inner or (_is(leaf, "text") and not leaf.get("text")):
                yield f"{where}: no such rich text leaf, or an empty one"


def _nothing(_block: Json, _where: str) -> Faults:
    yield from ()


RULES = {
    "section": _section, "header": _header, "divider": _nothing, "context": _context, "actions": _actions,
    "input": _input, "image": _image, "rich_text": _rich_text,
}  # fmt: skip


def _element(element: Json, allowed: tuple[str, ...], where: str) -> Faults:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        yield f"{where}: element {kind} not allowed here"
        return
    where = f"{where}/{kind}"
    if kind == "image":
        yield from _image(element, where)
        return
    yield from _known(element, f"type {KEYS[kind]}", where)
    if element.get("placeholder"):
        yield from _text(element["placeholder"], f"{where}/placeholder", most=150, plain=True)
    if element.get("confirm"):
        yield from _confirm(element["confirm"], where)
    if kind == "button":
        yield from _button(element, where)
    elif kind in ("radio_buttons", "checkboxes", "overflow", *SELECTS):
        yield from _choosing(element, kind, where)
    else:
        yield from _typing(element, kind, where)


def _button(element: Json, where: str) -> Faults:
    yield from _text(element.get("text"), where, most=75, plain=True)
    if not isinstance(element.get("value", ""), str) or len(element.get("value", "")) > 2000:
        yield f"{where}: value longer than 2000"
    if len(element.get("url", "")) > 3000 or len(element.get("accessibility_label", "")) > 75:
        yield f"{where}: url longer than 3000, or accessibility_label than 75"
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"{where}: style must be primary or danger"


def _confirm(confirm: Json, where: str) -> Faults:
    yield from _known(confirm, "title text confirm deny style", f"{where}/confirm")
    yield from _text(confirm.get("text"), f"{where}/confirm/text", most=300)
    for part, most in (("title", 100), ("confirm", 30), ("deny", 30)):
        if part in confirm or part == "title":
            yield from _text(confirm.get(part), f"{where}/confirm/{part}", most=most, plain=True)


def options_of(element: Json) -> list[Json]:
    """Everything that can be picked in an element, group by group."""
    grouped = [o for group in element.get("option_groups") or [] for o in group.get("options", [])]
    return [*(element.get("options") or []), *grouped]


def _choosing(element: Json, kind: str, where: str) -> Faults:
    most = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}.get(kind, 100)
    lists = [element["options"]] if element.get("options") else []
    if kind in SELECTS and element.get("option_groups"):
        lists += [group.get("options", []) for group in element["option_groups"]]
        if len(element["option_groups"]) > 100 or element.get("options"):
            yield f"{where}: options or up to 100 option_groups, not both"
        for group in element["option_groups"]:
            yield from _text(group.get("label"), f"{where}/group", most=75, plain=True)
    if not lists or any(not 1 <= len(options) <= most for options in lists):
        yield f"{where}: options must be 1 to {most}"
    for option in options_of(element):
        yield from _option(option, where, plain=kind in (*SELECTS, "overflow"))
    yield from _initial(element, where)
    if not isinstance(element.get("max_selected_items", 1), int) or element.get("max_selected_items", 1) < 1:
        yield f"{where}: max_selected_items must be 1 or more"


def _option(option: Json, where: str, *, plain: bool) -> Faults:
    yield from _known(option, "text value description url", f"{where}/option")
    yield from _text(option.get("text"), f"{where}/option", most=75, plain=plain)
    if option.get("description"):
        yield from _text(option["description"], f"{where}/option/description", most=75)
    if not isinstance(option.get("value"), str) or not 0 < len(option["value"]) <= 150:
        yield f"{where}/option: value must be 1 to 150 characters"


def _initial(element: Json, where: str) -> Faults:
    picked = element.get(
        "initial_options", [element["initial_option"]] if "initial_option" in element else []
    )
    if "initial_options" in element and not picked:
        yield f"{where}: initial_options must not be empty"
    for option in picked:
        if option not in options_of(element):
            yield f"{where}: initial option is none of the options"


def _typing(element: Json, kind: str, where: str) -> Faults:
    if kind == "plain_text_input":
        most = element.get("max_length", 3000)
        if not 1 <= most <= 3000 or not 0 <= element.get("min_length", 0) <= most:
            yield f"{where}: max_length 1 to 3000, min_length 0 to max_length"
        if len(element.get("initial_value") or "") > most:
            yield f"{where}: initial_value longer than max_length"
        if "initial_value" in element and not isinstance(element["initial_value"], str):
            yield f"{where}: initial_value must be text"
    if kind == "number_input" and not isinstance(element.get("is_decimal_allowed"), bool):
        yield f"{where}: missing is_decimal_allowed"
    for key, shape in (("initial_date", DAY), ("initial_time", CLOCK)):
        if key in element and not shape.fullmatch(str(element[key])):
            yield f"{where}: {key} is malformed"


def _text(text: Json, where: str, *, most: int, plain: bool = False) -> Faults:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        yield f"{where}: missing text object"
        return
    kind = text["type"]
    yield from _known(text, "type text emoji" if kind == "plain_text" else "type text verbatim", where)
    if plain and kind != "plain_text":
        yield f"{where}: must be plain_text"
    said = text.get("text")
    if not isinstance(said, str) or not said:
        yield f"{where}: text must be more than 0 characters"
    elif len(said) > most:
        yield f"{where}: text must be less than {most + 1} characters"
    elif kind == "mrkdwn" and SHOUT.search(said):
        yield f"{where}: shouting"


def _known(thing: Json, allowed: str, where: str) -> Faults:
    for key in thing:
        if key not in allowed.split():
            yield f"{where}: invalid additional property: {key}"


def _is(thing: Json, kind: str) -> bool:
    return isinstance(thing, dict) and thing.get("type") == kind


def texts_in(thing: Json) -> Iterator[str]:
    """Every text that a reader can see in blocks."""
    if isinstance(thing, dict):
        if isinstance(thing.get("text"), str):
            yield thing["text"]
        for value in thing.values():
            yield from texts_in(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from texts_in(value)
