"""The tripwire: readable rules that notice a worry about a child inside an ordinary message.

A rule errs to the safe side: it lowers how sure the classifier has to be before the report is
offered, and never the other way round. Each rule says which signs of `cues` it needs, which of
several it wants one of, and which take it back (a hypothetical question is a question).
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

HARM = frozenset(
    {
        "self-harm",
        "sexual",
        "meeting",
        "threat",
        "bullying",
        "extremism",
        "violent content",
        "crime",
        "missing",
    }
)
_GRAVE = frozenset({"self-harm", "sexual", "threat", "missing", "meeting"})
_CHILD = frozenset({"child", "he or she"})
_NOW = frozenset({"just now", "emergency now"})
_SUPPOSED = frozenset({"hypothetical"})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """All of `needs`, one out of each group in `one_of`, none of `unless`."""

    name: str
    needs: frozenset[str] = frozenset()
    one_of: tuple[frozenset[str], ...] = ()
    unless: frozenset[str] = frozenset()
    urgent: bool = False

    def met(self, signs: AbstractSet[str]) -> bool:
        """Whether a message with these signs trips the rule."""
        wanted = self.needs <= signs and all(group & signs for group in self.one_of)
        return wanted and not self.unless & signs


RULES: tuple[Rule, ...] = (
    Rule(
        name="a child told or showed somebody of harm",
        needs=frozenset({"child", "told or seen"}),
        one_of=(HARM,),
        unless=_SUPPOSED,
    ),
    Rule(
        name="a stranger is in touch with a child",
        needs=frozenset({"stranger"}),
        one_of=(_CHILD, HARM | {"message", "live or image"}),
        unless=_SUPPOSED,
    ),
    Rule(
        name="a child may be hurting or in fear",
        one_of=(_CHILD, frozenset({"self-harm", "threat"})),
        unless=_SUPPOSED,
    ),
    Rule(
        name="a child and a sexual matter",
        needs=frozenset({"child", "sexual"}),
        one_of=(frozenset({"told or seen", "live or image", "message", "photo", "just now"}),),
        unless=_SUPPOSED,
    ),
    Rule(
        name="somebody wants to tell of a worry about a child",
        needs=frozenset({"child", "wants to tell"}),
        unless=_SUPPOSED | {"asks what"},
    ),
    Rule(
        name="grave harm is happening now",
        one_of=(_CHILD, _GRAVE, _NOW),
        unless=_SUPPOSED | {"no danger"},
        urgent=True,
    ),
    Rule(
        name="a child is missing",
        needs=frozenset({"missing"}),
        one_of=(_CHILD, frozenset({"meeting", "stranger", "emergency now", "message"})),
        unless=_SUPPOSED | {"no danger"},
        urgent=True,
    ),
)


def tripped(signs: AbstractSet[str]) -> tuple[Rule, ...]:
    """The rules that a message with these signs trips."""
    return tuple(rule for rule in RULES if rule.met(signs))
