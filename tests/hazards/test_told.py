"""Told, or told that not told: what cannot be delivered reaches the next in line, and is never given up."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.courier import ALARM_AFTER, Unreachable
from bot.delivery.watch import RED_AFTER, Watch
from bot.records.posting import place_key
from bot.records.retention import sweep
from bot.school.messages import Notice
from tests.hazards.doing import Doing, Here
from tests.hazards.office import CHAIR, CHILD, CONDUCT, DEPUTY, DSL, HEAD, TA, Office

pytestmark = pytest.mark.hazard

ROOM = "channel:safeguarding"


class Deaf:
    """A platform that cannot reach some people, for one reason or another."""

    def __init__(self, doing: Doing, error: Exception, deaf: set[str]) -> None:
        self.doing, self.error, self.deaf = doing, error, deaf

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        """Post it, unless the recipient is deaf."""
        if place_key(notice.to) in self.deaf:
            raise self.error
        return self.doing.street.post(notice, replaces)


@pytest.fixture
def doing(fresh: Callable[[], str], tmp_path: Path) -> Iterator[Doing]:
    """A school, its courier and its street."""
    one = Doing(url=fresh(), folder=str(tmp_path))
    yield one
    one.database.close()


def report(doing: Doing, **more: str) -> str:
    """Somebody reports a concern about a child; its reference."""
    office = Office(doing.database.url.render_as_string(hide_password=False))
    try:
        return office.report(TA, "esafety", **{**CHILD, **more})[0].reference
    finally:
        office.database.close()


def deafen(doing: Doing, error: Exception, *deaf: str) -> None:
    """From now on these cannot be reached."""
    hands = Deaf(doing, error, set(deaf))
    doing.courier.sender_for = lambda school, to: hands


def heard(doing: Doing) -> list[tuple[str, str]]:
    """Who has heard of what, in order."""
    return [(post["to"], post["key"].rpartition(":alarm:")[2]) for post in doing.street.posts]


def carry(doing: Doing, rounds: int = 1) -> int:
    """Let the courier work; how many notices are left."""
    return asyncio.run(doing.deliver(rounds))


def test_when_a_room_cannot_be_reached_at_all_each_of_its_readers_hears_at_once(doing: Doing) -> None:
    reference = report(doing)
    deafen(doing, Unreachable(), ROOM)
    assert carry(doing) == 1, "the alert for the room stays"
    alarms = [post for post in doing.street.posts if ":alarm:" in post["key"]]
    assert [post["to"] for post in alarms] == [f"person:{DSL}", f"person:{DEPUTY}"]
    assert reference in alarms[0]["summary"]


def test_when_sending_keeps_failing_one_more_person_hears_each_minute(doing: Doing) -> None:
    report(doing)
    deafen(doing, OSError("no route"), ROOM)
    told = []
    for _ in range(5):
        carry(doing)
        told.append([to for to, alarm in heard(doing) if alarm.isdigit()])
        doing.clock.forward(ALARM_AFTER + timedelta(seconds=1))
    line = [f"person:{person}" for person in (DSL, DEPUTY, HEAD, CHAIR)]
    assert told == [line[:n] for n in range(5)]


def test_what_was_not_delivered_arrives_as_soon_as_it_can(doing: Doing) -> None:
    report(doing)
    deafen(doing, Unreachable(), ROOM)
    carry(doing, 6)
    deafen(doing, Unreachable())
    doing.clock.forward(timedelta(minutes=10))
    assert carry(doing) == 0
    assert heard(doing)[-1][0] == ROOM


def test_nothing_undelivered_is_ever_deleted_and_health_says_so(doing: Doing) -> None:
    report(doing)
    deafen(doing, OSError("no route"), ROOM, f"person:{DSL}", f"person:{DEPUTY}", f"person:{TA}")
    watch = Watch(
        database=doing.database,
        outbox=doing.outbox,
        schools=lambda: [doing.reception.houses[doing.school].school],
        desk=Here(),
        now=doing.clock,
        speaking=lambda now: {doing.school: now},
    )
    carry(doing)
    assert not asyncio.run(watch.health()).red
    doing.clock.forward(RED_AFTER + timedelta(seconds=1))
    before = carry(doing)
    assert before > 0
    assert asyncio.run(watch.health()).red
    for days in (31, 400):
        doing.clock.forward(timedelta(days=days))
        sweep(doing.database, doing.school, doing.clock())
        doing.clock.forward(timedelta(minutes=6))
        assert carry(doing) >= before
    deafen(doing, OSError())
    doing.clock.forward(timedelta(minutes=6))
    assert carry(doing, 3) == 0
    assert {f"person:{TA}", f"person:{DSL}", ROOM} <= {to for to, _ in heard(doing)}


@pytest.mark.parametrize(
    ("form", "answers", "subject"),
    [
        ("breach", {"about": "headteacher"}, HEAD),
        ("breach", {"about": "chair"}, CHAIR),
        ("breach", {"about": "dsl", "name": "Isolde Penhallow", "harm": "yes"}, DSL),
        ("esafety", {"adult": "yes", "adult_who": "headteacher"}, HEAD),
        ("esafety", {"adult": "yes", "adult_who": "dsl"}, DSL),
        ("esafety", {"adult": "yes", "adult_who": "other", "adult_name": "gethin  MARCHBANKS"}, DEPUTY),
    ],
)
def test_however_many_cannot_be_reached_it_is_never_told_to_whom_it_is_about(
    form: str, answers: dict[str, str], subject: str, doing: Doing
) -> None:
    office = Office(doing.database.url.render_as_string(hide_password=False))
    office.report(TA, form, **{**(CONDUCT if form == "breach" else CHILD), **answers})
    office.database.close()
    people = doing.reception.houses[doing.school].school.people
    rooms = doing.reception.houses[doing.school].school.channels
    everybody = {f"person:{id}" for id in people} | {f"channel:{id}" for id in rooms}
    tried: set[str] = set()

    class Listening(Deaf):
        async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
            tried.add(place_key(notice.to))
            return await super().send(school, notice, replaces)

    hands = Listening(doing, OSError("no route"), everybody)
    doing.courier.sender_for = lambda school, to: hands
    for _ in range(8):
        carry(doing)
        doing.clock.forward(ALARM_AFTER + timedelta(seconds=1))
    school = doing.reception.houses[doing.school].school
    seen_by = {p.id for room in rooms.values() if f"channel:{room.id}" in tried for p in school.seats(room)}
    seen_by |= {one.removeprefix("person:") for one in tried if one.startswith("person:")}
    assert len(tried) >= 2
    assert subject not in seen_by
