"""Who may read a concern and who never will: the reader table of the safeguarding rules, as a function.

The law: readers = roles minus subjects minus reporter minus anybody whose own child is named. No
subject is ever a reader, and the set is empty only when the LADO screen is shown instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.school.concerns import Case, CaseKind
from bot.school.forms import Answers, Row, chosen
from bot.school.people import ROLE_NAMES, Channel, Person, Role, School, plain_name

PERHAPS = frozenset({"yes", "not_sure"})
"""Answers that count as yes where safety is concerned."""

SUBJECT = "it is about them"
REPORTER = "they are sending it"
FAMILY = "a child of their own family is named"
OUTSIDE = "it stays outside the school"

CHAINS: Mapping[CaseKind, tuple[tuple[Role, ...], ...]] = {
    CaseKind.ESAFETY: ((Role.DSL, Role.DEPUTY_DSL), (Role.HEADTEACHER,), (Role.CHAIR,)),
    CaseKind.BREACH: ((Role.HEADTEACHER,), (Role.CHAIR,)),
    CaseKind.SITE: ((Role.HEADTEACHER,), (Role.CHAIR,)),
}
"""Whose business each kind is, and who comes next when nobody of them is left or all are away."""

SUBJECT_ROLES: Mapping[str, tuple[Role, ...]] = {
    "dsl": (Role.DSL,),
    "deputy": (Role.DEPUTY_DSL,),
    "headteacher": (Role.HEADTEACHER,),
    "chair": (Role.CHAIR,),
    "head_and_chair": (Role.HEADTEACHER, Role.CHAIR),
}


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where one part of a concern goes. `readers` are today's; `roles` decide again at every click."""

    kind: CaseKind
    part: str
    roles: tuple[Role, ...]
    excluded: Mapping[str, str]
    readers: tuple[Person, ...]
    channel: Channel | None
    """The room its notice may appear in; None when somebody excluded sits there."""


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Every route of one concern, and whether the LADO's number must be on the screen."""

    routes: tuple[Route, ...] = ()
    lado: bool = False
    sealed: tuple[Route, ...] = ()
    """Halves that nobody inside may read, kept as sealed copies beside the half that somebody reads."""
    outside_only: bool = False
    """Nobody inside may read it: the LADO screen, a copy to print, a sealed copy if wanted."""
    never: Mapping[str, str] = field(default_factory=dict)
    """Person id -> why that person won't be able to read any of it."""


@dataclass(frozen=True, kw_only=True)
class Powers:
    """What one person may do with one case, today."""

    read: bool = False
    work: bool = False
    """Acknowledge, decide, move. A DSL who reported it reads it and does not triage it alone."""


def rows(answers: Answers, question: str) -> tuple[Row, ...]:
    """The lines of a repeating answer."""
    answer = answers.get(question, ())
    return tuple(r for r in answer if not isinstance(r, str)) if isinstance(answer, tuple) else ()


def text(answers: Answers, question: str) -> str:
    """A one-string answer, or ""."""
    answer = answers.get(question, "")
    return answer if isinstance(answer, str) else ""


def subjects(school: School, form: str, answers: Answers, reporter: str) -> frozenset[str]:
    """Ids of everybody on the people list whom the concern is about, by role or by typed name."""
    told = chosen(answers.get("adult_who" if form == "esafety" else "about"))
    found = {p.id for who in told for role in SUBJECT_ROLES.get(who, ()) for p in school.holders(role)}
    if "myself" in told:
        found.add(reporter)
    for name in named_adults(form, answers):
        found |= {person.id for person in school.named(name)}
    return frozenset(found)


def named_adults(form: str, answers: Answers) -> tuple[str, ...]:
    """The adults typed into a form as being involved."""
    name = text(answers, "adult_name" if form == "esafety" else "name")
    return (name,) if name.strip() else ()


def named_children(answers: Answers) -> tuple[str, ...]:
    """The pupils typed into a form."""
    return tuple(row["name"] for row in rows(answers, "pupils") if row.get("name", "").strip())


def families(school: School, children: Iterable[str]) -> frozenset[str]:
    """Ids of people with a child of their own family among the named ones."""
    wanted = {plain_name(child) for child in children}
    return frozenset(
        person.id
        for person in school.people.values()
        if wanted & {plain_name(child) for child in person.family}
    )


def route(school: School, form: str, answers: Answers, reporter: str, day: date) -> Routing:
    """Decide who reads what, from the answers so far. Pure: the same answers, the same readers."""
    about = subjects(school, form, answers, reporter)
    excluded = {
        **dict.fromkeys(families(school, named_children(answers)), FAMILY),
        reporter: REPORTER,
        **dict.fromkeys(about, SUBJECT),
    }
    if "head_and_chair" in chosen(answers.get("about")):
        return Routing(lado=True, outside_only=True, never=dict.fromkeys(school.people, OUTSIDE))
    wanted = _parts(form, answers)
    found = tuple(_lead(school, kind, part, excluded, reporter, day) for kind, part in wanted)
    routes = tuple(one for one in found if one.readers)
    senior = {p.id for role in (Role.HEADTEACHER, Role.CHAIR) for p in school.holders(role)}
    return Routing(
        routes=routes,
        sealed=tuple(_closed(school, one) for one in found if not one.readers) if routes else (),
        lado=bool(about & senior) or len(routes) < len(found) or _harm(answers),
        outside_only=not routes,
        never=_never(excluded),
    )


def powers(school: School, case: Case, person: str, day: date) -> Powers:
    """What this person may do with this case now; asked again at every click."""
    mine = {p.id for role in case.roles for p in school.answering(role, day)}
    why = case.excluded.get(person)
    if person not in mine:
        return Powers()
    if why is None:
        return Powers(read=True, work=True)
    if why == REPORTER and case.kind is CaseKind.ESAFETY and _leads(school, person):
        return Powers(read=True, work=case.acknowledged_by not in ("", person))
    return Powers()


def readers(school: School, case: Case, day: date) -> tuple[Person, ...]:
    """Everybody who may read the case today, each person once, in the order of its roles."""
    found = {p.id: p for role in case.roles for p in school.answering(role, day)}
    return tuple(p for p in found.values() if powers(school, case, p.id, day).read)


def room(school: School, roles: tuple[Role, ...], excluded: Mapping[str, str]) -> Channel | None:
    """The channel where a notice may appear, unless somebody excluded from the case sits in it."""
    channel = next(filter(None, (school.channel_of(role) for role in roles)), None)
    if channel is None:
        return None
    unseen = {id for id, why in excluded.items() if why != REPORTER}
    return None if unseen & {person.id for person in school.seats(channel)} else channel


def next_in_line(
    school: School, kind: CaseKind, roles: tuple[Role, ...], excluded: Mapping[str, str]
) -> tuple[Person, ...]:
    """Who is told next when nobody of `roles` can be reached: never anybody excluded."""
    later = (role for tier in CHAINS[kind] for role in tier if role not in roles)
    found = {p.id: p for role in later for p in school.holders(role) if p.id not in excluded}
    return tuple(found.values())


def names_of(roles: Iterable[Role]) -> str:
    """Roles in words, joined: "DSL and deputy DSL"."""
    words = [ROLE_NAMES[role] for role in roles]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _closed(school: School, one: Route) -> Route:
    """The same half with nobody at the school to read it."""
    return replace(one, roles=(), excluded=dict.fromkeys(school.people, OUTSIDE), channel=None)


def _harm(answers: Answers) -> bool:
    return bool(PERHAPS & set(chosen(answers.get("harm"))))


def _parts(form: str, answers: Answers) -> tuple[tuple[CaseKind, str], ...]:
    """Which cases a concern becomes: one, or a child's half and an adult's half."""
    if form == "site":
        return ((CaseKind.SITE, "both"),)
    split = ((CaseKind.ESAFETY, "child"), (CaseKind.BREACH, "adult"))
    if form == "esafety":
        adult = PERHAPS & set(chosen(answers.get("adult")))
        return split if adult else ((CaseKind.ESAFETY, "both"),)
    return split[::-1] if _harm(answers) else ((CaseKind.BREACH, "both"),)


def _leads(school: School, person: str) -> bool:
    return person in {dsl.id for dsl in school.holders(Role.DSL)}


def _lead(
    school: School,
    kind: CaseKind,
    part: str,
    excluded: Mapping[str, str],
    reporter: str,
    day: date,
) -> Route:
    """Walk the chain until somebody who may read it is in school; keep all the roles passed.

    A DSL's own report goes one step further: the DSL doesn't triage it alone.
    """
    roles: tuple[Role, ...] = ()
    found: dict[str, Person] = {}
    by_dsl = kind is CaseKind.ESAFETY and _leads(school, reporter)
    for step, tier in enumerate(CHAINS[kind]):
        own_tier = by_dsl and step == 0
        holding = {p.id: p for role in tier for p in school.answering(role, day) if p.id not in excluded}
        if not holding and not own_tier:
            continue
        roles += tier
        found |= holding
        if any(not p.away_on(day) for p in found.values()) and not own_tier:
            break
    return Route(
        kind=kind,
        part=part,
        roles=roles,
        excluded=dict(excluded),
        readers=tuple(found.values()),
        channel=room(school, roles, excluded),
    )


def _never(excluded: Mapping[str, str]) -> dict[str, str]:
    """Who is kept out, with the reason to show. The reporter needs no telling unless also a subject."""
    return {id: why for id, why in excluded.items() if why != REPORTER}
