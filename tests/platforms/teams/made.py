"""A small model of what Teams' clients do with a card: what it begins with, what is typed, what is sent."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from tests.platforms.slack.made import DAY, LONG
from tests.platforms.slack.made import said as speaking
from tests.platforms.teams.law import actions_in

Json = Any
EMPTY_OR_MISSING = st.booleans()


def elements(thing: Json) -> Iterator[Json]:
    """Every element of a card, in order, those in containers too."""
    for element in thing["body"] if isinstance(thing, dict) else thing:
        yield element
        yield from elements(element.get("items", []))


def boxes(card: Json) -> list[Json]:
    """Every input of a card, hidden ones too: Teams sends them all."""
    return [element for element in elements(card) if element["type"].startswith("Input.")]


def begun(card: Json) -> dict[str, Any]:
    """What stands in the boxes of a card that has just been shown; a number is told as its digits."""
    return {box["id"]: str(box.get("value", "")) for box in boxes(card)}


def told(card: Json, values: Mapping[str, str], button: Json, *, empty: bool = True) -> dict[str, Any]:
    """The data that a button sends: its own, with what is in the boxes beside it."""
    assert set(values) == {box["id"] for box in boxes(card)}
    said = {id: value for id, value in values.items() if value or empty}
    return json.loads(json.dumps({**button["data"], **said}))  # type: ignore[no-any-return]


def submits(card: Json) -> list[Json]:
    """Every button that sends something."""
    return [action for action in actions_in(card) if action["type"] == "Action.Submit"]


def button(card: Json, name: str) -> Json:
    """The first button that does this verb."""
    return next(each for each in submits(card) if each["data"]["usher"].get("action") == name)


@st.composite
def edits(draw: st.DrawFn, card: Json) -> dict[str, str]:
    """What is in the boxes once somebody has changed some of them."""
    values = begun(card)
    for box in boxes(card):
        if draw(st.booleans()):
            values[box["id"]] = draw(_changed(box))
    return values


def _changed(box: Json) -> st.SearchStrategy[str]:
    match box["type"]:
        case "Input.Text":
            return st.just("") | speaking(LONG).map(lambda text: _first(text, box["maxLength"]))
        case "Input.Date":
            return st.just("") | DAY
        case "Input.Time":
            return st.sampled_from(["", "10:42"])
        case "Input.Number":
            return st.sampled_from(["", "0", "7", "120"])
    ids = [choice["value"] for choice in box["choices"]]
    if not box.get("isMultiSelect"):
        return st.sampled_from(ids)
    return st.lists(st.sampled_from(ids), unique=True, max_size=3).map(",".join)


def _first(text: str, most: int) -> str:
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore").lstrip() or "x"


def words_of(card: Json) -> Iterator[str]:
    """Every text a reader sees, in order: what is in the boxes and on the buttons left out."""
    for element in elements(card):
        if element["type"] == "TextBlock":
            yield element["text"]
        elif element["type"] == "RichTextBlock":
            yield "".join(run["text"] for run in element["inlines"])
