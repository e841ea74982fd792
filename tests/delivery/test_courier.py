"""Notices arrive, or somebody is told that they have not."""

import asyncio
import time
from datetime import timedelta

import pytest

from bot.delivery import courier as couriers
from bot.delivery.courier import Later, Unreachable
from bot.school.messages import Lane, Notice
from tests.delivery.conftest import START, Post, notice


async def test_a_notice_is_posted_once_and_settled(post: Post) -> None:
    post.write(notice("one"))
    courier = post.courier()
    await post.round(courier)
    await post.round(courier)
    assert post.platform.posted == [("one", None)]
    assert post.waiting() == 0
    assert post.moments == ["sent"]


async def test_a_later_notice_of_the_same_card_replaces_the_earlier_post(post: Post) -> None:
    post.write(notice("new", card="c1"), notice("opened", card="c1"), notice("other", card="c2"))
    await post.round(post.courier())
    assert dict(post.platform.posted) == {"new": None, "opened": "ts-1", "other": None}


async def test_a_card_that_has_moved_on_never_goes_back(post: Post) -> None:
    courier = post.courier()
    post.write(notice("sent", card="c"))
    post.platform.fails = lambda _notice: OSError()
    await post.round(courier)
    post.platform.fails = lambda _notice: None
    post.write(notice("opened", card="c"))
    await post.round(courier)
    post.later(seconds=30)
    await post.round(courier)
    assert post.platform.keys == ["opened"]
    assert post.waiting() == 0


async def test_a_failing_notice_is_tried_again_ever_more_slowly(post: Post) -> None:
    post.write(notice("one"))
    courier, tried = post.courier(), []
    for second in range(64):
        post.at = START + timedelta(seconds=second)
        post.platform.fails = lambda n, s=second: tried.append(s) or ValueError("words")
        await post.round(courier)
    assert tried == [0, 1, 3, 7, 15, 31, 63]
    assert post.waiting() == 1


async def test_an_alert_is_never_put_off_for_long(post: Post) -> None:
    post.write(notice("alert", Lane.ALERT), notice("news", Lane.CAMPAIGN))
    post.platform.fails = lambda _notice: OSError()
    courier = post.courier()
    for _ in range(12):
        await post.round(courier)
        post.later(seconds=20)
    tried: list[str] = []
    post.platform.fails = lambda n: tried.append(n.key) or OSError()
    await post.round(courier)
    assert tried == ["alert"]


async def test_the_platforms_own_retry_after_is_kept(post: Post) -> None:
    post.write(notice("one"))
    post.platform.fails = lambda _notice: Later(timedelta(seconds=45))
    courier = post.courier()
    await post.round(courier)
    post.platform.fails = lambda _notice: None
    post.later(seconds=44)
    await post.round(courier)
    assert post.platform.keys == []
    post.later(seconds=1)
    await post.round(courier)
    assert post.platform.keys == ["one"]


async def test_after_a_minute_the_next_in_line_is_told_and_then_the_next(post: Post) -> None:
    post.write(notice("alert", Lane.ALERT, "dsl", "c", "deputy", "head"))
    post.platform.fails = lambda n: OSError() if n.to.person == "dsl" else None
    courier = post.courier()
    for _ in range(30):
        await post.round(courier)
        await courier.sweep()
        post.later(seconds=5)
    await post.round(courier)
    assert post.platform.keys == ["alert:alarm:1", "alert:alarm:2"]
    assert post.waiting() == 1, "nothing is given up undelivered"
    post.platform.fails = lambda _notice: None
    post.later(seconds=30)
    await post.round(courier)
    assert post.platform.keys[-1] == "alert"


async def test_somebody_who_cannot_be_reached_at_all_raises_the_alarm_at_once(post: Post) -> None:
    post.write(notice("alert", Lane.ALERT, "dsl", "", "deputy"))
    post.platform.fails = lambda n: Unreachable() if n.to.person == "dsl" else None
    courier = post.courier()
    await post.round(courier)
    await post.round(courier)
    assert post.platform.keys == ["alert:alarm:1"]


async def test_an_alert_overtakes_any_campaign(post: Post) -> None:
    post.write(*(notice(f"n{n}", Lane.CAMPAIGN) for n in range(120)))
    courier = post.courier()
    await post.round(courier)
    post.write(notice("alert", Lane.ALERT))
    await post.round(courier)
    assert "alert" in post.platform.keys[50:51]


async def test_hundreds_of_failing_notices_delay_a_fresh_one_by_one_cycle(post: Post) -> None:
    post.write(*(notice(f"bad{n}") for n in range(300)))
    post.platform.fails = lambda n: OSError() if n.key.startswith("bad") else None
    courier = post.courier()
    for _ in range(20):
        await post.round(courier)
        post.later(seconds=5)
    post.later(minutes=10)
    post.write(notice("fresh"))
    await post.round(courier)
    assert post.platform.keys == ["fresh"]


async def test_one_that_hangs_does_not_hold_up_the_others(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couriers, "LONGEST_SEND", timedelta(seconds=4))

    async def hang(one: Notice) -> None:
        if one.key == "hangs":
            await asyncio.sleep(60)

    post.platform.slow = hang
    post.write(notice("hangs", Lane.ALERT), notice("two"), notice("three"))
    courier = post.courier()
    await courier.cycle()
    async with asyncio.timeout(2):
        while len(post.platform.keys) < 2:  # noqa: ASYNC110 - the platform has no event
            await asyncio.sleep(0.01)
    assert sorted(post.platform.keys) == ["three", "two"]
    await asyncio.wait(courier._sending)
    assert post.waiting() == 1


async def test_a_courier_that_is_woken_posts_at_once_and_stops_when_told(post: Post) -> None:
    courier = post.courier()
    running = asyncio.create_task(courier.run())
    await asyncio.sleep(0.1)
    took = []
    for number in range(20):
        post.write(notice(f"n{number}"))
        began = time.perf_counter()
        courier.wake()
        while f"n{number}" not in post.platform.keys:  # noqa: ASYNC110 - the platform has no event
            await asyncio.sleep(0.001)
        took.append(time.perf_counter() - began)
    assert sorted(took)[10] < 0.25, "p50 is 50 ms on a quiet machine"
    courier.stop()
    await asyncio.wait_for(running, 5)
    assert post.waiting() == 0


async def test_a_courier_that_nobody_wakes_looks_by_itself(post: Post) -> None:
    courier = post.courier()
    running = asyncio.create_task(courier.run())
    await asyncio.sleep(0.05)
    post.write(notice("one"))
    for _ in range(100):
        await asyncio.sleep(0.05)
        if post.platform.keys:
            break
    assert post.platform.keys == ["one"]
    courier.stop()
    await running


async def test_stopping_finishes_what_is_being_sent_and_gives_back_the_rest(post: Post) -> None:
    started = asyncio.Event()

    async def slowly(_one: Notice) -> None:
        started.set()
        await asyncio.sleep(0.3)

    post.platform.slow = slowly
    post.write(notice("first", card="c"), notice("second", card="c"))
    courier = post.courier()
    running = asyncio.create_task(courier.run())
    await started.wait()
    courier.stop()
    await asyncio.wait_for(running, 5)
    assert post.platform.keys == ["first"]
    post.platform.slow = None
    await post.round(post.courier("b"))
    assert post.platform.keys == ["first", "second"], "no lease has to run out first"


async def test_a_database_that_fails_does_not_end_the_courier(post: Post) -> None:
    courier = post.courier()
    settle = post.outbox.settle
    broken = iter([RuntimeError("words"), RuntimeError("words")])

    def failing(*given: object) -> None:
        if error := next(broken, None):
            raise error
        settle(*given)  # type: ignore[arg-type]

    post.outbox.settle = failing  # type: ignore[method-assign]
    post.write(notice("one"))
    for _ in range(4):
        await post.round(courier)
        post.later(seconds=40)
    assert post.platform.keys == ["one"] * 3
    assert post.waiting() == 0


async def test_two_couriers_share_the_work_and_double_nothing(post: Post) -> None:
    post.write(*(notice(f"n{n}") for n in range(200)))
    one, two = post.courier("one"), post.courier("two")
    for _ in range(4):
        await asyncio.gather(post.round(one), post.round(two))
    assert sorted(post.platform.keys) == sorted(f"n{n}" for n in range(200))


async def test_what_a_crashed_courier_had_claimed_is_taken_over(post: Post) -> None:
    post.write(notice("one"))
    post.outbox.claim(post.at, "crashed", lease=couriers.LEASE, most=10)
    courier = post.courier()
    await post.round(courier)
    assert post.platform.keys == []
    post.later(seconds=31)
    await post.round(courier)
    assert post.platform.keys == ["one"]
