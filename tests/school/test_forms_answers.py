"""What is wrong with an answer is said in a sentence; what is right passes; stale answers fall away."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.school import forms
from bot.school.answers import NOT_GIVEN, faults, say_answer
from bot.school.forms import (
    Answers,
    Choice,
    Form,
    Kind,
    Page,
    Question,
    kept,
    missing,
    next_page,
    pages,
    previous_page,
    quick_ready,
)

NOW = datetime(2026, 11, 20, 10, 45, tzinfo=ZoneInfo("Europe/London"))
YES_NO = (Choice(id="yes", say="Yes"), Choice(id="no", say="No"))
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def question(id: str, kind: Kind, **more: object) -> Question:
    return Question(id=id, ask=f"Ask {id}?", kind=kind, **more)  # type: ignore[arg-type]


ROWS = question(
    "rows",
    Kind.ROWS,
    required=True,
    least=2,
    most=3,
    columns=(
        question("name", Kind.TEXT, required=True, longest=10),
        question("part", Kind.CHOICE, choices=YES_NO),
    ),
)
FORM = Form(
    id="sample",
    title="Sample",
    purpose="Test",
    submit="Send",
    questions={
        each.id: each
        for each in (
            question("choice", Kind.CHOICE, required=True, quick=True, choices=YES_NO),
            question("deeper", Kind.TEXT, required=True, longest=5, when={"choice": ("yes",)}),
            question("choices", Kind.CHOICES, most=1, choices=YES_NO),
            question("clauses", Kind.CHOICES, most=2, filled_by_desk=True),
            ROWS,
            question("moment", Kind.MOMENT, required=True, past=True),
            question("date", Kind.DATE),
            question("number", Kind.NUMBER, highest=120),
            question("agree", Kind.CONFIRM, required=True, quick=True),
            question("long", Kind.LONG_TEXT),
        )
    },
    pages=(
        Page(id="one", title="One", questions=("choice",)),
        Page(id="two", title="Two", questions=("deeper",)),
        Page(id="three", title="Three", questions=("choices", "clauses", "rows", "moment", "date")),
        Page(id="four", title="Four", questions=("number", "agree", "long")),
    ),
)
RIGHT: Answers = {
    "choice": "yes",
    "deeper": "words",
    "choices": ("no",),
    "clauses": ("PER-1a", "PRI-2"),
    "rows": ({"name": "A Child", "part": "yes"}, {"name": "B Child", "part": ""}),
    "moment": "2026-11-20T10:45 about ongoing",
    "date": "2027-01-31",
    "number": "0",
    "agree": "yes",
    "long": "words\nand more words",
}


def wrong(**changed: object) -> dict[str, str]:
    answers = {**RIGHT, **changed}
    return faults(FORM, answers, FORM.questions.values(), NOW)  # type: ignore[arg-type]


def test_right_answers_have_no_fault() -> None:
    assert wrong() == {}


@pytest.mark.parametrize(
    ("id", "answer", "says"),
    [
        ("choice", "", "Please answer this."),
        ("choice", "perhaps", "Please pick one of the choices."),
        ("choice", ("yes",), "Please pick one of the choices."),
        ("deeper", "   ", "Please answer this."),
        ("deeper", "too long", "Please shorten this to 5 characters; it has 8."),
        ("deeper", ("words",), "Please answer this in words."),
        ("choices", ("yes", "no"), "Please pick at most 1."),
        ("choices", ("never",), "Please pick from the choices."),
        ("choices", "yes", "Please pick from the choices."),
        ("clauses", ("A", "B", "C"), "Please pick at most 2."),
        ("rows", (), "Please give at least 2."),
        ("rows", ({"name": "A Child"},), "Please give at least 2."),
        ("rows", ({"name": "A Child"}, {"name": "", "part": ""}), "Please give at least 2."),
        ("rows", ({"name": "A"},) * 4, "Please give at most 3."),
        ("rows", "A Child", "Please answer this in words."),
        ("rows", ({"name": "A"}, {"part": "yes"}), "Line 2, ask name?: Please answer this."),
        (
            "rows",
            ({"name": "A"}, {"name": "B", "part": "?"}),
            "Line 2, ask part?: Please pick one of the choices.",
        ),
        ("moment", "yesterday", None),
        ("moment", "2026-02-30", None),
        ("moment", "2026-11-20T10:46", "This lies in the future. Please check the day and the time."),
        ("moment", "2026-11-21", "This lies in the future. Please check the day and the time."),
        ("date", "2026-02-29", None),
        ("date", "2026-02-20 about", None),
        ("number", "12a", "Please give a whole number."),
        ("number", "-1", "Please give a whole number."),
        ("number", "\u0663", "Please give a whole number."),
        ("number", "121", "Please give a number from 0 to 120."),
        ("agree", "", "Please confirm this before you go on."),
        ("agree", "no", "Please confirm this before you go on."),
    ],
)
def test_each_kind_of_wrong_answer_is_named(id: str, answer: object, says: str | None) -> None:
    found = wrong(**{id: answer})
    assert list(found) == [id]
    assert says is None or found[id] == says
    assert found[id].endswith(".")


def test_a_question_that_does_not_apply_is_never_wrong() -> None:
    assert "deeper" not in wrong(choice="no", deeper="far too long for this")


def test_a_quick_send_needs_only_the_quick_questions() -> None:
    answers: Answers = {"choice": "no", "agree": "yes"}
    assert faults(FORM, answers, FORM.questions.values(), NOW, quick=True) == {}
    assert quick_ready(FORM, answers)
    assert not quick_ready(FORM, {"choice": "no"})
    assert [each.id for each in missing(FORM, answers)] == ["rows", "moment"]


def test_what_is_given_on_a_quick_send_must_still_be_right() -> None:
    answers: Answers = {"choice": "no", "agree": "yes", "number": "many"}
    assert list(faults(FORM, answers, FORM.questions.values(), NOW, quick=True)) == ["number"]


def test_a_form_without_quick_questions_offers_no_quick_send() -> None:
    slow = Form(id="s", title="", purpose="", submit="", questions={"rows": ROWS}, pages=())
    assert not quick_ready(slow, RIGHT)


def test_pages_without_a_question_to_ask_are_passed_over_both_ways() -> None:
    assert [page.id for page in pages(FORM, {"choice": "no"})] == ["one", "three", "four"]
    assert ids(next_page(FORM, "", {})) == "one"
    assert ids(next_page(FORM, "one", {"choice": "no"})) == "three"
    assert ids(next_page(FORM, "one", {"choice": "yes"})) == "two"
    assert ids(previous_page(FORM, "three", {"choice": "no"})) == "one"
    assert ids(next_page(FORM, "one", {"choice": "no"}, quick=True)) == "four"
    assert next_page(FORM, "four", {}) is None
    assert previous_page(FORM, "one", {}) is None


def ids(page: Page | None) -> str:
    return page.id if page else ""


def test_an_answer_that_no_longer_applies_is_not_kept() -> None:
    assert set(kept(FORM, {**RIGHT, "choice": "no", "stranger": "x", "long": " "})) == (
        set(RIGHT) - {"deeper", "long"}
    )


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("choice", "Yes"),
        ("choices", "No"),
        ("clauses", "PER-1a; PRI-2"),
        ("rows", "A Child, Yes\nB Child"),
        ("moment", "about 10:45 on Friday 20 November 2026, still going on"),
        ("date", "Sunday 31 January 2027"),
        ("number", "0"),
        ("agree", "Confirmed"),
        ("long", "words\nand more words"),
    ],
)
def test_answers_read_aloud_in_words(id: str, said: str) -> None:
    assert say_answer(FORM.questions[id], RIGHT[id]) == said
    assert say_answer(FORM.questions[id], None) == NOT_GIVEN


ANSWERS = st.one_of(
    st.text(max_size=30),
    st.lists(st.text(max_size=8), max_size=4).map(tuple),
    st.lists(st.dictionaries(st.sampled_from(["name", "part", "x"]), st.text(max_size=12)), max_size=4).map(
        tuple
    ),
)


@CALM
@given(answers=st.dictionaries(st.sampled_from([*FORM.questions, "stranger"]), ANSWERS))
def test_any_answers_at_all_are_judged_without_an_error(answers: Answers) -> None:
    found = faults(FORM, answers, FORM.questions.values(), NOW)
    assert set(found) <= set(FORM.questions)
    assert all(each.id in found for each in missing(FORM, answers))
    assert all(say_answer(FORM.questions[id], answers[id]) for id in answers if id in FORM.questions)
    assert kept(FORM, kept(FORM, answers)) == kept(FORM, answers)


@CALM
@given(answers=st.dictionaries(st.sampled_from([*FORM.questions]), ANSWERS), quick=st.booleans())
def test_walking_forward_and_back_visits_the_same_pages(answers: Answers, quick: bool) -> None:
    there: list[str] = []
    page = next_page(FORM, "", answers, quick=quick)
    while page:
        there.append(page.id)
        assert forms.asked(FORM, page, answers, quick=quick)
        page = next_page(FORM, page.id, answers, quick=quick)
    assert there == [each.id for each in pages(FORM, answers, quick=quick)]
    back = there[-1:]
    while before := previous_page(FORM, back[-1], answers, quick=quick):
        back.append(before.id)
    assert back == there[::-1]
