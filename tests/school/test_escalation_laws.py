"""What holds for every ladder of the escalation clock, whatever the report, the day and the clocks."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.school.calendar import is_school_day
from bot.school.concerns import CaseKind, Urgency
from bot.school.escalation import Rung, due, ladder, rungs, whom
from bot.school.forms import Answers
from bot.school.people import Role
from bot.school.routing import readers
from tests.school.ladders import (
    ALWAYS,
    CALM,
    CHAIR,
    DECADE,
    DEPUTY,
    DSL,
    HEAD,
    LONDON,
    PAIR,
    SCHOOL,
    STAND_IN,
    TA,
    URGENCIES,
    YEAR,
    case,
    routed,
    without,
)

REPORTS: list[tuple[str, Answers, set[str]]] = [
    ("esafety", {"adult": "no"}, set()),
    ("esafety", {"adult": "yes", "adult_who": "headteacher"}, {HEAD}),
    ("esafety", {"adult": "yes", "adult_who": "dsl"}, {DSL}),
    ("esafety", {"adult": "yes", "adult_who": "deputy"}, {DEPUTY}),
    ("esafety", {"adult": "yes", "adult_who": "chair"}, {CHAIR}),
    ("esafety", {"adult": "yes", "adult_who": "other", "adult_name": "gethin MARCHBANKS"}, {DEPUTY}),
    ("esafety", {"adult": "no", "pupils": ({"name": "Nia Oduya"},)}, {HEAD}),
    ("esafety", {"adult": "no", "pupils": ({"name": "Bo Penhallow"},)}, {DSL}),
    ("breach", {"about": "unknown", "harm": "yes"}, set()),
    ("breach", {"about": "headteacher", "harm": "yes"}, {HEAD}),
    ("breach", {"about": "chair", "harm": "not_sure"}, {CHAIR}),
    ("breach", {"about": "dsl", "harm": "yes"}, {DSL}),
    ("breach", {"about": "deputy", "harm": "yes"}, {DEPUTY}),
]
FAMILIES = replace(
    SCHOOL,
    people={
        **SCHOOL.people,
        HEAD: replace(SCHOOL.people[HEAD], family=("Nia Oduya",)),
        DSL: replace(SCHOOL.people[DSL], family=("Bo Penhallow",)),
    },
)


@CALM
@given(
    report=st.sampled_from(REPORTS),
    urgency=URGENCIES,
    sent=YEAR,
    reporter=st.sampled_from([TA, DSL, DEPUTY, HEAD, CHAIR]),
    away=st.sets(st.sampled_from([DSL, DEPUTY, HEAD, CHAIR, STAND_IN])),
)
def test_subjects_families_and_reporters_are_never_told_and_somebody_always_is(
    report: tuple[str, Answers, set[str]], urgency: Urgency, sent: datetime, reporter: str, away: set[str]
) -> None:
    form, answers, subjects = report
    school = without(FAMILIES, away, sent.date() - timedelta(days=30), sent.date() + timedelta(days=90))
    for one in routed(school, form, answers, urgency, sent, reporter):
        for rung in ladder(school, one, sent + timedelta(days=1 if urgency is Urgency.DANGER else 60)):
            told = {person.id for person in whom(school, one, rung, rung.at)}
            assert not told & (subjects | {reporter}), rung
            assert not told & one.excluded.keys()
            others = {p.id for p in readers(school, one, school.day(rung.at))} - one.excluded.keys()
            assert told or not others


@CALM
@given(sent=DECADE, urgency=URGENCIES, minutes=st.integers(0, 200))
def test_minutes_pass_alike_on_every_day_of_the_decade(
    sent: datetime, urgency: Urgency, minutes: int
) -> None:
    danger = case(urgency=Urgency.DANGER, sent=sent.astimezone(LONDON))
    now = sent + timedelta(minutes=minutes)
    steps = [rung.at - sent for rung in ladder(ALWAYS, danger, now)]
    wanted = [timedelta(minutes=5), *(timedelta(minutes=10 * n) for n in range(1, minutes // 10 + 1))]
    assert steps == [step for step in wanted if step <= timedelta(minutes=minutes)]
    for rung in rungs(ALWAYS, case(urgency=urgency, sent=sent), now):
        assert rung.at > sent
        assert rung.at.utcoffset() == timedelta(0)


@CALM
@given(
    sent=YEAR,
    urgency=URGENCIES,
    kind=st.sampled_from([CaseKind.ESAFETY, CaseKind.BREACH]),
    moments=st.lists(st.integers(0, 60 * 24 * 40), min_size=2, max_size=8),
)
def test_the_ladder_is_monotone_pure_and_begins_after_it_was_sent(
    sent: datetime, urgency: Urgency, kind: CaseKind, moments: list[int]
) -> None:
    one = case(kind, urgency, sent, PAIR if kind is CaseKind.ESAFETY else (Role.HEADTEACHER,))
    before = replace(one)
    assert due(SCHOOL, one, sent) == ()
    seen = [due(SCHOOL, one, sent + timedelta(minutes=each)) for each in sorted(moments)]
    assert seen == [due(SCHOOL, one, sent + timedelta(minutes=each)) for each in sorted(moments)]
    assert one == before
    for earlier, later in pairwise(seen):
        assert {_stem(rung) for rung in earlier} <= {_stem(rung) for rung in later}
        latest = {_stem(rung): rung.at for rung in later}
        assert all(rung.at <= latest[_stem(rung)] for rung in earlier)
    for found, minutes in zip(seen, sorted(moments), strict=True):
        assert all(sent < rung.at <= sent + timedelta(minutes=minutes) for rung in found)
        assert list(found) == sorted(found, key=lambda rung: rung.at)


def _stem(rung: Rung) -> str:
    return rung.id.rpartition("-")[0] if rung.id[-1].isdigit() else rung.id


@CALM
@given(sent=YEAR)
def test_what_is_not_danger_rings_on_school_days_only(sent: datetime) -> None:
    for urgency in (Urgency.TODAY, Urgency.KNOWN):
        for rung in rungs(SCHOOL, case(urgency=urgency, sent=sent), sent):
            day = SCHOOL.day(rung.at)
            assert is_school_day(SCHOOL, day) or day > SCHOOL.terms[-1].last
