"""The hazards can fail: faults put into Usher on purpose are caught, each at the point where it shows."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hazards.checks import Shape, complete, doubled, lost, resumed, shape_of, undelivered
from tests.hazards.conftest import Ground
from tests.hazards.forge import Forge
from tests.hazards.killing import whole

pytestmark = pytest.mark.hazard


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A fault, and where it must show: killed (or failing) the nth time the point is passed."""

    name: str
    point: str
    nth: int = 1
    raises: bool = False
    broken: tuple[str, ...] = ()


MUTANTS = (
    *(Mutant(name="ack_first", point=point) for point in ("received", "draft.saved", "outbox.written")),
    Mutant(name="two_transactions", point="outbox.written"),
    Mutant(name="mark_before_send", point="settled"),
    Mutant(name="swallow", point="outbox.written", raises=True),
    Mutant(name="swallow_in_courier", point="claimed", broken=("channel:safeguarding",)),
    Mutant(name="lease_never_expires", point="claimed"),
    Mutant(name="inbox_before", point="case.written"),
    Mutant(name="inbox_after", point="committed", nth=17),
    Mutant(name="drafts_forget", point="received", nth=5),
)


def caught(mutant: Mutant, shape: Shape, forge: Forge, new: Callable[[], str], folder: Path) -> list[str]:
    """What the checks say after the kill and the recovery."""
    street = folder / "street"
    street.mkdir()
    url = new()
    wishes = {"url": url, "folder": str(street), "mutant": mutant.name, "broken": list(mutant.broken)}
    strike = {"point": mutant.point, "nth": mutant.nth, "raises": mutant.raises}
    first = forge.do("walk", **wishes, **strike, rounds=3)
    assert mutant.raises or first.killed_by == signal.SIGKILL, first
    second = forge.do("walk", **wishes, seconds=40, peek=True, rounds=3)
    if second.code:
        return [f"the next process failed: {second.trouble[-300:]}"]
    again = forge.do("repeat", url=url, folder=str(street), mutant=mutant.name, seconds=3600)
    found = shape_of(url, street)
    wrong = [*lost(shape, found, street), *undelivered(shape, found), *doubled(found, allowed=1)]
    wrong += [*resumed(street), *complete(found)]
    wrong += [f"{step} was answered differently" for step in (again.said or {"other": ["all"]})["other"]]
    return wrong


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.name}-{mutant.point}")
def test_a_fault_put_in_on_purpose_is_caught(
    mutant: Mutant, forge: Forge, ground: Ground, fresh: Callable[[], str], tmp_path: Path
) -> None:
    assert caught(mutant, whole(forge, ground, ())[0], forge, fresh, tmp_path) != []


@pytest.mark.parametrize("point", ["committed", "sent"])
def test_without_a_fault_the_same_checks_find_nothing(
    point: str, forge: Forge, ground: Ground, fresh: Callable[[], str], tmp_path: Path
) -> None:
    assert caught(Mutant(name="", point=point), whole(forge, ground, ())[0], forge, fresh, tmp_path) == []
