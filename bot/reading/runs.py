"""Stretches of a document that could be one clause: sentences, whole blocks, a lead-in with its list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.reading.pieces import Block, Document
from bot.reading.wording import sentences


@dataclass(frozen=True, kw_only=True)
class Atom:
    """One sentence, and where it stands."""

    part: int
    block: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Run:
    """Neighbouring atoms from `first` up to `end`, as one text."""

    first: int
    end: int
    text: str
    whole: bool
    """It begins and ends with a block."""
    listed: bool
    """It is a lead-in together with its list."""
    part: int
    place: int
    """Which bullet or paragraph of its part it begins with, each kind counted from 1 on its own."""
    kind: str
    """bullet | paragraph | list: how `place` was counted; a lead-in with its list counts as both."""
    lists: int = 0
    """Which list of its part it is."""
    last: bool = False
    """Whether it is the last of its part."""


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """A document as atoms, and every run worth considering, by part."""

    atoms: Sequence[Atom]
    runs: Sequence[Run]


def stretches(document: Document) -> Stretches:
    """Cut a document up."""
    atoms: list[Atom] = []
    runs: list[Run] = []
    for number, part in enumerate(document.parts):
        starts = []
        for index, block in enumerate(part.blocks):
            starts.append(len(atoms))
            atoms += [Atom(part=number, block=index, text=text) for text in sentences(block.text)]
        starts.append(len(atoms))
        runs += _of_part(number, part.blocks, starts, atoms)
    return Stretches(atoms=tuple(atoms), runs=tuple(runs))


def _of_part(
    part: int, blocks: Sequence[Block], starts: Sequence[int], atoms: Sequence[Atom]
) -> Iterator[Run]:
    """Every run of one part. A block below a lead-in isn't counted: it belongs to the list."""
    places = _places(blocks)
    lists = 0
    for index, block in enumerate(blocks):
        kind, place = places[index]
        end = list_end(blocks, index)
        lists += end > index + 1
        for first in range(starts[index], starts[index + 1]):
            for last in range(first + 1, starts[index + 1] + 1):
                yield Run(
                    first=first,
                    end=last,
                    text=" ".join(atom.text for atom in atoms[first:last]),
                    whole=(first, last) == (starts[index], starts[index + 1]),
                    listed=False,
                    part=part,
                    place=place,
                    kind=kind,
                    last=index == len(blocks) - 1,
                )
        if end > index + 1:
            items = (f"- {item.text}" for item in blocks[index + 1 : end])
            yield Run(
                first=starts[index],
                end=starts[end],
                text="\n".join([block.text, *items]),
                whole=True,
                listed=True,
                part=part,
                place=place,
                kind=kind,
                lists=lists,
                last=end == len(blocks),
            )


def list_end(blocks: Sequence[Block], index: int) -> int:
    """Where the list that this block leads into ends; the next block when it leads into none."""
    lead, end = blocks[index], index + 1
    if not lead.text.endswith((":", ":-")):
        return end
    while end < len(blocks) and _listed(lead, blocks[index + 1], blocks[end]):
        end += 1
    return end


def _listed(lead: Block, first: Block, block: Block) -> bool:
    """Whether a block belongs to the list. One whose bullets were lost has items that don't end."""
    if first.bullet or lead.bullet:
        return block.bullet and (not lead.bullet or block.depth > lead.depth)
    return not block.bullet and not block.text.endswith((".", "!", "?", ":"))


def _places(blocks: Sequence[Block]) -> list[tuple[str, int]]:
    """(kind, number) of each block; the bullets of a list led into have none of their own."""
    found, counts, below = list[tuple[str, int]](), {"bullet": 0, "paragraph": 0}, 0
    for index, block in enumerate(blocks):
        if index < below:
            found.append(("item", 0))
            continue
        kind = "bullet" if block.bullet else "paragraph"
        counts[kind] += 1
        found.append((kind, counts[kind]))
        below = max(below, list_end(blocks, index))
    return found
