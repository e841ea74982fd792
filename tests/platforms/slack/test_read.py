"""The law of every platform, in Slack: what a form is filled in with is what is read from it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.slack.read import read_answers
from bot.platforms.slack.views import Meta, modal
from bot.school.forms import Answer, Choice, Kind, Question
from bot.school.forms import given as says
from bot.school.lines import as_lines, from_lines
from bot.school.messages import Button, Dialog, Field
from tests.platforms.slack.limits_law import check_view
from tests.platforms.slack.made import WORDS, dialogs, edits, given_in, state_of

MANY = settings(max_examples=300, deadline=None)
SEND = Button(label="Next", action="draft.next", value="d1", submits=True)


def told(view: Mapping[str, Any], values: Mapping[str, Any] | None = None) -> dict[str, Answer]:
    """The answers in a view that say something."""
    read = read_answers(state_of(view) if values is None else values, view["blocks"])
    return {id: answer for id, answer in read.items() if says(answer)}


def sayings(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Answers as the desk keeps them, without blank rows and cells; lines end in one way."""
    kept = {}
    for id, answer in answers.items():
        if not isinstance(answer, str) and any(isinstance(row, Mapping) for row in answer):
            rows = [{c: v for c, v in row.items() if v.strip()} for row in answer if isinstance(row, Mapping)]
            answer = tuple(row for row in rows if row)
        if says(answer):
            kept[id] = answer
    return kept


def dialog_of(*fields: Field, draft: str = "d1") -> Dialog:
    return Dialog(id="draft:d1:page", title="A form", fields=fields, buttons=(SEND,), draft=draft)


def one(kind: Kind, answer: Answer | None = None, **more: Any) -> Dialog:
    return dialog_of(Field(question=Question(id="q", ask="What?", kind=kind, **more), answer=answer))


@given(dialogs())
@MANY
def test_what_a_form_is_filled_in_with_is_what_is_read_from_it(dialog: Dialog) -> None:
    view = modal(dialog)
    check_view(view)
    assert told(view) == sayings(given_in(dialog))


@given(dialogs(), st.data())
@MANY
def test_showing_a_changed_form_again_changes_no_answer(dialog: Dialog, data: st.DataObject) -> None:
    view = modal(dialog)
    values = data.draw(edits(view))
    read = read_answers(values, view["blocks"])
    fields = tuple(replace(f, answer=read.get(f.question.id), error="") for f in dialog.fields)
    again = modal(replace(dialog, fields=fields), Meta.read(view["private_metadata"]))
    check_view(again)
    assert told(again, state_of(again, values)) == told(view, values)


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), WORDS.filter(str.strip), min_size=1)))
@MANY
def test_rows_written_line_by_line_are_read_as_they_were(rows: list[dict[str, str]]) -> None:
    assert from_lines(("a", "b", "c"), as_lines(("a", "b", "c"), rows)) == tuple(rows)


def test_lines_are_read_as_people_write_them() -> None:
    columns = ("name", "class", "role")
    written = "Wilf Amberley|4B |harmed\n\n  \nAda | | witness | or not\\"
    assert from_lines(columns, written) == (
        {"name": "Wilf Amberley", "class": "4B", "role": "harmed"},
        {"name": "Ada", "role": "witness | or not\\"},
    )


def test_an_answer_that_is_taken_back_is_read_as_blank_not_left_out() -> None:
    row = Question(id="name", ask="Name", kind=Kind.TEXT)
    choices = (Choice(id="a", say="A"),)
    blanks: dict[Kind, Answer] = dict.fromkeys(Kind, "") | {Kind.CHOICES: (), Kind.ROWS: ()}
    for kind in Kind:
        columns = (row,) if kind is Kind.ROWS else ()
        view = modal(
            one(kind, choices=choices if kind in (Kind.CHOICE, Kind.CHOICES) else (), columns=columns)
        )
        assert read_answers(state_of(view), view["blocks"]) == {"q": blanks[kind]}


def test_a_moment_without_a_time_stays_without_and_one_without_a_day_is_not_lost() -> None:
    for said in ("2026-11-20", "2026-11-20 ongoing", "2026-11-20T10:30 about", "T10:30", " about"):
        view = modal(one(Kind.MOMENT, said))
        check_view(view)
        assert read_answers(state_of(view)) == {"q": said}


def test_days_that_no_calendar_has_are_shown_in_words() -> None:
    for kind, said in ((Kind.MOMENT, "2026-02-31T10:30"), (Kind.MOMENT, "at noon"), (Kind.DATE, "2026-2-3")):
        view = modal(one(kind, said))
        check_view(view)
        assert {"type": "plain_text", "text": f"Written so far: {said}", "emoji": False} in [
            element for block in view["blocks"] for element in block.get("elements", [])
        ]


def test_picks_come_in_the_order_in_which_they_are_offered() -> None:
    choices = tuple(Choice(id=id, say=id) for id in ("first", "second", "third"))
    view = modal(one(Kind.CHOICES, choices=choices))
    picked = [{"value": "third"}, {"value": "first"}]
    values = {"q|": {"choices": {"type": "checkboxes", "selected_options": picked}}}
    assert read_answers(values, view["blocks"]) == {"q": ("first", "third")}
    assert read_answers(values) == {"q": ("third", "first")}


def test_picks_keep_their_order_where_a_heading_comes_back() -> None:
    choices = tuple(Choice(id=f"i{n}", say="x", group="AB"[n % 2]) for n in range(12))
    view = modal(one(Kind.CHOICES, ("i1", "i2", "i3"), choices=choices))
    check_view(view)
    assert told(view) == {"q": ("i1", "i2", "i3")}


def test_a_number_is_read_without_the_spaces_round_it_and_strange_boxes_not_at_all() -> None:
    values = {"q|": {"number": {"value": " 12 "}}, "ask": {"ask": {"value": "hm"}}, "x|": {"later": {}}}
    assert read_answers(values) == {"q": "12", "x": ""}


def test_a_row_left_empty_is_no_row() -> None:
    columns = (Question(id="name", ask="Name", kind=Kind.TEXT),)
    rows = ({"name": "Ada"}, {"name": "Bo"}, {"name": "Cy"})
    view = modal(one(Kind.ROWS, rows, columns=columns))
    values = state_of(view) | {"q|1.name": {"text": {"type": "plain_text_input", "value": None}}}
    assert read_answers(values) == {"q": ({"name": "Ada"}, {"name": "Cy"})}


def test_a_text_longer_than_a_box_fills_several_and_may_be_shortened() -> None:
    said = " ".join(f"word{n}" for n in range(1200))
    dialog = one(Kind.LONG_TEXT, said)
    view = modal(dialog)
    boxes = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert boxes == ["q|#1/4", "q|#2/4", "q|#3/4", "q|#4/4"]
    assert told(view) == {"q": said}
    values = state_of(view)
    values["q|#1/4"]["long_text"]["value"] = "short"
    shorter = told(view, values)
    again = modal(replace(dialog, fields=(replace(dialog.fields[0], answer=shorter["q"]),)))
    assert told(again, state_of(again, values)) == shorter
