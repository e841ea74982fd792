"""Schools, cases and reports to try the escalation clock on."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.reading import read_school
from bot.school.concerns import Case, CaseKind, State, Urgency
from bot.school.forms import Answers
from bot.school.people import Absence, Hours, Role, School, Term
from bot.school.routing import REPORTER, route

LONDON = ZoneInfo("Europe/London")
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
POLICY = Path(__file__).parents[2] / "policy"
SCHOOL = read_school(POLICY)
TA, DSL, DEPUTY, HEAD, CHAIR, STAND_IN = (
    *("jem-karuna", "isolde-penhallow", "gethin-marchbanks", "rafferty-oduya", "cressida-wainfleet"),
    "honor-bexwell",
)
PAIR = (Role.DSL, Role.DEPUTY_DSL)
SECOND = timedelta(seconds=1)
ALWAYS = replace(
    SCHOOL,
    hours={day: Hours(opens=time(0, 30), closes=time(2, 45)) for day in range(7)},
    terms=(Term(name="All", first=date(2023, 1, 1), last=date(2035, 12, 31)),),
    closed={},
    bank_holidays={},
)
"""A school that is open in the hours in which clocks change."""
DECADE = st.datetimes(min_value=datetime(2024, 1, 2), max_value=datetime(2034, 12, 1)).map(  # noqa: DTZ001
    lambda when: when.replace(tzinfo=UTC)
)
YEAR = st.datetimes(min_value=datetime(2026, 9, 1), max_value=datetime(2027, 7, 20)).map(  # noqa: DTZ001
    lambda when: when.replace(tzinfo=UTC)
)
URGENCIES = st.sampled_from(list(Urgency))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def case(
    kind: CaseKind = CaseKind.ESAFETY,
    urgency: Urgency = Urgency.TODAY,
    sent: str | datetime = "2026-10-06T10:00",
    roles: tuple[Role, ...] = PAIR,
    reporter: str = TA,
    **more: object,
) -> Case:
    given: dict[str, object] = {
        "id": "c1",
        "school": SCHOOL.id,
        "reference": "K7QF2M",
        "concern": "k1",
        "kind": kind,
        "part": "both",
        "urgency": urgency,
        "state": State.SENT,
        "roles": roles,
        "excluded": {reporter: REPORTER},
        "reporter": reporter,
        "sent": at(sent) if isinstance(sent, str) else sent,
    }
    return Case(**{**given, **more})  # type: ignore[arg-type]


def routed(
    school: School, form: str, answers: Answers, urgency: Urgency, sent: datetime, reporter: str = TA
) -> list[Case]:
    """The cases that a report of this kind becomes."""
    found = route(school, form, answers, reporter, school.day(sent))
    return [
        case(one.kind, urgency, sent, one.roles, reporter, excluded=dict(one.excluded))
        for one in found.routes
    ]


def without(school: School, away: set[str], since: date, until: date) -> School:
    """The same school with some people away."""
    absence = (Absence(first=since, last=until),)
    gone = {id: replace(school.people[id], away=absence) for id in away}
    return replace(school, people={**school.people, **gone})
