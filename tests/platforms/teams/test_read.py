"""The law of every platform, in Teams: what a form is filled in with is what is read from it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import case_forms
from bot.desk.campaign_forms import MOST
from bot.platforms.teams.dialogs import parts_of, window
from bot.platforms.teams.read import read_answers
from bot.school.concerns import Entry, EntryKind, State
from bot.school.forms import Answer, Choice, Form, Kind, Question
from bot.school.forms import given as says
from bot.school.messages import Button, Dialog, Field
from tests.hazards.doing import house
from tests.platforms.slack.made import answers, dialogs, given_in
from tests.platforms.slack.test_read import sayings
from tests.platforms.teams.law import check_schema, check_window
from tests.platforms.teams.made import begun, boxes, edits, submits, told, words_of

MANY = settings(max_examples=100, deadline=None)
NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
SEND = Button(label="Next", action="draft.next", value="d1", submits=True)


def cards_of(dialog: Dialog) -> list[dict[str, Any]]:
    """Every part of a window, lawful."""
    infos = [window(dialog, part=part) for part in range(1, parts_of(dialog) + 1)]
    assert [fault for info in infos for fault in check_window(info)] == []
    return [info["card"]["content"] for info in infos]


def read_from(dialog: Dialog, *, empty: bool = True) -> dict[str, Answer]:
    """What is read when each part is sent just as it is shown; blank answers too."""
    found: dict[str, Answer] = {}
    for card in cards_of(dialog):
        for press in submits(card)[:1]:
            found |= read_answers(told(card, begun(card), press, empty=empty))
    return found


def spoken(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Those that say something."""
    return {id: answer for id, answer in answers.items() if says(answer)}


def dialog_of(*fields: Field, draft: str = "d1") -> Dialog:
    return Dialog(id="draft:d1:page", title="A form", fields=fields, buttons=(SEND,), draft=draft)


def one(kind: Kind, answer: Answer | None = None, **more: Any) -> Dialog:
    return dialog_of(Field(question=Question(id="q", ask="What?", kind=kind, **more), answer=answer))


@given(dialogs(), st.booleans())
@MANY
def test_what_a_form_is_filled_in_with_is_what_is_read_from_it(dialog: Dialog, empty: bool) -> None:
    kept = replace(dialog, draft="d1", buttons=(SEND, *dialog.buttons))
    shown = {box["id"].partition("|")[0] for card in cards_of(kept) for box in boxes(card)}
    expected = {id: said for id, said in sayings(given_in(kept)).items() if id in shown}
    assert spoken(read_from(kept, empty=empty)) == expected
    left = [asked for asked in kept.fields if asked.question.id not in shown]
    assert all(heavy(asked) for asked in left), "only what no card can hold is not asked for"


def heavy(asked: Field) -> bool:
    """Whether an answer is beyond what any form of the school's takes, or there is nothing to choose."""
    size = len(str(asked.answer).encode()) + sum(
        len((c.say + c.hint).encode()) for c in asked.question.choices
    )
    return size > 6_000 or not asked.question.choices


@given(dialogs(), st.data())
@MANY
def test_showing_a_changed_form_again_changes_no_answer(dialog: Dialog, data: st.DataObject) -> None:
    kept = replace(dialog, draft="d1", buttons=(SEND,))
    read: dict[str, Answer] = {}
    for card in cards_of(kept):
        values = data.draw(edits(card))
        read |= read_answers(told(card, values, submits(card)[0], empty=data.draw(st.booleans())))
    fields = tuple(replace(f, answer=read.get(f.question.id, f.answer), error="") for f in kept.fields)
    again = replace(kept, fields=fields)
    seen = read_from(again)
    assert spoken(seen) == {id: said for id, said in spoken(read).items() if id in seen}


def real_forms() -> list[Form]:
    """The school's forms, those of a case, and what stands for the clauses that the desk proposes."""
    actions = tuple(
        Entry(number=n, kind=EntryKind.ACTION, by="", at=NOW, body={"text": f"*Ring* [home] {n} _"})
        for n in range(14)
    )
    small = (case_forms.ACKNOWLEDGE, case_forms.NOTE, case_forms.ACTION, case_forms.ASK)
    return [*house().forms.values(), *small, case_forms.finishing(actions), case_forms.moving(tuple(State))]


def proposed(question: Question) -> Question:
    """With choices, where the desk fills them in."""
    clauses = ("PER-1b", "PRI-2", "PUP-4")
    choices = tuple(Choice(id=id, say=f"{id}: " + "words of the clause " * 7) for id in clauses)
    return replace(question, choices=choices) if question.filled_by_desk else question


@st.composite
def real_pages(draw: st.DrawFn) -> Dialog:
    """A page of a form that the product really has, half filled in, with everything on it that may apply."""
    form = draw(st.sampled_from(real_forms()))
    page = draw(st.sampled_from(form.pages))
    fields = []
    for id in page.questions:
        question = proposed(form.questions[id])
        answer = draw(st.none() | answers(question))
        error = draw(st.sampled_from(["", "", "Please say *when*."]))
        fields.append(
            Field(question=question, answer=answer if fits(question, answer) else None, error=error)
        )
    return replace(dialog_of(*fields), title=page.title)


def fits(question: Question, answer: Answer | None) -> bool:
    """Whether the desk would take it: a text or a list no longer than it may be."""
    if isinstance(answer, str):
        return len(answer) <= question.longest
    return len(answer or ()) <= (question.most or 14)


@given(real_pages(), st.booleans())
@MANY
def test_every_page_of_every_real_form_is_read_as_it_was_filled_in(dialog: Dialog, empty: bool) -> None:
    read = read_from(dialog, empty=empty)
    assert set(read) == {asked.question.id for asked in dialog.fields}, "everything is asked"
    assert spoken(read) == sayings(given_in(dialog))


@given(real_pages())
@settings(max_examples=40, deadline=None)
def test_every_page_of_every_real_form_keeps_to_the_published_schema(dialog: Dialog) -> None:
    assert [fault for card in cards_of(dialog) for fault in check_schema(card)] == []


@pytest.mark.parametrize("many", [1, 12, MOST])
def test_the_forms_of_a_campaign_are_read_as_they_were_filled_in(many: int) -> None:
    people = tuple(Choice(id=f"p{n}", say=f"Given Family-Name {n}", hint="Teacher") for n in range(many))
    groups = tuple(Choice(id=f"g{n}", say=f"Group: {n}") for n in range(many))
    dialog = dialog_of(
        Field(question=Question(id="person", ask="Who?", kind=Kind.CHOICE, choices=people), answer="p0"),
        Field(question=Question(id="signed", ask="Signed", kind=Kind.CONFIRM), answer="yes"),
        Field(question=Question(id="groups", ask="Who is asked?", kind=Kind.CHOICES, choices=groups),
              answer=tuple(group.id for group in groups)),
        Field(question=Question(id="launch", ask="When?", kind=Kind.DATE), answer="2027-01-04"),
        draft="",
    )  # fmt: skip
    assert len(cards_of(dialog)) == 1
    assert read_from(dialog) == given_in(dialog)


def test_an_answer_that_is_taken_back_is_read_as_blank_whether_teams_sends_the_empty_box_or_not() -> None:
    row = Question(id="name", ask="Name", kind=Kind.TEXT)
    choices = (Choice(id="a", say="A"),)
    blanks: dict[Kind, Answer] = dict.fromkeys(Kind, "") | {Kind.CHOICES: (), Kind.ROWS: ()}
    for kind in Kind:
        columns = (row,) if kind is Kind.ROWS else ()
        some = choices if kind in (Kind.CHOICE, Kind.CHOICES) else ()
        for empty in (True, False):
            assert read_from(one(kind, choices=some, columns=columns), empty=empty) == {"q": blanks[kind]}


def test_a_moment_without_a_time_stays_without_and_one_without_a_day_is_not_lost() -> None:
    for said in ("2026-11-20", "2026-11-20 ongoing", "2026-11-20T10:30 about", "T10:30", " about"):
        assert read_from(one(Kind.MOMENT, said)) == {"q": said}


def test_days_and_numbers_that_no_box_takes_are_shown_in_words_or_typed() -> None:
    odd_times = [(Kind.MOMENT, odd) for odd in ("2026-02-31T10:30", "2026-11-20T29:10", "at noon")]
    for kind, said in (*odd_times, (Kind.DATE, "2026-2-3")):
        (card,) = cards_of(one(kind, said))
        assert f"Written so far: {said}" in list(words_of(card))
    for odd in ("many", "007", "1.5", "9" * 30):
        assert read_from(one(Kind.NUMBER, odd)) == {"q": odd}


def test_numbers_are_read_whether_teams_sends_digits_or_a_number() -> None:
    for sent in ("12", " 12 ", 12, 12.0, "12.0"):
        assert read_answers({"q|number": sent}) == {"q": "12"}


def test_picks_come_in_the_order_in_which_they_are_offered_however_they_were_ticked() -> None:
    groups = ("Contact", "Conduct", "Contact")
    choices = tuple(Choice(id=f"i,{n}%", say="x", group=groups[n // 5]) for n in range(15))
    (card,) = cards_of(one(Kind.CHOICES, ("i,1%", "i,12%"), choices=choices))
    values = begun(card)
    assert values == {"q|ids#1": "1.i%2C1%25", "q|ids#2": "", "q|ids#3": "12.i%2C12%25"}
    values |= {"q|ids#1": "4.i%2C4%25,0.i%2C0%25", "q|ids#2": "9.i%2C9%25"}
    read = read_answers(told(card, values, submits(card)[0]))
    assert read == {"q": ("i,0%", "i,4%", "i,9%", "i,12%")}


def test_a_row_left_empty_is_no_row() -> None:
    columns = (Question(id="name", ask="Name", kind=Kind.TEXT),)
    rows = ({"name": "Ada"}, {"name": "Bo"}, {"name": "Cy"})
    (card,) = cards_of(one(Kind.ROWS, rows, columns=columns))
    for blank in ("", "  "):
        values = begun(card) | {"q|1.name": blank}
        assert read_answers(told(card, values, submits(card)[0])) == {"q": ({"name": "Ada"}, {"name": "Cy"})}


def test_forty_pupils_are_written_line_by_line_and_none_is_lost() -> None:
    pupils = house().forms["esafety"].questions["pupils"]
    rows = tuple({"name": f"Wilf | Amberley {n}", "class": "4B", "role": "harmed"} for n in range(40))
    dialog = dialog_of(Field(question=pupils, answer=rows))
    (card,) = cards_of(dialog)
    (name,) = {box["id"].partition("#")[0] for box in boxes(card)}
    assert name == "pupils|=name,class,role"
    assert read_from(dialog) == {"pupils": rows}


def test_what_is_typed_on_any_phone_has_lines_that_end_in_one_way() -> None:
    assert read_answers({"q|": "one\r\ntwo\rthree\nfour"}) == {"q": "one\ntwo\nthree\nfour"}


def test_what_is_no_box_of_ours_is_not_an_answer() -> None:
    odd = {"usher": {"do": "fill"}, "msteams": {}, "x": "1", "|": "2", "q|": ["a"], "r|#99999": True}
    assert read_answers(odd) == {"r": "true"}


def test_an_answer_too_long_for_a_card_is_kept_and_not_asked_for() -> None:
    dialog = dialog_of(
        Field(question=Question(id="q", ask="What?", kind=Kind.LONG_TEXT), answer="word " * 9000),
        Field(question=Question(id="p", ask="Who?", kind=Kind.TEXT), answer="Ada"),
    )
    assert read_from(dialog) == {"p": "Ada"}
    assert any(
        "too long to be changed here" in words for card in cards_of(dialog) for words in words_of(card)
    )
