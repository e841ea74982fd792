"""A suggestion at Slack: small print under its box, never Slack's own error, and gone when there is none."""

from collections.abc import Callable
from dataclasses import replace

from bot.platforms.slack.fields import field_run
from bot.platforms.slack.reply import submitted
from bot.platforms.slack.spots import Spot
from bot.platforms.slack.views import errors, modal
from bot.platforms.terminal import render
from bot.school.forms import Kind, Question
from bot.school.messages import Dialog, Field, Reply
from tests.platforms.slack.running import HTTP, Running
from tests.stories.acts import Acts
from tests.stories.drivers.slack import SlackDriver
from tests.stories.people import PEOPLE

ACCOUNT = Question(id="account", ask="What happened?", kind=Kind.LONG_TEXT)
WHEN = Question(id="when", ask="When?", kind=Kind.DATE)
ADVICE = "Write full names.\nAdd a time."


def test_it_stands_under_the_box_in_small_print_a_line_each() -> None:
    box, *under = field_run(Field(question=ACCOUNT, answer="J.B.", advice=ADVICE))
    assert box["type"] == "input"
    assert [block["type"] for block in under] == ["context"]
    said = under[0]["elements"][0]["text"]
    assert said == "A thought: Write full names.\nA thought: Add a time."
    assert len(field_run(Field(question=ACCOUNT, answer="J.B."))) == 1


def test_it_is_no_error_and_needs_nothing() -> None:
    dialog = Dialog(
        id="draft:1:account",
        title="What happened",
        draft="1",
        fields=(Field(question=ACCOUNT, answer="J.B.", advice=ADVICE),),
    )
    view = modal(dialog)
    assert errors(dialog, view["blocks"]) == {}
    assert [block["optional"] for block in view["blocks"] if block["type"] == "input"] == [True]


def test_a_page_that_comes_back_with_a_fault_is_shown_anew_when_it_has_a_suggestion_to_show() -> None:
    at_fault = Field(question=WHEN, answer="2999-01-01", error="That is in the future.")
    advised = Field(question=ACCOUNT, answer="J.B.", advice=ADVICE)
    dialog = Dialog(id="draft:1:account", title="What happened", draft="1", fields=(advised, at_fault))
    plain = modal(replace(dialog, fields=(replace(advised, advice=""), replace(at_fault, error=""))))
    spot = Spot(user="U1", view=plain)
    answer = submitted(spot, Reply(dialog=dialog))
    assert answer is not None
    assert answer["response_action"] == "update"
    shown = str(answer["view"]["blocks"])
    assert "That is in the future." in shown
    assert "A thought: Add a time." in shown
    again = submitted(replace(spot, view=answer["view"]), Reply(dialog=dialog))
    assert again == {"response_action": "errors", "errors": {"when|": "That is in the future."}}


def test_in_the_terminal_it_is_said_quietly_under_the_question_and_in_the_review() -> None:
    asked = Field(question=ACCOUNT, answer="J.B.", advice=ADVICE)
    for lines in (list(render.question(asked)), list(render.review([asked]))):
        assert [line.look for line in lines if line.text.startswith("A thought:")] == ["quiet", "quiet"]


def test_it_is_seen_on_the_phone_when_the_page_comes_back(start: Callable[..., Running]) -> None:
    usher = start(HTTP)
    acts, ta = Acts(people := SlackDriver(usher)), PEOPLE["the TA"]
    acts.start("the TA")
    people.answer(ta, {"Have you told the DSL": "Not yet", "How urgent": "Someone needs to act today"})
    people.press(ta, "Next")
    people.answer(ta, {"Which pupil": "J.B.; 2B; Has been harmed", "When did it happen?": "2999-01-01"})
    people.answer(ta, {"When did you learn of it?": "2026-09-02"})
    people.press(ta, "Next")
    form = people.dialog(ta)
    assert "Please look at this again: This lies in the future." in form
    assert "A thought: Initials can be taken for somebody else." in form
    assert "J.B." in form, "what was typed stays"
    people.answer(ta, {"When did it happen?": "2026-09-01"})
    people.press(ta, "Next")
    assert "What happened?" in people.dialog(ta)
    assert usher.fake.objections == []
