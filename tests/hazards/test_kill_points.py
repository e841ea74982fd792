"""Usher is killed at every named point, and nothing that was acknowledged is lost or left undelivered."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.records.database import Database
from bot.records.vault import KeyRing
from tests.hazards.checks import complete, doubled, lost, resumed, shape_of, undelivered
from tests.hazards.conftest import TURNS, Ground
from tests.hazards.doing import KEY, NEW_KEY, START, house
from tests.hazards.forge import Forge
from tests.hazards.killing import LATER, MUCH_LATER, die, live, which, whole
from tests.hazards.story import TA

pytestmark = pytest.mark.hazard

COUNTER = (
    "received",
    "admitted",
    "draft.saved",
    "case.written",
    "audit.written",
    "outbox.written",
    "committed",
    "acked",
)
COURIER = ("claimed", "sent", "settled")
UNREACHABLE = ["channel:safeguarding"]
THIRTY_YEARS = 30 * 366 * 24 * 3600.0
TURN = range(TURNS)

Fresh = Callable[[], str]


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """What the platform remembers."""
    folder = tmp_path / "street"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("turn", TURN)
@pytest.mark.parametrize("point", [*COUNTER, *COURIER, "alarm.raised"])
def test_a_kill_at_any_named_point_loses_nothing_and_doubles_at_most_one_post(
    point: str, turn: int, forge: Forge, ground: Ground, fresh: Fresh, street: Path
) -> None:
    broken = UNREACHABLE if point == "alarm.raised" else []
    shape, passed = whole(forge, ground, tuple(broken))
    url = fresh()
    nth = which(turn, passed[point])
    die(forge, "walk", url, street, point=point, nth=nth, rounds=3, broken=broken)
    live(forge, "walk", url, street, seconds=LATER, peek=True, rounds=3, broken=broken)
    again = live(forge, "repeat", url, street, seconds=MUCH_LATER)
    found = shape_of(url, street)
    assert again.said == {"other": [], "left": 0}
    wrong = [*lost(shape, found, street), *undelivered(shape, found), *doubled(found, allowed=1)]
    assert [*wrong, *resumed(street), *complete(found)] == []
    if broken:
        assert [key for key in found.posts if ":alarm:" in key]


@pytest.mark.parametrize("turn", TURN)
@pytest.mark.parametrize("point", COUNTER[:-1])
def test_an_error_at_any_named_point_is_never_acknowledged_and_the_next_try_does_it_once(
    point: str, turn: int, forge: Forge, ground: Ground, fresh: Fresh, street: Path
) -> None:
    shape, passed = whole(forge, ground, ())
    url = fresh()
    live(forge, "walk", url, street, point=point, nth=which(turn, passed[point]), raises=True, rounds=3)
    found = shape_of(url, street)
    wrong = [*lost(shape, found, street), *undelivered(shape, found), *doubled(found, allowed=0)]
    assert [*wrong, *complete(found)] == []


@pytest.mark.parametrize("turn", TURN)
def test_a_rotation_that_is_killed_leaves_everything_readable_and_can_be_finished(
    turn: int, forge: Forge, ground: Ground, fresh: Fresh, street: Path
) -> None:
    url = fresh()
    live(forge, "walk", url, street, rounds=3)
    die(forge, "rotate", url, street, point="rotated", nth=1 + turn % 4)
    read_all(url, f"{NEW_KEY},{KEY}")
    assert live(forge, "rotate", url, street).said["done"] > 0
    assert live(forge, "rotate", url, street).said["done"] == 0
    read_all(url, NEW_KEY)


@pytest.mark.parametrize("turn", TURN)
def test_an_erasure_that_is_killed_is_finished_later_and_told_of_once(
    turn: int, forge: Forge, ground: Ground, fresh: Fresh, street: Path
) -> None:
    url = fresh()
    live(forge, "walk", url, street, rounds=3)
    die(forge, "retain", url, street, point="shredded", nth=1 + turn % 2, seconds=THIRTY_YEARS)
    live(forge, "retain", url, street, seconds=THIRTY_YEARS)
    assert live(forge, "retain", url, street, seconds=THIRTY_YEARS).said["cases"] == 0
    database = Database(url, KeyRing.parse(KEY))
    with database.read(house().school.id, START) as books:
        erased = books.cases.tombstones()
        assert len(erased) == 2
        assert books.cases.all() == ()
        for one in erased:
            verbs = [entry["verb"] for entry in books.audit.about(one.reference)]
            assert verbs.count("case.erased") == 1
    database.close()


def read_all(url: str, ring: str) -> None:
    """Everything that is sealed opens with these keys."""
    database = Database(url, KeyRing.parse(ring))
    database.ready()
    with database.read(house().school.id, START) as books:
        found = books.cases.all()
        assert len(found) == 2
        assert all(books.cases.entries(case) for case in found)
        assert books.cases.of_reporter(TA)
        for step in ("begin", "send", "more"):
            assert books.inbox.seen(f"{TA} {step}")
    database.close()
