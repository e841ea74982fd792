"""The limits of Slack's block kit, written down from its documentation and from nothing of ours.

docs.slack.dev/reference: block-kit/blocks/*, block-kit/block-elements/*, block-kit/composition-objects/*,
views/modal-views, views/home-tab-views, methods/views.open, methods/chat.postMessage. Lengths are counted in
UTF-16 units, the strictest way to count. The house's own rules stand at the end.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, time
from typing import Any

Json = Any

TEXTS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
BLOCKS = {
    "section": {"text", "fields", "expand"},
    "header": {"text"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "rich_text": {"elements"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
}
CHOOSING = {"options", "initial_options"}
ELEMENTS = {
    "button": {"text", "value", "style", "confirm", "accessibility_label"},
    "plain_text_input": {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"}
    | {"placeholder"},
    "checkboxes": CHOOSING,
    "radio_buttons": {"options", "initial_option"},
    "static_select": {"options", "option_groups", "initial_option", "placeholder"},
    "multi_static_select": CHOOSING | {"option_groups", "placeholder", "max_selected_items"},
    "datepicker": {"initial_date", "placeholder"},
    "timepicker": {"initial_time", "placeholder"},
}
MODAL = {"type", "callback_id", "title", "submit", "close", "blocks", "private_metadata", "clear_on_close"}
MODAL |= {"notify_on_close", "external_id"}
RICH = {"rich_text_section", "rich_text_list", "rich_text_quote"}


class Unlawful(AssertionError):
    """Slack would refuse this."""


def need(kept: object, what: str, found: object = "") -> None:
    if not kept:
        raise Unlawful(f"{what}: {str(found)[:200]}")


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check_message(text: str, blocks: Json) -> None:
    """One posting."""
    need(0 < length(text) <= 4000, "text 1 to 4000", text)
    need(not re.search(r"<[!@#]", text), "text pings", text)
    need(not re.search(r"&(?!amp;|lt;|gt;)|[<>]", text), "text isn't escaped", text)
    check_blocks(blocks, 50)
    need(length(json.dumps(blocks, ensure_ascii=False)) <= 10_000, "house rule: 10,000 characters a message")


def check_view(view: Json) -> None:
    """A modal or an App Home."""
    need(view["type"] in ("modal", "home"), "type of view", view["type"])
    check_blocks(view["blocks"], 100)
    need(len(json.dumps(view)) <= 250_000, "view_too_large", len(json.dumps(view)))
    need(length(view.get("private_metadata", "")) < 3000, "private_metadata", view)
    need(0 < len(view["callback_id"]) <= 255, "callback_id", view)
    if view["type"] == "home":
        need(set(view) <= {"type", "callback_id", "blocks", "private_metadata", "external_id"}, "home", view)
        return
    need(set(view) <= MODAL, "unknown property of a modal", set(view) - MODAL)
    for part in ("title", "submit", "close"):
        if part in view or part == "title":
            check_text(view[part], 24, plain=True)
    asks = any(block["type"] == "input" for block in view["blocks"])
    need(not asks or "submit" in view, "a modal with inputs needs a submit")
    need(asks or "submit" not in view, "house rule: nothing to send, no submit")


def check_blocks(blocks: Json, most: int) -> None:
    need(1 <= len(blocks) <= most, f"1 to {most} blocks", len(blocks))
    names = [block["block_id"] for block in blocks if "block_id" in block]
    need(len(set(names)) == len(names), "block_id twice", names)
    actions = [element["action_id"] for block in blocks for element in block.get("elements", [])
               if "action_id" in element]  # fmt: skip
    need(len(set(actions)) == len(actions), "house rule: action_id of a button twice", actions)
    for block in blocks:
        check_block(block)


def check_block(block: Json) -> None:  # noqa: C901 - one case for each block
    kind = block["type"]
    need(kind in BLOCKS, "type of block", kind)
    need(set(block) <= BLOCKS[kind] | {"type", "block_id"}, f"unknown property of {kind}", set(block))
    need(0 < length(block.get("block_id", "x")) <= 255, "block_id 1 to 255", block)
    match kind:
        case "section":
            need("text" in block or "fields" in block, "section without text", block)
            if "text" in block:
                check_text(block["text"], 3000)
            need(1 <= len(block.get("fields", "x")) <= 10, "1 to 10 fields", block)
            for field in block.get("fields", []):
                check_text(field, 2000)
        case "header":
            check_text(block["text"], 150, plain=True)
        case "context":
            need(1 <= len(block["elements"]) <= 10, "1 to 10 elements", block)
            for element in block["elements"]:
                check_text(element, 2000)
        case "actions":
            need(1 <= len(block["elements"]) <= 25, "1 to 25 elements", block)
            need(len(block["elements"]) <= 2, "house rule: two buttons in a row", block)
            for element in block["elements"]:
                need(element["type"] == "button", "house rule: buttons only", element)
                check_element(element)
        case "rich_text":
            need(block["elements"], "rich text without elements", block)
            for element in block["elements"]:
                check_rich(element)
        case "input":
            check_input(block)


def check_input(block: Json) -> None:
    check_text(block["label"], 2000, plain=True)
    if "hint" in block:
        check_text(block["hint"], 2000, plain=True)
    need(isinstance(block.get("optional", False), bool), "optional", block)
    need(isinstance(block.get("dispatch_action", False), bool), "dispatch_action", block)
    need(block["element"]["type"] != "button", "a button isn't an input", block)
    check_element(block["element"])


def check_rich(element: Json) -> None:
    need(element["type"] in RICH and element["elements"], "rich text element", element)
    for leaf in element["elements"]:
        if element["type"] == "rich_text_list":
            need(leaf["type"] == "rich_text_section" and leaf["elements"], "list holds sections", leaf)
            check_rich(leaf)
        else:
            need(leaf["type"] == "text" and set(leaf) <= {"type", "text", "style"}, "leaf", leaf)
            need(leaf["text"].strip() and length(leaf["text"]) <= 3000, "leaf text 1 to 3000", leaf)
    allowed = {"type", "elements"} | ({"style"} if element["type"] == "rich_text_list" else set())
    need(set(element) <= allowed, "unknown property of rich text", set(element))


def check_text(text: Json, most: int, *, plain: bool = False) -> None:
    need(text["type"] in TEXTS and set(text) <= TEXTS[text["type"]], "text object", text)
    need(not plain or text["type"] == "plain_text", "plain_text only", text)
    need(text["text"].strip(), "text of one character at least", text)
    need(length(text["text"]) <= most, f"text of {most} at most", length(text["text"]))
    check_house_words(text)


def check_house_words(text: Json) -> None:
    """Plain words stay plain, and markup is our own bold round escaped words, nothing else."""
    if text["type"] == "plain_text":
        need(text.get("emoji") is False, "house rule: no emoji", text)
        return
    said = text["text"]
    need(re.fullmatch(r"\*[^\s*_~`\n]([^*_~`\n]*[^\s*_~`\n])?\*", said), "house rule: bold words only", said)
    need(not re.search(r"&(?!amp;|lt;|gt;)|[<>]", said), "house rule: escaped", said)
    need(not re.search(r":[a-z0-9_+'-]+:", said), "house rule: no emoji", said)
    need(text.get("verbatim") is True, "house rule: verbatim", text)


def check_element(element: Json) -> None:
    kind = element["type"]
    need(kind in ELEMENTS, "type of element", kind)
    need(set(element) <= ELEMENTS[kind] | {"type", "action_id"}, f"unknown property of {kind}", set(element))
    need(0 < length(element["action_id"]) <= 255, "action_id 1 to 255", element)
    if "placeholder" in element:
        check_text(element["placeholder"], 150, plain=True)
    match kind:
        case "button":
            check_button(element)
        case "plain_text_input":
            most = element.get("max_length", 3000)
            need(1 <= most <= 3000, "max_length 1 to 3000", most)
            need(length(element.get("initial_value", "")) <= most, "initial_value over max_length", most)
            need(element.get("initial_value", "x") != "", "house rule: no empty initial_value")
            need(
                element.get("multiline") or "\n" not in element.get("initial_value", ""), "one line", element
            )
        case "datepicker":
            shown = element.get("initial_date", "2026-01-01")
            need(date.fromisoformat(shown).isoformat() == shown, "initial_date", shown)
        case "timepicker":
            shown = element.get("initial_time", "12:00")
            need(f"{time.fromisoformat(shown):%H:%M}" == shown, "initial_time", shown)
        case _:
            check_choosing(element, kind)


def check_button(button: Json) -> None:
    check_text(button["text"], 75, plain=True)
    need(0 < length(button.get("value", "x")) <= 2000, "value 1 to 2000", button)
    need(button.get("style", "danger") in ("primary", "danger"), "style", button)
    if confirm := button.get("confirm"):
        need(set(confirm) <= {"title", "text", "confirm", "deny", "style"}, "confirm", confirm)
        for part, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            check_text(confirm[part], most, plain=part != "text")
        need(confirm.get("style", "danger") in ("primary", "danger"), "style", confirm)


def offered(element: Json) -> Iterator[Json]:
    """Every option of an element."""
    for group in [element, *element.get("option_groups", [])]:
        yield from group.get("options", [])


def check_choosing(element: Json, kind: str) -> None:
    most = 10 if kind in ("checkboxes", "radio_buttons") else 100
    groups = element.get("option_groups")
    need(("options" in element) != bool(groups), "options or option_groups", element)
    need(len(groups or ()) <= 100, "100 groups", element)
    for group in groups or [element]:
        need(1 <= len(group["options"]) <= most, f"1 to {most} options", len(group["options"]))
        if groups:
            check_text(group["label"], 75, plain=True)
    values = []
    for option in offered(element):
        need(set(option) <= {"text", "value", "description"}, "option", option)
        check_text(option["text"], 75, plain=True)
        need(0 < length(option["value"]) <= 150, "value 1 to 150", option)
        if "description" in option:
            check_text(option["description"], 75, plain=True)
        values.append(option["value"])
    need(len(set(values)) == len(values), "the same value twice", values)
    initial = element.get(
        "initial_options", [element["initial_option"]] if "initial_option" in element else []
    )
    need(initial or "initial_options" not in element, "initial_options empty", element)
    need(all(option in list(offered(element)) for option in initial), "initial option not offered", initial)
    need(len(initial) <= element.get("max_selected_items", 999) >= 1, "max_selected_items", element)
