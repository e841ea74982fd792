"""Every slip of the pen in the school's files is named with its line and with what to do."""

import shutil

# ruff: noqa: E501 - one slip a line is easier to read
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reading import Faulty, read_house, read_policy, read_school
from bot.reading.faults import Fault
from bot.school.people import Absence, Role

ROOT = Path(__file__).parents[2]
CALM = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
Edit = Callable[[str, str, str], tuple[Fault, ...]]

SCOPE = """\
intents:
  - id: who-it-binds
    title: Whom it binds
    kind: answer
    verdict: explains
    answer: Everybody.
    clauses: [SCO-1]
    supporting: [INT-2, LAW-1]
    next: none
  - id: platforms
    title: Platforms
    kind: answer
    verdict: explains
    answer: All of them.
    clauses: [SCO-3]
  - id: worry
    title: A worry
    kind: report_esafety
    answer: Please report it.
"""
VOICE = """\
voice: a tester
about: nobody
says:
  platforms:
    - does tiktok count
    - {text: and discord, clauses: [SCO-3], also: [SCO-2]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "policy", tmp_path / "policy")
    (tmp_path / "intents" / "phrasings").mkdir(parents=True)
    (tmp_path / "intents" / "scope.yml").write_text(SCOPE)
    (tmp_path / "intents" / "phrasings" / "tester.yml").write_text(VOICE)
    return tmp_path


@pytest.fixture
def edit(folder: Path) -> Edit:
    def faults_after(file: str, old: str, new: str) -> tuple[Fault, ...]:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return faults_in(folder)

    return faults_after


def faults_in(folder: Path) -> tuple[Fault, ...]:
    try:
        read_house(folder / "policy", folder / "intents")
    except Faulty as faulty:
        return faulty.faults
    return ()


def test_the_sample_has_no_faults(folder: Path) -> None:
    assert faults_in(folder) == ()


SCHOOL = "policy/school.yml"
CLAUSES = "policy/palatine-social-media.yml"
FORM = "policy/forms/esafety.yml"
SITE = "policy/forms/site.yml"
SLIPS = [
    # YAML itself
    (SCHOOL, "people:\n", "people:\n  - odd\n", "this isn't YAML"),
    (SCHOOL, "id: palatine\n", "id: palatine\nid: palatine\n", '"id" stands here twice (first on line 4)'),
    (SCHOOL, "id: palatine\n", "id: palatine\n---\n", "this isn't YAML"),
    (SCHOOL, "id: palatine\n", "id: palatine\x01\n", "this file holds a character that YAML refuses"),
    # keys and types
    (SCHOOL, "keep: employment + 6 years", "keep: 6 years", "an acknowledgement is kept while somebody works"),
    (SCHOOL, "keep: employment + 6 years", "keep: not kept", "an acknowledgement is kept while somebody works"),
    ("policy/scenarios.yml", "clause: PER-3", "clause: PER-99", 'there is no clause "PER-99"'),
    (SCHOOL, "timezone:", "timezon:", 'the school has no key "timezon"'),
    (SCHOOL, "timezone:", "timezon:", 'the school needs the key "timezone"'),
    (SCHOOL, "name: Palatine Primary School", "name: [Palatine]", "the school's name must be a text"),
    (SCHOOL, "name: Palatine Primary School", "name:", "the school's name is empty"),
    (SCHOOL, "groups: [leadership]", "groups: leadership", "the groups must be a list"),
    (SCHOOL, "groups: [leadership]", "groups: [a, a]", '"a" stands in this list twice'),
    (SCHOOL, "  school_office:\n    name", "  school_office: 1\n  other:\n    name", "a phone number must be a list of keys"),
    (SCHOOL, "staff: no", "staff: nope", 'staff is "nope"'),
    # people
    (SCHOOL, "roles: [dsl]", "roles: [dls]", '"dls" is not known here'),
    (SCHOOL, "roles: [dsl]", "roles: []", "there is no DSL"),
    (SCHOOL, "roles: [deputy_dsl]", "roles: []", "there is no deputy DSL"),
    (SCHOOL, "roles: [headteacher]", "roles: []", "there is no headteacher"),
    (SCHOOL, "roles: [chair_of_governors]", "roles: []", "there is no chair of governors"),
    (SCHOOL, "roles: [policy_owner]", "roles: []", "there is no policy owner"),
    (SCHOOL, "line_manager: rafferty-oduya", "line_manager: rafferty-odua", 'there is no person "rafferty-odua"'),
    (SCHOOL, "line_manager: rafferty-oduya", "line_manager: isolde-penhallow", "is their own line manager"),
    (SCHOOL, "tamsin.quillfeather@", "idris.hollowell@", "shares the e-mail address idris.hollowell@"),
    (SCHOOL, "office@palatine.example", "office", '"office" is no e-mail address'),
    (SCHOOL, "phone: 01632 960101", "phone: ring me", '"ring me" is no phone number'),
    (SCHOOL, "  jem-karuna:", "  Jem Karuna:", 'the id "Jem Karuna" is not plain'),
    (SCHOOL, '{first: "2026-12-07"', '{first: "2026-02-30"', 'the first day is "2026-02-30", which does not exist'),
    (SCHOOL, '{first: "2026-12-07"', '{first: "20261207"', 'the first day is "20261207"'),
    (SCHOOL, '{first: "2026-12-07"', '{first: "2026-12-09"', "this absence ends before it begins"),
    (SCHOOL, "safeguarding_stand_in: honor-bexwell", "safeguarding_stand_in: nobody", 'there is no person "nobody"'),
    (SCHOOL, "safeguarding_stand_in: honor-bexwell", "safeguarding_stand_in: isolde-penhallow", "is the DSL or a deputy already"),
    # rooms, hours, dates
    (SCHOOL, "name: Safeguarding, role: dsl", "name: Safeguarding, role: staff", "a second channel belongs to staff"),
    (SCHOOL, "name: Safeguarding, role: dsl", "name: Safeguarding, role: staff", "no channel belongs to dsl"),
    (SCHOOL, "  monday: 08:30 to 15:30", "  moonday: 08:30 to 15:30", 'there is no weekday "moonday"'),
    (SCHOOL, "08:30 to 15:30", "08:30-15:30", 'the hours are "08:30-15:30"'),
    (SCHOOL, "08:30 to 15:30", "8:30 to 15:30", 'the time is "8:30"'),
    (SCHOOL, "08:30 to 15:30", "15:30 to 08:30", "school closes before it opens"),
    (SCHOOL, "timezone: Europe/London", "timezone: Europe/Lundon", 'there is no time zone "Europe/Lundon"'),
    (SCHOOL, 'last: "2026-10-23"', 'last: "2026-08-23"', "ends before it begins"),
    (SCHOOL, 'last: "2026-10-23"', 'last: "2026-11-23"', "begins before"),
    (SCHOOL, '"2027-06-07":', '"2072-06-07":', "2072-06-07 lies outside the school year"),
    # phones, retention
    (SCHOOL, "  lado:", "  ladoo:", 'the phone "lado" is missing'),
    (SCHOOL, "keep: 24 hours", "keep: a day or so", '"a day or so" can\'t be counted'),
    (SCHOOL, "owner: dsl", "owner: nobody", 'there is no role or person "nobody"'),
    (SCHOOL, "  draft:", "  drafts:", 'there is no retention rule for "draft"'),
    (SCHOOL, "  draft:", "  drafts:", 'there is no kind of record "drafts"'),
    (SCHOOL, "policy: palatine-social-media", "policy: another", "this file is missing"),
    # the policy
    (CLAUSES, "edition: \"1\"", "edition:", "the edition is empty"),
    (CLAUSES, "id: INT-2", "id: INT-1", 'the clause "INT-1" stands here twice'),
    (CLAUSES, "id: INT-2", "id: PRI-2", 'the clause id "PRI-2" has the wrong shape'),
    (CLAUSES, "section: INT", "section: XXX", 'there is no section "XXX"'),
    (CLAUSES, "force: information", "force: maybe", '"maybe" is not known here'),
    (CLAUSES, "policy: palatine-social-media", "policy: other", 'the policy "other" stands in'),
    (CLAUSES, "  INT: Introduction", "  INT: Introduction\n  NEW: News", 'the section "NEW" has no clause'),
    # the forms
    (FORM, "form: esafety", "form: safety", 'the form "safety" stands in esafety.yml'),
    (FORM, "form: esafety", "form: E safety", "the form's id is \"E safety\""),
    (FORM, "id: urgency", "id: told", '"told" is asked twice'),
    (FORM, "id: pupils\n    title", "id: first\n    title", 'there are two pages "first"'),
    (FORM, "kind: choice", "kind: chioce", '"chioce" is not known here'),
    (FORM, "when: {told: [yes]}", "when: {tolled: [yes]}", 'there is no earlier question "tolled"'),
    (FORM, "when: {told: [yes]}", "when: {told: [maybe]}", 'there is no choice "maybe"'),
    (FORM, "when: {told: [yes]}", "when: {image: [yes]}", 'there is no earlier question "image"'),
    (FORM, "when: {image: [yes, not_sure]}", "when: {account: [yes]}", '"account" offers no choices'),
    (FORM, "        part: adult\n\n  - id: more", "        part: adults\n\n  - id: more", '"adults" is not known here'),
    (FORM, "cards: {not_reachable: nobody_reached", "cards: {not_reachable: nobody", 'there is no card "nobody"'),
    (FORM, "cards: {not_reachable: nobody_reached", "cards: {unreachable: nobody_reached", 'there is no choice "unreachable"'),
    (FORM, "cards:\n  danger:", "cards:\n  spare: {title: A, lines: [b]}\n  danger:", 'no answer calls for the card "spare"'),
    (FORM, "{id: yes, say: \"Yes\"}", "{id: not_yet, say: \"Yes\"}", 'the choice "not_yet" is offered twice'),
    (FORM, "        past: yes", "        past: yes\n        choices: [{id: a, say: A}]", "is no choice but has choices"),
    (FORM, "        kind: rows", "        kind: text", "must be of kind rows to have columns"),
    (FORM, "ask: Full name, kind: text", "ask: Full name, kind: moment", "a column can't be of kind moment"),
    (FORM, 'most: "3"', 'most: "three"', 'most is "three"'),
    (FORM, "longest: 500", "longest: 500\n        past: yes", 'is no moment but has "past"'),
    (SITE, 'most: "6"', 'most: "1"', 'the bounds of "administrators" leave no room'),
    ("policy/forms/breach.yml", "filled_by: desk", "filled_by: magic", "only the desk can fill choices"),
    ("policy/forms/breach.yml", "        filled_by: desk\n", "", '"clauses" offers no choices'),
    ("policy/step0.yml", '{dsl}."', '{dls}."', 'there is no place to fill called "dls"'),
    ("policy/step0.yml", '{dsl}."', '{dsl."', "a line has a lone curly bracket"),
    # laws
    ("policy/law.yml", "id: online-safety", "id: kcsie", 'the law "kcsie" stands here twice'),
    ("policy/law.yml", 'from: "2026-09-01"', 'from: "2026-13-01"', "which does not exist"),
    # intents and phrasings
    ("intents/scope.yml", "clauses: [SCO-1]", "clauses: [SCO-9]", 'there is no clause "SCO-9"'),
    ("intents/scope.yml", "id: platforms", "id: who-it-binds", "exists already"),
    ("intents/scope.yml", "id: platforms", "id: Platforms", 'the id "Platforms" is not plain'),
    ("intents/scope.yml", "id: platforms", "id:", "the intent's id is empty"),
    ("intents/scope.yml", "    verdict: explains\n", "", "is answered without a verdict"),
    ("intents/scope.yml", "clauses: [SCO-1]", "clauses: []", "cites no clause"),
    ("intents/scope.yml", "supporting: [INT-2, LAW-1]", "supporting: [SCO-1]", "cites SCO-1 twice"),
    ("intents/scope.yml", "kind: report_esafety", "kind: report_esafety\n    verdict: must", "isn't an answer but has a verdict"),
    ("intents/phrasings/tester.yml", "  platforms:", "  platform:", 'there is no intent "platform"'),
    ("intents/phrasings/tester.yml", "[SCO-3]", "[SCO-7]", 'there is no clause "SCO-7"'),
    ("intents/phrasings/tester.yml", "says:", "says:\n  worry: [Does TikTok  count]", '"does tiktok count" already means "worry"'),
    # and some more of the school's
    (SCHOOL, "staffroom: {name: Staffroom, role: staff}", "staffroom: {name: Staffroom, role: staff, addresses: {slak: C1}}", 'the addresses has no key "slak"'),
    (SCHOOL, "    groups: [supply]", "    groups: [supply]\n    addresses: {slack: U1}\n  twin:\n    name: A B\n    job: C\n    addresses: {slack: U1}", "shares the slack address U1"),
    (SCHOOL, "groups: [leadership]", 'groups: ["", a]', "the groups is empty"),
    (SCHOOL, "{name: Staffroom, role: staff}", "{role: staff}", 'a channel needs the key "name"'),
    (SCHOOL, 'first: "2026-09-01", ', "", 'a term needs the key "first"'),
    (SCHOOL, 'last: "2026-10-23"', 'last: ""', "the last day is empty"),
    (CLAUSES, "id: INT-2", "id:", "the clause's id is empty"),
    (FORM, "id: urgency", "id:", "the question's id is empty"),
    (FORM, "when: {adult: [yes, not_sure]}\n        part: adult\n\n", "when: {adult_who: [other]}\n        part: adult\n\n", '"adult_who" itself depends on "adult"'),
    (SITE, "  - id: declaration\n    title", "  - id: empty\n    title: Empty\n    questions: []\n  - id: declaration\n    title", 'the page "empty" has 0 questions'),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "what"), SLIPS, ids=[slip[3][:60] for slip in SLIPS])
def test_each_slip_is_named_where_it_stands(edit: Edit, file: str, old: str, new: str, what: str) -> None:
    found = edit(file, old, new)
    named = [fault for fault in found if what in fault.what]
    assert named, [str(fault) for fault in found]
    assert all(fault.do[0].isupper() and not fault.do.endswith(".") for fault in found)
    assert named[0].file.endswith(file.rpartition("/")[2]) or "missing" in what


def test_the_line_is_the_line_of_the_slip(folder: Path, edit: Edit) -> None:
    found = edit(SCHOOL, "line_manager: tamsin-quillfeather", "line_manager: tamsin-quilfeather")
    lines = (folder / SCHOOL).read_text().splitlines()
    assert [(fault.file, lines[fault.line - 1].strip()) for fault in found] == [
        (SCHOOL, "line_manager: tamsin-quilfeather")
    ]
    assert str(found[0]) == (
        f'policy/school.yml:{found[0].line}: there is no person "tamsin-quilfeather". '
        'Write "tamsin-quillfeather" if that is what is meant.'
    )


def test_yes_and_no_and_numbers_stay_texts(edit: Edit) -> None:
    assert edit(FORM, "id: yes, say:", "id: yes, say:") == ()
    assert edit(CLAUSES, 'edition: "1"', "edition: 4.10") == ()


def test_many_slips_are_all_named_at_once(folder: Path, edit: Edit) -> None:
    edit(SCHOOL, "roles: [dsl]", "roles: []")
    edit(FORM, "kind: choice", "kind: chioce")
    found = edit(CLAUSES, "force: information", "force: maybe")
    assert {fault.file for fault in found} >= {SCHOOL, FORM, CLAUSES}


@pytest.mark.parametrize(
    ("stand_in", "away", "expected"),
    [
        ("", "2026-12-06", 0),
        ("", "2026-12-07", 1),
        ("honor-bexwell", "2026-12-07", 0),
        ("honor-bexwell", "honor too", 1),
    ],
)
def test_somebody_must_answer_for_safeguarding_every_day(
    folder: Path, stand_in: str, away: str, expected: int
) -> None:
    path = folder / SCHOOL
    text = path.read_text()
    if not stand_in:
        text = text.replace("safeguarding_stand_in: honor-bexwell\n", "")
    day = away if away.startswith("2026") else "2026-12-07"
    absence = f'    away: [{{first: "{day}", last: "{day}"}}]\n'
    text = text.replace("    roles: [dsl]\n", f"    roles: [dsl]\n{absence}")
    if away == "honor too":
        text = text.replace("    roles: [policy_owner]\n", f"    roles: [policy_owner]\n{absence}")
    path.write_text(text)
    found = [fault for fault in faults_in(folder) if "every deputy are away" in fault.what]
    assert len(found) == expected
    if expected:
        assert "2026-12-07" in found[0].what


def test_the_stand_in_answers_only_when_all_leads_are_away() -> None:
    school = read_house(ROOT / "policy", ROOT / "intents", phrasings=False).school
    away = (Absence(first=date(2026, 12, 7), last=date(2026, 12, 7)),)
    from dataclasses import replace

    people = {
        id: replace(p, away=away if p.roles & {Role.DSL, Role.DEPUTY_DSL} else ())
        for id, p in school.people.items()
    }
    gone = replace(school, people=people)
    assert [p.id for p in gone.on_duty(Role.DSL, date(2026, 12, 7))] == ["honor-bexwell"]
    assert gone.on_duty(Role.DEPUTY_DSL, date(2026, 12, 7)) == ()
    assert [p.id for p in gone.on_duty(Role.DSL, date(2026, 12, 8))] == ["isolde-penhallow"]
    alone = replace(gone, safeguarding_stand_in="")
    assert alone.on_duty(Role.DSL, date(2026, 12, 7)) == ()


@pytest.mark.parametrize("file", [SCHOOL, CLAUSES, FORM, "policy/law.yml", "policy/step0.yml"])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"- a\n- b\n", b"text\n", b"{}\n", b"a: &a [*a]\n", None]
)
def test_a_file_of_the_wrong_kind_is_a_fault_and_never_a_crash(
    folder: Path, file: str, content: bytes | None
) -> None:
    (folder / file).unlink() if content is None else (folder / file).write_bytes(content)
    assert any(fault.file == file or "missing" in fault.what for fault in faults_in(folder))


def test_folders_without_files_are_faults(folder: Path) -> None:
    shutil.rmtree(folder / "policy" / "forms")
    for path in (folder / "intents").glob("*.yml"):
        path.unlink()
    what = [fault.what for fault in faults_in(folder)]
    assert "there are no forms here" in what
    assert "there are no intents here" in what


def test_a_school_that_never_opens_is_a_fault(folder: Path) -> None:
    path = folder / SCHOOL
    before, after = path.read_text().split("hours:\n  monday")
    path.write_text(before + "hours: {}\n\nterms:" + after.split("\nterms:")[1])
    assert [fault.what for fault in faults_in(folder)] == ["the school is never open"]


def test_one_file_alone_reports_its_faults(folder: Path) -> None:
    (folder / SCHOOL).write_text("id: a\n")
    with pytest.raises(Faulty, match="the school needs the key"):
        read_school(folder / "policy")
    with pytest.raises(Faulty, match="missing"):
        read_policy(folder / "policy", "another")


def test_a_missing_form_or_an_empty_one_is_a_fault(folder: Path) -> None:
    (folder / SITE).unlink()
    (folder / FORM).write_text("form: esafety\ntitle: A\npurpose: B\nsubmit: C\npages: []\n")
    what = [fault.what for fault in faults_in(folder)]
    assert 'the form "site" is missing' in what
    assert "this form asks nothing" in what


@CALM
@given(line=st.integers(0, 120), text=st.text(max_size=20))
def test_any_spoilt_line_is_a_fault_or_harmless_and_never_a_crash(folder: Path, line: int, text: str) -> None:
    for file in (SCHOOL, SITE, "policy/step0.yml"):
        whole = (ROOT / file).read_text(encoding="utf-8").splitlines()
        whole[line % len(whole)] = text
        (folder / file).write_text("\n".join(whole), encoding="utf-8", errors="replace")
    assert isinstance(faults_in(folder), tuple)
