"""Everything Usher really says, in Slack: pages of forms, answers, cases, receipts and cards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.desk import announce, case_forms, case_view, follow_up, greet, walk_form
from bot.desk.answer_question import answer, not_covered
from bot.desk.visit import Visit
from bot.platforms.slack.read import read_answers
from bot.platforms.slack.render import home, message
from bot.platforms.slack.views import Meta, message_modal, modal
from bot.school.activities import Activity, Place, Pressed
from bot.school.concerns import EntryKind
from bot.school.former_pupils import Told
from bot.school.forms import Answer, Answers, Draft, Form, Kind, Question, given
from bot.school.messages import Dialog, Message
from tests.hazards.office import DSL, HEAD, TA, WHOLE, Office, dialog_of, quick_database
from tests.platforms.slack.limits_law import check_message, check_view
from tests.platforms.slack.made import given_in, state_of
from tests.platforms.slack.test_render import all_words, missing_from
from tests.platforms.slack.test_views import inputs, parts_of

WORDS = "She said “look at :this:” & <!channel> then *left*.\nNothing else 🙂. "


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with quick_database() as url:
        yield Office(url)


@contextmanager
def visit(office: Office, who: str, channel: str = "") -> Iterator[Visit]:
    """Somebody at the counter, with the books open."""
    activity = Activity(
        id="look",
        school=office.school.id,
        person=who,
        place=Place(channel=channel),
        did=Pressed(action="home"),
        at=office.clock(),
    )
    with office.database.books(office.school.id, activity.at) as books:
        yield office.reception._visit(books, activity)


def full(question: Question) -> Answer:
    """As long an answer as the question takes."""
    match question.kind:
        case Kind.CHOICE:
            return question.choices[-1].id
        case Kind.CHOICES:
            return tuple(choice.id for choice in question.choices[-(question.most or 99) :]) or ("PER-1b",)
        case Kind.ROWS:
            row = {column.id: str(full(column)) for column in question.columns}
            return (row,) * (question.most or 7)
        case Kind.MOMENT:
            return "2026-10-01T10:30 about ongoing"
        case Kind.DATE:
            return "2027-09-01"
        case Kind.NUMBER:
            return str(question.highest)
        case Kind.CONFIRM:
            return "yes"
    return (WORDS * 60)[: question.longest]


def filled(form: Form) -> dict[str, Answers]:
    """The form with nothing in it, with half, with all, and on the short way."""
    everything = {id: full(question) for id, question in form.questions.items()}
    yes = {id: "yes" for id, q in form.questions.items() if any(choice.id == "yes" for choice in q.choices)}
    half = dict(list(everything.items())[::2]) | yes
    return {
        "empty": {},
        "half": half,
        "full": everything | yes | ({"about": "colleague"} if form.id == "breach" else {}),
        "sample": WHOLE[form.id],
        "short": {**WHOLE[form.id], walk_form.QUICK: "yes"},
    }


def lawful(dialog: Dialog) -> Mapping[str, Any]:
    """The dialog's first part, once all of them are as they must be."""
    views = parts_of(dialog)
    for view in views:
        check_view(view)
    blocks = [block for view in views for block in view["blocks"]]
    assert missing_from(blocks, all_words(dialog.parts)) == []
    read = read_answers(state_of(views[0]), views[0]["blocks"])
    assert {id: said for id, said in read.items() if given(said)} == {
        id: said for id, said in given_in(dialog).items() if given(said)
    }
    return views[0]


def lawful_message(said: Message) -> int:
    """How many postings it takes, once all of them are as they must be."""
    postings = message(said)
    for posting in postings:
        check_message(posting.text, posting.blocks)
    assert missing_from([b for posting in postings for b in posting.blocks], all_words(said.parts)) == []
    check_view(message_modal(said))
    return len(postings)


@pytest.mark.parametrize(
    ("form", "how"),
    [
        *((form, how) for form in WHOLE for how in ("empty", "half", "full", "sample")),
        ("esafety", "short"),
    ],
)
def test_every_page_of_every_form_fits_one_view_and_gives_back_its_answers(
    office: Office, form: str, how: str
) -> None:
    found = office.home.forms[form]
    answers = filled(found)[how]
    wrong = dict.fromkeys(found.questions, "Please answer this.")
    with visit(office, TA) as here:
        for page in (*(page.id for page in found.pages), walk_form.REVIEW):
            at = here.now
            draft = Draft(
                id="d1",
                school=here.school.id,
                person=TA,
                form=form,
                page=page,
                answers=answers,
                started=at,
                changed=at,
            )
            for faults in ({}, wrong):
                dialog = walk_form.dialog(here, draft, faults)
                view = lawful(dialog)
                assert "part:2" not in str(view) or page == walk_form.REVIEW
                assert bool(inputs(dict(view))) is bool(dialog.fields)


def test_a_printed_copy_of_a_long_report_is_whole(office: Office) -> None:
    found = office.home.forms["esafety"]
    with visit(office, TA) as here:
        draft = Draft(
            id="d1", school="s", person=TA, form="esafety", page="review", answers=filled(found)["full"],
            started=here.now, changed=here.now,
        )  # fmt: skip
        lawful(walk_form.printed(here, draft))


def test_step_zero_and_danger_are_modals(office: Office) -> None:
    for form in office.home.forms:
        view = lawful(dialog_of(office.press(TA, "report.start", form)))
        assert "submit" not in view or form == "site"
    assert len(lawful(dialog_of(office.press(TA, "danger.now")))["blocks"]) < 30


def test_every_answer_fits_one_message_and_begins_with_its_verdict(office: Office) -> None:
    intents = office.home.intents
    assert len(intents) > 100
    with visit(office, TA) as here:
        for intent in intents.values():
            said = answer(here, intent, Told(age=19, gone=8)) if intent.clauses else not_covered(here, intent)
            assert lawful_message(said) == 1, intent.id
            first = message(said)[0].blocks[0]
            assert first["type"] == "section"
            assert first["text"]["type"] == "mrkdwn", "the verdict is bold"
            assert said.summary.startswith(first["text"]["text"].strip("*").rstrip("."))


def test_greetings_refusals_and_what_is_offered_fit_one_message(office: Office) -> None:
    for who in (TA, DSL, HEAD):
        for said in ("hello", "report", "my reports", "either of these", "may I post this?", "purple"):
            for found in office.say(who, said).messages:
                assert lawful_message(found) == 1
        with visit(office, who) as here:
            (greeting,) = greet.greet(here).reply.messages
            check_view(home(greeting))
    for worry in ("I am worried about a child", "a child has a knife", "my colleague has posted names"):
        for found in office.say(TA, worry, channel="staffroom").messages:
            assert lawful_message(found) == 1
    for action, value in (("case.open", "NO-SUCH"), ("draft.resume", "gone"), ("no.such", "")):
        for found in office.press(TA, action, value).messages:
            assert lawful_message(found) == 1


def test_a_case_with_two_hundred_entries_is_read_over_several_views(office: Office) -> None:
    (case, *_) = office.report(TA, "esafety")
    office.press(DSL, "case.open", case.reference)
    with visit(office, DSL) as here:
        for number in range(200):
            words = f"Entry {number}. {WORDS * (60 if number % 10 == 0 else 1)}"
            kind = EntryKind.ACTION if number % 7 == 0 else EntryKind.NOTE
            here.books.cases.add(case, kind, DSL, {"text": words, "owner": "Gethin", "due": "2026-11-20"})
        dialog = case_view.case_dialog(here, office_case(here, case.reference))
        views = parts_of(dialog)
        assert 3 < len(views) < 12
        lawful(dialog)
        for what in ("acknowledge", "note", "action", "done", "ask", "move"):
            shown = case_forms.dialog(here, office_case(here, case.reference), what, {}, {"note": "Write."})
            view = modal(shown, Meta.read(views[-1]["private_metadata"]))
            check_view(view)
            assert view["submit"]["text"] == shown.buttons[0].label


def office_case(here: Visit, reference: str) -> Any:
    return here.books.cases.by_reference(reference)


def test_cards_receipts_and_pings_fit_one_message(office: Office) -> None:
    for form in WHOLE:
        case = office.report(TA, form)[0]
        with visit(office, TA) as here:
            concern = here.books.cases.concern(case.concern)
            assert lawful_message(announce.receipt_card(here, concern)) == 1
            assert lawful_message(announce.case_card(here, case)) == 1
            ping = announce.danger_ping(here, case, here.school.people[DSL])
            assert lawful_message(ping.message) == 1
            assert message(ping.message)[0].blocks[0]["text"]["text"].startswith("*Danger: A child may be")
            lawful(follow_up.view(here, concern))
        lawful(dialog_of(office.press(TA, "receipt.add", case.concern)))
        lawful(dialog_of(office.press(TA, "receipt.support", case.concern)))


def test_a_receipt_with_a_question_keeps_the_box_with_its_button_however_long_the_talk(
    office: Office,
) -> None:
    case = office.report(TA, "esafety")[0]
    with visit(office, DSL) as here:
        for number in range(80):
            here.books.cases.add(case, EntryKind.QUESTION, DSL, {"text": f"Question {number}? {WORDS * 5}"})
    dialog = dialog_of(office.press(TA, "receipt.open", case.concern))
    view = lawful(dialog)
    assert list(inputs(dict(view))) == ["answer|"]
    assert view["submit"]["text"] == "Send my answer"
    assert len(parts_of(dialog)) > 1
    typed = replace(dialog, fields=(replace(dialog.fields[0], answer=WORDS * 99),))
    lawful(typed)


def test_a_list_of_cases_fits_one_view(office: Office) -> None:
    for _ in range(22):
        office.report(TA, "esafety")
    view = lawful(dialog_of(office.press(DSL, "cases.list")))
    assert len(view["blocks"]) < 40
