"""`usher phrasing add`: what one more phrasing changes is shown, and kept when that is wanted."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.reading.add_phrasing import Unwritable, with_phrasing
from bot.school.matching import Phrasing, Reason
from bot.understanding import crossval, engine, preview, training
from bot.understanding.cautions import cautions
from bot.understanding.corpus import read
from tests.operate.conftest import HERE, Terminal

NEW = "one of my mums from brownies pressed the add button on me"
FILE = """# ours
voice: v
about: "x"   # kept
says:
  # first things
  policy-purpose:
    - what is it   # and this
    # after it
  what-social-media-is:
    - {text: "a, b", clauses: [INT-1]}
"""


@pytest.fixture
def own(terminal: Terminal, tmp_path: Path) -> Terminal:
    """A school that may edit its intents."""
    shutil.copytree(terminal.intents, tmp_path / "intents")
    return replace(terminal, intents=tmp_path / "intents")


def test_it_shows_what_would_change_and_keeps_nothing_unasked(own: Terminal) -> None:
    shown = own.right("phrasing", "add", "parent-friend-request", NEW, typed="n\n")
    for words in ("now:", "with it: answer, parent-friend-request", "Neighbouring intents", "An estimate"):
        assert words in shown
    assert "decided otherwise" in shown
    assert "Nothing was saved." in shown
    assert not (own.intents / "phrasings" / "our-school.yml").exists()


def test_it_is_saved_where_the_engine_reads_it(own: Terminal) -> None:
    own.right("phrasing", "add", "parent-friend-request", NEW, "--clauses", "PER-1b, PRI-2", typed="y\n")
    found = [each for each in read(own.intents).phrasings if each.voice == "our-school"]
    assert found == [
        Phrasing(voice="our-school", text=NEW, intent="parent-friend-request", clauses=("PER-1b", "PRI-2"))
    ]
    own.right("check", "--files")
    again = own.usher("phrasing", "add", "parent-friend-request", NEW.upper(), "--yes")
    assert again.returncode == 2
    assert "our-school says exactly this under parent-friend-request" in again.stderr


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("parent-friend-requests", "x y"), "did you mean parent-friend-request"),
        (("parent-friend-request", "x y", "--clauses", "PER-99"), "no clause PER-99"),
        (("parent-friend-request", " ?! "), "give the words"),
        (("parent-friend-request", "x y", "--voice", "../x"), "name the voice"),
    ],
)
def test_what_cannot_be_one_is_refused(terminal: Terminal, words: tuple[str, ...], fault: str) -> None:
    done = terminal.usher("phrasing", "add", *words)
    assert done.returncode == 2
    assert fault in done.stderr


@pytest.mark.parametrize(
    ("phrasing", "line"),
    [
        (Phrasing(voice="v", text="the gist", intent="policy-purpose"), "    - the gist\n"),
        (Phrasing(voice="v", text="so: what", intent="policy-purpose"), '    - "so: what"\n'),
        (Phrasing(voice="v", text='"it" is?', intent="policy-purpose"), '    - "\\"it\\" is?"\n'),
        (Phrasing(voice="v", text="yes", intent="new-one"), "  new-one:\n    - yes\n"),
        (
            Phrasing(voice="v", text="c", intent="what-social-media-is", clauses=("INT-1",)),
            '    - {text: "c", clauses: [INT-1]}\n',
        ),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_one_line_is_added_and_all_else_stays(phrasing: Phrasing, line: str, ending: str) -> None:
    made = with_phrasing(FILE.replace("\n", ending), phrasing, "v.yml")
    assert line.replace("\n", ending) in made
    assert made.replace(line.replace("\n", ending), "") == FILE.replace("\n", ending)


def test_a_file_without_a_last_line_ending_gets_one() -> None:
    made = with_phrasing(FILE.rstrip(), Phrasing(voice="v", text="z", intent="zz"), "v.yml")
    assert made == FILE + "  zz:\n    - z\n"


@pytest.mark.parametrize(
    "text", ["voice: v\n", "voice: v\nsays: {a: [b]}\n", "voice: v\nsays:\n  policy-purpose: [a]\n"]
)
def test_a_file_that_is_written_otherwise_is_left_alone(text: str) -> None:
    with pytest.raises(Unwritable):
        with_phrasing(text, Phrasing(voice="v", text="z", intent="policy-purpose"), "v.yml")


@pytest.mark.parametrize(
    ("text", "caution"),
    [
        ("ring me on 07700 900123 about it", "telephone number"),
        ("write to someone@example.org", "address"),
        ("can I add Mrs Threlkeld", "Threlkeld"),
        ("can I tag rafferty in it", "rafferty"),
        ("so can I add Xanthippa's mum", "Xanthippa"),
    ],
)
def test_people_and_numbers_are_noticed(text: str, caution: str) -> None:
    known = [Phrasing(voice="v", text="may I tag the head on Facebook", intent="a")]
    new = Phrasing(voice="v", text=text, intent="a")
    assert any(caution in line for line in cautions(new, known, ["Rafferty Oduya"], Reason()))


def test_an_ordinary_phrasing_needs_no_caution_and_a_near_copy_does() -> None:
    known = [Phrasing(voice="v", text="may I tag the head on Facebook", intent="a")]
    new = Phrasing(voice="v", text="Can I tag the head on Facebook. And me? In 2019", intent="a")
    assert list(cautions(new, known, [], Reason(nearest=((0.8, "a", "x"),)))) == []
    assert "nearly" in next(cautions(new, known, [], Reason(nearest=((0.96, "a", "x"),))))


def test_the_estimate_is_what_learning_anew_comes_to() -> None:
    """Among few enough phrasings the equations are whole, and the estimate is exact but for evidence."""
    corpus = read(HERE / "intents")
    encoder = crossval.Remembering()
    few = tuple(each for each in corpus.phrasings if each.voice == "young-ta")
    new = Phrasing(voice="ours", text=NEW, intent="parent-friend-request")
    usher, after = (crossval.learnt(corpus.intents, given, encoder) for given in (few, (*few, new)))
    seen = preview.preview(usher, few, new)
    text = few[200].text + " or not"
    item = crossval.items([replace(new, text=text)], corpus.intents)
    learnt = training.spread((*few, *engine.titles(corpus.intents)))
    every = np.arange(len(learnt))
    solved = preview._solved(usher, learnt, new, every, every[:3])
    gained = solved.gain(preview._features(usher, [replace(new, text=text)]))[0]
    was, now = (preview._scores(each, [replace(new, text=text)])[0] for each in (usher, after))
    assert item
    assert np.abs(was + gained - now).max() < 0.1 * np.abs(now - was).max() + 0.01
    assert seen.text[1].confidence == pytest.approx(after.match(NEW).confidence, abs=0.1)


def test_as_if_not_learnt_is_what_learning_without_it_comes_to() -> None:
    corpus = read(HERE / "intents")
    encoder = crossval.Remembering()
    few = tuple(each for each in corpus.phrasings if each.voice == "young-ta")
    usher, without = (crossval.learnt(corpus.intents, given, encoder) for given in (few, few[1:]))
    seen = preview.preview(usher, few, replace(few[0], text="something else entirely", voice="ours"))
    (found,) = [each for each in seen.near[0].results if each.item.text == few[0].text]
    assert found.clauses[0] == without.match(few[0].text).clauses[0]  # type: ignore[union-attr]


def test_a_preview_of_other_phrasings_is_refused() -> None:
    corpus = read(HERE / "intents")
    few = corpus.phrasings[::90]
    usher = crossval.learnt(corpus.intents, few, crossval.Remembering())
    with pytest.raises(preview.Stale):
        preview.preview(usher, few[1:], few[0])
