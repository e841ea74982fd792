"""Buttons in Teams: what they send is what is read, and what nobody's button sends is no act at all."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.teams.acts import Act, Meta, read_act, stamped, turned, written

ID = st.text(min_size=0, max_size=40)
NAME = st.from_regex(r"[a-z][a-z0-9_.]{0,20}", fullmatch=True)
METAS = st.builds(
    Meta,
    view=ID,
    draft=ID,
    part=st.integers(1, 999),
    rows=st.dictionaries(ID, st.integers(1, 400), max_size=3),
    origin=st.just(("", "")) | st.tuples(NAME, ID),
    channel=ID,
    thread=ID,
    once=ID,
    asks=st.lists(ID.filter(bool), max_size=3).map(tuple),
)
ACTS = st.builds(
    Act, do=st.sampled_from(["press", "fill", "part", "row"]), action=NAME, value=ID, meta=METAS,
    quiet=st.booleans(),
)  # fmt: skip
GOOD = {"do": "press", "action": "case.open", "value": "K7QF"}


@given(ACTS)
def test_what_a_button_sends_is_what_is_read(act: Act) -> None:
    sent = {**json.loads(json.dumps(written(act))), "q|": "typed", "msteams": {"type": "task/fetch"}}
    assert read_act(sent) == act


@given(ACTS, st.integers(1, 9))
def test_a_button_learns_the_part_on_which_it_stands(act: Act, part: int) -> None:
    read = read_act(stamped(written(act), part, ["q"]))
    assert read == replace(act, meta=replace(act.meta, part=part, asks=("q",)))


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"do": "steal"},
        {"do": "press", "action": ""},
        {"do": "press", "action": "Case.Open"},
        {"do": "fill", "action": "../etc"},
        {"do": "press", "action": 7},
        GOOD | {"value": ["K7QF"]},
        GOOD | {"value": "x" * 2001},
        GOOD | {"part": 0},
        GOOD | {"part": True},
        GOOD | {"part": "many"},
        GOOD | {"rows": {"q": 0}},
        GOOD | {"rows": {"q": 10**9}},
        GOOD | {"rows": ["q"]},
        GOOD | {"origin": "case.open"},
        GOOD | {"origin": ["case.open", 1]},
        GOOD | {"origin": ["No!", ""]},
        GOOD | {"asks": "q"},
        GOOD | {"asks": [""]},
        GOOD | {"asks": [["q"]]},
    ],
)
def test_what_no_button_of_ours_sends_is_no_act(odd: Any) -> None:
    assert read_act({"usher": GOOD}) is not None
    assert read_act({"usher": odd}) is None


@pytest.mark.parametrize("odd", [None, "press", [], 1, {"do": "press"}, {"usher": None}, {"usher": "press"}])
def test_data_that_is_not_shaped_like_ours_is_no_act(odd: Any) -> None:
    assert read_act(odd) is None


def test_a_press_is_remembered_as_the_way_to_show_the_same_again() -> None:
    meta = Meta(view="v", part=3, origin=("home", ""))
    pressed = Act(do="press", action="case.open", value="K7QF", meta=meta)
    assert turned(pressed) == (replace(meta, origin=("case.open", "K7QF")), 0)
    assert turned(replace(pressed, do="fill")) == (meta, 0)


def test_another_part_and_another_row_are_asked_for_by_number() -> None:
    meta = Meta(view="v", part=2, rows={"pupils": 2})
    assert turned(Act(do="part", action="", value="3", meta=meta)) == (meta, 3)
    assert turned(Act(do="part", action="", value="-3", meta=meta)) == (meta, 1)
    assert turned(Act(do="row", action="pupils", meta=meta)) == (replace(meta, rows={"pupils": 3}), 2)
    full = replace(meta, rows={"pupils": 400})
    assert turned(Act(do="row", action="pupils", meta=full)) == (full, 2)
