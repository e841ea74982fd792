"""What a Slack client keeps of a view's inputs: what was picked and typed, and what is wrong with it."""

from typing import Any

from tests.platforms.slack.law import elements_of
from tests.platforms.slack.law_elements import options_of

Json = dict[str, Any]
HELD = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "radio_buttons": ("selected_option", "initial_option"),
    "static_select": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
}
"""Element type -> the key of its value in state.values, and of what it starts with."""
SEVERAL = ("checkboxes", "multi_static_select")


def values_of(blocks: list[Json], before: Json) -> Json:
    """state.values of these blocks: kept where block_id and action_id stay, else as they start."""
    found: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in HELD:
                continue
            action = element.setdefault("action_id", f"a-{block['block_id']}")
            kept = before.get(block["block_id"], {}).get(action)
            fits = kept and kept["type"] == element["type"] and _offered(kept, element)
            found.setdefault(block["block_id"], {})[action] = kept if fits else starting(element)
    return found


def starting(element: Json) -> Json:
    """An input nobody has touched."""
    key, initial = HELD[element["type"]]
    empty: list[Json] | None = [] if element["type"] in SEVERAL else None
    return {"type": element["type"], key: element.get(initial, empty)}


def _offered(kept: Json, element: Json) -> bool:
    """Whether what was picked can still be picked."""
    picked = kept.get("selected_options", [kept["selected_option"]] if kept.get("selected_option") else [])
    return all(option in options_of(element) for option in picked)


def filled(element: Json, text: str) -> Json:
    """What the element holds once this is typed or picked; AssertionError where Slack lets nobody."""
    kind = element["type"]
    key, _ = HELD[kind]
    if kind == "plain_text_input":
        assert element.get("multiline") or "\n" not in text, "one line only"
        assert len(text) <= element.get("max_length", 3000), "Slack stops taking letters there"
        return {"type": kind, key: text or None}
    if kind in SEVERAL:
        wanted = [_option(element, one) for one in text.split("; ")] if text else []
        assert len(wanted) <= element.get("max_selected_items", len(wanted)), "no more can be picked"
        return {"type": kind, key: wanted}
    if kind in ("radio_buttons", "static_select"):
        return {"type": kind, key: _option(element, text)}
    return {"type": kind, key: text or None}


def _option(element: Json, label: str) -> Json:
    options: list[Json] = options_of(element)
    if label == "yes" and len(options) == 1:
        return options[0]
    named = [o for o in options if same(o["text"]["text"], label)]
    assert named, f"no option {label!r} but {[o['text']['text'] for o in options]}"
    return named[0]


def same(shown: str, label: str) -> bool:
    """Whether a label on show is this one, cut to fit or not."""
    shown = shown.replace("*", "")
    return shown == label or (
        shown.endswith("…") and len(shown) > 12 and label.startswith(shown[:-1].strip())
    )


def empty(value: Json) -> bool:
    """Whether nothing has been put in."""
    return not value[HELD[value["type"]][0]]


def unfinished(view: Json) -> list[str]:
    """What the client itself objects to when Submit is pressed: required inputs without an answer."""
    values = view["state"]["values"]
    return [
        f"{block['label']['text']}: Please complete this required field."
        for block in view["blocks"]
        if block["type"] == "input"
        and not block.get("optional")
        and empty(values[block["block_id"]][block["element"]["action_id"]])
    ] + too_short(view)


def too_short(view: Json) -> list[str]:
    """Texts under their min_length."""
    found = []
    for block in view["blocks"]:
        element = block.get("element", {})
        least = element.get("min_length", 0) if block["type"] == "input" else 0
        if least and (said := view["state"]["values"][block["block_id"]][element["action_id"]]["value"]):
            found += [f"{block['label']['text']}: too short"] if len(said) < least else []
    return found


def action_of(block: Json, element: Json, value: Json | None = None) -> Json:
    """What `actions` of block_actions holds for this element."""
    action: Json = {"action_id": element.get("action_id", "a"), "block_id": block["block_id"]}
    if element["type"] == "button":
        action |= {key: element[key] for key in ("text", "value", "style", "confirm") if key in element}
        return action | {"type": "button"}
    return action | (value or {})
