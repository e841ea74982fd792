"""A suggestion at Slack: small print under its box, never Slack's own error, and gone when there is none."""

from bot.platforms.slack.fields import field_run
from bot.platforms.slack.views import errors, modal
from bot.platforms.terminal import render
from bot.school.forms import Kind, Question
from bot.school.messages import Dialog, Field

ACCOUNT = Question(id="account", ask="What happened?", kind=Kind.LONG_TEXT)
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


def test_in_the_terminal_it_is_said_quietly_under_the_question_and_in_the_review() -> None:
    asked = Field(question=ACCOUNT, answer="J.B.", advice=ADVICE)
    for lines in (list(render.question(asked)), list(render.review([asked]))):
        assert [line.look for line in lines if line.text.startswith("A thought:")] == ["quiet", "quiet"]
