"""Teams fails in every way it can while a report is on its way: nothing is lost or told wrongly."""

import json
import threading
import time
from collections.abc import Callable

import pytest

from tests.platforms.teams import shapes
from tests.platforms.teams.case import ARRIVES, LEFT_BEHIND, WORDS, Case
from tests.platforms.teams.keyring import Keyring, channel_claims
from tests.platforms.teams.phone import TROUBLE
from tests.platforms.teams.running import Running
from tests.platforms.teams.tenant import APP, Post, user_of
from tests.stories.people import PEOPLE

Start = Callable[..., Running]
TA, DSL, DEPUTY, HEAD = (PEOPLE[who] for who in ("the TA", "the DSL", "the deputy", "the head"))
CONNECTOR = "smba.trafficmanager.net"


@pytest.mark.parametrize(
    ("what", "times", "most"),
    [
        ("412", 1, 1),
        ("429", 2, 1),
        ("500", 2, 1),
        ("502", 2, 1),
        ("503", 1, 1),
        ("504", 1, 1),
        ("dropped", 1, 2),
        ("cut", 2, 1),
    ],
)
def test_the_notice_comes_through_whatever_teams_answers_at_first(
    start: Start, what: str, times: int, most: int
) -> None:
    case = Case(start()).written()
    case.fake.order("create", what, times, conversation=case.room)
    case.send()
    reference = case.arrives(case.cards, most)
    assert len(case.fake.orders.served) == times
    assert "on its way" in case.driver.sees(TA)
    case.opens(reference)
    case.sound()


def test_a_call_that_hangs_is_given_up_and_made_again(start: Start) -> None:
    case = Case(start()).written()
    case.fake.order("create", "hang", conversation=case.room)
    case.send()
    began = time.monotonic()
    case.opens(case.arrives(case.cards, 2))
    assert time.monotonic() - began < 25
    case.sound()


def test_retry_after_is_honoured(start: Start) -> None:
    case = Case(start()).written()
    case.fake.order("create", "429", retry_after=4, conversation=case.room)
    began = time.monotonic()
    case.send()
    case.arrives(case.cards)
    assert 4 <= time.monotonic() - began < 15
    case.sound()


@pytest.mark.parametrize("what", ["403 BotNotInConversationRoster", "404 ConversationNotFound"])
def test_where_the_room_is_gone_every_reader_is_told_in_person(start: Start, what: str) -> None:
    case = Case(start()).written()
    case.phone(DSL), case.phone(DEPUTY)
    case.fake.order("create", what, 1000, conversation=case.room)
    case.send()
    case.until(lambda: case.direct(DSL) and case.direct(DEPUTY))
    assert case.direct(DSL) == case.direct(DEPUTY)
    assert case.cards() == []
    assert sum(case.usher.health()["undelivered"].values()), "the room itself still has not been told"
    phone = case.phone(DSL)
    phone.press("Open", within=case.direct(DSL)[0])
    assert all(word in phone.modal() for word in WORDS)
    case.sound()


@pytest.mark.parametrize("how", ["block", "uninstall"])
def test_whoever_has_shut_usher_out_is_not_written_to_again_and_the_others_are(
    start: Start, how: str
) -> None:
    case = Case(start())
    getattr(case.phone(DSL), how)()
    chat = case.phone(DSL).chat()
    there = len(chat.posts)
    case.driver.press(TA, "Report a concern about a child")
    case.phone(TA).press("In danger now")
    for person in (DEPUTY, HEAD):
        case.until(lambda who=person: "A child may be in danger now" in case.phone(who).sees())
    time.sleep(2)
    tries = [call for call in case.fake.calls if call[1] == chat.id and call[2] == 403]
    assert len(tries) <= 2, tries
    assert len(chat.posts) == there
    case.sound()


def test_a_token_that_runs_out_is_renewed_before_anybody_notices(start: Start) -> None:
    usher = start()
    usher.kill()
    usher.fake.do(lambda: setattr(usher.fake.login, "lifetime", 303))
    case = Case(usher.start()).written()
    time.sleep(3.5)
    case.send()
    case.opens(case.arrives(case.cards))
    assert len(case.fake.login.issued) >= 3
    assert [call for call in case.fake.calls if call[2] == 401] == []
    case.sound()


def test_a_login_that_fails_for_a_while_loses_nothing(start: Start) -> None:
    usher = start()
    usher.kill()
    usher.fake.do(lambda: setattr(usher.fake.login, "lifetime", 304))
    case = Case(usher.start()).written()
    case.fake.order("token", "503", 1000)
    time.sleep(5)
    case.send()
    time.sleep(2)
    assert case.cards() == []
    assert case.usher.health()["undelivered"].get("alert")
    case.fake.do(case.fake.orders.clear)
    case.opens(case.arrives(case.cards))
    case.sound()


def test_teams_away_for_a_while_is_waited_for(start: Start) -> None:
    case = Case(start()).written()
    with case.fake.gone(CONNECTOR):
        case.send()
        time.sleep(3)
        assert case.cards() == []
        assert case.usher.health()["undelivered"].get("alert")
    case.opens(case.arrives(case.cards))
    case.sound()


@pytest.mark.long
def test_killed_between_send_and_post_it_is_posted_after_the_restart(start: Start) -> None:
    case = Case(start()).written()
    case.fake.order("create", "503", 1000, conversation=case.room)
    case.send()
    case.usher.kill()
    case.fake.do(case.fake.orders.clear)
    case.usher.start()
    case.opens(case.arrives(case.cards, patience=LEFT_BEHIND))
    case.sound()


def test_a_press_whose_answer_is_lost_sends_once(start: Start) -> None:
    case = Case(start()).written()
    case.fake.door.lose = 1
    case.send()
    phone = case.phone(TA)
    assert TROUBLE in phone.sees()
    assert "Check and send" in phone.modal(), "Teams leaves the window open as it was"
    phone.press("Send the report")
    assert "on its way" in phone.sees()
    case.opens(case.arrives(case.cards))
    case.sound()


def test_a_page_whose_answer_is_lost_is_sent_again_and_no_answer_is_lost(start: Start) -> None:
    case = Case(start())
    case.acts.start("the TA")
    case.driver.answer(TA, {"How urgent is it?": "Someone needs to act today"})
    case.driver.press(TA, "Short way: only the essentials")
    case.driver.answer(TA, {"Which pupil or pupils is this about?": "Robin Sample; 2B; Has been harmed"})
    case.fake.door.lose = 1
    phone = case.phone(TA)
    phone.press("Next")
    assert TROUBLE in phone.sees()
    assert "Robin Sample" in phone.modal()
    phone.press("Next")
    assert "What happened?" in phone.modal()
    phone.press("Back")
    assert "Robin Sample" in phone.modal()
    case.sound()


def test_a_phone_that_sends_empty_boxes_fills_the_same_report(start: Start) -> None:
    case = Case(start())
    case.phone(TA).mobile = True
    case.written()
    case.send()
    case.opens(case.arrives(case.cards))
    case.sound()


def test_a_slow_key_server_holds_up_nobody_whose_key_is_known(start: Start) -> None:
    case = Case(start())
    case.driver.say(TA, "can I give a pupil my phone number")
    known = Keyring(current=case.fake.keys.ring.current)
    case.fake.keys.slow = 5.0
    case.fake.keys.ring.rotate()
    stranger = threading.Thread(target=case.phone(HEAD).dm, args=("hello",))
    stranger.start()
    time.sleep(0.3)
    ta = case.phone(TA)
    for _ in range(3):
        post = case.fake.do(lambda: Post(id=case.fake.tenant.stamp(), root="", author=ta.aad, activity={}))
        said = shapes.said(case.fake, ta.user, ta.chat(), post, "thank you", mention=False)
        headers = {"Authorization": f"Bearer {known.sign(channel_claims(APP, case.fake.service))}"}
        status, _ = case.fake.run(case.fake.door.post(json.dumps(said).encode(), headers))
        assert status == 202
    assert stranger.is_alive(), "who still waits for the key that nobody knew"
    stranger.join(30)
    case.sound()


def test_a_service_that_has_moved_is_found_again_once_somebody_writes(start: Start) -> None:
    case = Case(start()).written()
    case.fake.region = "emea"
    case.send()
    case.driver.say(TA, "can I give a pupil my phone number")
    assert "PER-1a" in case.driver.sees(TA)
    case.opens(case.arrives(case.cards))
    case.sound()


def test_rosters_in_many_pages_and_nothing_refused_for_being_too_fast(start: Start) -> None:
    usher = start()
    usher.kill()
    usher.fake.page = 4
    case = Case(usher.start())
    for _ in range(2):
        case.written()
        case.send()
    for _ in range(6):
        case.driver.say(TA, "can I give a pupil my phone number")
    case.until(lambda: len(case.cards()) == 2)
    assert case.usher.delivered(ARRIVES)
    assert case.fake.limits.refused == 0
    assert user_of(usher.template.school, "merrily-stannard") in case.fake.tenant.staff
    case.sound()
