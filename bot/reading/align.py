"""Finds each clause of the pack in a school's own document, by wording first and by place second."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rapidfuzz import fuzz

from bot.reading.pieces import Document, plain
from bot.reading.runs import Run, Stretches, stretches
from bot.reading.wording import Scale, likeness, scale
from bot.school.policy import Clause, Policy, PolicyVersion

ANYWHERE = 0.42
"""Likeness that is enough wherever the text stands: clauses may have been moved."""
BETWEEN = 0.26
"""Likeness that is enough between the clause's own neighbours, or far ahead of any other pair."""
AHEAD = 0.12
"""How much less alike the next best must be, for the clause and for the text, to be far ahead."""
PLACED = 0.08
"""What standing where the pack says is worth. A part of a block costs as much, a wrong list twice."""
SAME_TITLE = 80
SAME_TEXT = 85
AT = re.compile(r"(bullet|paragraph) (\d+)|(first|second|third|last) (list|paragraph)")
ORDINALS = {"first": 1, "second": 2, "third": 3}


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """Text of the document that belongs to no clause, with the heading it stands under."""

    heading: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """Text that says again what has been found for a clause already."""

    clause: str
    heading: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """What was found. `score` is the likeness to the pack's wording, 0 to 1."""

    wording: Mapping[str, str]
    score: Mapping[str, float]
    unaligned: tuple[str, ...]
    leftover: tuple[Leftover, ...]
    duplicates: tuple[Duplicate, ...]

    def published(self, policy: Policy, document: Document, label: str, day: date) -> PolicyVersion:
        """The version to store when the policy owner publishes this."""
        return PolicyVersion(
            policy=policy.id,
            label=label,
            hash=document.hash,
            published=day,
            wording=dict(self.wording),
        )


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A clause and a run that could be it. `value` also counts place and shape."""

    clause: str
    run: Run
    like: float
    value: float


def align(document: Document, policy: Policy, previous: PolicyVersion | None = None) -> Alignment:
    """Give every clause its text. The same document always gives the same alignment.

    `previous` is the version in force: its wording is evidence as good as the pack's own.
    """
    search = Search(document=document, policy=policy, previous=previous)
    found: dict[str, Pair] = {}
    _surest_first(found, search.pairs)
    missing = [pair for pair in search.pairs if pair.clause not in found]
    weak = [pair for pair in missing if _between(search, found, pair) or _far_ahead(search, pair)]
    _surest_first(found, weak, BETWEEN)
    texts = _mended(search.stretches, found)
    left = _leftover(search, found)
    duplicates = tuple(_duplicates(left, texts))
    again = {duplicate.text for duplicate in duplicates}
    return Alignment(
        wording={id: texts[id] for id in policy.clauses if id in texts},
        score={id: round(found[id].like, 3) for id in policy.clauses if id in found},
        unaligned=tuple(id for id in policy.clauses if id not in found),
        leftover=tuple(each for each in left if each.text not in again),
        duplicates=duplicates,
    )


@dataclass(frozen=True, kw_only=True)
class Search:
    """A document being searched for a policy's clauses."""

    document: Document
    policy: Policy
    previous: PolicyVersion | None

    @cached_property
    def stretches(self) -> Stretches:
        """The document, cut up."""
        return stretches(self.document)

    @cached_property
    def scale(self) -> Scale:
        """Words weighed over clauses and blocks alike."""
        blocks = (block.text for part in self.document.parts for block in part.blocks)
        return scale([*(clause.wording for clause in self.policy.clauses.values()), *blocks])

    @cached_property
    def vectors(self) -> Mapping[str, Mapping[str, float]]:
        """The vector of every text that may be compared."""
        known = self.previous.wording.values() if self.previous else ()
        texts = {run.text for run in self.stretches.runs}
        texts |= {clause.wording for clause in self.policy.clauses.values()} | set(known)
        return {text: self.scale.vector(text) for text in texts}

    @cached_property
    def sections(self) -> Mapping[str, int]:
        """Section id -> number of the part that is headed like it."""
        parts = [n for n, part in enumerate(self.document.parts) if part.blocks]
        alike = {
            (section, n): fuzz.token_set_ratio(plain(title), plain(self.document.parts[n].heading))
            for section, title in self.policy.sections.items()
            for n in parts
        }
        found: dict[str, int] = {}
        for (section, part), score in sorted(alike.items(), key=lambda item: (-item[1], item[0][1])):
            if score >= SAME_TITLE and section not in found and part not in found.values():
                found[section] = part
        return found

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        """Every pair worth a look, the surest first."""
        found = [
            pair
            for clause in self.policy.clauses.values()
            for run in self.stretches.runs
            for pair in [self.pair(clause, run)]
            if pair.like >= BETWEEN
        ]
        return sorted(found, key=lambda pair: (-pair.value, pair.run.first, pair.run.end, pair.clause))

    def pair(self, clause: Clause, run: Run) -> Pair:
        """How well a run fits a clause."""
        known = [clause.wording]
        if self.previous and clause.id in self.previous.wording:
            known.append(self.previous.wording[clause.id])
        like = max(likeness(t, run.text, self.vectors[t], self.vectors[run.text]) for t in known)
        home = PLACED if self.sections.get(clause.section) == run.part else 0.0
        return Pair(clause=clause.id, run=run, like=like, value=like + home + _shape(clause.at, run))


def _shape(at: str, run: Run) -> float:
    """What place and shape add: the pack knows where a clause stood in the seed document."""
    value = 0.0
    if ("list" in at) != run.listed:
        value -= 2 * PLACED
    if "sentence" not in at and not run.whole:
        value -= PLACED
    return value + (PLACED if _placed(at, run) else 0.0)


def _placed(at: str, run: Run) -> bool:
    found = AT.search(at)
    if found is None:
        return False
    if found[1]:
        return run.kind == found[1] and run.place == int(found[2])
    if found[3] == "last":
        return run.last
    return (run.lists if found[4] == "list" else run.place) == ORDINALS[found[3]]


def _surest_first(found: dict[str, Pair], pairs: Iterable[Pair], least: float = ANYWHERE) -> None:
    """Settle pairs in their order: each clause once, each sentence once."""
    used = _used(found)
    for pair in pairs:
        atoms = range(pair.run.first, pair.run.end)
        if pair.like >= least and pair.clause not in found and used.isdisjoint(atoms):
            found[pair.clause] = pair
            used.update(atoms)


def _between(search: Search, found: Mapping[str, Pair], pair: Pair) -> bool:
    """Whether a run stands in the clause's section, after the clause before it and before the next one."""
    section = search.policy.clauses[pair.clause].section
    if search.sections.get(section) != pair.run.part:
        return False
    order = [clause.id for clause in search.policy.clauses.values() if clause.section == section]
    here = order.index(pair.clause)
    before = [found[id].run.end for id in order[:here] if id in found]
    after = [found[id].run.first for id in order[here + 1 :] if id in found]
    return (not before or before[-1] <= pair.run.first) and (not after or pair.run.end <= after[0])


def _far_ahead(search: Search, pair: Pair) -> bool:
    """Whether nothing else comes near: no other text for the clause, no other clause for the text."""
    rivals = (
        other.like for other in search.pairs if (other.clause == pair.clause) != _overlap(other.run, pair.run)
    )
    return max(rivals, default=0.0) <= pair.like - AHEAD


def _overlap(one: Run, other: Run) -> bool:
    return one.first < other.end and other.first < one.end


def _used(found: Mapping[str, Pair]) -> set[int]:
    return {atom for pair in found.values() for atom in range(pair.run.first, pair.run.end)}


def _mended(cut: Stretches, found: dict[str, Pair]) -> dict[str, str]:
    """The text of each clause. A sentence left over inside a block goes to the clause before it there.

    Tearing it off would quote a bullet without its last words.
    """
    texts = {id: pair.run.text for id, pair in found.items()}
    owner = {atom: id for id, pair in found.items() for atom in range(pair.run.first, pair.run.end)}
    for number, atom in enumerate(cut.atoms):
        if number in owner:
            continue
        before = number - 1
        if before in owner and (cut.atoms[before].part, cut.atoms[before].block) == (atom.part, atom.block):
            owner[number] = owner[before]
            texts[owner[before]] += f" {atom.text}"
    return texts


def _leftover(search: Search, found: Mapping[str, Pair]) -> list[Leftover]:
    """Blocks, or the beginnings of blocks, that belong to no clause."""
    used = _used(found)
    cut, left = search.stretches, dict[tuple[int, int], list[str]]()
    partly = {(cut.atoms[n].part, cut.atoms[n].block): n for n in sorted(used)}
    for number, atom in enumerate(cut.atoms):
        place = (atom.part, atom.block)
        if number not in used and not (place in partly and _follows(cut, used, number)):
            left.setdefault(place, []).append(atom.text)
    return [
        Leftover(heading=search.document.parts[part].heading, text=" ".join(texts))
        for (part, _), texts in left.items()
    ]


def _follows(cut: Stretches, used: set[int], number: int) -> bool:
    """Whether a used sentence of the same block stands before this one."""
    atom = cut.atoms[number]
    return any(
        before in used and cut.atoms[before].part == atom.part and cut.atoms[before].block == atom.block
        for before in range(number)
    )


def _duplicates(left: Iterable[Leftover], texts: Mapping[str, str]) -> Iterable[Duplicate]:
    for each in left:
        for clause, text in texts.items():
            if fuzz.token_sort_ratio(each.text, text) >= SAME_TEXT:
                yield Duplicate(clause=clause, heading=each.heading, text=each.text)
                break
