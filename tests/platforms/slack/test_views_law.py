"""The law of views can say no, and views stay within the part of it that nobody sees: their weight."""

import json

import pytest

from bot.platforms.slack.views import modal
from bot.school.messages import Field, Paragraph
from tests.platforms.slack.limits_law import Unlawful, check_view
from tests.platforms.slack.made import state_of
from tests.platforms.slack.test_views import NOTE, dialog, parts_of


def test_a_dialog_too_heavy_for_one_view_goes_on_though_it_has_few_blocks() -> None:
    long = dialog(Field(question=NOTE), parts=tuple(Paragraph(text="€" * 3000) for _ in range(50)))
    views = parts_of(long)
    assert len(views) > 3
    assert all(len(view["blocks"]) < 30 for view in views)
    for view in views:
        check_view(view)
        assert len(json.dumps(view)) < 250_000


def test_the_law_itself_refuses_views_that_slack_refuses() -> None:
    good = modal(dialog(Field(question=NOTE, answer="x")))
    check_view(good)
    box = good["blocks"][0]
    twice = {**good, "blocks": [box, box]}
    unsent = {key: value for key, value in good.items() if key != "submit"}
    crowded = {**good, "blocks": [box, *[{"type": "divider"}] * 100]}
    overfull = {**good, "blocks": [{**box, "element": {**box["element"], "max_length": 3001}}]}
    cut = {**good, "blocks": [{**box, "element": {**box["element"], "initial_value": "xy", "max_length": 1}}]}
    titled = {**good, "title": {"type": "plain_text", "text": "x" * 25, "emoji": False}}
    remembers = {**good, "private_metadata": "x" * 3000}
    for bad in (twice, unsent, crowded, overfull, cut, titled, remembers):
        with pytest.raises(Unlawful):
            check_view(bad)
    assert state_of(good) == {"note|": {"long_text": {"type": "plain_text_input", "value": "x"}}}
