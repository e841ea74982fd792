"""A school of any size at the fake Slack, with Slack's own limits."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.platforms import crowd
from tests.platforms.slack.pace import POST
from tests.platforms.slack.running import HTTP, Running, Template
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.workspace import room_of, school_workspace, user_of
from tests.stories.acts import REFERENCE, Acts
from tests.stories.drivers.slack import SlackDriver
from tests.stories.people import PEOPLE


@contextmanager
def school(template: Template, folder: Path, count: int, per_second: float = 0.0) -> Iterator[Running]:
    """So many more people, and Usher beside them; another pace of the workspace where one is given."""
    large = crowd.crowded(template, folder, count)
    fake = FakeSlack(school_workspace(large.school))
    fake.limits.on = True
    fake.limits.everywhere = per_second or fake.limits.everywhere
    usher = Running(template=large, fake=fake.start(), home=folder / "usher", mode=HTTP)
    try:
        yield usher.start()
    finally:
        usher.stop()
        fake.stop()


def campaign(usher: Running) -> crowd.Campaign:
    """The campaign for all of them, with a report in the middle."""
    fake, people = usher.fake, usher.template.school.people
    driver = SlackDriver(usher)
    Acts(driver).fill("the TA", "Robin Sample", "was sent nasty messages")
    before = len(fake.limits.passed)
    names = {fake.space.direct(user_of(usher.template.school, id)).id: id for id in people}

    def asked() -> dict[str, int]:
        rooms = [
            (names[room.id], list(room.messages)) for room in fake.space.rooms.values() if room.id in names
        ]
        counted = {id: sum(crowd.ASKED in said["text"] for said in messages) for id, messages in rooms}
        return {id: count for id, count in counted.items() if count}

    def alerted() -> bool:
        room = fake.space.rooms[room_of(usher.template.school, "safeguarding")]
        return any(REFERENCE.search(said["text"]) for said in list(room.messages))

    def posts() -> list[tuple[float, str]]:
        return [(at, channel) for at, method, channel in fake.limits.passed[before:] if method == POST]

    return crowd.campaign(
        usher,
        crowd.Watched(
            asked=asked,
            report=lambda: driver._phone(PEOPLE["the TA"]).press("Send the report"),
            alerted=alerted,
            posts=lambda: [at for at, _ in posts()],
            refused=lambda: len(fake.limits.refused),
            floor=lambda: fake.limits.floor(Counter(channel for _, channel in posts())),
        ),
    )
