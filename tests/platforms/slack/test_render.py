"""Messages in Slack: lawful whatever they say, no word lost, nothing of anybody's words acting as markup."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.lengths import fit, pieces, size
from bot.platforms.slack.render import home, message, settled
from bot.platforms.slack.text import bold, clean, escape, heard, plain, unescape
from bot.school.messages import (
    Bullets,
    Button,
    Callout,
    Facts,
    Heading,
    Message,
    Paragraph,
    Part,
    Quotation,
    Style,
    Tone,
)
from tests.platforms.slack.limits_law import Unlawful, check_block, check_message, check_view
from tests.platforms.slack.made import LONG, WORDS, messages, words_in

MANY = settings(max_examples=300, deadline=None)
GOES_ON = re.compile(r"Part \d+ of \d+; it goes on below\.")

ANSWER = Message(
    summary="The policy doesn't say. It doesn't say whether you may accept one.",
    parts=(
        Paragraph(text="The policy doesn't say.", strong=True),
        Paragraph(text="It doesn't say whether you may accept one."),
        Quotation(
            clause="PER-1b",
            section="Personal use of social media",
            version="summary, edition 2026",
            text="Staff must not try to make contact with pupils.",
        ),
        Heading(text="What else applies"),
        Quotation(clause="PRI-2", section="Principles", version="version 3", text="Apart.", official=True),
    ),
    buttons=(
        Button(label="Start a report", action="report.start", value="breach"),
        Button(label="Not what I meant", action="ask.missed", value="friend"),
    ),
)


def squashed(text: str) -> str:
    return "".join(clean(text).split())


def all_words(parts: tuple[Part, ...]) -> Iterator[str]:
    """Every word that parts have to say, in order."""
    for part in parts:
        match part:
            case Heading() | Paragraph():
                yield part.text
            case Quotation():
                yield from (part.text, part.clause, part.section, part.version)
            case Bullets():
                yield from part.items
            case Facts():
                yield from (words for row in part.rows for words in row)
            case Callout():
                yield from (part.title, *part.lines)


def missing_from(blocks: object, wanted: Iterator[str]) -> list[str]:
    """Words that blocks don't say, or not in this order."""
    told = [text for text in words_in(blocks) if not GOES_ON.fullmatch(text)]
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
        check_message(posting.text, posting.blocks)
    blocks = [block for posting in postings for block in posting.blocks]
    assert missing_from(blocks, all_words(said.parts)) == []
    pressed = [e for block in blocks for e in block.get("elements", []) if e["type"] == "button"]
    expected = sorted(said.buttons, key=lambda button: button.style is Style.QUIET)
    assert [e["action_id"].split(":", 2)[2] for e in pressed] == [button.action for button in expected]
    assert [e.get("value", "") for e in pressed] == [button.value for button in expected]


@given(messages(), messages())
@settings(max_examples=60, deadline=None)
def test_every_home_is_lawful_and_says_all_on_its_parts(one: Message, other: Message) -> None:
    seen, part = [], 1
    while True:
        view = home(one, other, part=part)
        check_view(view)
        seen += view["blocks"]
        turns = [e["action_id"] for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]
        if f"part:{part + 1}" not in turns:
            break
        part += 1
    shown = [block for block in seen if block["type"] != "input"]
    assert missing_from(shown, iter([*all_words(one.parts), *all_words(other.parts)])) == []


def test_an_answer_is_the_verdict_then_its_reason_then_the_clause_behind_a_bar() -> None:
    (posting,) = message(ANSWER)
    assert posting.text == ANSWER.summary
    kinds = [block["type"] for block in posting.blocks]
    quoted = ["rich_text", "context"]
    assert kinds == ["section", "section", *quoted, "header", *quoted, "actions"]
    assert posting.blocks[0]["text"]["text"] == "*The policy doesn't say.*"
    assert posting.blocks[2]["elements"][0]["type"] == "rich_text_quote"
    source = "PER-1b · Personal use of social media · summary, edition 2026 · in our own words"
    assert posting.blocks[3]["elements"][0]["text"] == source
    first, second = posting.blocks[-1]["elements"]
    assert first["action_id"] == "press:1:report.start"
    assert second == {
        "type": "button",
        "action_id": "press:2:ask.missed",
        "text": {"type": "plain_text", "text": "Not what I meant", "emoji": False},
        "value": "friend",
    }


def test_a_callout_has_lines_round_it_and_its_tone_in_a_word() -> None:
    box = Callout(tone=Tone.DANGER, title="Is a child in danger now?", lines=("Call 999.", "Find the DSL."))
    (posting,) = message(
        Message(summary="s", parts=(Paragraph(text="Before."), box, box, Paragraph(text="x")))
    )
    kinds = [block["type"] for block in posting.blocks]
    boxed = ["divider", "section", "rich_text"]
    assert kinds == ["section", *boxed, *boxed, "divider", "section"]
    assert posting.blocks[2]["text"]["text"] == "*Danger: Is a child in danger now?*"
    (alone,) = message(Message(summary="s", parts=(box,)))
    assert alone.blocks[0]["text"]["text"] == "*Danger: Is a child in danger now?*", "the first line says it"


def test_facts_stand_side_by_side_and_a_long_one_has_the_whole_width() -> None:
    rows = (("Reference", "K7QF"), ("State", "opened"), ("What happened", "word " * 100), ("Sent", "10:42"))
    (posting,) = message(Message(summary="s", parts=(Facts(rows=rows),)))
    short, label, value, last = posting.blocks
    assert [field["text"] for field in short["fields"]] == ["*Reference*", "K7QF", "*State*", "opened"]
    assert label["text"]["text"] == "*What happened*"
    assert value["text"]["text"] == "word " * 100
    assert [field["text"] for field in last["fields"]] == ["*Sent*", "10:42"]


def test_a_text_too_long_for_a_section_goes_on_in_the_next_and_in_the_next_message() -> None:
    text = " ".join(f"word{n}" for n in range(4000))
    said = Message(summary="A long one", parts=(Paragraph(text=text),), buttons=ANSWER.buttons)
    postings = message(said)
    assert len(postings) > 2
    assert postings[1].text == f"A long one (2 of {len(postings)})"
    assert [p.blocks[-1]["type"] for p in postings] == [*["context"] * (len(postings) - 1), "actions"]
    shown = [b["text"]["text"] for p in postings for b in p.blocks if b["type"] == "section"]
    assert "".join(shown) == text
    assert all(piece.endswith(" ") for piece in shown[:-1]), "parted between words"


def test_a_heading_stays_with_what_it_stands_over() -> None:
    filler = tuple(Paragraph(text="x") for _ in range(48))
    said = Message(summary="s", parts=(*filler, Heading(text="Next"), Paragraph(text="under it")))
    one, two = message(said)
    assert len(one.blocks) == 49
    assert [block["type"] for block in two.blocks] == ["header", "section"]


def test_buttons_stand_two_by_two_and_a_long_one_by_itself() -> None:
    labels = ("One", "Two", "Carry on with the one from 10:42 on Friday", "Three", "w " * 60)
    said = Message(summary="s", buttons=tuple(Button(label=label, action="a") for label in labels))
    (posting,) = message(said)
    rows = [[e["text"]["text"] for e in b["elements"]] for b in posting.blocks if b["type"] == "actions"]
    assert rows == [["One", "Two"], [labels[2]], ["Three"], [fit(labels[4], 75)]]
    assert missing_from(posting.blocks[-2], iter([labels[4]])) == [], "its words stand above it in full"


def test_a_button_that_destroys_asks_first_in_the_words_of_the_desk() -> None:
    label = "Delete"
    button = Button(label=label, action="draft.drop", style=Style.DANGER, confirm="Delete what you wrote?")
    (posting,) = message(Message(summary="s", buttons=(button,)))
    (element,) = posting.blocks[-1]["elements"]
    assert element["style"] == element["confirm"]["style"] == "danger"
    assert element["confirm"]["text"]["text"] == "Delete what you wrote?"
    assert "value" not in element
    (wordy,) = message(Message(summary="s", buttons=(replace(button, confirm="why " * 100),)))
    assert missing_from(wordy.blocks[1], iter(["why " * 100])) == []


def test_quiet_buttons_stand_last_in_a_row_that_can_be_taken_away() -> None:
    quiet = tuple(Button(label=label, action="ask.missed", style=Style.QUIET) for label in ("Yes", "No"))
    (posting,) = message(replace(ANSWER, buttons=(*quiet, ANSWER.buttons[0])))
    assert [b.get("block_id") for b in posting.blocks[-2:]] == [None, "quiet:1"]
    assert [e["text"]["text"] for e in posting.blocks[-1]["elements"]] == ["Yes", "No"]
    assert settled(posting.blocks) == posting.blocks[:-1]


def test_home_begins_with_a_place_to_ask() -> None:
    view = home(ANSWER)
    assert view["blocks"][0]["element"]["action_id"] == "ask"
    assert view["blocks"][0]["dispatch_action"] is True


@given(LONG, st.integers(2, 300))
@MANY
def test_pieces_are_the_text_and_a_label_is_its_beginning(text: str, most: int) -> None:
    parted = list(pieces(text, most))
    assert "".join(parted) == text
    assert all(0 < size(piece) <= most for piece in parted)
    label = fit(text, most)
    assert size(label) <= most
    assert text.startswith(label.removesuffix("…")) or label == text


@given(WORDS)
@MANY
def test_what_is_escaped_is_heard_as_it_was_said(text: str) -> None:
    assert heard(escape(text)) == text.strip()
    assert unescape(escape(text)) == text
    assert "<" not in escape(text)
    check_block({"type": "section", "text": bold(text)})
    check_block({"type": "section", "text": plain(text)})


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("<@U0BOT> can I accept &lt;3 &amp; more?", "can I accept <3 & more?"),
        ("<@U0BOT|usher>: hello", "hello"),
        ("ask <@U2|jem> or <@U3>", "ask @jem or @Tamsin"),
        ("ask <@U9>", "ask @someone"),
        ("in <#C1|staffroom> and <#C2>", "in #staffroom and #a-channel"),
        ("<!here> <!subteam^S1|@office> <!date^1^{date}|Monday>", "@here @office Monday"),
        ("see <http://example.com|example.com>", "see example.com"),
        ("see <https://example.com/a>", "see https://example.com/a"),
        ("<mailto:a@b.org|a@b.org> <tel:0161|0161>", "a@b.org 0161"),
        ("<https://evil.example|the policy>", "the policy (https://evil.example)"),
        ("typed &lt;@U0BOT&gt; by hand", "typed <@U0BOT> by hand"),
        ("twice &amp;lt;", "twice &lt;"),
    ],
)
def test_what_comes_in_is_read_as_its_writer_meant_it(sent: str, meant: str) -> None:
    assert heard(sent, "U0BOT", {"U3": "Tamsin"}) == meant


def test_bold_words_with_marks_of_their_own_stay_plain() -> None:
    assert bold("Fish & <chips>")["text"] == "*Fish &amp; &lt;chips&gt;*"
    for hard in ("a*b", "snake_case", ":smile:", " x", "a\nb"):
        assert bold(hard) == plain(hard)
        assert plain(hard)["text"] == hard


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "plain_text", "text": "x" * 3001, "emoji": False}},
        {"type": "section", "text": {"type": "plain_text", "text": " ", "emoji": False}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*<!channel>*", "verbatim": True}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "words", "verbatim": True}},
        {"type": "section"},
        {"type": "actions", "elements": []},
        {"type": "header", "text": bold("Mrkdwn")},
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": []}]},
        {"type": "carousel"},
    ],
)
def test_the_law_itself_refuses_what_slack_refuses(block: dict[str, object]) -> None:
    with pytest.raises(Unlawful):
        check_block(block)
