"""What the policy health report looks at, and what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.school.matching import Intent
from bot.school.people import Retention
from bot.school.phrases import holds
from bot.school.policy import Clause, Policy, PolicyVersion
from bot.school.standards import Standards, Weight


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One gap: what it is, why it matters, what to do, and where it stands."""

    id: str
    weight: Weight
    kind: str
    what: str
    why: str
    do: str
    where: tuple[str, ...] = ()
    """Clause ids, or files."""
    beside: bool = False
    """The thing is missing: `where` says beside what it would belong."""
    source: str = ""
    check: bool = False
    """No primary text has confirmed it."""


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What is looked at. `document` is the school's own text, clauses or not; "" until it is published."""

    policy: Policy
    standards: Standards
    intents: Mapping[str, Intent]
    retention: Mapping[str, Retention]
    today: date
    version: PolicyVersion | None = None
    document: str = ""

    def words(self, clause: Clause) -> str:
        """A clause in the wording in force."""
        official = self.version.wording.get(clause.id) if self.version else None
        return official or clause.wording

    def clauses_with(self, phrase: str, within: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The clauses that hold a phrase."""
        return tuple(
            clause.id
            for clause in self.policy.clauses.values()
            if (not within or clause.id in within or clause.section in within)
            and holds(phrase, self.words(clause))
        )

    def has(self, phrase: str, within: tuple[str, ...] = ()) -> bool:
        """Whether the policy says it, in a clause or in a passage that belongs to none."""
        if self.clauses_with(phrase, within):
            return True
        passages = self.document.split("\n\n") if not within else ()
        return any(holds(phrase, passage) for passage in passages)
