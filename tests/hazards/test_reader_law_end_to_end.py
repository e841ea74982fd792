"""The reader law through the real counter: every person, every verb, every kind of case, exactly who may.

The readers of each case are written down here by hand, from the rules, and not asked of the product.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from bot.desk.refusals import DraftGone, NotYourCase, NotYourReport
from bot.desk.wording import refuse
from bot.reception import FILLED, PRESSED
from bot.records.tables import metadata
from bot.school.codec import to_json
from bot.school.concerns import Case
from bot.school.forms import Answer
from bot.school.messages import Notice, Reply
from tests.hazards.checks import notices_of
from tests.hazards.doing import house
from tests.hazards.office import (
    CHAIR,
    CHILD,
    DEPUTY,
    DSL,
    GOVERNOR,
    HEAD,
    OFFICE,
    OWNER,
    PARENT,
    TA,
    TEACHER,
    WHOLE,
    Office,
    dialog_of,
    quick_database,
    with_family,
)

EVERYBODY = (TA, TEACHER, OFFICE, GOVERNOR, OWNER, PARENT, DSL, DEPUTY, HEAD, CHAIR)
READ = {"case.open", "case.noting", "case.note", "case.aside"}
WORK = {
    *("case.hold", "case.acknowledging", "case.acting", "case.finishing", "case.asking", "case.moving"),
    *("case.acknowledge", "case.act", "case.finish", "case.ask", "case.move"),
}
RECEIPT = {
    *("receipt.open", "receipt.add", "receipt.rest", "receipt.support", "receipt.added", "receipt.answer"),
}
DRAFT = {
    *("draft.resume", "draft.full", "draft.drop", "draft.print", "draft.seal", "draft.keep", "draft.next"),
    *("draft.back", "draft.quick", "draft.send", "ask.only"),
}
ANYBODY = {
    *(
        "home",
        "dialog.close",
        "ask.choose",
        "ask.missed",
        "ask.needed",
        "former.ask",
        "former.work",
        "report.start",
    ),
    *("report.begin", "receipts.list", "cases.list", "danger.now", "privacy", "report.doors", "report.words"),
}
CAMPAIGN = {
    *("acks.list", "ack.open", "ack.asking", "ack.refusing", "ack.snoozing", "ack.snooze", "ack.sign"),
    *("ack.ask", "ack.refuse", "link.open", "link.sign", "campaigns.list", "campaign.new", "campaign.open"),
    *("campaign.dry", "campaign.approve", "campaign.run", "campaign.pause", "campaign.close"),
    *("campaign.recording", "campaign.voices", "campaign.evidence", "campaign.create", "campaign.record"),
}
"""Verbs about campaigns, which know nothing of cases; tests/desk/test_campaign.py says who may do what."""
SAID: Mapping[str, Answer] = {
    "line": "Thank you.",
    "note": "A note.",
    "action": "Ring home.",
    "owner": "The deputy",
    "due": "2026-10-09",
    "which": "1",
    "question": "What did you see?",
    "state": "triage",
    "more": "More.",
    "answer": "This.",
}
HIDDEN = "Wilf Amberley"
WORDS = {"esafety": "unkind messages", "breach": "class list", "site": "Year 4"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One report, and for each case that it becomes who may read it; `never` may not know of it."""

    name: str
    readers: Mapping[str, frozenset[str]]
    form: str = "esafety"
    by: str = TA
    answers: Mapping[str, Answer] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    watches: frozenset[str] = frozenset()
    """Who reads it and may not work on it before somebody else has acknowledged it."""
    sealed: bool = False


def told(name: str, readers: dict[str, set[str]], *never: str, **more: object) -> Told:
    """One report."""
    named = {part: frozenset(people) for part, people in readers.items()}
    return Told(name=name, readers=named, never=frozenset(never), **more)  # type: ignore[arg-type]


LEADS = {DSL, DEPUTY}
ADULT = {"adult": "yes"}
REPORTS = (
    told("a child", {"both": LEADS}),
    told("a child, by the DSL", {"both": {DSL, DEPUTY, HEAD}}, by=DSL, watches=frozenset({DSL})),
    told("a child, by the deputy", {"both": {DSL}}, by=DEPUTY),
    told("a child, by the head", {"both": LEADS}, by=HEAD),
    told(
        "the DSL's own child",
        {"both": {DEPUTY}},
        DSL,
        answers={"pupils": ({"name": "wren  Penhallow", "role": "harmed"},)},
    ),
    told("a child and an adult", {"child": LEADS, "adult": {HEAD}}, answers={**ADULT, "adult_who": "other"}),
    told(
        "a child and the head",
        {"child": LEADS, "adult": {CHAIR}},
        HEAD,
        answers={**ADULT, "adult_who": "headteacher"},
    ),
    told(
        "a child and the DSL",
        {"child": {DEPUTY}, "adult": {HEAD}},
        DSL,
        answers={**ADULT, "adult_who": "dsl"},
    ),
    told(
        "a child and the deputy",
        {"child": {DSL}, "adult": {HEAD}},
        DEPUTY,
        answers={"adult": "not_sure", "adult_who": "deputy"},
    ),
    told(
        "a child and the DSL, by name only",
        {"child": {DEPUTY}, "adult": {HEAD}},
        DSL,
        answers={**ADULT, "adult_who": "other", "adult_name": "Mrs. isolde PENHALLOW"},
    ),
    told(
        "a child, the DSL and the deputy",
        {"child": {HEAD}, "adult": {HEAD}},
        DSL,
        DEPUTY,
        answers={**ADULT, "adult_who": "dsl", "adult_name": "Gethin Marchbanks"},
    ),
    told(
        "a colleague",
        {"both": {HEAD}},
        TEACHER,
        form="breach",
        answers={"about": "colleague", "name": "Tamsin Quillfeather", "role": "Teacher"},
    ),
    told("the head", {"both": {CHAIR}}, HEAD, form="breach", answers={"about": "headteacher"}),
    told(
        "the head, with harm",
        {"adult": {CHAIR}, "child": LEADS},
        HEAD,
        form="breach",
        answers={"about": "headteacher", "harm": "yes"},
    ),
    told(
        "the DSL, with harm",
        {"adult": {HEAD}, "child": {DEPUTY}},
        DSL,
        form="breach",
        answers={"about": "dsl", "name": "Isolde Penhallow", "harm": "not_sure"},
    ),
    told("the chair", {"both": {HEAD}}, CHAIR, form="breach", answers={"about": "chair"}),
    told("oneself", {"both": {HEAD}}, form="breach", answers={"about": "myself", "support": "no"}),
    told(
        "the head oneself",
        {"both": {CHAIR}},
        form="breach",
        by=HEAD,
        answers={"about": "myself", "support": "no"},
    ),
    told("conduct, by the head", {"both": {CHAIR}}, form="breach", by=HEAD),
    told(
        "the head and the chair",
        {"both": set()},
        *(person for person in EVERYBODY if person != TA),
        form="breach",
        answers={"about": "head_and_chair"},
        sealed=True,
    ),
    told("a site", {"both": {HEAD}}, form="site"),
    told("a site, by the head", {"both": {CHAIR}}, form="site", by=HEAD),
)


@pytest.fixture
def office() -> Iterator[Office]:
    """A school where the DSL has a child."""
    with quick_database() as url:
        one = Office(url, with_family(house(), DSL, "Wren Penhallow"))
        yield one
        one.database.close()


def send(office: Office, report: Told) -> tuple[Case, ...]:
    """Send it; the cases it became."""
    if not report.sealed:
        return office.report(report.by, report.form, **report.answers)
    draft = office.begin(report.by, report.form)
    office.fill(report.by, "draft.keep", draft, {**WHOLE[report.form], **report.answers})
    return office.sent(office.press(report.by, "draft.seal", draft))


def do(office: Office, who: str, verb: str, value: str) -> Reply:
    """One verb with everything filled in."""
    return office.fill(who, verb, value, SAID) if verb in FILLED else office.press(who, verb, value)


def refused(reply: Reply, why: type[NotYourCase | NotYourReport | DraftGone]) -> bool:
    """Whether this is that refusal and not a word more."""
    return reply == refuse(why())


def kept(office: Office) -> dict[str, int]:
    """How many rows each table has, save those that remember who knocked."""
    apart = {"inbox", "audit", "audit_heads", "keys"}
    with office.database.reading() as connection:
        return {
            table.name: connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar_one()
            for table in metadata.sorted_tables
            if table.name not in apart
        }


def test_every_verb_of_the_counter_has_its_place_in_the_law() -> None:
    known = READ | WORK | RECEIPT | DRAFT | ANYBODY | CAMPAIGN
    assert known == set(PRESSED) | set(FILLED)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_exactly_the_readers_may_and_nobody_else_learns_anything(report: Told, office: Office) -> None:
    cases = send(office, report)
    assert {case.part for case in cases} == set(report.readers)
    for person in EVERYBODY:
        check_what_is_shown(office, report, cases, person)
    for case in cases:
        check_refusals(office, report, case)
        check_powers(office, report, case)
    check_receipt(office, report, cases[0].concern)


def check_what_is_shown(office: Office, report: Told, cases: tuple[Case, ...], person: str) -> None:
    """Lists, greetings and counts hold exactly the person's own cases; subjects see no notice at all."""
    mine = {case.reference for case in cases if person in report.readers[case.part]}
    listed = to_json(office.press(person, "cases.list"))
    assert {case.reference for case in cases if case.reference in listed} == mine
    greeting = office.press(person, "home").messages[0]
    doors = [button.label for button in greeting.buttons if button.action == "cases.list"]
    assert doors == ([f"Cases: {len(mine)} open"] if mine else [])
    stem = cases[0].reference.partition("-")[0]
    if person != report.by:
        assert stem not in to_json(office.press(person, "receipts.list"))
        assert stem not in to_json(office.say(person, "my reports"))
    if person in report.never and person != report.by:
        for notice in notices_of(office.database):
            assert person not in audience(office, notice), notice.key
            assert person not in {one.person for one in notice.fallback}, notice.key


def audience(office: Office, notice: Notice) -> set[str]:
    """Everybody who sees a notice."""
    if notice.to.person:
        return {notice.to.person}
    return {person.id for person in office.school.seats(office.school.channels[notice.to.channel])}


def check_refusals(office: Office, report: Told, case: Case) -> None:
    """Nobody but the readers gets further than the refusal; nothing is changed, and it is audited."""
    before, knocks = kept(office), 0
    for person in EVERYBODY:
        if person in report.readers[case.part]:
            continue
        for verb in sorted(READ | WORK):
            reference = case.reference if verb in FILLED else f" {case.reference.lower()} "
            knocks += 1
            assert refused(do(office, person, verb, reference), NotYourCase), (person, verb)
    for person in report.watches:
        for verb in sorted(WORK):
            knocks += 1
            assert refused(do(office, person, verb, case.reference), NotYourCase), (person, verb)
    assert kept(office) == before
    with office.database.read(office.school.id, office.clock()) as books:
        trail = [entry["verb"] for entry in books.audit.about(case.reference)]
    assert trail.count("case.refused") == knocks


def check_powers(office: Office, report: Told, case: Case) -> None:
    """Each reader gets what belongs to the role, until stepping aside."""
    readers = sorted(report.readers[case.part] - report.watches)
    for person in (*readers, *report.watches):
        for verb in sorted((READ | WORK) - {"case.aside"}):
            assert not refused(do(office, person, verb, case.reference), NotYourCase), (person, verb)
        assert WORDS[report.form] in to_json(office.press(person, "case.open", case.reference))
    if len(report.readers[case.part]) > 1:
        do(office, readers[0], "case.aside", case.reference)
        assert refused(do(office, readers[0], "case.open", case.reference), NotYourCase)


def check_receipt(office: Office, report: Told, concern: str) -> None:
    """The receipt is the reporter's alone."""
    before = kept(office)
    for person in EVERYBODY:
        for verb in sorted(RECEIPT):
            if person != report.by:
                assert refused(do(office, person, verb, concern), NotYourReport), (person, verb)
    assert kept(office) == before
    for verb in sorted(RECEIPT):
        assert not refused(do(office, report.by, verb, concern), NotYourReport), verb


def test_a_draft_is_its_writers_alone(office: Office) -> None:
    draft = office.begin(TA, "esafety")
    office.fill(TA, "draft.keep", draft, CHILD)
    before = kept(office)
    for person in EVERYBODY:
        for verb in sorted(DRAFT):
            if person != TA:
                assert refused(do(office, person, verb, draft), DraftGone), (person, verb)
    assert kept(office) == before
    for person in (HEAD, TEACHER):
        pressed = do(office, person, "danger.now", draft)
        begun = dialog_of(pressed).buttons[0].value
        shown = to_json(pressed) + to_json(office.press(person, "draft.resume", begun))
        assert HIDDEN not in shown
        assert "unkind" not in shown
    assert office.sent(office.fill(TA, "draft.send", draft, {})), "and the writer's own is whole"


def test_danger_is_told_even_when_the_draft_beside_the_button_has_gone(office: Office) -> None:
    offered = office.say(TA, "I'm worried about Wilf")
    [now] = [button for button in offered.messages[0].buttons if button.action == "danger.now"]
    office.press(TA, "draft.drop", now.value)
    reply = office.press(TA, "danger.now", now.value)
    assert reply.dialog is not None
    told_of = {notice.to.person or notice.to.channel for notice in notices_of(office.database)}
    assert {DSL, DEPUTY, HEAD, "safeguarding"} <= told_of


def test_after_danger_the_person_it_turns_out_to_be_about_reads_no_more(office: Office) -> None:
    draft = danger(office, TA)
    answers = {**CHILD, "adult": "yes", "adult_who": "dsl"}
    concern = office.sent(office.fill(TA, "draft.send", draft, answers))
    [case] = [case for case in concern if case.kind == "esafety"]
    assert refused(office.press(DSL, "case.open", case.reference), NotYourCase)
    assert HIDDEN in to_json(office.press(DEPUTY, "case.open", case.reference))
    assert "Cases: 1 open" in to_json(office.press(HEAD, "home"))
    later = [notice for notice in notices_of(office.database) if ":entry" in notice.key]
    assert later
    assert all(DSL not in audience(office, notice) for notice in later)


@pytest.mark.parametrize(
    ("by", "answers"),
    [
        (TA, {"adult": "yes", "adult_who": "dsl", "adult_name": "Gethin Marchbanks"}),
        (DEPUTY, {"adult": "yes", "adult_who": "dsl"}),
    ],
)
def test_after_danger_somebody_always_reads_what_is_told(
    by: str, answers: dict[str, str], office: Office
) -> None:
    draft = danger(office, by)
    concern = office.sent(office.fill(by, "draft.send", draft, {**CHILD, **answers}))
    [child] = [case for case in concern if case.kind == "esafety"]
    assert HIDDEN in to_json(office.press(HEAD, "case.open", child.reference))


@pytest.mark.parametrize(("by", "about"), [(HEAD, "chair"), (CHAIR, "headteacher")])
def test_the_adults_half_is_kept_sealed_when_nobody_inside_may_read_it(
    by: str, about: str, office: Office
) -> None:
    answers = {"adult": "yes", "adult_who": about, "adult_name": "Somebody in charge"}
    cases = office.report(by, "esafety", **answers)
    with office.database.read(office.school.id, office.clock()) as books:
        told_of = [str(books.cases.entries(case)[0].body) for case in cases]
    assert any("Somebody in charge" in one for one in told_of)


def danger(office: Office, who: str) -> str:
    """Somebody presses "in danger now"; the draft for what they know."""
    return dialog_of(office.press(who, "danger.now")).buttons[0].value
