"""Slack's documented limits on blocks, views and messages, as the fake workspace checks them.

Written from https://docs.slack.dev/reference/block-kit (blocks, block elements, composition objects)
and /reference/views, not from Usher's code. `faults_of_*` return one line for each breach; none is lawful.
"""

import json
from collections.abc import Iterator
from typing import Any

from tests.platforms.slack.law_elements import (
    BLOCKS,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    KEYS,
    SHOUT,
    element_faults,
    image_faults,
    known_keys,
    text_faults,
)

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT = 40_000
MESSAGE_CHARACTERS = 10_000
"""Of all texts of a message's blocks: the house's own limit, below Slack's `msg_blocks_too_long`."""
VIEW_BYTES = 250_000

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
    yield from known_keys(view, allowed + extra, "view")
    for part in ("title", "submit", "close"):
        if part in view and view[part] is not None:
            yield from text_faults(view[part], part, most=24, plain=True)
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
        found += known_keys(block, f"type block_id {KEYS[block['type']]}", where)
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
        yield from text_faults(block["text"], where, most=3000)
    if "fields" in block and not 1 <= len(block["fields"]) <= 10:
        yield f"{where}: fields must be 1 to 10"
    for field in block.get("fields", []):
        yield from text_faults(field, f"{where}/field", most=2000)
    if "accessory" in block:
        yield from element_faults(block["accessory"], IN_SECTION, where)


def _header(block: Json, where: str) -> Faults:
    yield from text_faults(block.get("text"), where, most=150, plain=True)


def _context(block: Json, where: str) -> Faults:
    if not 1 <= len(block.get("elements") or []) <= 10:
        yield f"{where}: elements must be 1 to 10"
    for element in block.get("elements") or []:
        picture = _is(element, "image")
        yield from image_faults(element, where) if picture else text_faults(element, where, most=3000)


def _actions(block: Json, where: str) -> Faults:
    if not 1 <= len(block.get("elements") or []) <= 25:
        yield f"{where}: elements must be 1 to 25"
    for element in block.get("elements") or []:
        yield from element_faults(element, IN_ACTIONS, where)


def _input(block: Json, where: str) -> Faults:
    yield from text_faults(block.get("label"), f"{where}/label", most=2000, plain=True)
    if block.get("hint"):
        yield from text_faults(block["hint"], f"{where}/hint", most=2000, plain=True)
    for flag in ("optional", "dispatch_action"):
        if not isinstance(block.get(flag, False), bool):
            yield f"{where}: {flag} must be true or false"
    yield from element_faults(block.get("element"), IN_INPUT, where)


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
    "input": _input, "image": image_faults, "rich_text": _rich_text,
}  # fmt: skip


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
