"""How long one answer takes, against the encoder alone in the same run: medians of five rounds."""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from bot.understanding import embedding, engine
from bot.understanding.corpus import Corpus, read
from bot.understanding.wording import spell_out
from tests.learnt import learnt

ROUNDS, TIMES = 5, 20
TWELVE = "can I accept a friend request from a parent I met at the fair"
FORTY = " ".join([TWELVE] * 3 + ["or not"])


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read(Path(__file__).parents[2] / "intents")


@pytest.fixture(scope="module")
def usher(corpus: Corpus) -> engine.Engine:
    return engine.load(corpus.intents, corpus.phrasings, learnt())


def seconds(act: Callable[[], object]) -> float:
    """The median of some runs of one thing."""
    taken = []
    for _ in range(TIMES):
        started = perf_counter()
        act()
        taken.append(perf_counter() - started)
    return median(taken)


def ratio(subject: Callable[[], object], floor: Callable[[], object]) -> float:
    """How many times as long as the floor, both measured by turns so that load hits both."""
    return median(seconds(subject) / seconds(floor) for _ in range(ROUNDS))


def test_an_answer_costs_at_most_four_encodings(usher: engine.Engine) -> None:
    encoder = embedding.Encoder()
    spelt = spell_out(TWELVE)
    assert ratio(lambda: usher.match(TWELVE), lambda: encoder.embed(spelt)) <= 4


def test_forty_words_cost_at_most_four_times_twelve(usher: engine.Engine) -> None:
    assert ratio(lambda: usher.match(FORTY), lambda: usher.match(TWELVE)) <= 4


def test_ten_times_the_phrasings_cost_at_most_twice_the_time(usher: engine.Engine, corpus: Corpus) -> None:
    small = engine.load(corpus.intents, corpus.phrasings[::10], learnt())
    assert ratio(lambda: usher.match(TWELVE), lambda: small.match(TWELVE)) <= 2


def test_ready_from_the_cache_is_quicker_than_encoding_the_corpus(
    usher: engine.Engine, corpus: Corpus
) -> None:
    started = perf_counter()
    ready = engine.load(corpus.intents, corpus.phrasings, learnt())
    loading = perf_counter() - started
    one = seconds(lambda: ready.match(TWELVE))
    assert usher.intents == ready.intents
    assert loading <= 400 * one
