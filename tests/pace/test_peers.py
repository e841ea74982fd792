"""Beside other ways to answer: speed and quality in one run, from the same phrasings, counted the same way.

`USHER_EVAL=FILE make pace` also judges on a file of messages; USHER_CLINC and USHER_BANKING (see public.py)
run the engine on public sets. The tables are printed as docs/pace.md holds them.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.school.matching import Phrasing
from bot.understanding import crossval, embedding, engine, evaluate, training
from bot.understanding.corpus import Corpus, read
from bot.understanding.evaluate import Item
from bot.understanding.remembered import Meanings
from bot.understanding.wording import spell_out
from tests.learnt import learnt
from tests.pace import peers, public

UNHEARD = ("governor-formal", "supply-teacher", "young-ta")
"""Voices that neither the encoder nor anything else in this run has heard."""
MANY = 600
PUBLISHED = {
    "CLINC150": "published, in scope: 96.0 in full, 91.4 with ten of each (matching.md's hybrid)",
    "BANKING77": "published, ten of each: USE+ConveRT 85.2, semantic-router 83.5, hybrid 86",
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read(Path(__file__).parents[2] / "intents")


@pytest.fixture(scope="module")
def heard(corpus: Corpus) -> list[Phrasing]:
    return [each for each in corpus.phrasings if each.voice not in UNHEARD]


@pytest.fixture(scope="module")
def rows(corpus: Corpus, heard: list[Phrasing]) -> embedding.Floats:
    """What the phrasings mean, out of the cache; encoded once for every engine."""
    every = (*corpus.phrasings, *engine.titles(corpus.intents))
    kept = Meanings(embedding.Encoder(), learnt()).embed_all([spell_out(each.text) for each in every])
    at = [place for place, each in enumerate(corpus.phrasings) if each.voice not in UNHEARD]
    assert len(at) == len(heard)
    return kept[at]


@pytest.fixture(scope="module")
def usher(corpus: Corpus, heard: list[Phrasing], rows: embedding.Floats) -> engine.Engine:
    known = dict(zip((spell_out(each.text) for each in heard), rows, strict=True))
    taught = (*heard, *engine.titles(corpus.intents))
    made = training.learn(corpus.intents, taught, crossval.Remembering(known).embed_all)
    return engine.Engine(corpus.intents, made, embedding.Encoder())


def sets(corpus: Corpus) -> dict[str, list[Item]]:
    unheard = [each for each in corpus.phrasings if each.voice in UNHEARD]
    step = max(1, len(unheard) // MANY)
    found = {f"Voices never heard: {', '.join(UNHEARD)}": crossval.items(unheard[::step], corpus.intents)}
    if given := os.environ.get("USHER_EVAL"):
        found[Path(given).name] = list(evaluate.read(Path(given)))
    return found


def test_no_other_way_to_answer_is_better_beyond_chance(
    corpus: Corpus, heard: list[Phrasing], rows: embedding.Floats, usher: engine.Engine
) -> None:
    encoder, intents = embedding.Encoder(), dict(corpus.intents)
    answers = {
        "TF-IDF, LinearSVC": peers.linear(heard),
        "TF-IDF, nearest phrasing": peers.nearest_words(heard),
        "same encoder, nearest phrasing": peers.nearest_meanings(heard, rows, encoder),
    }
    for title, items in sets(corpus).items():
        texts = [item.text for item in items]
        made = [peers.ours(usher, items)]
        for name, answer in answers.items():
            said, seconds = peers.timed(answer, texts)
            made.append(peers.scored(name, items, said, intents, seconds))
        try:
            said, seconds, setting = peers.router(peers.router_python(), heard, rows, texts, many=30)
            name = f"semantic-router 1.1.1, same encoder ({setting})"
            made.append(peers.scored(name, items, said, intents, seconds))
        except peers.NotHere as missing:
            sys.stdout.write(f"\n{missing}\n")
        peers.show(title, made)
        ours, *others = made
        for name in ("top1", "top3", "kind"):
            best = max(each.evaluation.score(name).share for each in others)
            assert ours.evaluation.score(name).interval[1] >= best, f"{title}: {name}"
        slow = next(each for each in others if each.name.startswith("same encoder"))
        assert ours.seconds <= 3 * slow.seconds


@pytest.mark.parametrize(
    ("setting", "load"), [("USHER_CLINC", public.clinc), ("USHER_BANKING", public.banking)]
)
@pytest.mark.timeout(1800)
def test_the_engine_on_a_public_set(setting: str, load: Callable[[Path], public.Set]) -> None:
    path = os.environ.get(setting)
    if not path:
        pytest.skip(f"{setting} is not set: see tests/pace/public.py for the file it names")
    given, encoder = load(Path(path)), crossval.Remembering()
    for title, train in (("in full", given.train), ("ten of each", public.few(given.train, public.SHOTS))):
        for score in public.measured(given, train, encoder):
            if score.of:
                low, high = score.interval
                sys.stdout.write(
                    f"\n{given.name}, {title}: {score.name} {score.share:.1%} of {score.of} "
                    f"(95% from {low:.1%} to {high:.1%})\n"
                )
    sys.stdout.write(f"{PUBLISHED[given.name]}\n")


def test_public_files_are_read_as_they_are_published(tmp_path: Path) -> None:
    asks = {"pay": ["pay my bill", "settle the bill"], "card": ["my card is lost", "where is my card"]}
    pairs = [[text, label] for label, texts in asks.items() for text in texts]
    outside = [["who won the cup", "oos"], ["tell me a joke", "oos"]]
    parts = {
        "train": pairs,
        "test": pairs,
        "val": [],
        "oos_train": outside,
        "oos_val": [],
        "oos_test": outside,
    }
    path = tmp_path / "data_full.json"
    path.write_text(json.dumps(parts))
    given = public.clinc(path)
    inside, out = public.measured(given, given.train, crossval.Remembering())
    assert (inside.of, out.of) == (4, 2)
    assert len(public.few(given.train, 1)) == 4
    for name in ("train.csv", "test.csv"):
        (tmp_path / name).write_text(
            "text,category\n" + "".join(f"{text},{label}\n" for text, label in pairs)
        )
    assert public.banking(tmp_path).test == [(text, label) for text, label in pairs]
    path.write_text("[]")
    with pytest.raises(public.NotASet, match="USHER_CLINC"):
        public.clinc(path)
