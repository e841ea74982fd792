"""The escalation clock, row by row: who is told at which minute, what stops it, and who is never told."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.reading import read_forms
from bot.school.concerns import Case, CaseKind, State, Urgency
from bot.school.escalation import Advice, Lacks, Rung, due, first, ladder, rungs, whom
from bot.school.people import Role, School
from bot.school.routing import REPORTER, SUBJECT
from bot.school.urgency import marks
from bot.school.waits import WAITS, Waits
from tests.school.ladders import (
    ALWAYS,
    CHAIR,
    DEPUTY,
    DSL,
    HEAD,
    LONDON,
    PAIR,
    POLICY,
    SCHOOL,
    SECOND,
    STAND_IN,
    TA,
    at,
    case,
    routed,
    without,
)

BREACH = {"kind": CaseKind.BREACH, "roles": (Role.HEADTEACHER,)}
CHAIRED = {"kind": CaseKind.BREACH, "roles": (Role.CHAIR,), "excluded": {TA: REPORTER, HEAD: SUBJECT}}
EVERYBODY = {DSL, DEPUTY, HEAD}
UNOPENED, UNANSWERED = Lacks.OPENED, Lacks.ACKNOWLEDGED
NONE, PHONE, OUTSIDE = Advice.NONE, Advice.PHONE, Advice.OUTSIDE

ROWS: list[tuple[dict[str, object], str, str, Lacks, set[str], Advice]] = [
    # danger now: at any hour
    *(
        row
        for day, hour in (("2026-10-06", "10"), ("2026-10-10", "23"), ("2026-10-27", "03"))
        for row in (
            (
                {"urgency": Urgency.DANGER, "sent": f"{day}T{hour}:00"},
                "unopened", f"{day}T{hour}:05", UNOPENED, EVERYBODY, PHONE,
            ),
            (
                {"urgency": Urgency.DANGER, "sent": f"{day}T{hour}:00"},
                "unacknowledged-0", f"{day}T{hour}:10", UNANSWERED, EVERYBODY | {CHAIR},
                OUTSIDE,
            ),
            (
                {"urgency": Urgency.DANGER, "sent": f"{day}T{hour}:00"},
                "unacknowledged-3", f"{day}T{hour}:40", UNANSWERED, EVERYBODY | {CHAIR},
                OUTSIDE,
            ),
        )
    ),
    # today: in school, late in the day, in the evening, at the weekend, in the holidays
    ({}, "unopened", "2026-10-06T10:30", UNOPENED, {HEAD}, NONE),
    ({}, "unacknowledged", "2026-10-06T15:30", UNANSWERED, {HEAD}, PHONE),
    ({"sent": "2026-10-06T15:20"}, "unopened", "2026-10-06T15:50", UNOPENED, {HEAD}, NONE),
    ({"sent": "2026-10-06T15:20"}, "unacknowledged", "2026-10-06T15:50", UNANSWERED, {HEAD}, PHONE),
    ({"sent": "2026-10-06T06:00"}, "unopened", "2026-10-06T09:00", UNOPENED, {HEAD}, NONE),
    ({"sent": "2026-10-06T20:00"}, "unopened", "2026-10-07T09:00", UNOPENED, {HEAD}, NONE),
    ({"sent": "2026-10-06T20:00"}, "unacknowledged", "2026-10-07T15:30", UNANSWERED, {HEAD}, PHONE),
    ({"sent": "2026-10-09T16:00"}, "unopened", "2026-10-12T09:00", UNOPENED, {HEAD}, NONE),
    ({"sent": "2026-10-24T11:00"}, "unopened", "2026-11-03T09:00", UNOPENED, {HEAD}, NONE),
    # should be known
    ({"urgency": Urgency.KNOWN}, "unopened", "2026-10-07T09:00", UNOPENED, {DSL, DEPUTY}, NONE),
    ({"urgency": Urgency.KNOWN}, "unacknowledged-head", "2026-10-08T09:00", UNANSWERED, {HEAD}, NONE),
    ({"urgency": Urgency.KNOWN}, "unacknowledged-chair", "2026-10-13T09:00", UNANSWERED, {CHAIR}, NONE),
    (
        {"urgency": Urgency.KNOWN, "sent": "2026-10-23T12:00"},
        "unacknowledged-head", "2026-11-04T09:00", UNANSWERED, {HEAD}, NONE,
    ),
    # an adult's conduct
    (BREACH, "unopened", "2026-10-06T10:30", UNOPENED, {CHAIR}, PHONE),
    (BREACH, "unacknowledged", "2026-10-07T09:00", UNANSWERED, {HEAD}, NONE),
    ({**BREACH, "urgency": Urgency.KNOWN}, "unopened", "2026-10-07T09:00", UNOPENED, {CHAIR}, NONE),
    (
        {**BREACH, "urgency": Urgency.DANGER, "sent": "2026-10-10T23:00"},
        "unopened", "2026-10-10T23:30", UNOPENED, {CHAIR}, PHONE,
    ),
    # its LADO reminder counts working days, which go on in the holidays
    ({**BREACH, "sent": "2026-10-23T16:00"}, "unacknowledged", "2026-10-26T09:00", UNANSWERED, {HEAD}, NONE),
    # led by the chair
    (CHAIRED, "unopened", "2026-10-06T10:30", UNOPENED, {CHAIR}, OUTSIDE),
    (CHAIRED, "unacknowledged", "2026-10-07T09:00", UNANSWERED, {CHAIR}, NONE),
    ({**CHAIRED, "urgency": Urgency.KNOWN}, "unopened", "2026-10-07T09:00", UNOPENED, {CHAIR}, OUTSIDE),
]  # fmt: skip


@pytest.mark.parametrize(("made", "step", "minute", "lacks", "told", "advice"), ROWS)
def test_every_row_of_the_table_rings_at_its_minute_and_not_before(
    made: dict[str, object], step: str, minute: str, lacks: Lacks, told: set[str], advice: Advice
) -> None:
    one, when = case(**made), at(minute)  # type: ignore[arg-type]
    assert step not in {rung.id for rung in due(SCHOOL, one, when - SECOND)}
    rung = next(rung for rung in due(SCHOOL, one, when) if rung.id == step)
    assert rung.at == when
    assert (rung.lacks, rung.reporter) == (lacks, advice)
    assert {person.id for person in whom(SCHOOL, one, rung, when)} == told


def test_the_table_has_no_other_rows() -> None:
    far = at("2026-12-18T12:00")
    for urgency, kind, roles in (
        *((urgency, CaseKind.ESAFETY, PAIR) for urgency in Urgency),
        *((urgency, CaseKind.BREACH, (Role.HEADTEACHER,)) for urgency in Urgency),
    ):
        found = {
            rung.id.rpartition("-")[0] if rung.id[-1].isdigit() else rung.id
            for rung in rungs(SCHOOL, case(kind, urgency, roles=roles), far)
        }
        wanted = {
            str(step).rpartition("-")[0] if str(step)[-1].isdigit() else step
            for made, step, *_ in ROWS
            if made.get("kind", CaseKind.ESAFETY) is kind and made.get("urgency", Urgency.TODAY) is urgency
        }
        assert found == wanted | ({"unacknowledged"} if kind is CaseKind.BREACH else set())


def test_a_request_for_a_site_is_watched_by_no_clock() -> None:
    site = case(CaseKind.SITE, roles=(Role.HEADTEACHER,))
    assert first(SCHOOL, site) is None
    assert due(SCHOOL, site, at("2027-10-06T10:00")) == ()


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize(
    ("kind", "roles"), [(CaseKind.ESAFETY, PAIR), (CaseKind.BREACH, (Role.HEADTEACHER,))]
)
def test_opening_stops_what_waits_for_it_and_nothing_else_and_acknowledging_stops_all(
    urgency: Urgency, kind: CaseKind, roles: tuple[Role, ...]
) -> None:
    far, one = at("2026-12-18T12:00"), case(kind, urgency, roles=roles)
    both = {rung.lacks for rung in due(SCHOOL, one, far)}
    assert both == {Lacks.OPENED, Lacks.ACKNOWLEDGED}
    opened = replace(one, state=State.OPENED, opened=at("2026-10-06T10:01"), opened_by=DSL)
    assert {rung.lacks for rung in due(SCHOOL, opened, far)} == {Lacks.ACKNOWLEDGED}
    answered = replace(opened, state=State.ACKNOWLEDGED, acknowledged=far)
    assert due(SCHOOL, answered, far) == ()
    assert due(SCHOOL, replace(one, state=State.REOPENED, acknowledged=far), far) == ()
    assert due(SCHOOL, replace(one, closed=far), far) == ()


def test_a_sealed_copy_that_nobody_can_open_rings_for_nobody() -> None:
    assert due(SCHOOL, case(CaseKind.BREACH, roles=()), at("2027-01-01T12:00")) == ()


def told_by(school: School, one: Case, step: str, minute: str) -> set[str]:
    rung = next(rung for rung in rungs(school, one, at(minute)) if rung.id == step)
    return {person.id for person in whom(school, one, rung, at(minute))}


def test_a_dsls_own_report_is_for_the_others_and_when_they_dont_look_for_the_chair() -> None:
    (one,) = routed(SCHOOL, "esafety", {"adult": "no"}, Urgency.TODAY, at("2026-10-06T10:00"), DSL)
    assert one.roles == (*PAIR, Role.HEADTEACHER)
    assert told_by(SCHOOL, one, "unopened", "2026-10-06T10:30") == {HEAD, CHAIR}
    danger = replace(one, urgency=Urgency.DANGER)
    assert told_by(SCHOOL, danger, "unopened", "2026-10-06T10:05") == {DEPUTY, HEAD}
    known = replace(one, urgency=Urgency.KNOWN)
    assert told_by(SCHOOL, known, "unopened", "2026-10-07T09:00") == {DEPUTY, HEAD}


def test_where_the_headteacher_may_not_be_told_it_is_the_chair() -> None:
    about = {"adult": "yes", "adult_who": "headteacher"}
    child, adult = routed(SCHOOL, "esafety", about, Urgency.TODAY, at("2026-10-06T10:00"))
    assert told_by(SCHOOL, child, "unopened", "2026-10-06T10:30") == {CHAIR}
    assert told_by(SCHOOL, child, "unacknowledged", "2026-10-06T15:30") == {CHAIR}
    assert adult.roles == (Role.CHAIR,)
    assert told_by(SCHOOL, adult, "unopened", "2026-10-06T10:30") == {CHAIR}


def test_where_nobody_is_left_to_tell_the_readers_are_told_again() -> None:
    about_chair = case(**BREACH, excluded={TA: REPORTER, CHAIR: SUBJECT})  # type: ignore[arg-type]
    assert told_by(SCHOOL, about_chair, "unopened", "2026-10-06T10:30") == {HEAD}


def test_whoever_is_on_duty_is_told_and_when_all_are_away_whoever_holds_the_role() -> None:
    day, danger = date(2026, 10, 6), case(urgency=Urgency.DANGER)
    no_dsl = without(SCHOOL, {DSL}, day, day)
    assert told_by(no_dsl, danger, "unopened", "2026-10-06T10:05") == {DSL, DEPUTY, HEAD}
    second = replace(SCHOOL.people[STAND_IN], roles=frozenset({Role.DEPUTY_DSL}))
    two_deputies = replace(no_dsl, people={**no_dsl.people, STAND_IN: second})
    gone = without(two_deputies, {DEPUTY}, day, day)
    assert told_by(gone, danger, "unopened", "2026-10-06T10:05") == {DSL, STAND_IN, HEAD}
    neither = without(SCHOOL, {DSL, DEPUTY}, day, day)
    assert told_by(neither, danger, "unopened", "2026-10-06T10:05") == {STAND_IN, DEPUTY, HEAD}
    no_head = without(SCHOOL, {HEAD}, day, day)
    assert told_by(no_head, case(), "unopened", "2026-10-06T10:30") == {HEAD}


def test_after_an_outage_only_the_latest_repetition_is_due() -> None:
    one = case(urgency=Urgency.DANGER)
    for days in (0.01, 1, 30):
        found = [rung.id for rung in due(SCHOOL, one, one.sent + timedelta(days=days))]
        assert len(found) == 2
        assert sum(id.startswith("unacknowledged-") for id in found) == 1
    assert len(ladder(SCHOOL, one, one.sent + timedelta(minutes=45))) == 5


def test_a_school_may_ring_sooner() -> None:
    quick = Waits(danger_unopened=timedelta(minutes=2), today_unopened=timedelta(minutes=15), known_head=1)
    school = replace(SCHOOL, waits=quick)
    first_of = {urgency: first(school, case(urgency=urgency)) for urgency in Urgency}
    assert _at(first_of[Urgency.DANGER]) == at("2026-10-06T10:02")
    assert _at(first_of[Urgency.TODAY]) == at("2026-10-06T10:15")
    assert told_by(school, case(urgency=Urgency.KNOWN), "unacknowledged-head", "2026-10-07T09:00") == {HEAD}


def _at(rung: Rung | None) -> datetime:
    assert rung is not None
    return rung.at


@pytest.mark.parametrize(
    ("sent", "opens"),
    [
        ("2027-03-27T20:00", "2027-03-28T02:00"),  # 00:30 GMT; half an hour of school; then the gap at 01:00
        ("2026-10-24T20:00", "2026-10-25T01:00"),
    ],
)
def test_minutes_are_minutes_when_the_clocks_change(sent: str, opens: str) -> None:
    rung = first(ALWAYS, case(sent=sent))
    assert rung is not None
    opening = datetime.fromisoformat(sent).date() + timedelta(days=1)
    began = datetime.combine(opening, time(0, 30), LONDON).astimezone(UTC)
    assert rung.at - began == WAITS.today_unopened
    assert rung.at.astimezone(LONDON).replace(tzinfo=None) == datetime.fromisoformat(opens)


def test_no_answer_to_any_form_makes_a_drill() -> None:
    for form in read_forms(POLICY).values():
        for question in form.questions.values():
            for said in ("drill", "DRILL", "yes", *(choice.id for choice in question.choices)):
                assert "drill" not in marks({question.id: said, "drill": "drill"})
