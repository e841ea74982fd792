"""Was this right? One quiet pair under every answer, counted for its clause and for nothing else."""

from collections.abc import Iterator

import pytest

from bot.desk.wording import THANKS
from bot.records.counts import Count, shown
from bot.school.activities import Pressed
from bot.school.messages import Button, Message, Reply, Style
from tests.hazards.office import OFFICE, TA, Office, quick_database

ASKED = "may I accept a parent's request"


@pytest.fixture
def office() -> Iterator[Office]:
    with quick_database() as url:
        office = Office(url)
        office.database.migrate()
        yield office
        office.database.close()


def counted(office: Office) -> dict[tuple[str, str], int]:
    with office.database.read(office.school.id, office.clock()) as books:
        day = office.school.day(office.clock())
        found: tuple[Count, ...] = books.counts.total(day, day)
    return {(each.what, each.kind): each.n for each in found}


def quiet(reply: Reply) -> list[Button]:
    return [b for message in reply.messages for b in message.buttons if b.style is Style.QUIET]


def test_an_answer_offers_one_pair_and_three_buttons_at_most(office: Office) -> None:
    reply = office.say(TA, ASKED)
    assert [b.label for b in quiet(reply)] == ["That's what I needed", "Not what I meant"]
    assert [b.style for b in reply.messages[0].buttons[-2:]] == [Style.QUIET, Style.QUIET]
    assert len(reply.messages[0].buttons) <= 3


def test_what_helped_is_counted_for_the_clause_that_was_shown_first(office: Office) -> None:
    needed = quiet(office.say(TA, ASKED))[0]
    before = counted(office)
    thanks = office.press(TA, needed.action, needed.value)
    assert thanks.privately
    assert thanks.messages == (Message(summary=THANKS),)
    office.press(OFFICE, needed.action, needed.value)
    after = counted(office)
    assert after.pop(("PER-1b", "needed")) == 2
    assert after == before


def test_the_same_press_counts_once(office: Office) -> None:
    needed = quiet(office.say(TA, ASKED))[0]
    for _ in range(2):
        office.act(TA, pressed(needed), id="the-same-one")
    assert counted(office)["PER-1b", "needed"] == 1


def test_what_missed_is_counted_for_the_clause_too(office: Office) -> None:
    missed = quiet(office.say(TA, ASKED))[1]
    reply = office.press(TA, missed.action, missed.value)
    assert reply.messages[0].summary == "Sorry, that missed the point."
    assert not quiet(reply)
    assert counted(office)["PER-1b", "not meant"] == 1


def test_a_button_from_an_older_release_names_the_intent_alone(office: Office) -> None:
    intent = next(iter(office.home.intents.values()))
    office.press(TA, "ask.missed", intent.id)
    assert counted(office)[intent.clauses[0], "not meant"] == 1


@pytest.mark.parametrize("value", ["", "nothing", "nothing PER-1b", "{known} Wilf", "{known} PER-1b Wilf"])
def test_nothing_but_a_clause_of_the_policy_is_ever_counted(office: Office, value: str) -> None:
    known = next(iter(office.home.intents))
    reply = office.press(TA, "ask.needed", value.format(known=known))
    assert reply.messages[0].summary == "That button no longer does anything."
    assert not [kind for _, kind in counted(office) if kind == "needed"]


@pytest.mark.parametrize(
    ("n", "said"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5 or more"), (14, "10 or more")]
)
def test_small_numbers_are_never_shown(n: int, said: str) -> None:
    assert shown(n) == said


def pressed(button: Button) -> Pressed:
    return Pressed(action=button.action, value=button.value)
