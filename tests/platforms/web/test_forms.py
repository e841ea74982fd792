"""read(render(form, answers)) == answers: through JSON for many forms, through Chromium for some."""

import json
import string
from collections.abc import Callable
from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from bot.platforms.web.render import read_answers
from bot.school import codec
from bot.school.activities import Filled
from bot.school.forms import Answer, Answers, Choice, Kind, Question
from bot.school.forms import given as says_something
from bot.school.messages import Button, Dialog, Field, Style
from tests.platforms.web.served import Served

Enter = Callable[..., Page]

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40).filter(
    str.strip
)
LINES = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
ID = st.text(string.ascii_lowercase + string.digits + "_-", min_size=1, max_size=12)
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31)).map(date.isoformat)
TIMES = st.times(time(0, 0), time(23, 59)).map(lambda t: f"{t:%H:%M}")


@st.composite
def moments(draw: st.DrawFn) -> str:
    clock = draw(st.none() | TIMES)
    return (
        draw(DAYS)
        + (f"T{clock}" if clock else "")
        + draw(st.sampled_from(["", " about"]))
        + draw(st.sampled_from(["", " ongoing"]))
    )


CELLS = (Kind.TEXT, Kind.CHOICE, Kind.DATE, Kind.NUMBER, Kind.LONG_TEXT, Kind.MOMENT, Kind.CONFIRM)


@st.composite
def questions(draw: st.DrawFn, id: str, kinds: tuple[Kind, ...] = tuple(Kind)) -> Question:
    kind = draw(st.sampled_from(kinds))
    ids = draw(st.lists(ID, min_size=1, max_size=9, unique=True))
    choices = tuple(Choice(id=i, say=draw(LINE), hint=draw(st.just("") | LINE)) for i in ids)
    columns = draw(st.lists(ID, min_size=1, max_size=3, unique=True)) if kind is Kind.ROWS else ()
    return Question(
        id=id,
        ask=draw(LINE),
        kind=kind,
        hint=draw(st.just("") | LINE),
        required=draw(st.booleans()),
        most=draw(st.integers(0, 3)),
        choices=choices if kind in (Kind.CHOICE, Kind.CHOICES) else (),
        columns=tuple(draw(questions(column, CELLS)) for column in columns),
    )


def one_of(question: Question) -> st.SearchStrategy[str]:
    """An answer that is text."""
    return {
        Kind.TEXT: LINE,
        Kind.LONG_TEXT: LINES,
        Kind.MOMENT: moments(),
        Kind.DATE: DAYS,
        Kind.NUMBER: st.integers(0, 10**9).map(str),
        Kind.CONFIRM: st.just("yes"),
        Kind.CHOICE: st.sampled_from([c.id for c in question.choices] or [""]),
    }[question.kind]


@st.composite
def answers_to(draw: st.DrawFn, question: Question) -> Answer:
    if question.kind is Kind.CHOICES:
        picked = draw(st.sets(st.sampled_from([c.id for c in question.choices]), min_size=1))
        return tuple(c.id for c in question.choices if c.id in picked)
    if question.kind is not Kind.ROWS:
        return draw(one_of(question))
    rows = st.fixed_dictionaries({c.id: st.just("") | one_of(c) for c in question.columns})
    spoken = rows.filter(lambda row: any(value.strip() for value in row.values()))
    return tuple(draw(st.lists(spoken, min_size=1, max_size=3)))


@st.composite
def half_filled(draw: st.DrawFn) -> tuple[Field, ...]:
    """The fields of a form, some of them answered."""
    asked = [draw(questions(id)) for id in draw(st.lists(ID, min_size=1, max_size=4, unique=True))]
    return tuple(
        Field(question=q, answer=draw(st.none() | answers_to(q)), error=draw(st.just("") | LINE))
        for q in asked
    )


def answered(fields: tuple[Field, ...]) -> Answers:
    return {f.question.id: f.answer for f in fields if f.answer is not None}


def dialog(fields: tuple[Field, ...]) -> Dialog:
    done = Button(label="Done", action="done", style=Style.PRIMARY, submits=True)
    return Dialog(id="law", title="The law", fields=fields, buttons=(done,))


@given(half_filled())
def test_what_is_rendered_is_read_back(fields: tuple[Field, ...]) -> None:
    rendered = json.loads(json.dumps(codec.to_plain(dialog(fields))))
    sent = {f["question"]["id"]: f["answer"] for f in rendered["fields"] if f["answer"] is not None}
    assert read_answers(json.loads(json.dumps(sent))) == answered(fields)


@pytest.mark.browser
def test_what_the_page_shows_is_read_back(served: Served, enter: Enter) -> None:
    page = enter("Tom")

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(half_filled())
    def law(fields: tuple[Field, ...]) -> None:
        served.desk.dialog = dialog(fields)
        page.locator("#box").fill("show the dialog")
        page.locator("#box").press("Enter")
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        did = served.desk.came[-1].did
        assert isinstance(did, Filled)
        assert set(did.answers) == {f.question.id for f in fields}
        said = {id: answer for id, answer in did.answers.items() if says_something(answer)}
        assert said == answered(fields)

    law()
