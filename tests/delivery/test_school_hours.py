"""What a campaign has queued waits for school to open when the platform comes back at night."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.delivery.courier import Courier
from bot.delivery.watch import Watch
from bot.school.campaigns import Campaign, CampaignState, members
from bot.school.messages import Lane, Notice
from bot.wiring.rounds import Rounds
from tests.delivery.conftest import Post, notice
from tests.hazards.travelling import LONDON, person, small_school

SCHOOL = replace(
    small_school(),
    people={"amy": person("amy"), "ben": person("ben", days=frozenset({0, 3})), "head": person("head")},
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@dataclass
class Street:
    """A school, its rounds, its courier and its watch, with their hands on one clock."""

    post: Post

    def __post_init__(self) -> None:
        self.rounds = self.new_rounds()

    def new_rounds(self) -> Rounds:
        return Rounds(
            database=self.post.database,
            schools=lambda: [SCHOOL],
            desk=self.post.threads,
            now=lambda: self.post.at,
            wake=lambda: None,
            trouble={},
        )

    @property
    def courier(self) -> Courier:
        made = self.post.courier()
        made.speaking = lambda now: self.rounds.speaking(now)
        return made

    @property
    def watch(self) -> Watch:
        return Watch(
            database=self.post.database,
            outbox=self.post.outbox,
            schools=lambda: [SCHOOL],
            desk=self.post.threads,
            now=lambda: self.post.at,
            speaking=lambda now: self.rounds.speaking(now),
        )

    async def carry(self, text: str) -> list[str]:
        """What arrives at this moment, before anybody makes a round."""
        self.post.at = at(text)
        before = len(self.post.platform.posted)
        await self.post.round(self.courier)
        return self.post.platform.keys[before:]

    async def look(self, text: str) -> None:
        """The round of campaigns."""
        self.post.at = at(text)
        await self.rounds.remind()

    def run(self, text: str) -> str:
        start = at(text)
        draft = Campaign(
            id="", title="Policy", policy="p", version="v", hash="0" * 64, state=CampaignState.RUNNING,
            launch=start.date(), due=start.date() + timedelta(days=21), created=start, created_by="head",
        )  # fmt: skip
        with self.post.database.books(SCHOOL.id, start) as books:
            made = books.campaigns.create(draft)
            books.campaigns.enrol(made, members(SCHOOL, made.audience), start.date())
        return made.id


@pytest.fixture
def street(post: Post) -> Street:
    return Street(post)


def down(_notice: Notice) -> OSError:
    return OSError("no route")


async def test_an_outage_that_ends_at_night_is_followed_by_silence_until_school_opens(street: Street) -> None:
    id = street.run("2024-11-04T08:00")  # a Monday
    street.post.platform.fails = down
    await street.look("2024-11-04T09:00")
    assert await street.carry("2024-11-04T09:01") == []
    street.post.platform.fails = lambda _: None
    for night in ("2024-11-04T15:29:45", "2024-11-04T18:00", "2024-11-05T03:00", "2024-11-05T08:29:59"):
        assert await street.carry(night) == []
        assert not (await street.watch.health()).red, "what rightly waits is no alarm"
    assert await street.carry("2024-11-05T08:30:10") == [], "nobody has looked yet whether it is still so"
    await street.look("2024-11-05T08:31")
    told = await street.carry("2024-11-05T08:31:05")
    assert sorted(told) == [f"campaign:{id}:amy:launch", f"campaign:{id}:head:launch"]
    await street.look("2024-11-07T09:00")
    assert await street.carry("2024-11-07T09:01") == [f"campaign:{id}:ben:launch"], "on his own day"


async def test_an_outage_that_ends_in_the_holidays_is_followed_by_silence_until_term(street: Street) -> None:
    street.run("2024-12-16T08:00")
    street.post.platform.fails = down
    await street.look("2024-12-18T09:00")
    await street.carry("2024-12-18T09:01")
    street.post.platform.fails = lambda _: None
    for day in ("2024-12-19T10:00", "2024-12-26T10:00", "2025-01-03T10:00"):
        await street.look(day)
        assert await street.carry(day) == []
    await street.look("2025-01-06T09:00")
    told = await street.carry("2025-01-06T09:01")
    assert sorted(key.split(":")[2] for key in told) == ["amy", "ben", "head"]


async def test_an_alert_is_delivered_at_any_hour_while_campaigns_wait(street: Street) -> None:
    street.run("2024-11-04T08:00")
    street.post.platform.fails = down
    await street.look("2024-11-04T09:00")
    street.post.platform.fails = lambda _: None
    street.post.at = at("2024-11-05T02:00")
    street.post.write(notice("alert", Lane.ALERT))
    assert await street.carry("2024-11-05T02:00") == ["alert"]


async def test_a_process_that_has_just_started_looks_first(street: Street) -> None:
    street.run("2024-11-04T08:00")
    street.post.platform.fails = down
    await street.look("2024-11-04T09:00")
    await street.carry("2024-11-04T09:01")
    street.post.platform.fails = lambda _: None
    street.rounds = street.new_rounds()
    assert await street.carry("2024-11-04T10:00") == []
    await street.look("2024-11-04T10:01")
    assert len(await street.carry("2024-11-04T10:02")) == 3


async def test_what_arrives_slowly_is_begun_early_enough(street: Street) -> None:
    street.run("2024-11-04T08:00")
    await street.look("2024-11-04T14:59")
    assert await street.carry("2024-11-04T15:29:31") == []
    assert len(await street.carry("2024-11-04T15:29:29")) == 3


async def test_in_school_time_a_campaign_that_does_not_arrive_turns_health_red(street: Street) -> None:
    street.run("2024-11-04T08:00")
    street.post.platform.fails = down
    await street.look("2024-11-04T09:00")
    await street.carry("2024-11-04T09:29")
    assert not (await street.watch.health()).red, "at a platform's pace a campaign takes minutes"
    await street.carry("2024-11-04T09:33")
    assert (await street.watch.health()).red
