"""How long a text is for a chat platform, and how it is parted or a label made to fit."""

from collections.abc import Iterator

ELLIPSIS = "…"


def size(text: str) -> int:
    """How long a platform may find a text, in UTF-16 units: an emoji beyond the basic plane counts twice."""
    return len(text) if text.isascii() else len(text) + sum(letter > "\uffff" for letter in text)


def fit(text: str, most: int) -> str:
    """The text, cut after a word and with an ellipsis when it is too long. For labels only."""
    if size(text) <= most:
        return text
    head = first(text, most - 1)
    whole = head if text[len(head)].isspace() else head.rpartition(" ")[0]
    return f"{whole.rstrip() or head}{ELLIPSIS}"


def first(text: str, most: int) -> str:
    """The longest beginning of a text that is no longer than this."""
    head = text[:most]
    while size(head) > most:
        head = head[: len(head) - max((size(head) - most) // 2, 1)]
    return head


def pieces(text: str, most: int) -> Iterator[str]:
    """The whole text in pieces that fit, parted after a paragraph, a line or a word; joined, the text."""
    while size(text) > most:
        head = first(text, most)
        ends = (head.rfind(mark) + len(mark) for mark in ("\n\n", "\n", " ") if mark in head)
        end = next((end for end in ends if end > len(head) // 2), len(head))
        yield text[:end]
        text = text[end:]
    if text:
        yield text
