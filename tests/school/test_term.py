"""The term report and the silence map: no exact number, nothing small, no drill, no word."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import House, read_house
from bot.school.concerns import Case, CaseKind, State, Urgency
from bot.school.people import Term as SchoolTerm
from bot.school.silence import silence
from bot.school.tallies import FEWEST, Tally, shown, spans, step, tally, weeks
from bot.school.term import Term, period, report

ROOT = Path(__file__).parents[2]
FIRST, LAST = date(2026, 9, 1), date(2026, 12, 18)
SENT = datetime(2026, 10, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(ROOT / "policy", ROOT / "intents", phrasings=False)


def case(n: int, **more: object) -> Case:
    made = Case(
        id=f"c{n}", school="palatine", reference=f"REF{n}", concern=f"x{n}", kind=CaseKind.ESAFETY,
        part="both", urgency=Urgency.TODAY, state=State.SENT, roles=(), excluded={}, reporter="ta", sent=SENT,
        opened=SENT + timedelta(minutes=n), acknowledged=SENT + timedelta(hours=n),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def term(house: House, **more: object) -> Term:
    made = Term(
        school=house.school, policy=house.policy, intents=house.intents, first=FIRST, last=LAST,
        asked=(), cases=(), escalated=(),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def numbers(rows: tuple[Tally, ...]) -> dict[str, int]:
    return {row.id: row.n for row in rows}


def test_cases_are_counted_by_kind_and_urgency_and_drills_are_not(house: House) -> None:
    drills = [case(n, flags=("drill",)) for n in range(10, 30)]
    old = [case(n, sent=SENT - timedelta(days=60)) for n in range(30, 50)]
    made = report(term(house, cases=[*map(case, range(1, 8)), *drills, *old]))
    assert numbers(made.cases)["Concern about a pupil, today"] == 5
    assert sum(row.n for row in made.cases) == 5
    assert made.waited[1].opened.middle == timedelta(minutes=4)
    assert made.waited[1].opened.worst == timedelta(minutes=7)
    assert made.waited[1].acknowledged.worst == timedelta(hours=7)


def test_four_cases_are_as_good_as_none(house: House) -> None:
    four, none = (report(term(house, cases=list(map(case, range(1, n))))) for n in (5, 1))
    assert four == none


def test_alarms_are_counted_by_step_and_those_of_drills_are_not(house: House) -> None:
    cases = [case(n) for n in range(1, 8)] + [case(n, flags=("drill",)) for n in range(8, 30)]
    steps = [(f"REF{n}", f"unacknowledged-{n}") for n in range(1, 30)] + [("REF1", "unopened")] * 4
    assert numbers(report(term(house, cases=cases, escalated=steps)).escalations) == {
        "unopened": 0, "unacknowledged": 5, "unacknowledged-head": 0, "unacknowledged-chair": 0,
    }  # fmt: skip


def test_one_case_that_rings_every_ten_minutes_is_one_case(house: House) -> None:
    steps = [("REF1", "unacknowledged")] + [("REF1", f"unacknowledged-{n}") for n in range(2, 40)]
    rows = report(term(house, cases=[case(1)], escalated=steps)).escalations
    assert set(numbers(rows).values()) == {0}, "five would tell of one bad night"


def test_answers_are_counted_by_section_and_clause(house: House) -> None:
    intent = next(i for i in house.intents.values() if i.clauses[:1] == ("PER-1b",))
    day = date(2026, 10, 5)
    asked = [
        (day, intent.id, "answered", 9), (day, intent.id, "chosen", 3), (day, "PER-1b", "needed", 6),
        (day, "PER-1b", "not meant", 4), (day, "", "unsure", 7), (day, "gone-since", "answered", 50),
    ]  # fmt: skip
    made = report(term(house, asked=asked))
    assert numbers(made.sections)["PER"] == 10
    (liked,) = made.clauses
    assert (liked.clause, liked.answered.n, liked.needed.n, liked.missed.n) == ("PER-1b", 10, 5, 0)
    assert numbers(made.questions)["unsure"] == 5


def test_the_silence_map_knows_where_questions_belong_and_in_which_week(house: House) -> None:
    place = next(i for i in house.intents if i.startswith("not-covered"))
    asked = [
        (date(2026, 10, 5), place, "not covered", 6),
        (date(2026, 10, 12), place, "chosen", 4),
        (date(2026, 10, 12), "not-covered-greeting", "not covered", 3),
        (date(2026, 10, 12), "MON-1", "nearest", 7),
    ]
    found = silence(asked, house.intents, house.policy, date(2026, 10, 5), date(2026, 10, 18))
    assert found.weeks == (date(2026, 10, 5), date(2026, 10, 12))
    assert found.whole.n == 10
    assert found.whole.by_week == (5, 5)
    assert [(row.id, row.n, row.by_week) for row in found.places] == [(place, 10, (5, 0))]
    assert found.nearest[0].name == "MON-1, Monitoring of Internet Use"


ASKED = st.lists(
    st.tuples(
        st.dates(FIRST, LAST),
        st.sampled_from(["not-covered-greeting", "PER-1b", "", "friend", "not-covered-catering"]),
        st.sampled_from(["not covered", "nearest", "answered", "needed", "not meant", "unsure", "chosen"]),
        st.integers(1, 40),
    ),
    max_size=60,
)


@given(asked=ASKED)
def test_no_exact_and_no_small_number_is_ever_in_a_report(
    house: House, asked: list[tuple[date, str, str, int]]
) -> None:
    made = report(term(house, asked=asked))
    for number in re.findall(r"\bn=(\d+)", repr(made)):
        assert int(number) % FEWEST == 0
    for listed in re.findall(r"by_week=\(([\d, ]*)\)", repr(made)):
        assert all(int(number) % FEWEST == 0 for number in re.findall(r"\d+", listed))


@given(asked=ASKED, extra=st.integers(1, FEWEST - 1))
def test_a_few_questions_about_something_new_name_nothing_new(
    house: House, asked: list[tuple[date, str, str, int]], extra: int
) -> None:
    more = [*asked, (FIRST, "not-covered-first-aid", "not covered", extra)]
    before, after = (report(term(house, asked=each)) for each in (asked, more))
    assert before.silence.places == after.silence.places
    assert before.clauses == after.clauses


def test_a_tally_refuses_an_exact_number() -> None:
    with pytest.raises(ValueError, match="stepped"):
        Tally(id="", name="", n=7)
    with pytest.raises(ValueError, match="stepped"):
        Tally(id="", name="", n=5, by_week=(1,))
    assert tally("", "", 7, [6, 4]).by_week == (5, 0)


@given(n=st.integers(0, 10_000))
def test_what_is_shown_says_no_more_than_the_step(n: int) -> None:
    assert shown(n) == shown(step(n))


def test_how_long_it_took_is_shown_for_five_or_more() -> None:
    times = [timedelta(minutes=n) for n in range(1, 6)]
    assert spans(times[:4]).middle is None
    assert spans(times[:4]).n == 0
    assert (spans(times).middle, spans(times).worst) == (timedelta(minutes=3), timedelta(minutes=5))


def test_weeks_begin_on_monday_and_leave_none_out() -> None:
    assert weeks(date(2026, 9, 2), date(2026, 9, 14)) == (
        date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 14),
    )  # fmt: skip
    assert weeks(FIRST, FIRST) == (date(2026, 8, 31),)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ("2026-09-15", "2026-09-01", "2026-09-15"),
        ("2026-11-22", "2026-09-01", "2026-11-22"),
        ("2026-12-28", "2026-09-01", "2026-12-18"),
        ("2027-03-01", "2027-01-04", "2027-03-01"),
        ("2027-08-10", "2027-04-12", "2027-07-21"),
        ("2026-08-01", "2026-05-09", "2026-08-01"),
    ],
)
def test_the_days_meant_are_those_of_the_term_both_halves(
    house: House, today: str, first: str, last: str
) -> None:
    days = period(house.school, date.fromisoformat(today))
    assert days == (date.fromisoformat(first), date.fromisoformat(last))


def test_the_autumn_before_last_is_another_term(house: House) -> None:
    before = SchoolTerm(name="Autumn term, first half", first=date(2025, 9, 1), last=date(2025, 10, 20))
    school = replace(house.school, terms=(before, *house.school.terms))
    assert period(school, date(2026, 11, 22))[0] == FIRST
