"""Messages in Teams: lawful whatever they say, no word lost, nothing of anybody's words acting as markup."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from bot.platforms.teams.cards import activity, message, settled
from bot.platforms.teams.text import clean, heading
from bot.school.messages import Button, Callout, Facts, Message, Paragraph, Style, Tone
from tests.platforms.slack.made import messages
from tests.platforms.slack.test_render import ANSWER, all_words
from tests.platforms.teams.law import SCHEMA, check_activity, check_card, check_schema
from tests.platforms.teams.made import submits, words_of

MANY = settings(max_examples=300, deadline=None)
GOES_ON = re.compile(r"Part \d+ of \d+(; it goes on below\.)?")


def squashed(text: str) -> str:
    return "".join(clean(text).split())


def missing_from(cards: Iterable[dict[str, object]], wanted: Iterator[str]) -> list[str]:
    """Words that cards don't say, or not in this order."""
    told = [text for card in cards for text in words_of(card) if not GOES_ON.search(text)]
    shown, at, lost = squashed("".join(told)), 0, []
    for words in wanted:
        found = shown.find(squashed(words), at)
        if found < 0:
            lost.append(words)
        at = max(found, at)
    return lost


@given(messages())
@MANY
def test_every_message_is_lawful_and_says_all_its_words_in_order(said: Message) -> None:
    postings = message(said)
    for posting in postings:
        assert check_activity(activity(posting)) == []
    cards = [posting.card for posting in postings]
    assert missing_from(cards, all_words(said.parts)) == []
    pressed = [each["data"]["usher"] for card in cards for each in submits(card)]
    expected = sorted(said.buttons, key=lambda button: button.style is Style.QUIET)
    assert [each["action"] for each in pressed] == [button.action for button in expected]
    assert [each.get("value", "") for each in pressed] == [button.value for button in expected]


@given(messages())
@settings(max_examples=60, deadline=None)
def test_every_message_keeps_to_the_published_schema(said: Message) -> None:
    assert [fault for posting in message(said) for fault in check_schema(posting.card)] == []


def test_an_answer_is_the_verdict_in_large_then_its_reason_then_the_clause_in_a_box() -> None:
    (posting,) = message(ANSWER)
    assert posting.summary == ANSWER.summary
    verdict, reason, clause, heading, more, *rows = posting.card["body"]
    assert verdict["inlines"] == [
        {"type": "TextRun", "text": "The policy doesn't say.", "weight": "bolder", "size": "large"}
    ]
    assert list(words_of([reason])) == ["It doesn't say whether you may accept one."]
    assert (clause["style"], more["style"]) == ("emphasis", "emphasis")
    source = "PER-1b · Personal use of social media · summary, edition 2026 · in our own words"
    assert list(words_of([clause]))[-1] == source
    assert (heading["type"], heading["style"]) == ("TextBlock", "heading"), "a screen reader jumps to it"
    start, missed = (action for row in rows for action in row["actions"])
    assert start["data"] == {
        "usher": {"do": "press", "action": "report.start", "value": "breach"},
        "msteams": {"type": "task/fetch"},
    }
    assert missed["data"] == {"usher": {"do": "press", "action": "ask.missed", "value": "friend"}}


def test_there_is_never_plain_text_beside_a_card() -> None:
    said = activity(message(ANSWER)[0])
    assert set(said) == {"type", "summary", "attachments"}
    assert said["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"


def test_a_callout_is_a_box_with_its_tone_in_a_word() -> None:
    for tone, word, style in (
        (Tone.DANGER, "Danger", "attention"),
        (Tone.CAUTION, "Take care", "warning"),
        (Tone.GOOD, "Good", "good"),
        (Tone.PLAIN, "Note", "emphasis"),
    ):
        box = Callout(tone=tone, title="Is a child in danger now?", lines=("Call 999.", "Find the DSL."))
        (posting,) = message(Message(summary="s", parts=(box,)))
        (container,) = posting.card["body"]
        assert container["style"] == style
        told = [f"{word}: Is a child in danger now?", "• Call 999.", "• Find the DSL."]
        assert list(words_of([container])) == told


def test_short_facts_take_a_line_and_long_ones_stand_under_their_label() -> None:
    rows = (("Reference", "K7QF"), ("What happened?", "He left"), ("Who", ""), ("Account", "word " * 20))
    (posting,) = message(Message(summary="s", parts=(Facts(rows=rows),)))
    told = list(words_of(posting.card))
    assert told[:3] == ["Reference: K7QF", "What happened? He left", "Who: –"]
    assert told[3:] == ["Account", "word " * 20]


def test_every_line_has_a_block_of_its_own_because_phones_drop_line_breaks() -> None:
    (posting,) = message(Message(summary="s", parts=(Paragraph(text="one\r\ntwo\n\n\nthree"),)))
    assert list(words_of(posting.card)) == ["one", "two", "three"]
    assert [block.get("spacing", "") for block in posting.card["body"]] == ["", "none", "small"]


def test_a_text_too_long_for_a_card_goes_on_in_the_next_message_and_buttons_come_last() -> None:
    text = "\n".join(" ".join(f"word{n}" for n in range(m, m + 50)) for m in range(0, 9000, 50))
    said = Message(summary="A long one", parts=(Paragraph(text=text),), buttons=ANSWER.buttons)
    postings = message(said)
    assert len(postings) > 2
    assert postings[1].summary == f"A long one (2 of {len(postings)})"
    assert [len(submits(posting.card)) for posting in postings] == [*[0] * (len(postings) - 1), 2]
    assert missing_from([posting.card for posting in postings], iter(text.split("\n"))) == []


def test_a_button_that_asks_first_shows_what_it_asks_and_only_then_can_be_pressed() -> None:
    drop = Button(
        label="Delete", action="draft.drop", value="d1", style=Style.DANGER, confirm="Delete it all?"
    )
    (posting,) = message(Message(summary="s", buttons=(drop,)))
    asks, sure = posting.card["body"][-2:]
    (toggle,) = asks["actions"]
    assert (toggle["type"], toggle["title"]) == ("Action.ToggleVisibility", "Delete")
    assert toggle["targetElements"] == [sure["id"]]
    assert sure["isVisible"] is False
    (yes,) = submits(posting.card)
    assert (yes["title"], yes["style"]) == ("Yes, delete", "destructive")
    assert list(words_of([sure])) == ["Delete it all?"]


def test_buttons_stand_two_by_two_only_where_both_are_short() -> None:
    labels = ("Next", "Back", "It's about an adult breaking the policy", "Delete", "w " * 60)
    buttons = tuple(Button(label=label, action="home") for label in labels)
    (posting,) = message(Message(summary="s", buttons=buttons))
    sets = [block for block in posting.card["body"] if block["type"] == "ActionSet"]
    titles = [[action["title"] for action in block["actions"]] for block in sets]
    assert titles[:3] == [["Next", "Back"], [labels[2]], ["Delete"]]
    assert titles[3][0].endswith("…")
    told = list(words_of(posting.card))
    assert f"• {labels[2]}" in told, "a phone may cut it, so its words stand above it too"


def test_quiet_buttons_stand_last_and_can_be_taken_away_whatever_they_ask() -> None:
    labels = (("Yes", ""), ("No", "Really?"))
    quiet = tuple(
        Button(label=label, action="ask.missed", style=Style.QUIET, confirm=sure) for label, sure in labels
    )
    (posting,) = message(replace(ANSWER, buttons=(*quiet, ANSWER.buttons[0])))
    pressed = [each["data"]["usher"] for each in submits(posting.card)]
    assert [each.get("quiet", False) for each in pressed] == [False, True, True]
    left = settled(posting.card)
    assert [each["title"] for each in submits(left)] == ["Start a report"]
    assert left["body"] == posting.card["body"][: len(left["body"])]
    assert settled(left) == left


def test_names_that_might_be_markup_are_no_heading_but_still_bold() -> None:
    for text in ("snake_case", "[x](https://evil.example)", "see https://evil.example", "1. first", "a*b*"):
        (block,) = heading(text)
        assert block["type"] == "RichTextBlock"
        assert list(words_of([block])) == [text]
    (block,) = heading("Gethin O’Dowd asks, 20 November")
    assert block["type"] == "TextBlock"


FINE = message(ANSWER)[0].card
TEXT = {"type": "TextBlock", "text": "x", "wrap": True}
BOX = {"type": "Input.Text", "id": "q|", "label": "What?"}
ACTION = {"type": "Action.Submit", "title": "Go", "data": {}}
PICK = {"type": "Input.ChoiceSet", "id": "q|", "label": "Which?", "choices": [{"title": "A", "value": "a"}]}


@pytest.mark.parametrize(
    "element",
    [
        {"type": "Carousel"},
        {**TEXT, "text": " "},
        {**TEXT, "text": "*bold*"},
        {**TEXT, "wrap": False},
        {**TEXT, "colour": "good"},
        {**TEXT, "size": "huge"},
        {"type": "RichTextBlock", "inlines": []},
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "a\nb"}]},
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "{{DATE(x)}}"}]},
        {"type": "RichTextBlock", "inlines": ["plain"]},
        {"type": "Container", "items": []},
        {"type": "Container", "items": [{"type": "Carousel"}]},
        {"type": "ActionSet", "actions": []},
        {"type": "ActionSet", "actions": [ACTION] * 7},
        {"type": "ActionSet", "actions": [{**ACTION, "title": "x" * 61}]},
        {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "Go"}]},
        {"type": "ActionSet", "actions": [{"type": "Action.Http", "title": "Go"}]},
        {"type": "ActionSet", "actions": [
            {"type": "Action.ToggleVisibility", "title": "Go", "targetElements": ["gone"]}
        ]},
        {**BOX, "id": ""},
        {"type": "Input.Text", "id": "q|"},
        {**BOX, "value": "abc", "maxLength": 2},
        {**BOX, "value": "a\nb"},
        {**BOX, "isRequired": True},
        {"type": "Input.Date", "id": "q|", "label": "When?", "value": "2026-02-31"},
        {"type": "Input.Time", "id": "q|", "label": "When?", "value": "25:00"},
        {"type": "Input.Number", "id": "q|", "label": "How many?", "value": "7"},
        {**PICK, "choices": []},
        {**PICK, "choices": PICK["choices"] * 2},
        {**PICK, "value": "b"},
        {**PICK, "isMultiSelect": True, "choices": [{"title": "A", "value": "a,b"}]},
        {**TEXT, "text": "x" * 29_000},
    ],
)  # fmt: skip
def test_the_law_itself_refuses_what_teams_refuses(element: dict[str, Any]) -> None:
    good = {**FINE, "body": [TEXT, BOX, {"type": "ActionSet", "actions": [ACTION]}]}
    assert check_card(good) == []
    assert check_card({**FINE, "body": [element]}) != []


@pytest.mark.parametrize(
    "bad",
    [
        {"type": "AdaptiveCard"},
        {**FINE, "version": "1.6"},
        {**FINE, "body": []},
        {**FINE, "type": "HeroCard"},
        {**FINE, "body": [BOX, BOX]},
        {**FINE, "actions": [ACTION] * 7},
    ],
)
def test_the_law_itself_refuses_cards_that_are_none(bad: dict[str, Any]) -> None:
    assert check_card(FINE) == []
    assert check_card(bad) != []


def test_the_law_itself_refuses_messages_that_teams_refuses() -> None:
    good = activity(message(ANSWER)[0])
    heavy = [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "x" * 20_000}]}]
    many = [{**good["attachments"][0], "content": {**FINE, "body": heavy}}] * 3
    assert check_activity(good) == []
    for bad in (
        {**good, "text": "hello"},
        {**good, "summary": ""},
        {**good, "attachments": []},
        {**good, "attachments": [{"contentType": "text/html", "content": FINE}]},
        {**good, "type": "typing"},
        {**good, "attachments": many},
    ):
        assert check_activity(bad) != []


def test_the_published_schema_is_asked_where_it_is_at_hand() -> None:
    if not SCHEMA.is_file():
        return
    assert check_schema(FINE) == []
    assert check_schema({**FINE, "body": [{"type": "TextBlock"}]}) != []
