"""What a new version of the policy changes, clause by clause and word by word."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.school.policy import Policy, PolicyVersion


class ChangeKind(StrEnum):
    """What became of a clause."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    GONE = "gone"


class Mark(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Neighbouring words with the same fate."""

    mark: Mark
    text: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """One clause in the old and the new version."""

    clause: str
    kind: ChangeKind
    words: tuple[Words, ...]


def diff(policy: Policy, old: PolicyVersion | None, wording: Mapping[str, str]) -> tuple[Change, ...]:
    """Every clause that either version has, in the policy's order. Without an old version all are new."""
    before = old.wording if old else {}
    return tuple(
        change(id, before.get(id, ""), wording.get(id, ""))
        for id in policy.clauses
        if id in before or id in wording
    )


def change(clause: str, old: str, new: str) -> Change:
    """How one clause changes; "" means that a version hasn't got it. Spacing doesn't count."""
    if old.split() == new.split():
        kind = ChangeKind.SAME
    else:
        kind = ChangeKind.CHANGED if old and new else ChangeKind.NEW if new else ChangeKind.GONE
    return Change(clause=clause, kind=kind, words=words(old, new))


def words(old: str, new: str) -> tuple[Words, ...]:
    """The words of both texts, marked. Kept and added make the new text, kept and removed the old one."""
    first, second = old.split(), new.split()
    found: list[Words] = []
    matcher = difflib.SequenceMatcher(a=first, b=second, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found.append(Words(mark=Mark.KEPT, text=" ".join(first[a:b])))
            continue
        if b > a:
            found.append(Words(mark=Mark.REMOVED, text=" ".join(first[a:b])))
        if d > c:
            found.append(Words(mark=Mark.ADDED, text=" ".join(second[c:d])))
    return tuple(found)
