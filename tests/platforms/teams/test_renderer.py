"""Cards in Microsoft's own renderer, on a phone: nothing cut, no markup, and read as it was filled in."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.desk import walk_form
from bot.platforms.teams.cards import message
from bot.platforms.teams.read import read_answers
from bot.school.forms import Choice, Draft, Kind, Question, pages
from bot.school.messages import Button, Dialog, Facts, Field, Heading, Paragraph, Part
from tests.browser import browser  # noqa: F401 - the fixture
from tests.hazards.office import DSL, TA, TEACHER, WHOLE, Office, dialog_of, quick_database
from tests.platforms.slack.test_views_real import visit
from tests.platforms.teams.made import begun, submits
from tests.platforms.teams.npm import fetch
from tests.platforms.teams.test_read import cards_of, one, spoken
from tests.platforms.teams.test_windows import LONG, NOTE

pytestmark = pytest.mark.browser

RENDERER = {"adaptivecards": "3.0.6", "markdown-it": "13.0.2"}
HARD = "*bold* [click](https://example.com) {{DATE(2026-11-20T10:00:00Z)}} _it_ `c` <b>x</b> & #h"
DRAW = """([card, press]) => new Promise(done => {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdownit({linkify: true}).render(text); result.didProcess = true;
  };
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.hostConfig = new AdaptiveCards.HostConfig({
    supportsInteractivity: true, fontFamily: "Helvetica, sans-serif", spacing: {padding: 16},
    actions: {maxActions: 6, actionsOrientation: "horizontal", actionAlignment: "left", buttonSpacing: 8}
  });
  drawn.onExecuteAction = action => done(action.data);
  drawn.parse(card);
  document.body.replaceChildren(drawn.render());
  if (press === null) { done({}); return; }
  [...document.querySelectorAll("button")].find(each => each.innerText === press).click();
})"""
CUT = """() => [...document.querySelectorAll("body *")]
  .filter(each => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1)
  .map(each => each.innerText)"""
BUTTONS = """.ac-pushButton { white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
  padding: 0 12px; height: 32px; font: 600 14px Helvetica, sans-serif }
  body { margin: 12px; font-size: 14px }"""


@pytest.fixture(scope="module")
def phone(
    browser: Browser,  # noqa: F811 - the fixture
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Page]:
    modules = fetch(tmp_path_factory.mktemp("renderer"), RENDERER)
    page = browser.new_page(viewport={"width": 375, "height": 700})
    page.set_content(f"<style>{BUTTONS}</style>")
    for script in ("adaptivecards/dist/adaptivecards.min.js", "markdown-it/dist/markdown-it.min.js"):
        page.add_script_tag(content=Path(modules, script).read_text(encoding="utf-8"))
    yield page
    page.close()


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with quick_database() as url:
        yield Office(url)


def sends(phone: Page, card: dict[str, Any]) -> dict[str, Any]:
    """What the first button that sends something sends."""
    sent: dict[str, Any] = phone.evaluate(DRAW, [card, submits(card)[0]["title"]])
    return json.loads(json.dumps(sent))  # type: ignore[no-any-return]


@pytest.mark.parametrize("id", list(WHOLE))
def test_a_form_filled_in_is_read_as_it_was_and_nothing_is_cut_on_a_phone(
    phone: Page, office: Office, id: str
) -> None:
    form = office.home.forms[id]
    answers = {**WHOLE[id], "risks": ("grooming", "scam"), "learned": "2026-10-01T10:30 about"}
    with visit(office, TA) as here:
        for page in pages(form, answers):
            draft = Draft(
                id="d1",
                school=office.school.id,
                person=TA,
                form=id,
                page=page.id,
                answers=answers,
                started=here.now,
                changed=here.now,
            )
            dialog = walk_form.dialog(here, draft, {})
            (card,) = cards_of(dialog)
            sent = sends(phone, card)
            assert {box: said for box, said in sent.items() if "|" in box} == {
                box: said for box, said in begun(card).items() if said
            }, "the model of what Teams sends is true, and empty boxes are left out"
            given = {field.question.id: field.answer for field in dialog.fields if field.answer}
            read = read_answers(sent)
            assert spoken(read) == given
            shown = [field.question for field in dialog.fields]
            assert set(read) == {each.id for each in shown if each.choices or not each.filled_by_desk}
            assert phone.evaluate(CUT) == []


def test_messages_cases_and_receipts_are_not_cut_on_a_phone(phone: Page, office: Office) -> None:
    (case, *_) = office.report(TA, "esafety")
    replies = [office.press(TEACHER, "home"), office.press(TEACHER, "report.doors")]
    replies += [office.say(TEACHER, "May I accept a friend request from a pupil?")]
    cards = [posting.card for reply in replies for said in reply.messages for posting in message(said)]
    for who, verb, value in (
        (DSL, "case.open", case.reference),
        (DSL, "cases.list", ""),
        (TA, "receipt.open", case.concern),
        (TA, "report.start", "breach"),
    ):
        cards += cards_of(dialog_of(office.press(who, verb, value)))
    for card in cards:
        phone.evaluate(DRAW, [card, None])
        assert phone.evaluate(CUT) == []


def test_words_of_staff_are_shown_letter_by_letter(phone: Page) -> None:
    pick = Question(id="pick", ask=HARD, kind=Kind.CHOICE, choices=(Choice(id="a", say=HARD),), hint=HARD)
    parts: tuple[Part, ...] = (Heading(text=HARD), Paragraph(text=HARD), Facts(rows=((HARD, HARD),)))
    asked = (Field(question=pick, error=HARD),)
    (card,) = cards_of(replace(one(Kind.TEXT), parts=parts, fields=asked))
    phone.evaluate(DRAW, [card, None])
    shown = phone.inner_text("body").replace("\u2060", "")
    assert shown.count(HARD) == 8
    assert phone.locator("a, strong, em, b, code").count() == 0


def test_what_is_out_of_sight_is_sent_all_the_same(phone: Page) -> None:
    sign = Button(label="Sign", action="ack.sign", submits=True)
    asked = (Field(question=NOTE, answer="kept words"),)
    first, *_ = cards_of(Dialog(id="ack", title="Read", parts=LONG, fields=asked, buttons=(sign,)))
    assert read_answers(sends(phone, first)) == {"note": "kept words"}
    assert (
        phone.get_by_label("What do you know?").count() == 0
        or not phone.get_by_label("What do you know?").is_visible()
    )


def test_what_cannot_be_undone_can_be_pressed_only_once_it_has_asked(phone: Page) -> None:
    drop = Button(label="Delete", action="draft.drop", confirm="Delete what you have written?", submits=True)
    (card,) = cards_of(replace(one(Kind.TEXT), buttons=(drop,)))
    phone.evaluate(DRAW, [card, None])
    sure = phone.get_by_role("button", name="Yes, delete")
    assert not sure.is_visible()
    phone.get_by_role("button", name="Delete", exact=True).click()
    assert sure.is_visible()
    assert phone.get_by_text("Delete what you have written?").is_visible()
