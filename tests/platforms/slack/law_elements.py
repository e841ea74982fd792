"""Slack's documented limits on block elements, options and texts; law.py holds those on blocks and views."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Json = Any
Faults = Iterator[str]
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
    "multi_static_select": "options option_groups initial_options confirm max_selected_items focus_on_load "
    "placeholder action_id",
    "overflow": "options confirm action_id",
    "plain_text_input": "initial_value multiline min_length max_length dispatch_action_config "
    "focus_on_load placeholder action_id",
    "number_input": "is_decimal_allowed initial_value min_value max_value dispatch_action_config "
    "focus_on_load placeholder action_id",
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


def element_faults(element: Json, allowed: tuple[str, ...], where: str) -> Faults:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        yield f"{where}: element {kind} not allowed here"
        return
    where = f"{where}/{kind}"
    if kind == "image":
        yield from image_faults(element, where)
        return
    yield from known_keys(element, f"type {KEYS[kind]}", where)
    if element.get("placeholder"):
        yield from text_faults(element["placeholder"], f"{where}/placeholder", most=150, plain=True)
    if element.get("confirm"):
        yield from _confirm(element["confirm"], where)
    if kind == "button":
        yield from _button(element, where)
    elif kind in ("radio_buttons", "checkboxes", "overflow", *SELECTS):
        yield from _choosing(element, kind, where)
    else:
        yield from _typing(element, kind, where)


def _button(element: Json, where: str) -> Faults:
    yield from text_faults(element.get("text"), where, most=75, plain=True)
    if not isinstance(element.get("value", ""), str) or len(element.get("value", "")) > 2000:
        yield f"{where}: value longer than 2000"
    if len(element.get("url", "")) > 3000 or len(element.get("accessibility_label", "")) > 75:
        yield f"{where}: url longer than 3000, or accessibility_label than 75"
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"{where}: style must be primary or danger"


def _confirm(confirm: Json, where: str) -> Faults:
    yield from known_keys(confirm, "title text confirm deny style", f"{where}/confirm")
    yield from text_faults(confirm.get("text"), f"{where}/confirm/text", most=300)
    for part, most in (("title", 100), ("confirm", 30), ("deny", 30)):
        if part in confirm or part == "title":
            yield from text_faults(confirm.get(part), f"{where}/confirm/{part}", most=most, plain=True)


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
            yield from text_faults(group.get("label"), f"{where}/group", most=75, plain=True)
    if not lists or any(not 1 <= len(options) <= most for options in lists):
        yield f"{where}: options must be 1 to {most}"
    for option in options_of(element):
        yield from _option(option, where, plain=kind in (*SELECTS, "overflow"))
    yield from _initial(element, where)
    if not isinstance(element.get("max_selected_items", 1), int) or element.get("max_selected_items", 1) < 1:
        yield f"{where}: max_selected_items must be 1 or more"


def _option(option: Json, where: str, *, plain: bool) -> Faults:
    yield from known_keys(option, "text value description url", f"{where}/option")
    yield from text_faults(option.get("text"), f"{where}/option", most=75, plain=plain)
    if option.get("description"):
        yield from text_faults(option["description"], f"{where}/option/description", most=75)
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


def text_faults(text: Json, where: str, *, most: int, plain: bool = False) -> Faults:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        yield f"{where}: missing text object"
        return
    kind = text["type"]
    yield from known_keys(text, "type text emoji" if kind == "plain_text" else "type text verbatim", where)
    if plain and kind != "plain_text":
        yield f"{where}: must be plain_text"
    said = text.get("text")
    if not isinstance(said, str) or not said:
        yield f"{where}: text must be more than 0 characters"
    elif len(said) > most:
        yield f"{where}: text must be less than {most + 1} characters"
    elif kind == "mrkdwn" and SHOUT.search(said):
        yield f"{where}: shouting"


def known_keys(thing: Json, allowed: str, where: str) -> Faults:
    for key in thing:
        if key not in allowed.split():
            yield f"{where}: invalid additional property: {key}"


def image_faults(block: Json, where: str) -> Faults:
    if not block.get("alt_text") or len(block["alt_text"]) > 2000 or len(block.get("image_url", "")) > 3000:
        yield f"{where}: image needs an alt_text, and an image_url up to 3000"
