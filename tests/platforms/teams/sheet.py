"""A card on somebody's screen: what they have typed and picked in it, and what Teams makes of that."""

import copy
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from tests.platforms.teams.reading import choice_title, elements_of, read_element

Json = dict[str, Any]


class Sheet:
    """One card with its inputs, on one screen."""

    def __init__(self, card: Json, *, mobile: bool = False) -> None:
        self.card = copy.deepcopy(card)
        self.mobile = mobile
        """A phone sends an input in which there is nothing as ""; a computer leaves it out."""
        self.values: dict[str, str] = {}
        self.toggled: dict[str, bool] = {}
        self.alone: list[str] = []
        """What the client itself objected to at the last press."""
        for element in _everything(self.card):
            if str(element["type"]).startswith("Input."):
                self.values[element["id"]] = _starting(element)

    def elements(self) -> Iterator[Json]:
        """What is on show, in order."""
        return elements_of(self.card, self.toggled)

    def inputs(self) -> list[Json]:
        """Every input on show."""
        return [element for element in self.elements() if element["type"].startswith("Input.")]

    def actions(self) -> list[Json]:
        """Every button on show."""
        return [action for each in self.elements() for action in each.get("actions") or []]

    def action(self, label: str) -> Json | None:
        """The last button of this name."""
        named = [action for action in self.actions() if same(action["title"], label)]
        return named[-1] if named else None

    def read(self) -> str:
        """All that is to be read, with what has been filled in."""
        found: list[str] = []
        for element in self.elements():
            found += read_element(element, self.values.get(element.get("id", "")))
        return "\n".join(line for line in [*found, *self.alone] if line)

    def input(self, label: str, after: str = "") -> Json:
        """The input of this label, or the first below words that begin so; `after` must stand above it."""
        below, above = not after, False
        for element in self.elements():
            words = [line for line in read_element(element) if line]
            first = words[0] if words else ""
            below = below or first.startswith(after)
            above = above or (below and first.startswith(label))
            if above and element["type"].startswith("Input."):
                return element
        raise AssertionError(f"no input {label!r} but:\n{self.read()}")

    def put(self, element: Json, text: str) -> None:
        """Type or pick; AssertionError where Teams lets nobody."""
        self.values[element["id"]] = _filled(element, text)

    def toggle(self, action: Json) -> list[Json]:
        """Show or hide what the button says; the buttons that have come into view."""
        before = self.actions()
        states = {each["id"]: each.get("isVisible", True) for each in _everything(self.card) if "id" in each}
        for target in action["targetElements"]:
            id = target if isinstance(target, str) else target["elementId"]
            wanted = None if isinstance(target, str) else target.get("isVisible")
            now = self.toggled.get(id, states[id])
            self.toggled[id] = (not now) if wanted is None else wanted
        return [each for each in self.actions() if each not in before]

    def sent(self, action: Json) -> Json:
        """The data of a submit: what the button carries, and beside it every input, seen or not, as text."""
        data: Json = copy.deepcopy(action.get("data") or {})
        if action.get("associatedInputs") == "none":
            return data
        for element in _everything(self.card):
            if str(element.get("type", "")).startswith("Input."):
                value = self.values[element["id"]]
                if value or self.mobile:
                    data[element["id"]] = value
        return data

    def unfinished(self, action: Json) -> list[str]:
        """What the client itself objects to when a button is pressed."""
        if action.get("associatedInputs") == "none":
            return []
        return [
            str(element.get("errorMessage") or f"{element['label']}: This field is required")
            for element in self.inputs()
            if element.get("isRequired") and not self.values[element["id"]]
        ]


def _everything(thing: Any) -> Iterator[Json]:
    if isinstance(thing, dict):
        if "type" in thing:
            yield thing
        for value in thing.values():
            yield from _everything(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _everything(value)


def _starting(element: Json) -> str:
    value = element.get("value", "")
    if element["type"] == "Input.Toggle":
        return str(value or element.get("valueOff", "false"))
    return str(value)


def _filled(element: Json, text: str) -> str:
    match element["type"]:
        case "Input.Text":
            assert element.get("isMultiline") or "\n" not in text, "one line only"
            assert len(text) <= element.get("maxLength", len(text)), "Teams stops taking letters there"
            return text
        case "Input.Number":
            assert not text or float(text) is not None
            return text
        case "Input.Date":
            return date.fromisoformat(text).isoformat() if text else ""
        case "Input.Time":
            return f"{time.fromisoformat(text):%H:%M}" if text else ""
        case "Input.Toggle":
            on = text == "yes" or same(element["title"], text)
            return str(element.get("valueOn", "true") if on else element.get("valueOff", "false"))
        case "Input.ChoiceSet":
            if not element.get("isMultiSelect"):
                return _chosen(element, text) if text else ""
            return ",".join(_chosen(element, one) for one in text.split("; ")) if text else ""
    raise AssertionError(f"nothing can be put into {element['type']}")


def _chosen(element: Json, label: str) -> str:
    titles = [(choice_title(element, choice), str(choice["value"])) for choice in element["choices"]]
    if label == "yes" and len(titles) == 1:
        return titles[0][1]
    found = [value for title, value in titles if same(title, label) or title.startswith(f"{label} – ")]
    assert found, f"no choice {label!r} but {[title for title, _ in titles]}"
    return found[0]


def same(shown: str, label: str) -> bool:
    """Whether a label on show is this one, cut to fit or not."""
    cut = shown.endswith("…") and len(shown) > 12 and label.startswith(shown[:-1].strip())
    return shown == label or cut
