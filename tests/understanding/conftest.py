"""The real engine on the real corpus, learnt once and kept by content hash between runs."""

from pathlib import Path

import pytest

from bot.understanding import embedding, engine
from bot.understanding.corpus import Corpus, read
from tests.learnt import learnt

ROOT = Path(__file__).parents[2]
CACHE = learnt()


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return read(ROOT / "intents")


@pytest.fixture(scope="session")
def usher(corpus: Corpus) -> engine.Engine:
    return engine.load(corpus.intents, corpus.phrasings, CACHE)


@pytest.fixture(scope="session")
def encoder() -> embedding.Encoder:
    return embedding.Encoder()
