"""Clauses are found in a school's own document, moved, reworded, torn or merged; the rest is shown."""

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.reading.align import align
from bot.reading.document import read_document
from bot.reading.pieces import Block, Document, Part
from bot.reading.wording import sentences
from tests.reading.mini import AIMS, BEES, DOCUMENT, OFFICIAL, POLICY, TOOLS, bullets
from tests.reading.paper import as_docx, as_md, as_pdf, as_txt

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
WRITERS = {"txt": as_txt, "md": as_md, "docx": as_docx, "pdf": partial(as_pdf, rows=9)}


def edited(*parts: Part) -> Document:
    return Document(name="edited.txt", parts=parts)


def with_blocks(part: Part, *blocks: Block) -> Part:
    return replace(part, blocks=blocks)


@pytest.mark.parametrize("kind", WRITERS)
def test_every_clause_is_found_whatever_the_document_was_written_with(kind: str, tmp_path: Path) -> None:
    document = read_document(WRITERS[kind](DOCUMENT, tmp_path / f"garden.{kind}"))
    found = align(document, POLICY)
    assert found.wording == OFFICIAL
    assert (found.unaligned, found.leftover, found.duplicates) == ((), (), ())
    assert document.hash == DOCUMENT.hash
    assert set(found.score) == set(OFFICIAL)
    assert all(0.3 < score <= 1 for score in found.score.values())


def test_a_reworded_clause_is_still_found() -> None:
    changed = "Children must never hold secateurs without an adult right next to them."
    first, _, third = TOOLS.blocks
    found = align(edited(AIMS, with_blocks(TOOLS, first, *bullets(changed), third), BEES), POLICY)
    assert found.wording == {**OFFICIAL, "TOO-2": changed}


def test_a_clause_reworded_beyond_its_own_words_is_found_by_its_neighbours() -> None:
    changed = "Secateurs need an adult."
    first, _, third = TOOLS.blocks
    found = align(edited(AIMS, with_blocks(TOOLS, first, *bullets(changed), third), BEES), POLICY)
    assert found.wording["TOO-2"] == changed
    assert found.score["TOO-2"] < 0.42


def test_a_removed_clause_is_named_and_its_place_is_given_to_nobody_else() -> None:
    found = align(edited(AIMS, with_blocks(TOOLS, TOOLS.blocks[0], TOOLS.blocks[2]), BEES), POLICY)
    assert found.unaligned == ("TOO-2",)
    assert found.wording == {id: text for id, text in OFFICIAL.items() if id != "TOO-2"}


def test_a_new_bullet_is_shown_with_its_heading_and_aligned_with_nothing() -> None:
    new = "Wellington boots stand on the rack by the door."
    document = edited(AIMS, with_blocks(TOOLS, *TOOLS.blocks[:1], *bullets(new), *TOOLS.blocks[1:]), BEES)
    found = align(document, POLICY)
    assert found.wording == OFFICIAL
    assert [(left.heading, left.text) for left in found.leftover] == [("Tools", new)]


def test_a_new_section_is_shown() -> None:
    pond = Part(heading="Pond", blocks=(Block(text="The pond is covered with a net all year round."),))
    found = align(edited(AIMS, pond, TOOLS, BEES), POLICY)
    assert found.wording == OFFICIAL
    assert [left.heading for left in found.leftover] == ["Pond"]


def test_a_sentence_added_to_a_bullet_is_quoted_with_it() -> None:
    more = "Gloves are in the box."
    block = Block(text=f"{OFFICIAL['TOO-2']} {more}", bullet=True)
    found = align(edited(AIMS, with_blocks(TOOLS, TOOLS.blocks[0], block, TOOLS.blocks[2]), BEES), POLICY)
    assert found.wording["TOO-2"] == f"{OFFICIAL['TOO-2']} {more}"
    assert found.leftover == ()


def test_a_long_addition_to_a_bullet_is_quoted_with_it_too() -> None:
    more = "Gloves, goggles, kneeling mats and sun hats are kept in the blue box beside the water butt."
    block = Block(text=f"{OFFICIAL['BEE-1']} {more} {more}", bullet=True)
    found = align(edited(AIMS, TOOLS, with_blocks(BEES, block, *BEES.blocks[1:])), POLICY)
    assert found.wording["BEE-1"] == block.text
    assert found.leftover == ()


def test_a_sentence_put_before_a_clause_in_its_bullet_is_shown() -> None:
    more = "Gloves hang on the hooks in the corridor."
    block = Block(text=f"{more} {OFFICIAL['TOO-1a']} {OFFICIAL['TOO-1b']}", bullet=True)
    found = align(edited(AIMS, with_blocks(TOOLS, block, *TOOLS.blocks[1:]), BEES), POLICY)
    assert found.wording == OFFICIAL
    assert [left.text for left in found.leftover] == [more]


def test_a_clause_of_sentences_may_have_become_bullets_of_its_own() -> None:
    torn = bullets(OFFICIAL["TOO-1a"], OFFICIAL["TOO-1b"])
    found = align(edited(AIMS, with_blocks(TOOLS, *torn, *TOOLS.blocks[1:]), BEES), POLICY)
    assert found.wording == OFFICIAL


def test_two_bullets_may_have_become_one() -> None:
    merged = bullets(f"{OFFICIAL['BEE-1']} {OFFICIAL['BEE-2']}", OFFICIAL["BEE-3"])
    assert align(edited(AIMS, TOOLS, with_blocks(BEES, *merged)), POLICY).wording == OFFICIAL


def test_a_bullet_moved_to_another_section_is_found_there() -> None:
    tools = with_blocks(TOOLS, *TOOLS.blocks, BEES.blocks[1])
    bees = with_blocks(BEES, BEES.blocks[0], BEES.blocks[2])
    assert align(edited(AIMS, tools, bees), POLICY).wording == OFFICIAL


def test_text_that_says_a_clause_again_is_a_duplicate() -> None:
    again = Part(heading="Remember", blocks=bullets(OFFICIAL["BEE-2"]))
    found = align(edited(AIMS, TOOLS, BEES, again), POLICY)
    assert found.wording == OFFICIAL
    assert [(each.clause, each.heading) for each in found.duplicates] == [("BEE-2", "Remember")]
    assert found.leftover == ()


@pytest.mark.parametrize("heading", ["", "Chapter"])
def test_headings_may_be_lost_or_renamed(heading: str) -> None:
    parts = [replace(part, heading=heading and f"{heading} {n}") for n, part in enumerate(DOCUMENT.parts)]
    assert align(edited(*parts), POLICY).wording == OFFICIAL


def test_a_list_that_has_lost_its_bullets_stays_with_its_lead_in() -> None:
    plain = with_blocks(AIMS, *(replace(block, bullet=False) for block in AIMS.blocks))
    assert align(edited(plain, TOOLS, BEES), POLICY).wording == OFFICIAL


def test_a_list_below_a_bullet_belongs_to_that_bullet() -> None:
    lead = Block(text="The garden shall always contain:", bullet=True)
    items = (replace(block, depth=1) for block in AIMS.blocks[2:])
    other = Block(text="Robins are welcome.", bullet=True)
    found = align(edited(with_blocks(AIMS, AIMS.blocks[0], lead, *items, other), TOOLS, BEES), POLICY)
    assert found.wording == OFFICIAL
    assert [left.text for left in found.leftover] == ["Robins are welcome."]


def test_the_version_in_force_is_evidence_too() -> None:
    strange = "No kid near clippers sans grown-up."
    first, _, third = TOOLS.blocks
    document = edited(AIMS, with_blocks(TOOLS, *bullets(strange), third, first), BEES)
    assert "TOO-2" in align(document, POLICY).unaligned
    before = align(DOCUMENT, POLICY).published(POLICY, DOCUMENT, "2026", date(2026, 9, 1))
    known = replace(before, wording={**before.wording, "TOO-2": strange})
    assert align(document, POLICY, known).wording == {**OFFICIAL, "TOO-2": strange}


def test_an_empty_document_aligns_with_nothing() -> None:
    found = align(edited(Part(heading="Garden policy", blocks=())), POLICY)
    assert (found.wording, found.leftover) == ({}, ())
    assert found.unaligned == tuple(POLICY.clauses)


def test_what_is_published_carries_version_date_and_hash() -> None:
    version = align(DOCUMENT, POLICY).published(POLICY, DOCUMENT, "Spring 2027", date(2027, 1, 4))
    assert (version.policy, version.label, version.hash) == ("garden", "Spring 2027", DOCUMENT.hash)
    assert version.published == date(2027, 1, 4)
    assert version.wording == OFFICIAL


@CALM
@given(
    parts=st.permutations(DOCUMENT.parts),
    tools=st.permutations(TOOLS.blocks),
    bees=st.permutations(BEES.blocks),
)
def test_sections_and_bullets_in_any_order_are_found(
    parts: list[Part], tools: list[Block], bees: list[Block]
) -> None:
    changed = {"Tools": tuple(tools), "Bees and honey": tuple(bees)}
    document = edited(*(replace(part, blocks=changed.get(part.heading, part.blocks)) for part in parts))
    assert align(document, POLICY).wording == OFFICIAL


@CALM
@given(
    parts=st.lists(
        st.builds(
            Part,
            heading=st.text(max_size=20),
            blocks=st.lists(
                st.builds(
                    Block,
                    text=st.text(min_size=1, max_size=60)
                    | st.sampled_from([t for t in OFFICIAL.values() if "\n" not in t]),
                    bullet=st.booleans(),
                    depth=st.integers(0, 2),
                ),
                max_size=4,
            ).map(tuple),
        ),
        max_size=4,
    )
)
def test_whatever_the_document_nothing_of_it_is_lost_or_said_twice(parts: list[Part]) -> None:
    document = edited(*parts)
    found = align(document, POLICY)
    assert found == align(document, POLICY)
    told = [*found.wording.values(), *(x.text for x in found.leftover), *(x.text for x in found.duplicates)]
    before = sorted(word for part in parts for block in part.blocks for word in block.text.split())
    after = sorted(word for text in told for line in text.split("\n- ") for word in line.split())
    assert after == before
    assert set(found.wording) | set(found.unaligned) == set(POLICY.clauses)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ("One.", "Two!", "Three?")),
        ("See e.g. Facebook. Then go.", ("See e.g. Facebook.", "Then go.")),
        ("Race, sex, etc. or age. End", ("Race, sex, etc. or age.", "End")),
        ("Sites, blogs etc. Staff must not.", ("Sites, blogs etc.", "Staff must not.")),
        ("Ask.FM and TC-IT. (It is so.) Yes", ("Ask.FM and TC-IT.", "(It is so.)", "Yes")),
        ('He said "stop." Then left.', ('He said "stop."', "Then left.")),
        ("", ("",)),
    ],
)
def test_sentences_end_where_they_end(text: str, parts: tuple[str, ...]) -> None:
    assert sentences(text) == parts
    assert " ".join(parts) == text
