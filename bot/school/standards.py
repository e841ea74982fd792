"""What a policy is held against: laws, things it ought to say, platforms; all data, with sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.school.policy import Law


class Weight(StrEnum):
    """How soon a gap should be put right; the order is that of the report."""

    FIRST = "first"
    """A child or an adult could come to harm because of it."""
    NEXT = "next"
    """Wrong, missing or unclear: the next review should mend it."""
    NOTE = "note"
    """Good to know."""


class Topic(StrEnum):
    """What kind of gap an expectation finds."""

    ROUTE = "route"
    CONTRADICTION = "contradiction"
    AMBIGUITY = "ambiguity"


class Fate(StrEnum):
    """What has become of a platform that a policy may name."""

    GONE = "gone"
    RENAMED = "renamed"
    FADING = "fading"
    EXPECTED = "expected"
    """In use by pupils or staff now, so that a policy should know it."""


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """Something that a policy ought to say, or ought not to say: the gap is there while all of `says` stand
    in the policy and nothing of `unless` does.

    A line of either is a phrase; " & " joins phrases of one clause, " | " offers another way to say it, and
    "*" stands for the rest of a word.
    """

    id: str
    topic: Topic
    weight: Weight
    what: str
    why: str
    do: str
    source: str
    dated: date
    says: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    """Sections or clauses to look in; () means the whole policy."""
    belongs: tuple[str, ...] = ()
    """Clauses beside which the missing thing would stand."""
    binds: str = ""
    """Whom too few duties bind, though the policy says it is for them."""
    fewest: int = 0
    check: bool = False


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A social medium by its name, and what has become of it."""

    name: str
    fate: Fate
    source: str
    dated: date
    names: tuple[str, ...] = ()
    now: str = ""
    """What it is called now, or what stands in its place."""
    note: str = ""
    check: bool = False


@dataclass(frozen=True, kw_only=True)
class Standards:
    """Everything in `policy/law.yml`."""

    laws: Mapping[str, Law] = field(default_factory=dict)
    expectations: tuple[Expectation, ...] = ()
    platforms: tuple[Platform, ...] = ()
