"""What Slack has no room for: a fourth window on a stack of three, and words without end."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from bot.platforms.slack import did
from bot.platforms.slack.pacing import Pace
from bot.platforms.slack.reply import Say, submitted
from bot.platforms.slack.spots import Spot
from bot.platforms.slack.views import Meta
from bot.school.forms import Kind, Question
from bot.school.messages import Dialog, Field, Heading, Message, Paragraph, Reply
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.running import HTTP, Running
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.tiny import client
from tests.platforms.slack.workspace import DEEPEST, user_of
from tests.stories.people import PEOPLE
from tests.waiting import until

Json = dict[str, Any]
USER = "U0PERSON09"
HELLO = Message(summary="Hello", parts=(Paragraph(text="Hello there"),))
NOTE = Field(question=Question(id="note", ask="Anything else?", kind=Kind.TEXT))
READING = tuple(p for n in range(120) for p in (Heading(text=f"Note {n}"), Paragraph(text=f"Words {n}.")))
LONG = Dialog(id="case:K7QF", title="A long case", parts=READING, fields=(NOTE,))


async def pages(fake: FakeSlack, *turned: int) -> list[Json]:
    """Open the dialog and turn to these parts one after the other; the stack of views at the end."""

    def trigger() -> str:
        return fake.space.trigger(USER)

    async with aiohttp.ClientSession() as session:
        say = Say(client=client(fake), session=session, pace=Pace())
        spot = Spot(user=USER, trigger=await asyncio.to_thread(fake.do, trigger))
        await say.say(spot, Reply(dialog=LONG), Meta())
        for part in turned:
            top = fake.space.modals[USER][-1]
            spot = Spot(user=USER, trigger=await asyncio.to_thread(fake.do, trigger), view=dict(top))
            await say.say(spot, Reply(dialog=LONG), Meta.read(top["private_metadata"]), part)
    return [dict(view) for view in fake.space.modals[USER]]


async def test_more_and_earlier_and_more_never_ask_slack_for_a_fourth_window(fake: FakeSlack) -> None:
    stack = await pages(fake, 2, 1, 2, 1, 2, 3)
    assert fake.objections == [], "push_limit_reached is a defect of ours"
    assert len(stack) == DEEPEST
    assert Meta.read(stack[-1]["private_metadata"]).part == 3, "what was asked for is on show"


async def test_what_is_typed_stays_while_there_is_room_for_another_window(fake: FakeSlack) -> None:
    stack = await pages(fake, 2)
    assert [Meta.read(view["private_metadata"]).part for view in stack] == [1, 2]


@pytest.mark.parametrize(
    ("before", "first", "over"),
    [(None, "V1", "push"), ("V1", "V1", "push"), ("V2", "V1", "update")],
)
def test_a_submitted_window_on_top_of_two_is_changed_in_place(
    before: str | None, first: str, over: str
) -> None:
    view = {"private_metadata": "", "previous_view_id": before, "root_view_id": first}
    answer = submitted(Spot(user=USER, view=view), Reply(messages=(HELLO,)))
    assert answer is not None
    assert answer["response_action"] == over
    assert "Hello there" in str(answer["view"])


@pytest.fixture(scope="module")
def served(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from tests.platforms.slack.running import running

    with running(template, tmp_path_factory.mktemp("deep") / "usher", HTTP) as usher:
        yield usher


TOO_LONG = "A pupil showed me something horrible. " + "word " * did.LONGEST_WORDS
SAID = f"only the first {did.LONGEST_WORDS:,} characters were kept"
Ways = Callable[[Phone], object]


def by_shortcut(phone: Phone) -> None:
    room = phone.space.direct(phone.user).id
    phone.message_shortcut("Report this message", room, phone.dm(TOO_LONG))


@pytest.mark.parametrize(
    "way",
    [
        lambda phone: phone.dm(TOO_LONG),
        lambda phone: phone.slash("/policy", TOO_LONG),
        lambda phone: phone.slash("/report", TOO_LONG),
        lambda phone: phone.mention("C0ROOM0001", TOO_LONG),
        by_shortcut,
    ],
    ids=["message", "policy", "report", "mention", "shortcut"],
)
def test_whoever_writes_more_than_is_kept_is_told_so_in_private(served: Running, way: Ways) -> None:
    person = PEOPLE["the TA"]
    phone = Phone(served.fake, user_of(served.template.school, person))
    told = phone.sees().count(SAID)
    way(phone)
    phone.reload()
    until(lambda: phone.sees().count(SAID) > told, patience=5)
    others = [
        room
        for room in served.fake.space.rooms.values()
        if phone.user not in room.members or room.kind != "im"
    ]
    assert not [message for room in others for message in room.messages if SAID in str(message)]
    assert served.fake.objections == []


def test_words_that_are_all_kept_are_not_complained_of() -> None:
    assert not did.overlong("x" * did.LONGEST_WORDS)
    assert not did.overlong("&amp;" * did.LONGEST_WORDS)
    assert not did.overlong(None)
    assert did.overlong("x" * (did.LONGEST_WORDS + 1))
