"""The school's policy: sections, clauses with stable ids, published versions, and citations of them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Force(StrEnum):
    """How strongly a clause binds."""

    MUST = "must"
    MUST_NOT = "must not"
    SHOULD = "should"
    ADVICE = "advice"
    INFORMATION = "information"


@dataclass(frozen=True, kw_only=True)
class Clause:
    """The smallest thing an answer can cite. The id never changes; the wording may, with a version."""

    id: str
    section: str
    at: str
    force: Force
    binds: str
    wording: str
    """Ours, a paraphrase, until the school has imported and published its own document."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The clause catalogue of one policy in our own words."""

    id: str
    title: str
    edition: str
    sections: Mapping[str, str]
    clauses: Mapping[str, Clause]


@dataclass(frozen=True, kw_only=True)
class PolicyVersion:
    """A published official text: what the school's own document says, clause by clause."""

    policy: str
    label: str
    hash: str
    """sha256 of the imported text, hex."""
    published: date
    wording: Mapping[str, str] = field(default_factory=dict)
    """Clause id -> official wording; clauses that could not be aligned are missing."""


@dataclass(frozen=True, kw_only=True)
class Law:
    """A law or statutory guidance, as data: it has an edition, a date and a source, and it changes."""

    id: str
    title: str
    edition: str
    dated: date
    """When somebody last looked at the source."""
    source: str
    replaces: tuple[str, ...] = ()
    """Titles that an older policy may still name instead, wrong ones included."""
    note: str = ""
    check: bool = False
    """No primary text has confirmed it yet: shown as such, never as a certainty."""
    starts: date | None = None
    """The day from which it binds, where that is known and matters."""
    names: tuple[str, ...] = ()
    """Other ways in which a policy may name it."""
    expected: str = ""
    """Why a policy like this one should name it; "" where it needn't."""
    write: str = ""
    """What a policy should say instead of, or about, it."""
    partly: bool = False
    """In force in part only."""
    mended: tuple[str, ...] = ()
    """Words beside its name that say so."""
    urgent: bool = False
    """Its absence is among the first things to put right."""


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A clause as an answer quotes it."""

    clause: str
    section: str
    version: str
    text: str
    official: bool


def own_hash(policy: Policy) -> str:
    """sha256 of the catalogue in our own words, for what is bound to them until a version is published."""
    said = [policy.id, policy.edition, *((id, clause.wording) for id, clause in policy.clauses.items())]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def cite(policy: Policy, version: PolicyVersion | None, clause: str) -> Citation:
    """Quote one clause in the published wording, or in ours until there is one. KeyError: no such id."""
    found = policy.clauses[clause]
    official = version.wording.get(clause) if version else None
    return Citation(
        clause=clause,
        section=policy.sections[found.section],
        version=version.label if version and official else f"summary, edition {policy.edition}",
        text=official or found.wording,
        official=official is not None,
    )
