"""What a step of the clock says: who has it, whom to find, whom to ring; nothing of what it is about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.escalate import escalate
from bot.school.codec import to_json
from bot.school.concerns import Case
from bot.school.messages import Notice
from bot.school.people import Absence
from tests.hazards.checks import notices_of
from tests.hazards.office import CHAIR, DEPUTY, DSL, HEAD, TA, Office, dialog_of, quick_database

SOCIAL_CARE, LADO = ("01632 960201", "01632 960202"), "01632 960203"


@pytest.fixture
def office() -> Iterator[Office]:
    with quick_database() as url:
        one = Office(url)
        yield one
        one.database.close()


def after(office: Office, **how: float) -> list[Notice]:
    """What the clock sends when it ticks after a while."""
    before = len(notices_of(office.database))
    office.clock.forward(timedelta(**how))
    now = office.clock()
    with office.database.books(office.school.id, now) as books:
        escalate(office.school, books, now)
    return notices_of(office.database)[before:]


def to(notices: list[Notice], person: str) -> str:
    """All that one person is told."""
    return "\n".join(to_json(notice.message) for notice in notices if notice.to.person == person)


def test_the_next_in_line_reads_a_reference_and_whom_to_find(office: Office) -> None:
    (case,) = office.report(TA, "esafety")
    (notice,) = after(office, minutes=31)
    assert notice.to.person == HEAD
    said = to([notice], HEAD)
    assert f"A concern about a pupil, reference {case.reference}, sent 11:00 on Monday 5 October" in said
    assert "has not been opened" in said
    assert "Isolde Penhallow or Gethin Marchbanks, in Safeguarding" in said
    assert "Wilf" not in said
    assert notice.fallback == ()


def test_the_reporter_in_danger_hears_whom_to_find_then_whom_to_ring(office: Office) -> None:
    office.report(TA, "esafety", urgency="danger_now")
    first = to(after(office, minutes=5.1), TA)
    assert "has not been opened yet. Please phone now." in first
    assert "Isolde Penhallow, Room 4, beside the library, 01632 960101" in first
    assert all(number in first for number in SOCIAL_CARE)
    second = to(after(office, minutes=5), TA)
    assert "call 999" in second
    assert "Isolde" not in second
    assert all(number in second for number in SOCIAL_CARE)


def test_whoever_reports_the_headteacher_is_never_sent_to_them(office: Office) -> None:
    office.report(TA, "esafety", urgency="danger_now", adult="yes", adult_who="headteacher")
    for minutes in (5.1, 5, 20, 60 * 24):
        said = to(after(office, minutes=minutes), TA)
        assert "Rafferty" not in said
    office.report(TA, "breach", about="headteacher", harm="yes")
    said = to(after(office, minutes=60 * 24), TA)
    assert "Rafferty" not in said
    assert LADO in said


def test_the_chair_hears_a_number_only_and_whom_to_ask(office: Office) -> None:
    (case,) = office.report(TA, "esafety", urgency="should_be_known")
    said = to(after(office, days=9), CHAIR)
    assert "One concern has not been acknowledged for several school days." in said
    assert "Please ask the headteacher" in said
    assert case.reference not in said
    _, child = office.report(TA, "esafety", urgency="should_be_known", adult="yes", adult_who="headteacher")
    found = [n for n in after(office, days=9) if child.id in n.key and n.to.person == CHAIR]
    assert "Please ask the Designated Safeguarding Lead (DSL) and deputy DSL" in to(found, CHAIR)


def test_the_lado_is_remembered_at_one_working_day(office: Office) -> None:
    office.report(TA, "breach", harm="yes")
    found = [n for n in after(office, days=1) if n.to.person == HEAD]
    assert "the LADO must hear within one working day" in to(found, HEAD)


def test_people_who_are_away_are_not_looked_for(office: Office) -> None:
    gone = Absence(first=office.clock().date(), last=office.clock().date())
    people = {**office.school.people, DSL: replace(office.school.people[DSL], away=(gone,))}
    office.report(TA, "esafety", urgency="danger_now")
    office.school = replace(office.school, people=people)
    said = to(after(office, minutes=6), TA)
    assert "Isolde" not in said
    assert "Gethin Marchbanks" in said


def told(office: Office, case: Case) -> str:
    """What the receipt says will happen."""
    return to_json(dialog_of(office.press(case.reporter, "receipt.open", case.concern)))


def test_the_receipt_promises_what_the_clock_will_do(office: Office) -> None:
    (today,) = office.report(TA, "esafety")
    assert "If it isn't opened by 11:30, the headteacher is alerted." in told(office, today)
    (known,) = office.report(TA, "esafety", urgency="should_be_known")
    assert "they are told again" in told(office, known)
    (danger,) = office.report(TA, "esafety", urgency="danger_now")
    everybody = "the Designated Safeguarding Lead (DSL), deputy DSL and headteacher are alerted"
    assert f"If it isn't opened by 11:05, {everybody}." in told(office, danger)
    (own,) = office.report(DSL, "esafety")
    assert "the headteacher and chair of governors are alerted" in told(office, own)
    _, child = office.report(TA, "esafety", adult="yes", adult_who="headteacher")
    assert "the chair of governors is alerted" in told(office, child)
    (chaired,) = office.report(TA, "breach", about="headteacher")
    assert "they are told again" in told(office, chaired)


def test_danger_pings_the_stand_in_where_nobody_else_is_there(office: Office) -> None:
    day = office.clock().date()
    gone = (Absence(first=day, last=day),)
    away = {id: replace(office.school.people[id], away=gone) for id in (DSL, DEPUTY)}
    home = replace(office.home, school=replace(office.school, people={**office.school.people, **away}))
    other = Office(office.database.url.render_as_string(hide_password=False), home)
    other.press(TA, "danger.now")
    pinged = {n.to.person for n in notices_of(office.database) if n.key.startswith("danger:")}
    assert "honor-bexwell" in pinged
    other.database.close()
