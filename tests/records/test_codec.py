"""Messages travel as JSON and come back exactly; whatever else comes is refused."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.school import codec, forms, messages
from bot.school.codec import Misshapen, UnknownType, from_json, from_plain, to_json, to_plain

text = st.text(max_size=20)
ids = st.tuples(text) | st.just(())
row = st.dictionaries(text, text, max_size=2)
answers = text | st.lists(text, max_size=2).map(tuple) | st.lists(row, max_size=2).map(tuple)
choices = st.builds(forms.Choice, id=text, say=text, hint=text)
questions = st.builds(
    forms.Question,
    id=text,
    ask=text,
    kind=st.sampled_from(forms.Kind),
    required=st.booleans(),
    choices=st.lists(choices, max_size=2).map(tuple),
    columns=st.lists(
        st.builds(forms.Question, id=text, ask=text, kind=st.sampled_from(forms.Kind), when=st.just({})),
        max_size=1,
    ).map(tuple),
    longest=st.integers(0, 9),
    when=st.dictionaries(text, ids, max_size=2),
    cards=st.dictionaries(text, text, max_size=2),
)
parts = st.one_of(
    st.builds(messages.Heading, text=text),
    st.builds(messages.Paragraph, text=text, strong=st.booleans(), quiet=st.booleans()),
    st.builds(messages.Quotation, clause=text, section=text, version=text, text=text, official=st.booleans()),
    st.builds(messages.Bullets, items=st.lists(text, max_size=3).map(tuple)),
    st.builds(messages.Facts, rows=st.lists(st.tuples(text, text), max_size=3).map(tuple)),
    st.builds(messages.Callout, tone=st.sampled_from(messages.Tone), title=text, lines=ids),
)
some_parts = st.lists(parts, max_size=3).map(tuple)
buttons = st.lists(
    st.builds(
        messages.Button, label=text, action=text, style=st.sampled_from(messages.Style), submits=st.booleans()
    ),
    max_size=2,
).map(tuple)
says = st.builds(messages.Message, summary=text, parts=some_parts, buttons=buttons)
fields = st.builds(messages.Field, question=questions, answer=st.none() | answers, error=text)
dialogs = st.builds(
    messages.Dialog,
    id=text,
    title=text,
    parts=some_parts,
    fields=st.lists(fields, max_size=2).map(tuple),
    buttons=buttons,
)
replies = st.builds(
    messages.Reply,
    messages=st.lists(says, max_size=2).map(tuple),
    dialog=st.none() | dialogs,
    privately=st.booleans(),
)
recipients = st.builds(messages.Recipient, person=st.text(min_size=1, max_size=5)) | st.builds(
    messages.Recipient, channel=st.text(min_size=1, max_size=5)
)
notices = st.builds(
    messages.Notice,
    key=text,
    lane=st.sampled_from(messages.Lane),
    to=recipients,
    message=says,
    fallback=st.lists(recipients, max_size=2).map(tuple),
)


@given(says | dialogs | replies | notices)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_message_comes_back_exactly(value: object) -> None:
    plain = to_plain(value)
    assert from_plain(json.loads(json.dumps(plain))) == value
    back = from_json(to_json(value))
    assert back == value
    assert repr(back) == repr(value)  # tuples are tuples again, enums enums
    assert to_json(value).isascii()


MESSAGE = messages.Message(summary="s", parts=(messages.Paragraph(text="t"),))


def test_every_noun_that_a_platform_draws_can_travel() -> None:
    drawn = {*messages.Part.__args__, messages.Message, messages.Dialog, messages.Reply, messages.Notice}
    assert drawn <= set(codec.NOUNS.values())


@pytest.mark.parametrize(
    "value", [None, 3, "text", {"summary": "s"}, forms.Page(id="a", title="b", questions=()), object()]
)
def test_anything_else_does_not_travel(value: object) -> None:
    with pytest.raises(UnknownType):
        to_plain(value)


@pytest.mark.parametrize(
    "plain", [None, [], "x", {}, {"type": "Case"}, {"type": "dict"}, {"type": None}, {"type": ["Message"]}]
)
def test_an_unknown_type_is_refused(plain: object) -> None:
    with pytest.raises(UnknownType):
        from_plain(plain)


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"summary": None},
        {"summary": 3},
        {"parts": {}},
        {"parts": "ab"},
        {"parts": [{"type": "Button", "label": "x"}]},
        {"parts": [{"type": "Paragraph"}]},
        {"parts": [{"type": "Paragraph", "text": "x", "strong": 1, "quiet": False}]},
        {"buttons": [to_plain(messages.Button(label="x", action="y")) | {"style": "loud"}]},
        {"parts": [to_plain(messages.Facts(rows=())) | {"rows": [["a"]]}]},
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((Misshapen, UnknownType)):
        from_plain(to_plain(MESSAGE) | change)
    with pytest.raises(Misshapen):
        from_plain({"type": "Message", "summary": "s"})


def test_a_recipient_is_still_exactly_one() -> None:
    with pytest.raises(Misshapen):
        from_plain({"type": "Recipient", "person": "a", "channel": "b"})
