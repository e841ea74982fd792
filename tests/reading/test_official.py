"""The official policy of Palatine, where it lies beside the repository: every clause with its own text.

The text itself isn't ours to copy. The right answers are cut from the shared file by a second, simple
reader of its own, guided by the `at` of the shared catalogue.
"""

import re
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest
import yaml

from bot.reading import read_policy
from bot.reading.align import align
from bot.reading.document import read_document
from bot.reading.pieces import Document
from tests.reading.paper import as_docx, as_md, as_pdf, as_txt

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "policy"
OFFICIAL = SHARED / "palatine-social-media-policy.txt"
WRITERS = {
    "txt": as_txt,
    "md": as_md,
    "docx": as_docx,
    "pdf": as_pdf,
    "pdf of many pages": partial(as_pdf, rows=31),
}
LISTS = {
    "REL-1": ("This policy should be read", "Prevent Duty policy"),
    "LAW-2": ("Disclosure of confidential information", "Data Protection Act 1998"),
    "LAW-3": ("Confidential information includes", "Politically sensitive information"),
    "LAW-4": ("Staff members should also be aware that other laws", "Patents Act 1988"),
    "SAF-2": ("Safeguarding and child protection covers", "victims of crime"),
}
PARAGRAPHS = {
    "LAW-1": ("Palatine is committed to ensuring that all staff", "course of their work."),
    "LAW-5": ("Palatine could be held vicariously", "injured party."),
    "SAF-1": ("Palatine is committed to ensuring that pupils", "school environment."),
    "SAF-3": ("All of the above areas", "form relationships."),
    "SAF-4": ("If an E-safety incident", "to be evoked."),
    "SAF-5": ("There are strict guidelines", "online safety policy."),
    "SAF-6": ("Palatine has a software security system", "for example."),
}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    text = (SHARED / "clauses.yml").read_text(encoding="utf-8")
    found = yaml.load(text, Loader=yaml.BaseLoader)
    return {
        clause["id"]: {**clause, "title": found["sections"][clause["id"][:3]]} for clause in found["clauses"]
    }


@cache
def flat() -> str:
    return " ".join(OFFICIAL.read_text(encoding="utf-8").split())


def expected(id: str) -> str:
    """The words of one clause, bullets and spacing aside."""
    if id in LISTS or id in PARAGRAPHS:
        begins, ends = {**LISTS, **PARAGRAPHS}[id]
        start = flat().index(begins)
        end = flat().index(ends, start) + len(ends)
        return words(flat()[start:end])
    titles = list(dict.fromkeys(clause["title"] for clause in catalogue().values()))
    title = catalogue()[id]["title"]
    following = [*titles[titles.index(title) + 1 :], None][0]
    start = flat().index(f"{title} •")
    body = flat()[start : flat().index(f" {following} ", start) if following else None]
    place = re.search(r"bullet (\d+)(?:, sentences? (\d)(?:-(\d))?)?", catalogue()[id]["at"])
    assert place
    bullet = body.split(" • ")[int(place[1])]
    if place[2]:
        parts = re.split(r"(?<=[a-z]\.) (?=[A-Z])", bullet)
        bullet = " ".join(parts[int(place[2]) - 1 : int(place[3] or place[2])])
    return words(bullet)


def words(text: str) -> str:
    return " ".join(re.sub(r"(?:^|\s)[•-]\s", " ", text).split())


def without(text: str) -> Document:
    document = read_document(OFFICIAL)
    parts = []
    for part in document.parts:
        blocks = (replace(each, text=" ".join(each.text.replace(text, "").split())) for each in part.blocks)
        parts.append(replace(part, blocks=tuple(block for block in blocks if block.text)))
    return replace(document, parts=tuple(parts))


if OFFICIAL.exists():

    def test_the_pack_has_the_ids_places_and_sections_of_the_catalogue() -> None:
        policy = read_policy(ROOT / "policy", "palatine-social-media")
        assert list(policy.clauses) == list(catalogue())
        assert {id: clause.at for id, clause in policy.clauses.items()} == {
            id: clause["at"] for id, clause in catalogue().items()
        }
        assert all(policy.sections[id[:3]] == clause["title"] for id, clause in catalogue().items())

    def test_the_packs_words_are_our_own() -> None:
        policy = read_policy(ROOT / "policy", "palatine-social-media")
        text = words(flat()).casefold()
        for id, clause in policy.clauses.items():
            spoken = clause.wording.casefold().split()
            runs = [" ".join(spoken[n : n + 10]) for n in range(max(len(spoken) - 9, 1))]
            assert not [run for run in runs if run in text], id
            assert clause.wording != catalogue()[id]["gist"]

    def test_all_fifty_clauses_are_found_with_their_own_text() -> None:
        policy = read_policy(ROOT / "policy", "palatine-social-media")
        found = align(read_document(OFFICIAL, tuple(policy.sections.values())), policy)
        assert {id: words(text) for id, text in found.wording.items()} == {
            id: expected(id) for id in catalogue()
        }
        assert len(found.wording) == 50
        assert (found.unaligned, found.leftover, found.duplicates) == ((), (), ())

    @pytest.mark.parametrize("kind", WRITERS)
    def test_the_same_text_in_another_format_is_the_same_policy(kind: str, tmp_path: Path) -> None:
        policy = read_policy(ROOT / "policy", "palatine-social-media")
        document = read_document(OFFICIAL)
        again = read_document(WRITERS[kind](document, tmp_path / f"policy.{kind.split()[0]}"))
        assert again.text == document.text
        assert align(again, policy).wording == align(document, policy).wording

    def test_removing_any_clause_leaves_every_other_one_in_place() -> None:
        policy = read_policy(ROOT / "policy", "palatine-social-media")
        whole = align(read_document(OFFICIAL), policy)
        for id, text in whole.wording.items():
            if "\n" not in text:
                found = align(without(text), policy)
                assert found.unaligned == (id,)
                assert found.wording == {k: v for k, v in whole.wording.items() if k != id}
