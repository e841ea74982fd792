"""A school of any size at the fake Teams, with Teams' own limits."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.platforms import crowd
from tests.platforms.teams.case import TA, Case
from tests.platforms.teams.pace import TENANT, Limits
from tests.platforms.teams.running import Running, Template
from tests.platforms.teams.server import FakeTeams
from tests.platforms.teams.tenant import Room, school_tenant, user_of


class Counting(Limits):
    """Teams' limits, which remember when each call was let through."""

    def __init__(self) -> None:
        super().__init__()
        self.passed: list[float] = []

    def wait(self, thread: str) -> int:
        """As ever."""
        wait = super().wait(thread)
        if not wait:
            self.passed.append(self.clock())
        return wait


@contextmanager
def school(template: Template, folder: Path, count: int) -> Iterator[Running]:
    """So many more people, and Usher beside them."""
    large = crowd.crowded(template, folder, count)
    fake = FakeTeams(school_tenant(large.school), folder / "microsoft")
    fake.limits = Counting()
    usher = Running(template=large, fake=fake.start(), home=folder / "usher")
    try:
        yield usher.start()
    finally:
        usher.stop()
        fake.stop()


def campaign(usher: Running) -> crowd.Campaign:
    """The campaign for all of them, with a report in the middle."""
    case = Case(usher).written()
    fake, school, limits = usher.fake, usher.template.school, usher.fake.limits
    assert isinstance(limits, Counting)
    before, ((window, most),) = len(limits.passed), TENANT
    chats = {id: fake.do(lambda id=id: fake.tenant.personal(user_of(school, id))) for id in school.people}  # type: ignore[misc]

    seen: dict[str, tuple[int, int]] = {}

    def asked() -> dict[str, int]:
        # The fake lives in this process too: whatever takes long here would make calls pile up there.
        for id, room in chats.items():
            if seen.get(id, (0, 0))[0] != len(room.posts):
                seen[id] = (len(room.posts), _asked(room))
        return {id: count for id, (_, count) in seen.items() if count}

    case.phone(TA).hurried = True
    found = crowd.campaign(
        usher,
        crowd.Watched(
            asked=asked,
            report=case.send,
            alerted=lambda: bool(case.cards()),
            posts=lambda: limits.passed[before:],
            refused=lambda: limits.refused,
            # Whoever has never heard from Usher needs a chat made first: a call of its own.
            floor=lambda: (len(limits.passed[before:]) - most) * window / most,
        ),
    )
    case.sound()
    return found


def _asked(room: Room) -> int:
    return sum(crowd.ASKED in json.dumps(post.activity, ensure_ascii=False) for post in list(room.posts))
