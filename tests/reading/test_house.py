"""The shipped data are whole: they load, fast, and keep the rules of the safeguarding design."""

import shutil
import time
from pathlib import Path

import pytest

from bot.reading import (
    Faulty,
    House,
    read_forms,
    read_house,
    read_intents,
    read_laws,
    read_phrasings,
    read_policy,
    read_school,
    read_step_zero,
)
from bot.school.forms import Form, Kind, Question, asked, missing, pages
from bot.school.people import Role

ROOT = Path(__file__).parents[2]
POLICY, INTENTS = ROOT / "policy", ROOT / "intents"
NAMES = {"name", "adult_name", "pupils", "others", "witnesses", "told_detail", "administrators"}
SECRECY = ("secret", "just between us", "nobody will know", "won't tell", "anonymous")


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(POLICY, INTENTS)


def said(form: Form) -> list[str]:
    """Every text that a person may see."""
    found = [form.title, form.purpose, form.submit, *form.warnings]
    for page in form.pages:
        found += [page.title, *page.intro]
    for question in form.questions.values():
        found += [question.ask, question.hint]
        found += [text for choice in question.choices for text in (choice.say, choice.hint, choice.group)]
    return found + [text for card in form.cards.values() for text in (card.title, *card.lines)]


def test_everything_loads(house: House) -> None:
    assert len(house.policy.clauses) == 50
    assert set(house.forms) == {"esafety", "breach", "site"}
    assert len(house.school.people) >= 14
    assert house.intents
    assert house.laws
    assert house.step_zero.lines


def test_each_file_reads_alone_as_it_reads_together(house: House) -> None:
    assert read_school(POLICY) == house.school
    assert read_policy(POLICY, house.school.policy) == house.policy
    assert read_forms(POLICY) == house.forms
    assert read_step_zero(POLICY) == house.step_zero
    assert read_laws(POLICY) == house.laws
    assert read_intents(INTENTS, house.policy) == house.intents
    assert read_phrasings(INTENTS, house.intents, house.policy) == house.phrasings
    assert read_phrasings(INTENTS, house.intents) == house.phrasings
    assert read_house(POLICY, INTENTS, phrasings=False).phrasings == ()


def test_reading_takes_less_than_a_second_and_six_thousand_phrasings_little_more(tmp_path: Path) -> None:
    voices = tmp_path / "phrasings"
    voices.mkdir()
    ids = list(read_intents(INTENTS, read_policy(POLICY, "palatine-social-media")))
    lines = [f"  {id}:\n" + "".join(f"    - I ask {id} number {n}\n" for n in range(40)) for id in ids]
    (voices / "many.yml").write_text("voice: many\nabout: everything\nsays:\n" + "".join(lines))
    shutil.copytree(INTENTS, tmp_path, dirs_exist_ok=True, ignore=lambda *_: ["phrasings"])
    quick = min(timed(phrasings=False, intents=INTENTS) for _ in range(3))
    slow = min(timed(phrasings=True, intents=tmp_path) for _ in range(3))
    assert len(ids) * 40 >= 6000
    assert quick < 1
    assert slow < 3


def timed(*, phrasings: bool, intents: Path) -> float:
    begun = time.perf_counter()
    read_house(POLICY, intents, phrasings=phrasings)
    return time.perf_counter() - begun


@pytest.mark.parametrize("id", ["esafety", "breach", "site"])
def test_no_name_is_asked_before_the_list_of_readers_was_shown(house: House, id: str) -> None:
    shown = False
    for page in house.forms[id].pages:
        shown = shown or page.readers
        assert shown or not NAMES & set(page.questions)


def test_the_adults_name_is_asked_on_a_page_of_its_own_readers_after_the_adults_role(house: House) -> None:
    form = house.forms["esafety"]
    order = [page.id for page in form.pages]
    page = form.page("adult_name")
    assert page.readers
    assert page.questions == ("adult_name",)
    assert order.index("adult_name") > order.index("adult")
    assert not asked(form, page, {"adult": "no"})
    assert asked(form, page, {"adult": "not_sure", "adult_who": "not_sure"})


def test_the_breach_form_decides_the_readers_before_any_name(house: House) -> None:
    first, second = house.forms["breach"].pages[:2]
    assert first.questions == ("harm", "about")
    assert second.readers
    assert second.questions[0] == "name"


@pytest.mark.parametrize(
    ("id", "numbers"),
    [
        ("esafety", "1 1 2 3 4 4 5 6 7 8 9 10 11 12 13 13a 13b 13c 14 14 14 15 16 17 18 20"),
        ("breach", "1 2 3 3 4 4 5 6 7 8 9 10 11 12 13 14"),
        ("site", "1 2 2 3 3 3 4 5 5 6 7 8"),
    ],
)
def test_the_questions_stand_in_the_order_of_the_rules(house: House, id: str, numbers: str) -> None:
    assert " ".join(question.number for question in house.forms[id].questions.values()) == numbers


def test_what_is_required_and_what_a_quick_send_needs(house: House) -> None:
    esafety = house.forms["esafety"].questions
    assert {q.number for q in esafety.values() if q.quick} == {"2", "3", "5", "13", "14", "20"}
    required = {q.number for q in esafety.values() if q.required and not q.when}
    assert required == {"1", "2", "3", "4", "5", "9", "12", "13", "14", "16", "20"}
    breach = house.forms["breach"].questions
    assert {q.number for q in breach.values() if q.required and not q.when} == {
        "1",
        "2",
        "4",
        "5",
        "8",
        "9",
        "14",
    }
    assert breach["clauses"].filled_by_desk
    assert house.forms["site"].questions["administrators"].least == 2
    assert {q.number for q in house.forms["site"].questions.values() if not q.required} == set()


def test_a_quick_send_about_nobody_here_asks_six_questions(house: House) -> None:
    form = house.forms["esafety"]
    there = [q.id for page in pages(form, {}, quick=True) for q in asked(form, page, {}, quick=True)]
    assert there == ["urgency", "pupils", "account", "image", "adult", "declaration"]
    assert {question.id for question in missing(form, {})} >= set(there)


def test_an_image_or_an_adult_brings_its_card_at_once(house: House) -> None:
    questions = house.forms["esafety"].questions
    assert questions["image"].cards == {"yes": "image", "not_sure": "image"}
    assert questions["adult"].cards == {"yes": "adult", "not_sure": "adult"}
    assert "head_and_chair" in house.forms["breach"].questions["about"].cards
    assert [choice.id for choice in questions["image_worse"].choices] == [
        "adult",
        "pressure",
        "spread",
        "self_harm",
    ]
    assert [choice.id for choice in questions["urgency"].choices] == [
        "danger_now",
        "today",
        "should_be_known",
    ]


def test_not_sure_is_always_offered_where_the_rules_say_so(house: House) -> None:
    for form, ids in {
        "esafety": ("risks", "image", "adult", "adult_who"),
        "breach": ("harm", "visible", "personal_data", "kind"),
    }.items():
        for id in ids:
            assert "not_sure" in [choice.id for choice in house.forms[form].questions[id].choices]
    assert house.forms["esafety"].questions["risks"].most == 3


def test_no_form_has_a_place_for_a_file_or_promises_secrecy(house: House) -> None:
    assert "file" not in [kind.value for kind in Kind]
    for form in house.forms.values():
        for text in said(form):
            promised = [word for word in SECRECY if word in text.casefold()]
            assert not promised or "not anonymous" in text, text
            assert text.isascii(), text


def test_every_text_fits_the_smallest_platform(house: House) -> None:
    """Slack's limits: a choice 75 characters, a hint on a field 2000, a button label 75."""
    for form in house.forms.values():
        assert len(form.title) <= 75
        for question in all_questions(form):
            assert len(question.hint) <= 300
            assert len(question.ask) <= 300
            assert all(len(choice.say) <= 75 and len(choice.hint) <= 150 for choice in question.choices)


def all_questions(form: Form) -> list[Question]:
    return [each for question in form.questions.values() for each in (question, *question.columns)]


def test_the_sample_school_has_everybody_it_needs_and_no_real_numbers(house: House) -> None:
    school = house.school
    assert all(school.holders(role) for role in Role)
    assert {channel.role for channel in school.channels.values()} == {
        Role.STAFF,
        Role.DSL,
        Role.HEADTEACHER,
        Role.CHAIR,
    }
    numbers = [
        *(p.phone for p in school.people.values() if p.phone),
        *(p.number for p in school.phones.values()),
    ]
    assert all(number.startswith("01632 960") for number in numbers)
    assert all(not p.email or p.email.endswith(".example") for p in school.people.values())
    assert Role.STAFF not in school.people["cressida-wainfleet"].roles
    assert school.retention["draft"].keep == "24 hours"
    assert school.retention["esafety"].keep == "date of birth + 25 years"
    assert school.retention["question"].keep == "not kept"
    assert school.retention["acknowledgement"].check


def test_law_that_nobody_has_confirmed_says_so(house: House) -> None:
    assert house.laws["mandatory-reporting"].check
    assert house.laws["data-protection"].replaces == ("Data Protection Act 1998",)
    assert str(house.laws["kcsie"].starts) == "2026-09-01"


def test_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    policy, intents = tmp_path / "policy", tmp_path / "intents"
    shutil.copytree(POLICY, policy)
    shutil.copytree(INTENTS, intents)
    for path in [*policy.rglob("*.yml"), next(intents.glob("*.yml"))]:
        path.write_text(path.read_text().rstrip() + "\nstranger: key\n")
    with pytest.raises(Faulty) as found:
        read_house(policy, intents)
    wrong = {fault.file for fault in found.value.faults}
    assert wrong == {
        *(f"policy/{name}.yml" for name in ("school", "palatine-social-media", "law", "step0", "scenarios")),
        *(f"policy/forms/{name}.yml" for name in ("esafety", "breach", "site")),
        f"intents/{next(intents.glob('*.yml')).name}",
    }
