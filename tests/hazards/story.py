"""One report from the first page to the last word, as a platform would deliver it, activity by activity.

Every step makes its activity from the replies that were told before it, and from nothing else: what a
process that was killed never told, nobody can have acted upon.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.school.activities import Did, Filled, Pressed
from bot.school.forms import Answer
from bot.school.messages import Facts, Reply

TA, DSL, HEAD = "jem-karuna", "isolde-penhallow", "rafferty-oduya"
Told = Mapping[str, Reply]

FIRST: Mapping[str, Answer] = {"told": "not_yet", "urgency": "danger_now"}
PUPILS: Mapping[str, Answer] = {
    "pupils": ({"name": "Wilf Amberley", "class": "3Q", "role": "harmed"},),
    "happened": "2026-10-05T09:10 about",
    "learned": "2026-10-05T09:30",
}
ACCOUNT: Mapping[str, Answer] = {"account": "Wilf said that an adult here writes to him at night."}
SAID: Mapping[str, Answer] = {
    **FIRST,
    **PUPILS,
    **ACCOUNT,
    "image": "no",
    "adult": "yes",
    "adult_who": "other",
    "declaration": "yes",
}
"""All that was answered by the time the report was sent."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One activity: who does it, and what, given what was told before."""

    id: str
    who: str
    did: Callable[[Told], Did]


def draft_of(told: Told) -> str:
    """The draft that the first reply showed."""
    dialog = told["begin"].dialog
    assert dialog is not None
    assert dialog.draft
    return dialog.draft


def references(told: Told) -> tuple[str, ...]:
    """The references on the receipt, the child's half first."""
    dialog = told["send"].dialog
    assert dialog is not None
    assert isinstance(dialog.parts[0], Facts)
    return tuple(label for label, _ in dialog.parts[0].rows if "-" in label)


def concern_of(told: Told) -> str:
    """The concern that the receipt is of."""
    dialog = told["send"].dialog
    assert dialog is not None
    return dialog.id.removeprefix("receipt:")


def _filled(action: str, answers: Mapping[str, Answer]) -> Callable[[Told], Did]:
    return lambda told: Filled(action=action, value=draft_of(told), answers=answers)


def _case(action: str, half: int, answers: Mapping[str, Answer] | None = None) -> Callable[[Told], Did]:
    if answers is None:
        return lambda told: Pressed(action=action, value=references(told)[half])
    return lambda told: Filled(action=action, value=references(told)[half], answers=answers)


STORY: tuple[Step, ...] = (
    Step(id="begin", who=TA, did=lambda _: Pressed(action="report.begin", value="esafety")),
    Step(id="typing", who=TA, did=_filled("draft.keep", {"told": "not_yet"})),
    Step(id="first", who=TA, did=_filled("draft.next", FIRST)),
    Step(id="pupils", who=TA, did=_filled("draft.next", PUPILS)),
    Step(id="short", who=TA, did=_filled("draft.quick", ACCOUNT)),
    Step(id="image", who=TA, did=_filled("draft.next", {"image": "no"})),
    Step(id="adult", who=TA, did=_filled("draft.next", {"adult": "yes", "adult_who": "other"})),
    Step(id="declared", who=TA, did=_filled("draft.next", {"declaration": "yes"})),
    Step(id="send", who=TA, did=_filled("draft.send", {})),
    Step(id="open", who=DSL, did=_case("case.open", 0)),
    Step(id="acknowledge", who=DSL, did=_case("case.acknowledge", 0, {"line": "Thank you, I have it."})),
    Step(
        id="more",
        who=TA,
        did=lambda told: Filled(
            action="receipt.added",
            value=concern_of(told),
            answers={"more": "It was on a tablet.", "part": "child"},
        ),
    ),
    Step(id="read", who=HEAD, did=_case("case.open", 1)),
)
"""Thirteen activities, two cases, three people."""
