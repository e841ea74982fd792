"""Told, or told that not told: nothing is lost, nothing is claimed twice, nothing waits behind what fails."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.records.database import Database
from bot.records.outbox import Outbox, Waiting
from bot.school.messages import Lane, Message, Notice, Recipient
from tests.records.given import CHAIR, DSL, HEAD, NOW, SCHOOL, execute, notice, post, rows

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
COUNT = int(os.environ.get("USHER_TESTS_NOTICES", "1000"))


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


def claim(outbox: Outbox, now=NOW, most: int = 50, worker: str = "one") -> list[Waiting]:  # noqa: ANN001
    return outbox.claim(now, worker, lease=LEASE, most=most)


def keys(claimed: list[Waiting]) -> list[str]:
    return [waiting.notice.key for waiting in claimed]


def test_a_notice_is_queued_once_however_often_it_is_posted(database: Database, outbox: Outbox) -> None:
    with database.books(SCHOOL, NOW) as books:
        assert books.outbox.post(notice("n1"))
        assert not books.outbox.post(notice("n1", message=Message(summary="another")))
        assert books.outbox.known("n1")
        assert not books.outbox.known("n2")
    post(database, notice("n1"), school="other")
    claimed = claim(outbox)
    assert [(waiting.school, waiting.notice) for waiting in claimed] == [
        (SCHOOL, notice("n1")),
        ("other", notice("n1")),
    ]
    assert [(waiting.attempts, waiting.created, waiting.alarms) for waiting in claimed] == [(0, NOW, 0)] * 2


def test_a_notice_goes_with_its_transaction_or_not_at_all(database: Database, outbox: Outbox) -> None:
    def fail() -> None:
        with database.books(SCHOOL, NOW) as books:
            books.outbox.post(notice("n1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert claim(outbox) == []


def test_nobody_else_claims_a_notice_before_its_lease_has_passed(database: Database, outbox: Outbox) -> None:
    post(database, notice("n1"))
    assert keys(claim(outbox)) == ["n1"]
    assert claim(outbox, NOW + LEASE - SECOND, worker="two") == []
    (again,) = claim(outbox, NOW + LEASE, worker="two")
    assert again.attempts == 1
    assert rows(database, "outbox")[0]["worker"] == "two"


def test_a_settled_notice_is_never_claimed_again(database: Database, outbox: Outbox) -> None:
    post(database, notice("n1"))
    (waiting,) = claim(outbox)
    outbox.settle(waiting, NOW, "ts-1")
    assert claim(outbox, NOW + 10 * LEASE) == []
    assert outbox.oldest(NOW) is None


def test_settled_by_one_courier_it_is_not_opened_again_by_a_slower_one(
    database: Database, outbox: Outbox
) -> None:
    post(database, notice("n1"))
    (slow,) = claim(outbox)
    (fast,) = claim(outbox, NOW + LEASE, worker="two")
    outbox.retry(slow, NOW + LEASE, after=timedelta(0), why="timed_out")
    assert claim(outbox, NOW + LEASE + SECOND) == []  # the lease of the second courier holds
    outbox.settle(fast, NOW + LEASE, "ts-2")
    outbox.settle(slow, NOW + 2 * LEASE, "ts-1")
    outbox.retry(slow, NOW + 2 * LEASE, after=timedelta(0), why="timed_out")
    assert [(row["posted"], row["settled"] is None) for row in rows(database, "outbox")] == [("ts-2", False)]


def test_what_failed_comes_again_when_it_was_asked_to(database: Database, outbox: Outbox) -> None:
    post(database, notice("n1"))
    for attempt in range(4):
        now = NOW + attempt * timedelta(minutes=1)
        (waiting,) = claim(outbox, now)
        assert waiting.attempts == attempt
        outbox.retry(waiting, now, after=timedelta(minutes=1), why="rate_limited")
        assert claim(outbox, now + timedelta(seconds=59)) == []
    assert rows(database, "outbox")[0]["why"] == "rate_limited"


def test_why_something_failed_is_never_a_text_from_outside(database: Database, outbox: Outbox) -> None:
    post(database, notice("n1"))
    (waiting,) = claim(outbox)
    outbox.retry(waiting, NOW, after=SECOND, why="xoxb-token leaked: he showed me")
    assert rows(database, "outbox")[0]["why"] == "unknown"


def test_what_was_given_back_is_as_good_as_new(database: Database, outbox: Outbox) -> None:
    post(database, notice("n1"))
    (waiting,) = claim(outbox)
    outbox.release(waiting, NOW)
    (again,) = claim(outbox)
    assert again == waiting


def test_an_alert_overtakes_every_campaign(database: Database, outbox: Outbox) -> None:
    post(database, *(notice(f"c{n}", lane=Lane.CAMPAIGN) for n in range(30)))
    post(database, notice("chat", lane=Lane.CHAT), notice("case", lane=Lane.CASE))
    post(database, notice("alert"))
    assert keys(claim(outbox, most=3)) == ["alert", "case", "chat"]
    assert keys(claim(outbox, most=2)) == ["c0", "c1"]


def test_a_thousand_failing_notices_delay_a_fresh_one_by_one_cycle_at_most(
    database: Database, outbox: Outbox
) -> None:
    post(database, *(notice(f"bad{n}") for n in range(1000)))
    execute(database, "UPDATE outbox SET attempts = 3, why = 'unreachable'")
    now = NOW
    for lane in Lane:  # every one of the thousand is due again, and some less urgent lanes wait as well
        now += timedelta(minutes=1)
        post(database, notice(f"fresh-{lane}", lane=lane), now=now)
        claimed = claim(outbox, now, most=20)
        assert f"fresh-{lane}" in keys(claimed)
        assert len(claimed) == 20
        for one in claimed:
            if one.attempts:
                outbox.retry(one, now, after=SECOND, why="unreachable")
            else:
                outbox.settle(one, now, "ts")


def test_once_failed_is_tried_before_often_failed(database: Database, outbox: Outbox) -> None:
    post(database, *(notice(f"bad{n}") for n in range(40)))
    for turn in range(3):
        for one in claim(outbox, NOW + turn * SECOND):
            outbox.retry(one, NOW + turn * SECOND, after=SECOND, why="unreachable")
    post(database, notice("once"), *(notice(f"c{n}", lane=Lane.CAMPAIGN) for n in range(100)))
    later = NOW + 5 * SECOND
    (once,) = [one for one in claim(outbox, later, most=1) if one.notice.key == "once"]
    outbox.retry(once, later, after=SECOND, why="unreachable")
    assert "once" in keys(claim(outbox, later + SECOND, most=10))


# The alarm route


def test_each_next_role_is_told_in_turn_and_the_notice_itself_stays(
    database: Database, outbox: Outbox
) -> None:
    post(database, notice("n1", card="case:K1"))
    claim(outbox)
    older = timedelta(seconds=60)
    assert outbox.overdue(NOW + timedelta(seconds=59), older=older) == []
    for number, told in enumerate((HEAD, CHAIR), start=1):
        now = NOW + number * older
        (late,) = [one for one in outbox.overdue(now, older=older) if one.notice.key == "n1"]
        assert late.alarms == number - 1
        assert outbox.raise_alarm(late, now)
        assert not outbox.raise_alarm(late, now)  # only once for the same look
        (alarm,) = claim(outbox, now, worker="two", most=1)
        assert alarm.notice == notice(
            f"n1:alarm:{number}", card="case:K1", to=told, fallback=(), lane=Lane.ALERT
        )
        outbox.settle(alarm, now, "ts")
    later = NOW + 5 * older
    (late,) = outbox.overdue(later, older=older)
    assert not outbox.raise_alarm(late, later)
    assert outbox.oldest(later) == 5 * older
    assert keys(claim(outbox, later)) == ["n1"]


def test_two_processes_looking_at_once_raise_one_alarm(database: Database, outbox: Outbox) -> None:
    post(database, notice("n1"))
    now = NOW + timedelta(minutes=2)
    (late,) = outbox.overdue(now, older=timedelta(minutes=1))
    with ThreadPoolExecutor(4) as pool:
        raised = list(pool.map(lambda _: outbox.raise_alarm(late, now), range(4)))
    assert sorted(raised) == [False, False, False, True]
    assert len(rows(database, "outbox")) == 2


def test_a_delivered_notice_raises_no_alarm(database: Database, outbox: Outbox) -> None:
    post(database, notice("n1"))
    now = NOW + timedelta(minutes=2)
    (late,) = outbox.overdue(now, older=timedelta(minutes=1))
    (waiting,) = claim(outbox, now)
    outbox.settle(waiting, now, "ts")
    assert not outbox.raise_alarm(late, now)
    assert len(rows(database, "outbox")) == 1


# Cards, counts and pruning


def test_a_card_is_found_again_where_it_was_posted_last(database: Database, outbox: Outbox) -> None:
    for number in range(3):
        post(database, notice(f"n{number}", card="case:K1"), notice(f"h{number}", card="case:K1", to=HEAD))
        for waiting in claim(outbox):
            outbox.settle(waiting, NOW + number * SECOND, f"ts-{waiting.notice.key}")
    assert outbox.posted_before(SCHOOL, "case:K1", DSL) == "ts-n2"
    assert outbox.posted_before(SCHOOL, "case:K1", HEAD) == "ts-h2"
    for card, school, to in (
        ("case:K2", SCHOOL, DSL),
        ("case:K1", "other", DSL),
        ("case:K1", SCHOOL, CHAIR),
        ("", SCHOOL, DSL),
    ):
        assert outbox.posted_before(school, card, to) is None


# Campaigns speak in school hours only, and take back what is no longer so


def campaigns(*names: str) -> list[Notice]:
    return [notice(name, lane=Lane.CAMPAIGN, fallback=()) for name in names]


def test_campaigns_are_claimed_only_for_schools_where_they_may_speak(
    database: Database, outbox: Outbox
) -> None:
    post(database, notice("alert"), *campaigns("c1"))
    post(database, *campaigns("c2"), school="other")
    quiet = outbox.claim(NOW, "w", lease=LEASE, most=50, speaking=())
    assert keys(quiet) == ["alert"], "an alert is never held"
    assert keys(outbox.claim(NOW, "w", lease=LEASE, most=50, speaking={"other": NOW})) == ["c2"]
    assert keys(outbox.claim(NOW, "w", lease=LEASE, most=50, speaking=(SCHOOL, "other"))) == ["c1"]


def test_what_is_held_until_school_opens_is_not_late(database: Database, outbox: Outbox) -> None:
    post(database, *campaigns("c1", "c2"))
    later = NOW + timedelta(hours=20)
    assert outbox.oldest(later, {}) is None
    assert outbox.oldest(later, {"other": NOW}) is None
    assert outbox.oldest(later, {SCHOOL: later - SECOND}) == SECOND, "since it may speak"
    assert outbox.oldest(later, {SCHOOL: NOW - SECOND}) == timedelta(hours=20)
    assert outbox.overdue(later, older=timedelta(minutes=1)) == [], "and no alarm is raised for it"
    assert outbox.undelivered()[Lane.CAMPAIGN] == 2, "it is still counted"


def test_a_notice_taken_back_is_never_posted_and_its_key_is_free(database: Database, outbox: Outbox) -> None:
    post(database, *campaigns("c1"))
    with database.books(SCHOOL, NOW) as books:
        assert books.outbox.withdraw("c1")
        assert not books.outbox.withdraw("c1"), "once"
        assert not books.outbox.withdraw("unheard-of")
        assert not books.outbox.known("c1")
    assert claim(outbox) == []
    assert outbox.undelivered()[Lane.CAMPAIGN] == 0
    with database.read(SCHOOL, NOW) as books:
        (gone,) = books.outbox.trail("c1")
    assert (gone.arrived, gone.why) == (None, "withdrawn"), "it is not shown as delivered"
    post(database, *campaigns("c1"))
    assert keys(claim(outbox)) == ["c1"]
    assert outbox.prune(NOW + LEASE, older=timedelta(0)) == 1


def test_what_somebody_is_posting_is_not_taken_back_and_can_be_called_off(
    database: Database, outbox: Outbox
) -> None:
    post(database, *campaigns("c1", "c2"))
    one, two = claim(outbox)
    with database.books(SCHOOL, NOW) as books:
        assert not books.outbox.withdraw("c1")
        books.outbox.call_off("c1")
    for waiting in (one, two):
        outbox.retry(waiting, NOW, after=SECOND, why="unreachable")
    assert keys(claim(outbox, NOW + 2 * LEASE)) == ["c2"]
    crashed = NOW + 4 * LEASE
    with database.books(SCHOOL, crashed) as books:
        assert books.outbox.withdraw("c2"), "its lease has passed: nobody carries it any more"


def test_a_notice_put_off_or_given_back_can_be_taken_back(database: Database, outbox: Outbox) -> None:
    post(database, *campaigns("c1", "c2"))
    one, two = claim(outbox)
    outbox.retry(one, NOW, after=timedelta(minutes=5), why="timed_out")
    outbox.release(two, NOW + SECOND)
    with database.books(SCHOOL, NOW) as books:
        assert books.outbox.withdraw("c1")
        assert books.outbox.withdraw("c2")


def test_a_card_on_show_is_never_taken_back(database: Database, outbox: Outbox) -> None:
    post(database, notice("n1", card="case:K1"))
    with database.books(SCHOOL, NOW) as books:
        assert not books.outbox.withdraw("n1")
        books.outbox.call_off("n1")
    assert keys(claim(outbox)) == ["n1"]


def test_a_courier_and_whoever_takes_back_never_both_get_it(database: Database, outbox: Outbox) -> None:
    post(database, *campaigns(*(f"c{number}" for number in range(40))))

    def take_back(number: int) -> str:
        with database.books(SCHOOL, NOW) as books:
            return f"c{number}" if books.outbox.withdraw(f"c{number}") else ""

    with ThreadPoolExecutor(8) as pool:
        claims = [pool.submit(claim, outbox, NOW, 5, f"w{number}") for number in range(8)]
        back = {key for key in pool.map(take_back, range(40)) if key}
    claimed = [key for each in claims for key in keys(each.result())]
    claimed += keys(claim(outbox, NOW, 50))
    assert sorted([*claimed, *back]) == sorted(f"c{number}" for number in range(40))


def test_how_many_wait_and_how_long_is_known(database: Database, outbox: Outbox) -> None:
    assert outbox.oldest(NOW) is None
    post(database, notice("a"), notice("c1", lane=Lane.CAMPAIGN), notice("c2", lane=Lane.CAMPAIGN))
    assert outbox.undelivered() == {Lane.ALERT: 1, Lane.CASE: 0, Lane.CHAT: 0, Lane.CAMPAIGN: 2}
    assert outbox.oldest(NOW + timedelta(seconds=90)) == timedelta(seconds=90)
    with database.read(SCHOOL, NOW) as books:
        assert books.outbox.waiting_since() == NOW
    with database.read("other", NOW) as books:
        assert books.outbox.waiting_since() is None


def test_pruning_keeps_what_is_undelivered_and_what_a_card_still_needs(
    database: Database, outbox: Outbox
) -> None:
    post(database, notice("plain"), notice("card1", card="k"), notice("card2", card="k"))
    for waiting in claim(outbox):
        outbox.settle(waiting, NOW, waiting.notice.key)
    post(database, notice("waiting"), notice("other", to=Recipient(person="x")), now=NOW)
    month = NOW + timedelta(days=31)
    assert outbox.prune(month, older=timedelta(days=30), school="another") == 0
    assert outbox.prune(month, older=timedelta(days=30)) == 2
    assert {row["key"] for row in rows(database, "outbox")} == {"card2", "waiting", "other"}
    assert outbox.posted_before(SCHOOL, "k", DSL) == "card2"
    assert outbox.prune(month, older=timedelta(days=30)) == 0


def test_what_was_delivered_and_pruned_is_never_posted_again(database: Database, outbox: Outbox) -> None:
    post(database, notice("campaign:ta:2"))
    outbox.settle(claim(outbox)[0], NOW, "ts")
    outbox.prune(NOW + timedelta(days=31), older=timedelta(days=30))
    with database.books(SCHOOL, NOW) as books:
        assert not books.outbox.post(notice("campaign:ta:2"))
        assert books.outbox.known("campaign:ta:2")
    assert claim(outbox) == []


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_eight_couriers_claim_every_notice_once(url: str, database: Database) -> None:
    post(database, *(notice(f"n{number}", lane=list(Lane)[number % 4]) for number in range(COUNT)))
    command = [sys.executable, "-m", "tests.records.worker", "courier", url]
    couriers = [
        subprocess.Popen([*command, f"w{number}", "2"], stdout=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    claimed = [line for courier in couriers for line in courier.communicate(timeout=120)[0].split()]
    assert [courier.returncode for courier in couriers] == [0] * 4
    assert len(claimed) == len(set(claimed)) == COUNT
    assert execute(database, "SELECT count(*) AS n FROM outbox WHERE settled IS NULL") == [{"n": 0}]


def test_four_couriers_in_one_process_claim_every_notice_once(database: Database, outbox: Outbox) -> None:
    post(database, *(notice(f"n{number}") for number in range(300)))

    def work(worker: int) -> list[str]:
        found: list[str] = []
        while claimed := claim(outbox, most=7, worker=str(worker)):
            found += keys(claimed)
        return found

    with ThreadPoolExecutor(4) as pool:
        found = [key for part in pool.map(work, range(4)) for key in part]
    assert len(found) == len(set(found)) == 300
