"""Slack fails in every way it can while a report is on its way: nothing is lost or told wrongly."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery.courier import LEASE
from bot.records.tables import outbox
from bot.settings import read_settings
from bot.wiring.works import open_database
from tests.platforms.slack.filling import TROUBLE
from tests.platforms.slack.running import HTTP, SOCKET, Running, environment
from tests.platforms.slack.server import FakeSlack
from tests.platforms.slack.workspace import room_of, user_of
from tests.stories.acts import REFERENCE, Acts
from tests.stories.drivers.slack import SlackDriver
from tests.stories.people import PEOPLE
from tests.waiting import until

Start = Callable[..., Running]
TA, DSL, DEPUTY = PEOPLE["the TA"], PEOPLE["the DSL"], PEOPLE["the deputy"]
ARRIVES = 30.0
"""Seconds within which a notice must have come through once Slack is well again."""
LEFT_BEHIND = LEASE.total_seconds() + 15
"""The same for a notice whose courier was killed: nobody takes it up before its lease has run out."""
AGAIN = "Your report is on its way"
WORDS = ("Robin Sample", "nasty messages")


class Case:
    """A TA with a report ready to send, and the room that must hear of it."""

    def __init__(self, usher: Running) -> None:
        self.usher, self.fake = usher, usher.fake
        self.driver = SlackDriver(usher)
        self.acts = Acts(self.driver)
        self.room = room_of(usher.template.school, "safeguarding")
        self.dsl = user_of(usher.template.school, DSL)

    def written(self) -> "Case":
        """Up to the last page."""
        self.acts.fill("the TA", "Robin Sample", "was sent nasty messages")
        return self

    def send(self) -> None:
        """Press Send."""
        self.driver.press(TA, "Send the report")

    def cards(self) -> list[str]:
        """The reference of each card in the DSL's room."""
        room = self.fake.space.rooms[self.room]
        return [found for m in list(room.messages) for found in REFERENCE.findall(m["text"])]

    def direct(self, person: str) -> list[str]:
        """The references in a person's direct messages."""
        room = self.fake.space.direct(user_of(self.usher.template.school, person))
        return [found for m in list(room.messages) for found in REFERENCE.findall(m["text"])]

    def arrives(self, found: Callable[[], list[str]], most: int = 1, patience: float = ARRIVES) -> str:
        """Wait for it to be told, then for Usher to be done: one reference, told at most so often."""
        until(found, self.usher.last_lines, patience)
        assert self.usher.delivered(patience)
        assert len(set(found())) == 1, "one report is one case"
        assert 1 <= len(found()) <= most
        return found()[0]

    def again(self) -> float:
        """Wait until Slack can reach Usher; the seconds it took."""
        began = time.monotonic()
        if self.usher.mode == SOCKET:
            self.fake.run(self.fake.sockets.connected(), 45)
        return time.monotonic() - began

    def sound(self) -> None:
        """What must hold whatever happened."""
        assert self.fake.objections == []
        assert not [line for line in self.usher.lines if '"frames":"bot/' in line], "nobody foresaw it"
        chats = [m["text"] + str(m.get("blocks")) for r in self.fake.space.rooms.values() for m in r.messages]
        for word in WORDS:
            assert not [chat for chat in chats if word in chat], "a case's words in a chat"

    def opens(self, reference: str) -> None:
        """The DSL can read it."""
        self.driver.open_case(DSL, reference)
        assert all(word in self.driver.dialog(DSL) for word in WORDS)


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
@pytest.mark.parametrize(
    ("what", "times", "most"),
    [("429", 2, 1), ("500", 2, 1), ("503", 1, 1), ("dropped", 1, 2), ("cut", 2, 1)],
)
def test_the_notice_comes_through_whatever_slack_answers_at_first(
    start: Start, mode: str, what: str, times: int, most: int
) -> None:
    case = Case(start(mode)).written()
    case.fake.order("chat.postMessage", what, times, channel=case.room)
    case.send()
    reference = case.arrives(case.cards, most)
    assert len(case.fake.orders.served) == times
    assert "on its way" in case.driver.sees(TA)
    case.opens(reference)
    case.sound()


def test_a_call_that_hangs_is_given_up_and_made_again(start: Start) -> None:
    case = Case(start(HTTP)).written()
    case.fake.order("chat.postMessage", "hang", channel=case.room)
    case.send()
    began = time.monotonic()
    case.opens(case.arrives(case.cards))
    assert time.monotonic() - began < 20
    case.sound()


def test_retry_after_is_honoured(start: Start) -> None:
    case = Case(start(HTTP)).written()
    case.fake.order("chat.postMessage", "429", retry_after=4, channel=case.room)
    began = time.monotonic()
    case.send()
    case.arrives(case.cards)
    assert 4 <= time.monotonic() - began < 12
    case.sound()


@pytest.mark.parametrize(
    "what", ["channel_not_found", "is_archived", "not_in_channel", "account_inactive", "invalid_auth"]
)
def test_where_the_room_is_gone_every_reader_is_told_in_person(start: Start, what: str) -> None:
    case = Case(start(SOCKET)).written()
    case.fake.order("chat.postMessage", what, 1000, channel=case.room)
    case.send()
    until(lambda: case.direct(DSL) and case.direct(DEPUTY), case.usher.last_lines, ARRIVES)
    assert case.direct(DSL) == case.direct(DEPUTY)
    assert case.cards() == []
    assert sum(case.usher.health()["undelivered"].values()), "the room itself still has not been told"
    case.fake.settle()
    reference = case.direct(DSL)[0]
    phone = case.driver.phones.get(DSL) or case.driver._phone(DSL)
    phone.press("Open", within=reference)
    assert all(word in phone.modal() for word in WORDS)
    case.sound()


def test_a_dead_token_loses_nothing_and_health_says_what_waits(start: Start) -> None:
    case = Case(start(HTTP)).written()
    case.fake.order("chat.postMessage", "invalid_auth", 1000)
    case.send()
    time.sleep(1)
    health = case.usher.health()
    assert health["undelivered"].get("alert"), health
    assert case.cards() == []
    assert not case.direct(DSL)
    case.usher.kill()
    case.fake.do(case.fake.orders.clear)
    again = case.usher.start()
    assert again.health()["undelivered"].get("alert"), "kept over a crash"
    case.sound()


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
def test_a_press_whose_acknowledgement_is_lost_sends_once(start: Start, mode: str) -> None:
    case = Case(start(mode)).written()
    view = case.driver.phones[TA].top()
    assert view is not None
    before = dict(view)
    case.fake.door.lose = 1
    case.send()
    phone = case.driver.phones[TA]
    assert TROUBLE in phone.sees()
    assert "Your report" in phone.sees(), "what was done is shown all the same"
    case.again()
    case.fake.do(lambda: view.update(before))  # What a client would show whose update was lost as well.
    case.fake.do(lambda: case.fake.space.modals[phone.user].append(view) if not phone.top() else None)
    case.driver.press(TA, "Send the report")
    case.opens(case.arrives(case.cards))
    case.sound()


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
def test_a_page_whose_acknowledgement_is_lost_is_sent_again_and_no_answer_is_lost(
    start: Start, mode: str
) -> None:
    case = Case(start(mode))
    case.acts.start("the TA")
    case.driver.answer(TA, {"How urgent is it?": "Someone needs to act today"})
    case.driver.press(TA, "Short way: only the essentials")
    case.driver.answer(TA, {"Which pupil or pupils is this about?": "Robin Sample; 2B; Has been harmed"})
    case.fake.door.lose = 1
    case.driver.press(TA, "Next")
    phone = case.driver.phones[TA]
    assert TROUBLE in phone.sees()
    assert "Robin Sample" in phone.modal(), "Slack leaves the form open as it was"
    case.again()
    case.driver.press(TA, "Next")
    assert "What happened?" in phone.modal()
    case.driver.press(TA, "Back")
    assert "Robin Sample" in phone.modal()
    case.sound()


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
def test_a_typed_worry_that_is_delivered_twice_is_one_draft(start: Start, mode: str) -> None:
    case = Case(start(mode))
    case.driver.come_back(TA)
    case.fake.door.lose = 1
    case.driver.say(TA, "a girl in my class told me a man online keeps asking her for pictures")
    until(lambda: "This sounds like a worry" in case.driver.sees(TA), patience=ARRIVES)
    case.fake.settle(0.5)
    assert ("message", 1) in [retry[:2] for retry in case.fake.retried]
    case.driver.press(TA, "Report a concern about a child")
    assert len(re.findall("Carry on with", case.driver.dialog(TA))) == 1
    case.sound()


def test_a_refused_handshake_and_a_cut_connection_are_overcome(start: Start) -> None:
    case = Case(start(SOCKET)).written()
    case.fake.sockets.refuse = 1
    case.fake.run(case.fake.sockets.cut())
    assert case.again() < 25
    case.send()
    case.opens(case.arrives(case.cards))
    case.sound()


def test_a_cut_connection_is_back_within_seconds(start: Start) -> None:
    case = Case(start(SOCKET))
    case.fake.run(case.fake.sockets.cut())
    assert case.again() < 7
    case.sound()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_a_refresh_in_the_middle_is_not_noticed(start: Start, reason: str) -> None:
    case = Case(start(SOCKET)).written()
    before = case.fake.sockets.opened
    case.fake.run(case.fake.sockets.say_disconnect(reason))
    time.sleep(0.7)
    case.fake.run(case.fake.sockets.connected(), 30)
    case.send()
    case.opens(case.arrives(case.cards))
    assert case.fake.sockets.opened > before or reason == "warning"
    case.sound()


def test_slack_away_for_a_while_is_waited_for(start: Start) -> None:
    case = Case(start(HTTP)).written()
    with case.fake.gone():
        case.driver.phones[TA].press("Send the report")
        time.sleep(3)
        assert case.cards() == []
        assert case.usher.health()["undelivered"].get("alert")
    case.opens(case.arrives(case.cards))
    case.sound()


@pytest.mark.parametrize("mode", [SOCKET, HTTP])
def test_a_trigger_that_is_too_old_brings_a_fresh_button(start: Start, mode: str) -> None:
    case = Case(start(mode))
    case.driver.come_back(TA)
    case.fake.space.late = 1
    case.driver.press(TA, "Report a concern about a child")
    assert case.driver.dialog(TA) == ""
    case.driver.press(TA, "Try again")
    assert "Is a child in danger now?" in case.driver.dialog(TA)
    case.sound()


def test_killed_between_send_and_post_it_is_posted_after_the_restart(start: Start) -> None:
    case = Case(start(SOCKET)).written()
    case.fake.order("chat.postMessage", "503", 1000, channel=case.room)
    case.send()
    case.usher.kill()
    case.fake.do(case.fake.orders.clear)
    case.usher.start()
    case.opens(case.arrives(case.cards, patience=LEFT_BEHIND))
    case.sound()


def test_at_slacks_own_pace_nothing_is_refused_for_being_too_fast(start: Start) -> None:
    case = Case(start(HTTP))
    case.fake.limits.on = True
    for _ in range(2):
        case.written()
        case.send()
    for _ in range(6):
        case.driver.say(TA, "can I give a pupil my phone number")
    until(lambda: len(case.cards()) == 2, patience=ARRIVES)
    assert case.usher.delivered(ARRIVES)
    assert limited(case.fake) == []
    assert len(set(case.cards())) == 2
    case.sound()


def limited(fake: FakeSlack) -> list[str]:
    """The methods that were called too fast."""
    return [method for method, _, answer in fake.calls if answer == "ratelimited"]


def test_a_token_that_is_worth_nothing_anywhere_turns_health_red_after_two_minutes(start: Start) -> None:
    case = Case(start(HTTP)).written()
    for method in POSTS:
        case.fake.order(method, "invalid_auth", 9999)
    case.send()
    until(
        lambda: ("chat.postMessage", "invalid_auth") in [(m, answer) for m, _, answer in case.fake.calls],
        patience=ARRIVES,
    )
    time_goes_by(case, 100)
    early = case.usher.health()
    assert (early["status"], early["undelivered"]["alert"] > 0) == ("ok", True)
    time_goes_by(case, 30)
    late = case.usher.health()
    assert (late["status"], late["oldest_undelivered_seconds"] > 120) == ("red", True)
    case.fake.do(case.fake.orders.clear)
    time_goes_by(case, 600)
    case.opens(case.arrives(case.cards, most=2))
    assert case.usher.health()["status"] == "ok"
    case.sound()


POSTS = ("chat.postMessage", "chat.update", "chat.postEphemeral", "views.publish", "auth.test")


def time_goes_by(case: Case, seconds: float) -> None:
    """Every notice on its way has waited for so much longer."""
    settings = read_settings(environment(case.usher.template, case.usher.home))
    database, earlier = open_database(settings), timedelta(seconds=seconds)
    try:
        with database.writing() as connection:
            for row in connection.execute(select(outbox).where(outbox.c.settled.is_(None))).all():
                moved = {"created": row.created - earlier, "due": row.due - earlier}
                connection.execute(update(outbox).where(outbox.c.id == row.id).values(**moved))
    finally:
        database.close()
