"""Windows in Teams: lawful whatever they show, every word in order, nothing typed lost on the way."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from bot.desk import announce, case_forms, case_view, follow_up, walk_form
from bot.desk.answer_question import answer, not_covered
from bot.platforms.teams.acts import Meta, read_act, turned
from bot.platforms.teams.cards import activity, message
from bot.platforms.teams.dialogs import (
    in_chat,
    message_window,
    together,
    typed,
    window,
)
from bot.platforms.teams.read import read_answers
from bot.school.concerns import EntryKind
from bot.school.former_pupils import Told
from bot.school.forms import Choice, Draft, Kind, Question, pages
from bot.school.forms import given as says
from bot.school.messages import Button, Dialog, Field, Message, Paragraph, Style
from tests.desk.test_campaign import Bureau
from tests.hazards.office import DSL, OFFICE, OWNER, TA, WHOLE, Office, dialog_of, quick_database
from tests.platforms.slack.made import dialogs, messages
from tests.platforms.slack.test_render import all_words
from tests.platforms.slack.test_views_real import filled, visit
from tests.platforms.teams.law import check_activity, check_card, check_schema, check_window
from tests.platforms.teams.made import begun, boxes, button, elements, submits, told, words_of
from tests.platforms.teams.test_cards import missing_from
from tests.platforms.teams.test_read import cards_of, spoken
from tests.platforms.teams.test_read import dialog_of as asking

MANY = settings(max_examples=100, deadline=None)
NOTE = Question(id="note", ask="What do you know?", kind=Kind.LONG_TEXT)
LONG = tuple(Paragraph(text=f"{n}: {'€' * 1500}") for n in range(16))
META = Meta(once="t0", channel="c", thread="t", origin=("case.open", "K7QF"))


@given(dialogs())
@MANY
def test_every_window_is_lawful_and_says_all_its_words_in_order(dialog: Dialog) -> None:
    # What a button asks first stands above it, which may be in the middle of a text that goes on.
    unasked = replace(dialog, buttons=tuple(replace(each, confirm="") for each in dialog.buttons))
    assert missing_from(cards_of(unasked), all_words(dialog.parts)) == []
    assert cards_of(dialog)
    assert check_card(in_chat(dialog, META)[0].card) == []


@given(messages())
@MANY
def test_every_message_is_lawful_as_a_window(said: Message) -> None:
    assert check_window(message_window(said, META)) == []


@given(dialogs())
@MANY
def test_every_button_of_every_window_can_be_read_and_stands_once(dialog: Dialog) -> None:
    drafted = replace(dialog, draft="d1")
    acts = [read_act(each["data"]) for card in cards_of(drafted) for each in submits(card)]
    assert None not in acts
    pressed = [(act.action, act.value) for act in acts if act and act.do in ("press", "fill")]
    assert set(pressed) == {(each.action, each.value) for each in drafted.buttons}
    assert all(act.meta.draft == "d1" and act.meta.view == dialog.id for act in acts if act)


def test_a_window_remembers_what_the_one_before_it_did() -> None:
    card = window(asking(Field(question=NOTE)), META)["card"]["content"]
    act = read_act(button(card, "draft.next")["data"])
    assert act is not None
    assert act.meta == replace(META, view="draft:d1:page", draft="d1", asks=("note",))
    assert (act.do, act.value) == ("fill", "d1")


def test_what_is_wrong_stands_above_its_box_and_its_part_is_shown_first() -> None:
    fields = [Field(question=replace(NOTE, id=f"q{n}"), answer="€" * 2900) for n in range(6)]
    fields[4] = replace(fields[4], error="That is [not] a *day*.")
    dialog = asking(*fields)
    cards = cards_of(dialog)
    assert len(cards) > 1
    card = window(dialog)["card"]["content"]
    flat = list(elements(card))
    at = next(n for n, each in enumerate(flat) if each.get("id") == "q4|")
    assert list(words_of([flat[at - 1]])) == ["Please look at this again: That is [not] a *day*."]
    assert flat[at - 1]["inlines"][0]["color"] == "attention"


def test_a_form_too_heavy_for_one_card_is_asked_part_by_part() -> None:
    dialog = asking(*(Field(question=replace(NOTE, id=f"q{n}"), answer="€" * 2900) for n in range(6)))
    cards = cards_of(dialog)
    assert [[box["id"] for box in boxes(card)] for card in cards] == [
        ["q0|", "q1|"],
        ["q2|", "q3|"],
        ["q4|", "q5|"],
    ]
    more = [read_act(each["data"]) for each in submits(cards[0])]
    assert [(act.do, act.value) for act in more if act] == [("part", "2")]
    assert read_answers(told(cards[0], begun(cards[0]), submits(cards[0])[0], empty=False)).keys() == {
        "q0",
        "q1",
    }


def test_nobody_can_sign_half_a_text_and_turning_back_loses_nothing() -> None:
    sign = Button(label="I have read it", action="ack.sign", value="c1", style=Style.PRIMARY, submits=True)
    ask = Button(label="I have a question", action="ack.asking", value="c1")
    dialog = Dialog(
        id="ack:c1", title="Read", parts=LONG, fields=(Field(question=NOTE),), buttons=(sign, ask)
    )
    cards = cards_of(dialog)
    assert len(cards) > 2
    verbs = [[each["data"]["usher"].get("action", "") for each in submits(card)] for card in cards]
    assert ["ack.sign" in each for each in verbs] == [False] * (len(cards) - 1) + [True]
    assert all("ack.asking" in each for each in verbs)
    onward = [each.get("style") for card in cards for each in submits(card) if each["title"] == "More"]
    assert onward == ["positive"] * (len(cards) - 1), "the way on is the one to press"
    values = begun(cards[-1]) | {"note|": "Jem"}
    back = told(cards[-1], values, submits(cards[-1])[0])
    act = read_act(back)
    assert act is not None
    meta, part = turned(act)
    assert part == len(cards) - 1
    earlier = window(typed(dialog, read_answers(back)), meta, part)["card"]["content"]
    assert [(box["value"], box["isVisible"]) for box in boxes(earlier)] == [("Jem", False)]
    on = told(earlier, begun(earlier), submits(earlier)[1])
    again = typed(dialog, read_answers(on))
    assert again.fields[0].answer == "Jem"


def test_one_more_row_is_on_show_once_it_was_asked_for_and_what_was_typed_stays() -> None:
    columns = (Question(id="name", ask="Name", kind=Kind.TEXT, required=True),)
    rows = Question(id="rows", ask="Who?", kind=Kind.ROWS, columns=columns, required=True, most=3)
    dialog = asking(Field(question=rows))
    shown, meta, names = dialog, Meta(), []
    for number in range(3):
        card = window(shown, meta)["card"]["content"]
        names.append([box["label"] for box in boxes(card)])
        press = next((each for each in submits(card) if each["title"] == "Add another"), None)
        if press is None:
            break
        data = told(card, begun(card) | {f"rows|{number}.name": f"Ada {number}"}, press)
        act = read_act(data)
        assert act is not None
        meta, _ = turned(act)
        shown = typed(dialog, read_answers(data))
    assert names[0] == ["Name"]
    assert names[2] == ["Name (1)", "Name (2) (optional)", "Name (3) (optional)"]
    assert press is None, "three are the most"
    assert shown.fields[0].answer == ({"name": "Ada 0"}, {"name": "Ada 1"})


def test_optional_questions_say_so_and_no_button_is_held_back_by_an_empty_box() -> None:
    dialog = asking(Field(question=NOTE), Field(question=replace(NOTE, id="must", required=True)))
    (card,) = cards_of(dialog)
    assert [box["label"] for box in boxes(card)] == ["What do you know? (optional)", "What do you know?"]
    assert not any({"isRequired", "regex", "min", "max"} & set(box) for box in boxes(card))


def test_words_of_staff_are_shown_letter_by_letter_wherever_they_stand() -> None:
    hard = "*bold* [click](https://example.com) {{DATE(2026-11-20T10:00:00Z)}} \u202eback"
    seen = "*bold* [click](https://example.com) {\u2060{DATE(2026-11-20T10:00:00Z)}} back"
    choices = (Choice(id="a", say=hard, hint=""),)
    pick = Question(id="pick", ask=hard, kind=Kind.CHOICE, choices=choices, hint=hard, required=True)
    (card,) = cards_of(replace(asking(Field(question=pick, error=hard)), parts=(Paragraph(text=hard),)))
    assert list(words_of(card)) == [seen, f"Please look at this again: {seen}", seen]
    (box,) = boxes(card)
    assert box["label"] == seen
    shown = box["choices"][0]["title"]
    assert shown.replace("\\", "").replace("\u2060", "") == seen.replace("\u2060", "")
    assert "https:\u2060//example.\u2060com" in shown, "an address in a choice is no link to press"
    assert "\\*bold\\*" in box["choices"][0]["title"], "choices are the one place where Markdown is read"


def test_a_list_of_ninety_people_drops_down_and_ten_are_all_on_show() -> None:
    for many, style in ((90, "compact"), (10, "expanded")):
        people = tuple(Choice(id=f"p{n}", say=f"Person {n}", hint="Teacher" * 9) for n in range(many))
        who = Question(id="who", ask="Who?", kind=Kind.CHOICE, choices=people)
        (card,) = cards_of(asking(Field(question=who)))
        (box,) = boxes(card)
        assert (box["style"], len(box["choices"])) == (style, many)


def test_several_messages_are_one_window_and_the_same_page_is_a_card_in_the_chat() -> None:
    one, two = Message(summary="One"), Message(summary="Two", parts=(Paragraph(text="2"),))
    assert together([one]) == one
    card = message_window(together([one, two]))["card"]["content"]
    assert list(words_of(card)) == ["One", "2"]
    (posting,) = in_chat(replace(asking(Field(question=NOTE)), title="What happened"), META)
    assert next(words_of(posting.card)) == "What happened"
    assert posting.summary == "What happened"
    assert "msteams" not in button(posting.card, "draft.next")["data"]


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with quick_database() as url:
        yield Office(url)


def lawful(dialog: Dialog) -> list[dict[str, Any]]:
    """Every part of a dialog of the desk, once all of them are as they must be."""
    cards = cards_of(dialog)
    assert missing_from(cards, all_words(dialog.parts)) == []
    assert [fault for card in cards for fault in check_schema(card)] == []
    assert check_card(in_chat(dialog, META)[0].card) == []
    return cards


def lawful_message(said: Message) -> int:
    """How many postings it takes, once all of them are as they must be."""
    postings = message(said)
    for posting in postings:
        assert check_activity(activity(posting)) + check_schema(posting.card) == []
    assert missing_from([posting.card for posting in postings], all_words(said.parts)) == []
    return len(postings)


@pytest.mark.parametrize("id", list(WHOLE))
def test_every_page_of_every_form_is_a_lawful_window_whatever_is_in_it(office: Office, id: str) -> None:
    form = office.home.forms[id]
    wrong = dict.fromkeys(form.questions, "Please *look* again.")
    with visit(office, TA) as here:
        for answers in filled(form).values():
            draft = Draft(
                id="d1",
                school=office.school.id,
                person=TA,
                form=id,
                page=walk_form.REVIEW,
                answers=answers,
                started=here.now,
                changed=here.now,
            )
            short = walk_form.quick(answers)
            shown = [page.id for page in pages(form, answers, quick=short)]
            for page in [*shown, *([walk_form.REVIEW] if shown else [])]:
                lawful(walk_form.dialog(here, replace(draft, page=page), wrong))
                cards = lawful(walk_form.dialog(here, replace(draft, page=page), {}))
                assert len(cards) <= 4


def test_every_answer_fits_one_card_and_begins_with_its_verdict_in_large(office: Office) -> None:
    intents = office.home.intents
    assert len(intents) > 100
    with visit(office, TA) as here:
        for intent in intents.values():
            said = answer(here, intent, Told(age=19, gone=8)) if intent.clauses else not_covered(here, intent)
            assert lawful_message(said) == 1, intent.id
            (verdict,) = message(said)[0].card["body"][0]["inlines"]
            assert (verdict["size"], verdict["weight"]) == ("large", "bolder")
            assert said.summary.startswith(verdict["text"].rstrip("."))


def test_greetings_refusals_and_doors_fit_one_card(office: Office) -> None:
    for who in (TA, DSL, OWNER):
        for said in ("hello", "report", "my reports", "either of these", "may I post this?", "purple"):
            reply = office.say(who, said)
            assert [lawful_message(each) for each in reply.messages] == [1] * len(reply.messages)
        for verb in ("home", "privacy", "report.doors", "case.open", "draft.resume", "cases.list"):
            reply = office.press(who, verb, "nothing")
            assert [lawful_message(each) for each in reply.messages] == [1] * len(reply.messages)


def test_a_case_with_a_long_history_goes_on_over_parts_and_every_part_can_be_worked_on(
    office: Office,
) -> None:
    (case, *_) = office.report(TA, "esafety")
    with visit(office, DSL) as here:
        for number in range(40):
            here.books.cases.add(case, EntryKind.NOTE, DSL, {"text": f"{number}: {'word ' * 300}"})
        dialog = case_view.case_dialog(here, here.books.cases.by_reference(case.reference))
        cards = lawful(dialog)
        assert len(cards) > 2
        for card in cards:
            assert button(card, "case.noting")["data"]["usher"]["value"] == case.reference
        for what in ("acknowledge", "note", "action", "ask", "move"):
            shown = case_forms.dialog(here, case, what, {}, {"note": "Write.", "line": "Write."})
            assert len(lawful(shown)) == 1


def test_cards_receipts_and_pings_fit_one_card(office: Office) -> None:
    for form in WHOLE:
        case = office.report(TA, form)[0]
        with visit(office, TA) as here:
            concern = here.books.cases.concern(case.concern)
            assert lawful_message(announce.receipt_card(here, concern)) == 1
            assert lawful_message(announce.case_card(here, case)) == 1
            assert lawful_message(announce.danger_ping(here, case, here.school.people[DSL]).message) == 1
            assert len(lawful(follow_up.view(here, concern))) == 1
        assert len(lawful(dialog_of(office.press(TA, "receipt.add", case.concern)))) == 1


def test_a_campaign_is_read_whole_before_it_can_be_signed() -> None:
    with quick_database() as url:
        bureau = Bureau(url)
        id = bureau.running()
        bureau.at("2026-10-06T09:31").tick()
        (first,) = bureau.notices(TA)
        assert lawful_message(first.message) == 1
        cards = lawful(dialog_of(bureau.press(TA, "ack.open", id)))
        signing = [
            [each["title"] for each in submits(card) if "understood" in each["title"]] for card in cards
        ]
        assert signing == [[]] * (len(cards) - 1) + [["I have read and understood"]]
        verbs = ("campaign.open", "campaign.dry", "campaign.new", "campaign.voices", "campaign.evidence")
        others = ((OFFICE, "campaign.recording"), (TA, "ack.asking"), (TA, "acks.list"))
        for who, verb in (*((OWNER, verb) for verb in ("campaigns.list", *verbs)), *others):
            reply = bureau.press(who, verb, id)
            if reply.dialog:
                assert len(lawful(reply.dialog)) == 1, verb
            else:
                assert [lawful_message(said) for said in reply.messages] == [1]
        bureau.database.close()


def test_what_is_typed_in_a_window_of_the_desk_comes_back_as_it_was(office: Office) -> None:
    draft = office.begin(TA, "esafety")
    shown = dialog_of(office.fill(TA, "draft.next", draft, {"told": "not_yet", "urgency": "today"}))
    (card,) = cards_of(shown)
    values = begun(card) | {
        "pupils|0.name": "Wilf Amberley",
        "pupils|0.role": "harmed",
        "happened|date": "2026-09-30",
    }
    sent = told(card, values, button(card, "draft.next"), empty=False)
    act = read_act(sent)
    assert act is not None
    reply = office.fill(TA, act.action, act.value, read_answers(sent))
    again = {field.question.id: field.answer for field in dialog_of(reply).fields if field.answer}
    assert spoken(again) == {
        "pupils": ({"name": "Wilf Amberley", "role": "harmed"},),
        "happened": "2026-09-30",
    }
    assert says(dialog_of(reply).fields[-1].error), "when it was learned of is still missing"
