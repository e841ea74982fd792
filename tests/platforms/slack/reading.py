"""What can be read on a Slack screen: messages, views and their buttons as plain text."""

import html
import re
from collections.abc import Iterator
from typing import Any

from tests.platforms.slack.law import elements_of
from tests.platforms.slack.law_elements import options_of
from tests.platforms.slack.state import HELD, empty

Json = dict[str, Any]
LINK = re.compile(r"<(https?://[^|>]+|mailto:[^|>]+|tel:[^|>]+)(?:\|([^>]*))?>")
BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
ITALIC = re.compile(r"(?<![\w_])_([^_\n]+)_(?![\w_])")


def plain(text: Json | str) -> str:
    """A text object as it is drawn; Slack unescapes & < > and draws *bold* in mrkdwn only."""
    if isinstance(text, str):
        return html.unescape(text)
    said = str(text.get("text", ""))
    if text.get("type") != "mrkdwn":
        return said
    said = "\n".join(line.removeprefix("&gt; ").removeprefix("> ") for line in said.split("\n"))
    said = LINK.sub(lambda found: found[2] or found[1], said)
    return html.unescape(ITALIC.sub(r"\1", BOLD.sub(r"\1", said)))


def read_message(message: Json) -> str:
    """A message with its buttons; the notification's text stands first."""
    lines = [plain(message["text"])]
    if "bot_id" in message:
        lines += [line for block in message.get("blocks") or [] for line in read_block(block, {})]
    return "\n".join(line for line in lines if line)


def read_view(view: Json, errors: dict[str, str]) -> str:
    """A modal or home: title, blocks with what has been filled in, errors, submit and close."""
    lines = [plain(view["title"])] if view.get("title") else []
    for block in view["blocks"]:
        lines += read_block(block, view["state"]["values"])
        lines += [errors[block["block_id"]]] if block["block_id"] in errors else []
    lines += [plain(view[part]) for part in ("submit", "close") if view.get(part)]
    return "\n".join(lines)


def read_block(block: Json, values: Json) -> Iterator[str]:
    """The lines of one block."""
    match block["type"]:
        case "section":
            parts = [block["text"]] if block.get("text") else []
            yield from map(plain, [*parts, *block.get("fields", [])])
        case "header":
            yield plain(block["text"])
        case "context":
            yield " ".join(plain(element) for element in block["elements"] if "text" in element)
        case "input":
            yield plain(block["label"])
            yield plain(block.get("hint") or "")
        case "rich_text":
            yield from _rich(block["elements"])
    for element in elements_of(block):
        yield from _element(element, values.get(block.get("block_id", ""), {}))


def _element(element: Json, values: Json) -> Iterator[str]:
    if element["type"] == "button":
        yield plain(element["text"])
    elif element["type"] in ("radio_buttons", "checkboxes"):
        for option in options_of(element):
            yield plain(option["text"])
            yield plain(option.get("description") or "")
    held = values.get(element.get("action_id", ""))
    if held and not empty(held):
        value = held[HELD[held["type"]][0]]
        picked = value if isinstance(value, list) else [value]
        yield "; ".join(one if isinstance(one, str) else plain(one["text"]) for one in picked)


def _rich(elements: list[Json]) -> Iterator[str]:
    for element in elements:
        leaves = element.get("elements", [])
        if element["type"] == "rich_text_list":
            yield from _rich(leaves)
        else:
            yield "".join(leaf.get("text") or leaf.get("url") or "" for leaf in leaves)


def buttons_in(blocks: list[Json] | None) -> list[tuple[str, Json, Json]]:
    """Each button's label, block and element."""
    return [
        (plain(element["text"]), block, element)
        for block in blocks or []
        for element in elements_of(block)
        if element["type"] == "button"
    ]
