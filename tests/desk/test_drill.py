"""A drill takes the real route, is marked everywhere, counts nowhere, and nothing real can look like one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.drill import NoDrill, made_up
from bot.desk.escalate import escalate
from bot.desk.marking import DRILL
from bot.records.outbox import Outbox
from bot.school.codec import to_json
from bot.school.concerns import Case, Urgency
from bot.school.messages import Notice, Reply
from bot.wiring import drills
from tests.hazards.checks import notices_of
from tests.hazards.office import CHAIR, DEPUTY, DSL, HEAD, TA, Office, dialog_of, quick_database

OUTSIDE = ("social_care_day", "social_care_night", "lado", "nspcc")
HOPS = (
    "sent",
    "receipt reached Jem Karuna",
    "alert reached Safeguarding",
    "danger ping reached Rafferty Oduya",
)


@pytest.fixture
def office() -> Iterator[Office]:
    """A school at work."""
    with quick_database() as url:
        one = Office(url)
        yield one
        one.database.close()


def start(office: Office, urgency: Urgency = Urgency.DANGER, who: str = TA) -> str:
    """A drill; its reference."""
    return drills.start(office.database, office.home, office.school.people[who], urgency, office.clock())


def step(office: Office) -> int:
    """The escalation clock ticks."""
    now = office.clock()
    with office.database.books(office.school.id, now) as books:
        return escalate(office.school, books, now)


def deliver(office: Office) -> None:
    """Everything arrives."""
    outbox, now = Outbox(office.database), office.clock()
    for waiting in outbox.claim(now, "w", lease=timedelta(seconds=5), most=1000):
        outbox.settle(waiting, now, "post")


def everything(office: Office, reference: str) -> list[tuple[str, str]]:
    """All that anybody is shown about it, first to last, as what stands first and the whole of it."""
    shown: list[tuple[str, str]] = []

    def look(reply: Reply) -> None:
        if reply.dialog:
            shown.append((reply.dialog.title, to_json(reply.dialog)))
        shown.extend((message.summary, to_json(message)) for message in reply.messages)

    concern = office.case(reference).concern
    look(office.press(TA, "receipt.open", concern))
    for action in ("case.open", "case.noting", "case.acting", "case.asking", "case.acknowledging"):
        look(office.press(DSL, action, reference))
    look(office.fill(DSL, "case.note", reference, {"note": "Seen."}))
    look(office.fill(DSL, "case.acknowledge", reference, {"line": "I have it."}))
    look(office.press(DSL, "case.moving", reference))
    look(office.press(DEPUTY, "case.aside", reference))
    shown.extend((notice.message.summary, to_json(notice.message)) for notice in notices(office))
    return shown


def notices(office: Office) -> list[Notice]:
    """Every notice that was ever queued."""
    return notices_of(office.database)


def test_a_drill_tells_the_same_people_by_the_same_ways_as_a_real_report(office: Office) -> None:
    drill = start(office)
    marked = [(n.to, n.lane, n.key.split(":")[0]) for n in notices(office)]
    with quick_database() as url:
        other = Office(url)
        other.report(TA, "esafety", urgency="danger_now")
        assert marked == [(n.to, n.lane, n.key.split(":")[0]) for n in notices_of(other.database)]
        other.database.close()
    case = office.case(drill)
    assert case.flags == ("drill",)
    assert case.urgency is Urgency.DANGER


@pytest.mark.parametrize("urgency", Urgency)
def test_everything_about_a_drill_says_so_first_and_lists_no_number_outside(
    urgency: Urgency, office: Office
) -> None:
    reference = start(office, urgency)
    for minutes in (6, 11, 60 * 24 * 2, 60 * 24 * 9):
        office.clock.forward(timedelta(minutes=minutes))
        step(office)
    shown = everything(office, reference)
    drills.end(office.database, office.home, reference, office.clock())
    shown.extend((notice.message.summary, to_json(notice.message)) for notice in notices(office))
    assert len(shown) > 15
    numbers = [office.school.phones[id].number for id in OUTSIDE]
    for first, whole in shown:
        assert first.startswith(DRILL), first
        assert not [number for number in numbers if number in whole], first
        assert "999" not in whole, first


def test_lists_say_drill_and_counts_leave_it_out(office: Office) -> None:
    office.report(TA, "esafety")
    reference = start(office)
    assert f"DRILL: {reference}" in to_json(office.press(TA, "receipts.list"))
    listed = to_json(office.press(DSL, "cases.list"))
    assert listed.count("DRILL: Concern about a pupil") == 1
    assert f"DRILL: Open {reference}" in listed
    assert "Cases: 1 open" in to_json(office.press(DSL, "home"))


def test_a_real_report_never_looks_like_a_drill(office: Office) -> None:
    drill = start(office)
    (case,) = office.report(TA, "esafety", urgency="danger_now", account="DRILL drill", told_detail="drill")
    assert not case.drill
    office.clock.forward(timedelta(minutes=11))
    step(office)
    mine = [n for n in notices(office) if case.id in n.key or case.concern in n.key]
    assert len(mine) > 10
    assert not [n for n in mine if DRILL in to_json(n.message)]
    title = dialog_of(office.press(DSL, "case.open", case.reference)).title
    assert DRILL not in title
    assert not [other for other in _linked(office, case) if other.reference == drill]


def _linked(office: Office, case: Case) -> tuple[Case, ...]:
    with office.database.read(office.school.id, office.clock()) as books:
        return books.cases.linked(case)


def test_the_danger_button_after_a_drill_is_a_case_of_its_own(office: Office) -> None:
    drill = start(office)
    office.press(TA, "danger.now")
    with office.database.read(office.school.id, office.clock()) as books:
        real = [case for case in books.cases.all() if not case.drill]
    assert len(real) == 1
    assert real[0].reference != drill


@pytest.mark.parametrize("action", ["receipt.add", "receipt.support", "receipt.rest"])
def test_nothing_real_can_be_added_to_a_drill(action: str, office: Office) -> None:
    concern = office.case(start(office)).concern
    said = to_json(office.press(TA, action, concern))
    assert "This is a drill, so nothing can be added to it." in said
    more = office.fill(TA, "receipt.added", concern, {"more": "A real worry"})
    assert "This is a drill" in to_json(more)
    dialog = dialog_of(office.press(TA, "receipt.open", concern))
    assert [button.action for button in dialog.buttons] == []


def test_a_reader_may_ask_and_the_reporter_answer(office: Office) -> None:
    reference = start(office)
    office.fill(DSL, "case.ask", reference, {"question": "Where are you?"})
    concern = office.case(reference).concern
    office.fill(TA, "receipt.answer", concern, {"answer": "In room 7"})
    assert all(notice.message.summary.startswith(DRILL) for notice in notices(office))


def test_the_report_tells_the_minutes_of_each_hop(office: Office) -> None:
    reference = start(office)
    office.clock.forward(timedelta(minutes=1))
    deliver(office)
    office.clock.forward(timedelta(minutes=4))
    step(office)
    deliver(office)
    office.clock.forward(timedelta(minutes=2))
    office.press(DSL, "case.open", reference)
    office.fill(DSL, "case.acknowledge", reference, {"line": "I have it."})
    found = drills.look(office.database, office.home, reference, office.clock())
    by_what = {hop.what: round(hop.minutes) for hop in found.hops}
    assert found.heading.startswith(f"DRILL {reference}, danger now, sent 11:00 by Jem Karuna")
    assert {what: by_what[what] for what in HOPS} == dict(zip(HOPS, (0, 1, 1, 1), strict=True))
    assert by_what["escalation step unopened taken"] == 5
    assert by_what["escalation unopened reached Rafferty Oduya"] == 5
    assert by_what["escalation unopened reached Jem Karuna"] == 5
    assert by_what["opened by Isolde Penhallow"] == 7
    assert by_what["acknowledged by Isolde Penhallow"] == 7
    assert [hop.minutes for hop in found.hops] == sorted(hop.minutes for hop in found.hops)
    assert [line for line in found.missed if "has not reached" not in line] == []


def test_the_report_tells_what_was_missed(office: Office) -> None:
    reference = start(office)
    office.clock.forward(timedelta(minutes=25))
    step(office)
    missed = drills.look(office.database, office.home, reference, office.clock()).missed
    assert "nobody opened it" in missed
    assert "nobody acknowledged it" in missed
    assert "alert has not reached Safeguarding (0 tries)" in missed
    assert "escalation step unopened was taken 20.0 minutes late" in missed
    assert "escalation step unacknowledged-0 was due after 10.0 minutes: not taken" in missed
    assert not [line for line in missed if "unacknowledged-2" in line]


def test_ending_a_drill_stops_its_clock_and_closes_it(office: Office) -> None:
    reference = start(office)
    drills.end(office.database, office.home, reference.lower(), office.clock())
    before = len(notices(office))
    office.clock.forward(timedelta(days=2))
    assert step(office) == 0
    assert len(notices(office)) == before
    case = office.case(reference)
    assert case.closed is not None
    assert case.keep_until is not None
    assert case.keep_until - case.sent == timedelta(days=90)
    assert "Usher" in to_json(office.press(DSL, "case.open", reference))
    with office.database.read(office.school.id, office.clock()) as books:
        verbs = [entry["verb"] for entry in books.audit.about(reference)]
    assert verbs[:2] == ["case.sent", "drill.started"]
    assert "drill.ended" in verbs


def test_an_ended_drill_cannot_be_acknowledged_any_more(office: Office) -> None:
    reference = start(office)
    offered = {button.action for button in dialog_of(office.press(DSL, "case.open", reference)).buttons}
    assert "case.acknowledging" in offered
    drills.end(office.database, office.home, reference, office.clock())
    after = {button.action for button in dialog_of(office.press(DSL, "case.open", reference)).buttons}
    assert after == offered - {"case.acknowledging"}
    ended = office.case(reference)
    for reply in (
        office.press(DSL, "case.acknowledging", reference),
        office.fill(DSL, "case.acknowledge", reference, {"line": "I have it."}),
    ):
        assert reply.messages[0].summary == "This is a drill, so nothing can be added to it."
    assert office.case(reference) == ended, "a card from before the end opens nothing again"


def test_a_real_report_can_be_neither_ended_nor_reported_as_a_drill(office: Office) -> None:
    (case,) = office.report(TA, "esafety")
    for act in (drills.end, drills.look):
        with pytest.raises(NoDrill, match="is a real report and not a drill: nothing was changed"):
            act(office.database, office.home, case.reference, office.clock())
    assert office.case(case.reference) == case


@pytest.mark.parametrize("who", [DSL, DEPUTY, HEAD, CHAIR])
def test_anybody_can_send_a_drill_and_is_not_alerted_of_their_own(who: str, office: Office) -> None:
    start(office, who=who)
    office.clock.forward(timedelta(minutes=11))
    step(office)
    own = [n for n in notices(office) if n.to.person == who and not n.key.startswith("receipt:")]
    assert all(n.message.summary.startswith("DRILL: Your report") for n in own)


def test_a_form_that_the_school_has_changed_is_filled_in_too(office: Office) -> None:
    form = office.home.forms["esafety"]
    for urgency in Urgency:
        answers = made_up(form, urgency)
        assert answers["urgency"] == urgency.value
        assert (answers["image"], answers["adult"]) == ("no", "no")
        assert "DRILL" in str(answers["account"])
    harder = {**form.questions, "x": replace(form.questions["account"], id="x", longest=3)}
    pages = (*form.pages[:-1], replace(form.pages[-1], questions=(*form.pages[-1].questions, "x")))
    odd = replace(form, questions=harder, pages=pages)
    office.home = replace(office.home, forms={**office.home.forms, "esafety": odd})
    with pytest.raises(NoDrill, match="change x in it"):
        start(office)
