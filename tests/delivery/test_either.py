"""Somebody known on two platforms is told on one of them, as long as either can reach them."""

from datetime import timedelta

import pytest

from bot.delivery.courier import Later, Unreachable
from bot.school.messages import Lane, Message, Notice, Recipient
from bot.wiring.reach import Either


class Hand:
    """A platform that posts, or fails as ordered."""

    def __init__(self, name: str, failure: Exception | None = None) -> None:
        self.name, self.failure = name, failure
        self.replaced: list[str | None] = []

    def reaches(self, school: str, recipient: Recipient) -> bool:
        return True

    async def send(self, school: str, notice: Notice, replaces: str | None) -> str:
        self.replaced.append(replaces)
        if self.failure is not None:
            raise self.failure
        return f"{self.name}:1"


def notice(lane: Lane = Lane.CASE) -> Notice:
    return Notice(key="k", lane=lane, to=Recipient(person="p"), message=Message(summary="s"), card="c")


async def test_the_first_that_can_tells_and_the_others_say_nothing() -> None:
    slack, teams = Hand("slack"), Hand("teams")
    assert await Either([slack, teams]).send("school", notice(), None) == "slack:1"
    assert teams.replaced == []


async def test_a_card_is_brought_up_to_date_where_it_stands() -> None:
    slack, teams = Hand("slack"), Hand("teams")
    assert await Either([slack, teams]).send("school", notice(), "teams:7") == "teams:1"
    assert slack.replaced == []


async def test_whoever_cannot_be_reached_on_one_is_told_on_the_other() -> None:
    slack, teams = Hand("slack"), Hand("teams", Unreachable("not_allowed"))
    assert await Either([slack, teams]).send("school", notice(), "teams:7") == "slack:1"
    with pytest.raises(Unreachable, match="gone"):
        await Either([teams, Hand("slack", Unreachable("gone"))]).send("school", notice(), None)


@pytest.mark.parametrize("failure", [Later(timedelta(seconds=9)), ConnectionError(), TimeoutError()])
async def test_an_alert_waits_for_no_platform_that_is_down_and_other_notices_do(failure: Exception) -> None:
    down, well = Hand("slack", failure), Hand("teams")
    assert await Either([down, well]).send("school", notice(Lane.ALERT), None) == "teams:1"
    with pytest.raises(type(failure)):
        await Either([down, well]).send("school", notice(Lane.CAMPAIGN), None)
