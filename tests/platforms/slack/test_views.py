"""Modals: every dialog fits, boxes and the buttons that send them stay together, and nothing is lost."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from bot.platforms.slack.views import Meta, TooMuch, errors, message_modal, modal
from bot.school.forms import Choice, Kind, Question
from bot.school.messages import (
    Button,
    Callout,
    Dialog,
    Facts,
    Field,
    Heading,
    Message,
    Paragraph,
    Style,
    Tone,
)
from tests.platforms.slack.limits_law import check_view
from tests.platforms.slack.made import dialogs, messages
from tests.platforms.slack.test_render import all_words, missing_from

NEXT = Button(label="Next", action="draft.next", value="d1", style=Style.PRIMARY, submits=True)
BACK = Button(label="Back", action="draft.back", value="d1", submits=True)
CLOSE = Button(label="Never mind", action="dialog.close")
NOTE = Question(id="note", ask="Note", kind=Kind.LONG_TEXT, required=True)
CHOICES = (Choice(id="no", say="No"), Choice(id="yes", say="Yes"))


def dialog(*fields: Field, **more: Any) -> Dialog:
    return Dialog(**({"id": "v", "title": "A form", "fields": fields, "buttons": (BACK, NEXT, CLOSE)} | more))


def inputs(view: dict[str, Any]) -> dict[str, Any]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def pressed(view: dict[str, Any]) -> list[str]:
    return [e["action_id"] for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]


def parts_of(dialog: Dialog) -> list[dict[str, Any]]:
    """Every part of a dialog, turned to as a person would."""
    views = [modal(dialog)]
    while f"part:{len(views) + 1}" in pressed(views[-1]):
        views.append(modal(dialog, Meta.read(views[-1]["private_metadata"]), part=len(views) + 1))
    return views


@given(dialogs())
@settings(max_examples=200, deadline=None)
def test_every_dialog_is_lawful_and_says_all_its_words(dialog: Dialog) -> None:
    views = parts_of(dialog)
    for view in views:
        check_view(view)
    assert all(not inputs(view) for view in views[1:]), "boxes are never parted"
    blocks = [block for view in views for block in view["blocks"]]
    assert missing_from(blocks, all_words(dialog.parts)) == []
    assert missing_from(blocks, (field.error for field in dialog.fields)) == []
    senders = {f"{b.action}:{b.value}" for b in dialog.buttons}
    first = Meta.read(views[0]["private_metadata"])
    pressable = (e for b in views[0]["blocks"] if b["type"] == "actions" for e in b["elements"])
    sent = {f"{e['action_id'].split(':', 2)[-1]}:{e.get('value', '')}" for e in pressable}
    assert senders <= sent | {":".join(first.submit)}


@given(messages())
@settings(max_examples=60, deadline=None)
def test_a_message_can_be_said_in_a_modal(said: Message) -> None:
    check_view(message_modal(said))


def test_the_primary_sender_is_slacks_own_button_and_the_others_stand_at_the_end() -> None:
    view = modal(
        dialog(Field(question=NOTE), draft="d1", step="Step 2 of 6"), Meta(channel="C1", thread="1.2")
    )
    assert view["callback_id"] == "dialog"
    assert view["submit"]["text"] == "Next"
    assert view["close"]["text"] == "Close"
    assert view["clear_on_close"] is view["notify_on_close"] is False
    assert json.loads(view["private_metadata"]) == {
        "v": "v", "d": "d1", "s": ["draft.next", "d1"], "p": 1, "r": {}, "o": ["", ""], "c": "C1", "t": "1.2",
    }  # fmt: skip
    assert view["blocks"][0] == {
        "type": "context",
        "elements": [{"type": "plain_text", "text": "Step 2 of 6", "emoji": False}],
    }
    assert pressed(view) == ["fill:1:draft.back", "press:2:dialog.close"]


def test_a_page_to_read_has_no_submit_and_its_sender_is_a_button() -> None:
    view = modal(dialog(parts=(Paragraph(text="Check it."),), draft="d1"))
    assert "submit" not in view
    assert pressed(view) == ["fill:1:draft.back", "fill:2:draft.next", "press:3:dialog.close"]
    assert Meta.read(view["private_metadata"]).submit == ("", "")


def test_a_form_without_a_sender_can_still_be_left() -> None:
    view = modal(dialog(Field(question=NOTE), buttons=(CLOSE,)))
    assert view["submit"]["text"] == "Done"
    assert Meta.read(view["private_metadata"]).submit == ("dialog.close", "")


def test_a_title_too_long_for_slack_stands_above_in_full() -> None:
    title = "Online-safety incident about a pupil"
    view = modal(dialog(title=title, step="Step 1 of 9"))
    assert view["title"]["text"] == "Online-safety incident…"
    assert [block["type"] for block in view["blocks"][:2]] == ["header", "context"]
    assert view["blocks"][0]["text"]["text"] == title


def test_boxes_are_named_so_that_their_state_says_what_was_asked() -> None:
    columns = (Question(id="name", ask="Full name", kind=Kind.TEXT, required=True), Question(
        id="role", ask="Part in it", kind=Kind.CHOICE, choices=CHOICES))  # fmt: skip
    fields = (
        Field(question=Question(id="told", ask="Told?", kind=Kind.CHOICE, choices=CHOICES)),
        Field(question=Question(id="when", ask="When?", kind=Kind.MOMENT, required=True)),
        Field(question=Question(id="due", ask="By?", kind=Kind.DATE)),
        Field(question=Question(id="age", ask="Age?", kind=Kind.NUMBER, longest=3000)),
        Field(question=Question(id="agree", ask="I agree " * 20, kind=Kind.CONFIRM, required=True)),
        Field(
            question=Question(
                id="pupils", ask="Who?", kind=Kind.ROWS, columns=columns, least=2, required=True
            )
        ),
    )
    view = modal(dialog(*fields))
    found = {
        id: (next(iter(b)), b["element"]["type"], b["element"]["action_id"]) for id, b in inputs(view).items()
    }
    assert {id: what[1:] for id, what in found.items()} == {
        "told|": ("radio_buttons", "choice"),
        "when|date": ("datepicker", "date"),
        "when|time": ("timepicker", "time"),
        "when|flags": ("checkboxes", "flags"),
        "due|": ("datepicker", "date"),
        "age|": ("plain_text_input", "number"),
        "agree|": ("checkboxes", "confirm"),
        "pupils|0.name": ("plain_text_input", "text"),
        "pupils|0.role": ("static_select", "choice"),
        "pupils|1.name": ("plain_text_input", "text"),
        "pupils|1.role": ("static_select", "choice"),
    }
    needed = [id for id, block in inputs(view).items() if not block["optional"]]
    assert needed == ["when|date", "agree|", "pupils|0.name", "pupils|1.name"]
    assert "row:pupils" in pressed(view)
    assert Meta.read(view["private_metadata"]).rows == {"pupils": 2}


def test_another_row_is_shown_when_it_was_asked_for_and_none_beyond_the_most() -> None:
    columns = (Question(id="name", ask="Name", kind=Kind.TEXT),)
    who = Question(id="who", ask="Who?", kind=Kind.ROWS, columns=columns, most=3)
    asked = dialog(Field(question=who, answer=({"name": "Ada"},)))
    two = modal(asked, replace(Meta.read(modal(asked)["private_metadata"]), rows={"who": 2}))
    assert list(inputs(two)) == ["who|0.name", "who|1.name"]
    assert [block["label"]["text"] for block in inputs(two).values()] == ["Name (1)", "Name (2)"]
    three = modal(asked, replace(Meta.read(two["private_metadata"]), rows={"who": 3}))
    assert len(inputs(three)) == 3
    assert "row:who" not in pressed(three)
    elsewhere = modal(replace(asked, id="another"), Meta.read(three["private_metadata"]))
    assert list(inputs(elsewhere)) == ["who|0.name"]


def test_few_choices_show_at_once_many_drop_down_and_groups_keep_their_headings() -> None:
    many = tuple(
        Choice(id=f"i{n}", say=f"Kind {n}", group="Contact" if n < 5 else "Conduct") for n in range(12)
    )
    for kind, few_are, many_are in (
        (Kind.CHOICE, "radio_buttons", "static_select"),
        (Kind.CHOICES, "checkboxes", "multi_static_select"),
    ):
        few = inputs(
            modal(dialog(Field(question=Question(id="q", ask="?", kind=kind, choices=many[:10], most=3))))
        )
        assert few["q|"]["element"]["type"] == few_are
        lots = inputs(
            modal(dialog(Field(question=Question(id="q", ask="?", kind=kind, choices=many, most=3))))
        )
        assert lots["q|"]["element"]["type"] == many_are
        groups = lots["q|"]["element"]["option_groups"]
        assert [(group["label"]["text"], len(group["options"])) for group in groups] == [
            ("Contact", 5),
            ("Conduct", 7),
        ]
    assert lots["q|"]["element"]["max_selected_items"] == 3
    assert lots["q|"]["hint"]["text"] == "Choose up to 3."


def test_a_choice_with_more_words_than_an_option_holds_is_spelled_out_above() -> None:
    long = "PER-1b: Staff must not try to make contact with pupils or their families " + "and so on " * 8
    question = Question(id="q", ask="Which?", kind=Kind.CHOICES, choices=(*CHOICES, Choice(id="p", say=long)))
    view = modal(dialog(Field(question=question)))
    above, box = view["blocks"][0], view["blocks"][1]
    assert missing_from(above, iter([long])) == []
    assert "Yes" not in json.dumps(above)
    assert box["element"]["options"][2]["text"]["text"].endswith("…")


def test_a_question_the_desk_found_no_choices_for_is_said_without_a_box() -> None:
    question = Question(id="clauses", ask="Does any fit?", kind=Kind.CHOICES, filled_by_desk=True)
    view = modal(dialog(Field(question=question)))
    check_view(view)
    assert not inputs(view)
    picked = modal(dialog(Field(question=question, answer=("PER-1b",))))
    assert inputs(picked)["clauses|"]["element"]["initial_options"][0]["value"] == "PER-1b"


def test_only_choices_of_a_kept_draft_tell_at_once() -> None:
    fields = (
        Field(question=Question(id="c", ask="?", kind=Kind.CHOICE, choices=CHOICES)),
        Field(question=Question(id="y", ask="?", kind=Kind.CONFIRM)),
        Field(question=Question(id="z", ask="?", kind=Kind.CONFIRM)),
        Field(question=replace(NOTE, when={"y": ("yes",)}, cards={"x": "card"})),
    )
    telling = [id for id, b in inputs(modal(dialog(*fields, draft="d1"))).items() if b.get("dispatch_action")]
    assert telling == ["c|", "y|"]
    assert not any(b.get("dispatch_action") for b in inputs(modal(dialog(*fields))).values())


def test_what_is_wrong_is_said_under_the_box_or_by_slack_itself() -> None:
    asked = dialog(
        Field(question=NOTE, error="Please answer this."),
        Field(question=Question(id="when", ask="?", kind=Kind.MOMENT), error="This lies in the future."),
    )
    view = modal(asked)
    said = [b["text"]["text"] for b in view["blocks"] if b["type"] == "section"]
    assert said[0] == "*Please look at this again: Please answer this.*"
    wrong = {"note|": "Please answer this.", "when|date": "This lies in the future."}
    assert errors(asked, view["blocks"]) == wrong
    elsewhere = modal(dialog(Field(question=replace(NOTE, id="other"))))
    assert errors(asked, elsewhere["blocks"]) == {}, "the question isn't there: show it anew"
    assert errors(dialog(Field(question=NOTE)), view["blocks"]) == {}


def test_a_dialog_too_long_to_read_in_one_view_goes_on_in_the_next() -> None:
    entries = tuple(p for n in range(120) for p in (Heading(text=f"Note {n}"), Paragraph(text=f"Words {n}.")))
    for fields in ((), (Field(question=NOTE),)):
        long = dialog(*fields, parts=entries, step="Step 1 of 2")
        views = parts_of(long)
        assert len(views) == 3
        for number, view in enumerate(views, 1):
            check_view(view)
            assert view["blocks"][0]["elements"][0]["text"] == f"Step 1 of 2 · Part {number} of 3"
            assert Meta.read(view["private_metadata"]).part == number
        assert bool(inputs(views[0])) is bool(fields)
        assert ("press:2:dialog.close" in pressed(views[1])) is False
        assert ("press:3:dialog.close" in pressed(views[1])) is not bool(fields)
        assert "part:1" in pressed(views[1]), "one can turn back"
        assert modal(long, part=99)["blocks"] == views[-1]["blocks"]


def test_more_rows_than_boxes_are_written_line_by_line() -> None:
    columns = tuple(Question(id=id, ask=id, kind=Kind.TEXT) for id in ("name", "class", "role"))
    who = Question(id="who", ask="Who?", kind=Kind.ROWS, columns=columns)
    part = "witness to some of it"
    class_of_30 = tuple({"name": f"Child {n}", "class": "4B", "role": part} for n in range(30))
    assert len(inputs(modal(dialog(Field(question=who, answer=class_of_30))))) == 90
    school = class_of_30 * 4
    view = modal(dialog(Field(question=who, answer=school), Field(question=NOTE)))
    check_view(view)
    assert list(inputs(view)) == ["who|=name,class,role#1/2", "who|=name,class,role#2/2", "note|"]
    first = inputs(view)["who|=name,class,role#1/2"]["element"]
    assert first["initial_value"].startswith(f"Child 0 | 4B | {part}\nChild 1 | ")


def test_more_questions_than_a_view_holds_are_refused_loudly() -> None:
    fields = (Field(question=replace(NOTE, id=f"q{n}")) for n in range(101))
    with pytest.raises(TooMuch):
        modal(dialog(*fields))


def test_meta_comes_back_as_it_went_and_holds_no_words() -> None:
    meta = Meta(
        view="case:K7QF",
        draft="d1",
        submit=("a", "b"),
        part=2,
        rows={"q": 3},
        origin=("case.open", "K7QF"),
        channel="C1",
    )
    assert Meta.read(meta.packed()) == meta
    assert Meta.read("") == Meta()
    canary = "CANARY"
    asked = dialog(
        Field(question=replace(NOTE, ask=canary), answer=canary, error=canary),
        title=canary,
        parts=(Callout(tone=Tone.GOOD, title=canary, lines=(canary,)), Facts(rows=((canary, canary),))),
        step=canary,
    )
    assert canary not in modal(asked)["private_metadata"]
