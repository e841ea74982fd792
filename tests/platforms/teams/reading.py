"""What can be read on a Teams screen: cards element by element, as the clients draw them."""

from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt

Json = dict[str, Any]
MARKDOWN = MarkdownIt("zero").enable(["emphasis", "link", "list", "newline", "escape", "entity"])
"""The subset that a TextBlock understands."""
HIDES = ("Action.ToggleVisibility",)


def drawn(text: str) -> str:
    """A text in which Teams reads Markdown, as it is drawn."""
    lines = []
    for token in MARKDOWN.parse(text):
        if token.type == "inline":
            parts = (
                "\n" if child.type in ("softbreak", "hardbreak") else child.content
                for child in token.children or []
                if child.type in ("text", "softbreak", "hardbreak")
            )
            lines.append("".join(parts))
    return "\n".join(lines)


def elements_of(card: Json, shown: dict[str, bool] | None = None) -> Iterator[Json]:
    """Every visible element in order; what is inside another comes after it."""
    toggled = shown or {}
    for element in (
        *card.get("body", []),
        *([{"type": "ActionSet", "actions": card["actions"]}] if card.get("actions") else []),
    ):
        yield from _within(element, toggled)


def _within(element: Json, toggled: dict[str, bool]) -> Iterator[Json]:
    if not toggled.get(element.get("id", ""), element.get("isVisible", True)):
        return
    yield element
    for part in ("items", "columns", "rows", "cells"):
        for inner in element.get(part) or []:
            yield from _within(inner, toggled)


def read_element(element: Json, held: str | None = None) -> Iterator[str]:
    """The lines of one element, without what is inside it; `held` is what has been put into an input."""
    match element["type"]:
        case "TextBlock":
            yield drawn(element["text"])
        case "RichTextBlock":
            yield "".join(run if isinstance(run, str) else run["text"] for run in element["inlines"])
        case "FactSet":
            yield from (f"{fact['title']} {fact['value']}" for fact in element["facts"])
        case "Image":
            yield element.get("altText", "")
        case "ActionSet":
            yield from (action["title"] for action in element["actions"])
        case kind if kind.startswith("Input."):
            yield from _read_input(element, held or "")


def _read_input(element: Json, held: str) -> Iterator[str]:
    yield element.get("label", "")
    match element["type"]:
        case "Input.ChoiceSet":
            picked = held.split(",") if element.get("isMultiSelect") else [held]
            named = [(choice_title(element, choice), choice["value"]) for choice in element["choices"]]
            if element.get("style") == "expanded":
                yield from (title for title, _ in named)
            yield "; ".join(title for title, value in named if value in picked)
        case "Input.Toggle":
            yield element["title"]
        case _:
            yield held


def choice_title(element: Json, choice: Json) -> str:
    """A choice as it is drawn: with Markdown where all are on show, without where they drop down."""
    return drawn(choice["title"]) if element.get("style") == "expanded" else str(choice["title"])
