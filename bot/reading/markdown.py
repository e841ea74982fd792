"""Reads a policy written in Markdown."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.reading.pieces import Block, Part, gather, tidy

RAW = frozenset({"fence", "code_block", "html_block"})


def parts_of_markdown(text: str) -> tuple[Part, ...]:
    """Headings of any level start a part; list items are bullets, everything else paragraphs."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    pieces: list[Block | str] = []
    depth, fresh, heading = 0, False, False
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
        elif token.type == "list_item_open":
            fresh = True
        elif token.type in {"heading_open", "heading_close"}:
            heading = token.type == "heading_open"
        elif token.type == "inline" and heading:
            pieces.append(_words(token))
        elif token.type == "inline":
            _block(pieces, _words(token), depth, fresh=fresh)
            fresh = False
    return gather(pieces)


def _block(pieces: list[Block | str], text: str, depth: int, *, fresh: bool) -> None:
    """A paragraph or a bullet. A second paragraph of the same list item belongs to the first."""
    last = pieces[-1] if pieces else None
    if depth and not fresh and isinstance(last, Block) and last.bullet:
        pieces[-1] = Block(text=f"{last.text} {text}", bullet=True, depth=last.depth)
    else:
        pieces.append(Block(text=text, bullet=depth > 0, depth=max(depth - 1, 0)))


def _words(token: Token) -> str:
    """The words of a line without its marks; a line break is a space."""
    parts = []
    for child in token.children or []:
        if child.type in {"text", "code_inline", "image"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
    return tidy("".join(parts))
