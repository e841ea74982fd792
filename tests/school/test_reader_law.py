"""The reader law: no subject ever reads, and nobody is left without a reader or the LADO's number."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from bot.school.concerns import Case, CaseKind, State, Urgency
from bot.school.forms import Answers
from bot.school.people import Absence, Channel, Person, Role, School
from bot.school.routing import Route, Routing, next_in_line, powers, readers, route

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def person(id: str, *roles: Role, away: bool = False, family: tuple[str, ...] = ()) -> Person:
    absences = (Absence(first=DAY, last=DAY),) if away else ()
    return Person(
        id=id,
        name=f"{id.capitalize()} Example",
        job=id,
        roles=frozenset({Role.STAFF, *roles}),
        away=absences,
        family=family,
    )


def school(*people: Person) -> School:
    return School(
        id="s",
        name="S",
        timezone="Europe/London",
        people={p.id: p for p in people},
        channels={
            "staffroom": Channel(id="staffroom", name="Staff room", role=Role.STAFF),
            "safeguarding": Channel(id="safeguarding", name="Safeguarding", role=Role.DSL),
            "head": Channel(id="head", name="Head", role=Role.HEADTEACHER),
            "chair": Channel(id="chair", name="Chair", role=Role.CHAIR),
        },
        hours={},
        terms=(),
        closed={},
        phones={},
        retention={},
    )


TA = person("ta")
OFFICE = person("office")
DSL = person("dsl", Role.DSL)
DEPUTY = person("deputy", Role.DEPUTY_DSL)
HEAD = person("head", Role.HEADTEACHER)
CHAIR = person("chair", Role.CHAIR)
PALATINE = school(TA, OFFICE, DSL, DEPUTY, HEAD, CHAIR)


def read_by(routing: Routing) -> dict[str, set[str]]:
    return {one.part: {p.id for p in one.readers} for one in routing.routes}


def esafety(who: str = "", **more: object) -> Answers:
    answers: dict[str, object] = {"adult": "yes", "adult_who": who} if who else {"adult": "no"}
    return answers | more  # type: ignore[return-value]


TABLE: list[tuple[str, str, Answers, str, dict[str, set[str]], bool]] = [
    ("pupil only", "esafety", esafety(), "ta", {"both": {"dsl", "deputy"}}, False),
    ("reporter is the DSL", "esafety", esafety(), "dsl", {"both": {"deputy", "head"}}, False),
    ("reporter is the deputy", "esafety", esafety(), "deputy", {"both": {"dsl"}}, False),
    ("DSL is subject", "esafety", esafety("dsl"), "ta", {"adult": {"head"}, "child": {"deputy"}}, False),
    ("deputy is subject", "esafety", esafety("deputy"), "ta", {"child": {"dsl"}, "adult": {"head"}}, False),
    (
        "head is subject of an e-safety report",
        "esafety",
        esafety("headteacher"),
        "ta",
        {"child": {"dsl", "deputy"}, "adult": {"chair"}},
        True,
    ),
    ("colleague", "breach", {"about": "colleague", "harm": "no"}, "ta", {"both": {"head"}}, False),
    ("head is subject", "breach", {"about": "headteacher", "harm": "no"}, "ta", {"both": {"chair"}}, True),
    ("chair is subject", "breach", {"about": "chair", "harm": "no"}, "ta", {"both": {"head"}}, True),
    ("head and chair", "breach", {"about": "head_and_chair", "harm": "no"}, "ta", {}, True),
    ("head reports", "breach", {"about": "colleague", "harm": "no"}, "head", {"both": {"chair"}}, False),
    ("head about self", "breach", {"about": "myself", "harm": "no"}, "head", {"both": {"chair"}}, True),
    (
        "harm by a colleague: the DSL is told for the child's welfare",
        "breach",
        {"about": "colleague", "harm": "yes"},
        "ta",
        {"adult": {"head"}, "child": {"dsl", "deputy"}},
        True,
    ),
    (
        "harm by the DSL: the DSL is not told",
        "breach",
        {"about": "dsl", "harm": "not_sure"},
        "ta",
        {"adult": {"head"}, "child": {"deputy"}},
        True,
    ),
    ("a site", "site", {}, "ta", {"both": {"head"}}, False),
    ("the head's own site", "site", {}, "head", {"both": {"chair"}}, False),
]


@pytest.mark.parametrize(
    ("row", "form", "answers", "reporter", "wanted", "lado"), TABLE, ids=[r[0] for r in TABLE]
)
def test_each_row_of_the_reader_table(
    row: str, form: str, answers: Answers, reporter: str, wanted: dict[str, set[str]], lado: bool
) -> None:
    routing = route(PALATINE, form, answers, reporter, DAY)
    assert read_by(routing) == wanted, row
    assert routing.lado is lado, row


def test_when_the_head_is_also_the_dsl_and_the_subject_the_chair_reads_and_the_deputy_the_childs_part() -> (
    None
):
    both = school(TA, person("head", Role.HEADTEACHER, Role.DSL), DEPUTY, CHAIR)
    assert read_by(route(both, "esafety", esafety("headteacher"), "ta", DAY)) == {
        "child": {"deputy"},
        "adult": {"chair"},
    }
    assert read_by(route(both, "breach", {"about": "headteacher", "harm": "no"}, "ta", DAY)) == {
        "both": {"chair"}
    }


def test_a_reader_whose_own_child_is_named_is_dropped() -> None:
    parent = school(TA, person("dsl", Role.DSL, family=("Robin Example",)), DEPUTY, HEAD, CHAIR)
    pupils = ({"name": "robin  EXAMPLE", "class": "2B", "role": "harmed"},)
    routing = route(parent, "esafety", esafety(pupils=pupils), "ta", DAY)
    assert read_by(routing) == {"both": {"deputy"}}
    assert routing.routes[0].channel is None, "the DSL sits in the safeguarding room"


def test_a_typed_name_of_a_reader_drops_that_reader_whatever_was_picked() -> None:
    routing = route(
        PALATINE, "breach", {"about": "colleague", "name": "Mrs Head Example", "harm": "no"}, "ta", DAY
    )
    assert read_by(routing) == {"both": {"chair"}}


def test_when_nobody_of_the_first_roles_is_in_school_the_next_role_reads_too() -> None:
    away = school(
        TA, person("dsl", Role.DSL, away=True), person("deputy", Role.DEPUTY_DSL, away=True), HEAD, CHAIR
    )
    assert read_by(route(away, "esafety", esafety(), "ta", DAY)) == {"both": {"dsl", "deputy", "head"}}


def test_the_named_stand_in_reads_while_the_dsl_and_the_deputy_are_away_and_no_longer() -> None:
    away = school(
        TA,
        person("dsl", Role.DSL, away=True),
        person("deputy", Role.DEPUTY_DSL, away=True),
        HEAD,
        CHAIR,
        OFFICE,
    )
    covered = replace(away, safeguarding_stand_in="office")
    routing = route(covered, "esafety", esafety(), "ta", DAY)
    assert read_by(routing) == {"both": {"dsl", "deputy", "office"}}
    case = case_of(routing.routes[0], "ta")
    assert powers(covered, case, "office", DAY).work
    assert not powers(covered, case, "office", DAY + timedelta(days=1)).read


def case_of(one: Route, reporter: str, **more: str) -> Case:
    return Case(
        id="c",
        school="s",
        reference="K7QF2M",
        concern="k",
        kind=one.kind,
        part=one.part,
        urgency=Urgency.TODAY,
        state=State.SENT,
        roles=one.roles,
        excluded=one.excluded,
        reporter=reporter,
        sent=NOW,
        acknowledged_by=more.get("acknowledged_by", ""),
    )


def test_a_dsl_reads_their_own_report_and_does_not_triage_it_alone() -> None:
    one = route(PALATINE, "esafety", esafety(), "dsl", DAY).routes[0]
    alone = powers(PALATINE, case_of(one, "dsl"), "dsl", DAY)
    assert (alone.read, alone.work) == (True, False)
    assert powers(PALATINE, case_of(one, "dsl", acknowledged_by="deputy"), "dsl", DAY).work


ROLES = (Role.DSL, Role.DEPUTY_DSL, Role.HEADTEACHER, Role.CHAIR, Role.POLICY_OWNER)
SITUATIONS: list[tuple[str, Answers]] = [
    *(
        ("esafety", esafety(who))
        for who in ("", "dsl", "deputy", "headteacher", "chair", "other", "not_sure")
    ),
    *(
        ("breach", {"about": about, "harm": harm})
        for about, harm in product(
            ("myself", "colleague", "headteacher", "dsl", "deputy", "chair", "head_and_chair", "unknown"),
            ("no", "yes"),
        )
    ),
    ("site", {}),
]
SUBJECT_OF = {
    "dsl": Role.DSL,
    "deputy": Role.DEPUTY_DSL,
    "headteacher": Role.HEADTEACHER,
    "chair": Role.CHAIR,
}


def every_school() -> Iterator[School]:
    """All ways to give five roles to four people; one person may hold several, the fifth is plain staff."""
    ids = ("ann", "bo", "cy", "di")
    for holders in product(ids, repeat=len(ROLES)):
        held = {id: [r for r, h in zip(ROLES, holders, strict=True) if h == id] for id in ids}
        yield school(*(person(id, *roles) for id, roles in held.items()), person("ed"))


def about(situation: Answers, palatine: School, reporter: str) -> set[str]:
    told = situation.get("adult_who") or situation.get("about")
    roles = (Role.HEADTEACHER, Role.CHAIR) if told == "head_and_chair" else (SUBJECT_OF.get(str(told)),)
    subjects = {p.id for role in roles if role for p in palatine.holders(role)}
    return subjects | ({reporter} if told == "myself" else set())


def test_under_all_assignments_of_the_roles_no_subject_reads_and_nobody_is_left_alone() -> None:
    seen = 0
    for palatine in every_school():
        for (form, answers), reporter in product(SITUATIONS, palatine.people):
            routing = route(palatine, form, answers, reporter, DAY)
            subjects = about(answers, palatine, reporter)
            for one in routing.routes:
                case = case_of(one, reporter)
                allowed = {id for id in palatine.people if powers(palatine, case, id, DAY).read}
                seated = {p.id for p in palatine.seats(one.channel)} if one.channel else set()
                told_next = {p.id for p in next_in_line(palatine, one.kind, one.roles, one.excluded)}
                assert one.readers, "a route without a reader"
                assert not subjects & (allowed | seated | told_next | {p.id for p in one.readers})
                assert {p.id for p in readers(palatine, case, DAY)} == allowed
                assert "ed" not in allowed
                if one.kind is not CaseKind.ESAFETY:
                    assert reporter not in allowed
            assert routing.routes or (routing.lado and routing.outside_only)
            seen += 1
    assert seen == 4**5 * len(SITUATIONS) * 5
