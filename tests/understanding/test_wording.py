"""Short forms are spelt out the same way every time, and signs are read from what was meant."""

import pytest

from bot.understanding import cues
from bot.understanding.wording import generic_words, spell_out, tidy


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Soooo…  what’s THIS", "soo... what's this"),
        ("Ｆｕｌｌ width", "full width"),
        ("", ""),
    ],
)
def test_a_message_is_tidied(typed: str, read: str) -> None:
    assert tidy(typed) == read


def test_chat_abbreviations_are_written_in_full() -> None:
    assert spell_out("can u dm her mum on fb") == "can you direct message her mum on facebook"


def test_a_year_group_counts_as_its_pupils() -> None:
    assert "year 4 pupil" in spell_out("one of my y4s")
    assert "child" in cues.find(spell_out("y4s at lunch"))


def test_every_app_counts_as_a_platform_once() -> None:
    assert generic_words("tiktok and snapchat") == ("anyplatform",)
    assert generic_words("the photocopier") == ()


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("a mum asked me", "parent"),
        ("my own son goes here", "own child"),
        ("I taught him years ago", "former pupil"),
        ("what if somebody asks", "hypothetical"),
        ("I posted it by mistake", "owns up"),
        ("the caretaker keeps posting", "colleague"),
        ("it happened last night", "past"),
    ],
)
def test_signs_are_met_where_a_reader_would_see_them(text: str, sign: str) -> None:
    assert sign in cues.find(spell_out(text))


def test_half_a_surrogate_pair_is_spelt_out_like_any_other_unknown_character() -> None:
    assert spell_out("can i post \ud83d this") == "can i post ? this"
