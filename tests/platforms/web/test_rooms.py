"""Who may be in which room, what is posted there, and what is forgotten."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.platforms.web.identity import Sessions, may_see, places, seen_by
from bot.platforms.web.knock import DIALOG, Knock
from bot.platforms.web.rooms import place_of
from bot.platforms.web.talk import ACTS, LINES, Line, Talk
from bot.school.activities import Did, Dropped, Filled, Pressed, Said
from bot.school.messages import Button, Recipient, Reply, Style
from tests.platforms.web.scripted import FRIEND, SCHOOL, form

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("person", "rooms"),
    [
        ("tom", ["staffroom"]),
        ("joan", ["staffroom"]),
        ("ruth", ["staffroom", "safeguarding"]),
        ("callum", ["staffroom", "safeguarding"]),
        ("helen", ["staffroom", "head"]),
        ("george", ["chair"]),
    ],
)
def test_what_a_person_may_see_follows_from_their_roles(person: str, rooms: list[str]) -> None:
    who = SCHOOL.people[person]
    assert [c.id for c in SCHOOL.channels.values() if may_see(who, c)] == rooms
    assert places(SCHOOL, who) == (f"person:{person}", *(f"channel:{room}" for room in rooms))


def test_a_room_says_who_reads_it() -> None:
    assert seen_by(SCHOOL, SCHOOL.channels["staffroom"]) == "Everyone on the staff can read this."
    assert seen_by(SCHOOL, SCHOOL.channels["safeguarding"]) == "Read by Ruth Adeyemi and Callum Price only."


def test_a_place_is_a_person_or_a_channel() -> None:
    assert place_of(Recipient(person="tom")) == "person:tom"
    assert place_of(Recipient(channel="head")) == "channel:head"


def test_sessions_are_forgotten_oldest_first() -> None:
    sessions = Sessions()
    first = sessions.open("tom")
    tokens = [sessions.open("ruth") for _ in range(500)]
    assert sessions.person(first) == ""
    assert sessions.person(tokens[-1]) == "ruth"
    assert len(set(tokens)) == 500


def knock(did: Did, place: str = "channel:staffroom", **more: object) -> Knock:
    return Knock(id="web-tom-1", person="tom", place=place, thread="", did=did, **more)  # type: ignore[arg-type]


def line(id: str = "x", only: str = "") -> Line:
    return Line(id=id, place="channel:staffroom", thread="", by="tom", at=NOW, only=only)


ANSWER = Reply(messages=(FRIEND,))
QUIET = Button(label="That helped", action="helped", value="x", style=Style.QUIET)
LOUD = Button(label="Start a report", action="report")


def test_one_press_on_a_quiet_button_takes_all_quiet_ones_away() -> None:
    talk = Talk()
    other = replace(QUIET, label="Not that", action="missed")
    asked = replace(line("q"), message=replace(FRIEND, buttons=(LOUD, QUIET, other)))
    (shown,) = talk.add([asked])
    for did, left in ((Pressed(action="report"), (LOUD, QUIET, other)), (pressed(QUIET), (LOUD,))):
        talk.add(knock(did, within="q", line=shown).lines(ANSWER, NOW, NOW))
        found = talk.line("q")
        assert found
        assert found.message
        assert found.message.buttons == left
    assert [each.id for each in talk.after(shown.number, "tom", ["channel:staffroom"])].count("q") == 1


def pressed(button: Button) -> Pressed:
    return Pressed(action=button.action, value=button.value)


@pytest.mark.parametrize(
    "private",
    [
        (knock(Said(text="x")), Reply(messages=(FRIEND,), privately=True)),
        (knock(Dropped()), ANSWER),
        (knock(Pressed(action="a"), within=DIALOG), ANSWER),
        (knock(Pressed(action="a"), within="x", line=line(only="tom")), ANSWER),
        (knock(Said(text="x"), root=line(only="tom")), ANSWER),
        (knock(Pressed(action="a"), within="a line that is forgotten"), ANSWER),
    ],
)
def test_what_follows_from_something_private_is_private(private: tuple[Knock, Reply]) -> None:
    one, reply = private
    assert all(line.only == "tom" for line in one.lines(reply, NOW, NOW))


@pytest.mark.parametrize(
    "shared",
    [
        knock(Said(text="x")),
        knock(Pressed(action="a"), within="x", line=line()),
        knock(Pressed(action="a"), within="card-1"),
    ],
)
def test_what_is_done_in_the_open_is_answered_in_the_open(shared: Knock) -> None:
    assert all(line.only == "" for line in shared.lines(ANSWER, NOW, NOW))


def test_a_direct_message_has_no_threads() -> None:
    one = knock(Said(text="x"), place="person:tom")
    assert {line.thread for line in one.lines(ANSWER, NOW, NOW)} == {""}
    assert one.at_desk().shared is False


def test_words_at_the_top_of_a_channel_begin_a_thread() -> None:
    words, answer = knock(Said(text="x")).lines(ANSWER, NOW, NOW)
    assert words.thread == ""
    assert answer.thread == words.id


def test_only_so_much_is_remembered() -> None:
    talk = Talk()
    talk.add([line(id=str(n)) for n in range(LINES + 5)])
    assert talk.line("4") is None
    assert talk.line("5") is not None
    assert len(talk.after(0, "tom", ["channel:staffroom"])) == LINES
    assert ACTS > 100


def test_a_half_filled_dialog_is_followed_until_it_is_closed() -> None:
    talk = Talk()
    talk.keep("tom", None, Pressed(action="report"), Reply(dialog=form(1, {})))
    talk.keep("tom", "d1", Filled(action="draft.keep", value="d1", answers={"what": "x"}), Reply())
    kept = talk.kept("tom")
    assert kept is not None
    assert {f.question.id: f.answer for f in kept.fields}["what"] == "x"
    talk.keep("tom", "", Pressed(action="shut"), Reply(closes=True))
    assert talk.kept("tom") is not None, "another dialog was closed, not this one"
    talk.keep("tom", "d1", Pressed(action="draft.drop"), Reply(closes=True))
    assert talk.kept("tom") is None
