"""The account linter: what deserves advice gets it, what is well written is left in peace."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.school import linter
from bot.school.forms import Kind, Question
from bot.school.linter import HEARSAY, IMAGES, INITIALS, LEADING, LOOKS, MOST, OPINION, TIME, advise

DESERVE = [
    ("account", "J.B. showed the phone to the class on Tuesday at 10:15.", INITIALS),
    ("account", "Today at lunch KT told me that a stranger had written to her.", INITIALS),
    ("account", "On Monday Anna B left the group chat in tears.", INITIALS),
    ("account", "Mr K walked past at 12:40 and saw the screen.", INITIALS),
    ("pupils", "R.S.", INITIALS),
    ("pupils", "Maya T", INITIALS),
    ("others", "LM and two friends from the football club", INITIALS),
    ("adult_name", "D.P.", INITIALS),
    ("account", "This morning she was clearly looking for attention.", OPINION),
    ("account", "I think the stepfather is behind it. I saw them at the gate at 15:20.", OPINION),
    ("account", "His mother was rude on the phone yesterday.", OPINION),
    ("account", "At break he was making it up again, like last week.", OPINION),
    ("account", "On Friday I read a really creepy message on the class tablet.", OPINION),
    ("child_after", "She seemed fine, typical for that family.", OPINION),
    ("asked", "Did your uncle touch you?", LEADING),
    ("asked", "Tell me what happened.\nWas it your brother who sent it?", LEADING),
    ("asked", "He was horrid to you, wasn't he?", LEADING),
    ("asked", "So is that because he hit you?", LEADING),
    ("account", "After school I asked her if her father had sent the messages.", LEADING),
    ("done", "At 11:00 I asked the boy whether somebody had hurt him.", LEADING),
    ("account", "A boy showed the class a film of a fight on his phone.", TIME),
    ("account", "Two girls told me that they had been sent money in a game.", TIME),
    ("done", "I told the deputy and phoned the mother.", TIME),
    ("account", "Apparently a Year 6 boy is talking to a grown man, since Monday.", HEARSAY),
    ("account", "I heard that the group shared addresses last week.", HEARSAY),
    ("how_known", "Everybody knows about it", HEARSAY),
    ("how_known", "Somebody said so in the staff room", HEARSAY),
    ("account", "At 10:30 I took a screenshot of the chat.", IMAGES),
    ("how_known", "I saved the pictures before they could vanish", IMAGES),
    ("image_device", "The photo is on my phone until the DSL wants it", IMAGES),
]
GOOD = [
    ("account", "On Tuesday at 10:15 Joel Barton showed his phone to the class."),
    ("account", "At lunch today Keira Thorne told me that a stranger had written to her."),
    ("account", "The DSL and the SENCO were in the room at 09:10 when the TA came in."),
    ("account", "Yesterday Rowan Ash in 2B wrote a message to Year 6 in the IT room."),
    ("account", "On Monday I saw the message myself on the class tablet."),
    ("account", 'At break he said "he is a creepy liar and I think he is weird".'),
    ("account", "This morning she cried for ten minutes and didn't want her coat off."),
    ("account", "At 13:05 I heard him shout a name across the hall."),
    ("account", "The mother rang the office at 08:50 and said that there is a video."),
    ("account", "A parent told me at the gate yesterday that the group shares addresses."),
    ("account", "After school I asked her if she was all right and gave her a drink."),
    (
        "account",
        "At 14:10 Noor Haddad told me that she has a picture on her own phone. I did not look at it.",
    ),
    ("account", "I did not take a screenshot. It was on Friday at about 11:00."),
    ("account", "Sam A. Jones wrote in the chat last night that he would wait at the park."),
    ("account", "It was in the holidays, the child isn't sure when."),
    ("account", "AI tools made the voice that the pupils played in assembly on 3 November."),
    ("account", "He told me today"),
    ("asked", "Tell me what happened."),
    ("asked", "Can you explain what you mean? Describe where you were."),
    ("asked", "What did you see? Where was that? Who was there?"),
    ("asked", "Are you all right? Would you like some water?"),
    ("asked", "Nothing. I listened."),
    ("child_words", "He's a horrible creepy liar and I think J.B. did it"),
    ("child_after", "Quiet and pale, then collected by her grandmother at 15:20"),
    ("how_known", "I saw it myself"),
    ("how_known", "The child told me, and a parent told me at the gate"),
    ("done", "Told the deputy at 10:40, phoned social care at 11:05."),
    ("done", "Nothing yet"),
    ("pupils", "Maya Trent"),
    ("image_device", "Switched off, with the pupil's mother"),
]


def about(id: str, text: str) -> tuple[str, ...]:
    """The advice beside this field."""
    if id == "pupils":
        return advise(Question(id=id, ask="Who?", kind=Kind.ROWS), ({"name": text, "class": "2B"},))
    return advise(Question(id=id, ask="What?", kind=Kind.LONG_TEXT), text)


def test_there_are_thirty_of_each() -> None:
    assert (len(DESERVE), len(GOOD)) == (30, 30)


@pytest.mark.parametrize(("id", "text", "said"), DESERVE, ids=[text for _, text, _ in DESERVE])
def test_what_deserves_advice_gets_it(id: str, text: str, said: str) -> None:
    assert said in about(id, text)


@pytest.mark.parametrize(("id", "text"), GOOD, ids=[text for _, text in GOOD])
def test_what_is_well_written_is_left_in_peace(id: str, text: str) -> None:
    assert about(id, text) == ()


PIECES = st.sampled_from([text for _, text, *_ in DESERVE] + [text for _, text in GOOD])
WRITTEN = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=5).map(" ".join))


@given(id=st.sampled_from(sorted(LOOKS)), text=WRITTEN)
def test_the_same_text_gets_the_same_advice_and_never_more_than_three(id: str, text: str) -> None:
    told = about(id, text)
    assert told == about(id, text)
    assert len(told) == len(set(told)) <= MOST
    assert set(told) <= {IMAGES, LEADING, INITIALS, HEARSAY, OPINION, TIME}


@given(text=st.text(alphabet="WAXQ wxq.?'", min_size=1, max_size=200))
def test_no_advice_repeats_a_word_of_the_text(text: str) -> None:
    words = {word for word in text.split() if len(word) > 5}
    assert not words & set(" ".join(about("account", text)).split())


@pytest.mark.parametrize("id", ["child_words", "wishes", "declaration", "urgency", "anything"])
def test_other_fields_are_nobodys_to_improve(id: str) -> None:
    assert about(id, "J.B. apparently took a screenshot, I think") == ()


def test_whoever_has_not_written_anything_hears_nothing() -> None:
    for id in LOOKS:
        assert advise(Question(id=id, ask="?", kind=Kind.TEXT), None) == ()
        assert advise(Question(id=id, ask="?", kind=Kind.TEXT), "  ") == ()


def test_a_very_long_text_is_looked_through_at_once() -> None:
    told = about("account", "I have asked the picture and the the photo " * 400)
    assert len(told) <= linter.MOST


@pytest.mark.parametrize("piece", ["“", "'", "a ", "Aa B ", "I asked if ", "A.", "did he "])
def test_a_text_made_to_hold_everybody_up_does_not(piece: str) -> None:
    begun = process_time()
    for id in LOOKS:
        about(id, piece * (1_000_000 // len(piece)))
    assert process_time() - begun < 4, "minutes, when all of it is looked at"


@pytest.mark.parametrize("said", [IMAGES, LEADING, INITIALS, HEARSAY, OPINION, TIME])
def test_every_piece_of_advice_is_short_and_plain(said: str) -> None:
    assert len(said) <= 200
    assert said.endswith(".")
    assert "must" not in said.casefold()
