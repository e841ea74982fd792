"""A campaign to a thousand people through a platform's rate limit, and an alert that overtakes it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.delivery.courier import Later
from bot.desk.remind import remind
from bot.records.database import Database
from bot.records.vault import KeyRing
from bot.school.campaigns import Campaign, CampaignState, members
from bot.school.messages import Lane, Notice
from tests.delivery.conftest import Platform, Post, notice
from tests.hazards.travelling import LONDON, person, small_school

PEOPLE, A_SECOND = 1000, 10
START = datetime(2024, 11, 4, 9, 0, tzinfo=LONDON)
STEP = 0.5
"""Seconds between two looks at the outbox, as the courier has it."""


@dataclass
class Paced(Platform):
    """Takes ten a second, as its own pace has it; one that comes sooner is told when to come again."""

    post: Post | None = None
    free: datetime = START
    sent: dict[str, datetime] = field(default_factory=dict)

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        assert self.post is not None
        now = self.post.at
        urgent = notice.lane is Lane.ALERT
        if self.free - now >= timedelta(seconds=1) and not urgent:
            raise Later(self.free - now)
        self.free = max(self.free, now) + timedelta(seconds=1 / A_SECOND)
        self.sent[notice.key] = now
        return await super().send(school, notice, replaces)


async def test_a_thousand_people_hear_once_at_the_platforms_pace(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/usher.db", KeyRing.parse(KeyRing.new_key()))
    database.migrate()
    platform = Paced()
    post = Post(database=database, platform=platform, moments=[], at=START)
    platform.post = post
    school = small_school()
    many = {f"p{n}": person(f"p{n}") for n in range(PEOPLE)}
    school = replace(school, people={**many, "head": school.people["head"]})
    campaign = Campaign(
        id="",
        title="Policy",
        policy="p",
        version="v",
        hash="0" * 64,
        launch=START.date(),
        due=START.date() + timedelta(days=21),
        state=CampaignState.RUNNING,
        created=START,
        created_by="head",
    )
    with database.books(school.id, START) as books:
        made = books.campaigns.create(campaign)
        books.campaigns.enrol(made, members(school, made.audience), START.date())
    with database.books(school.id, START) as books:
        assert remind(school, books, START) == PEOPLE + 1
    with database.books(school.id, START) as books:
        assert remind(school, books, START) == 0

    courier, alert_at = post.courier(), START
    while post.waiting():
        await post.round(courier)
        if "alert" not in platform.sent and len(platform.posted) > PEOPLE // 2 and alert_at == START:
            alert_at = post.at
            post.write(notice("alert", Lane.ALERT))
        post.later(seconds=STEP)
        assert post.at < START + timedelta(minutes=10)
    floor = (PEOPLE + 2) / A_SECOND
    assert (post.at - START).total_seconds() <= 1.10 * floor
    assert platform.sent["alert"] - alert_at <= timedelta(seconds=2 * STEP)
    assert len(platform.posted) == len({key for key, _ in platform.posted}) == PEOPLE + 2
    post.threads.pool.shutdown()
    database.close()
