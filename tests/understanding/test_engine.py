"""The engine through its own door: real encoder, real corpus, every kind of decision."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.school.matching import (
    Answer,
    Disclosure,
    IntentKind,
    Matcher,
    NotCovered,
    Phrasing,
    Unsure,
    Urgent,
)
from bot.understanding import embedding, engine, jsonl
from bot.understanding.corpus import Corpus
from tests.understanding.conftest import CACHE

PLAIN = [
    ("Am I allowed to accept a friend request from a pupil?", "PER-1a"),
    ("Does the school read the emails I send from my work account?", "MON-1"),
    ("Who has to agree before I set up a class Twitter account?", "OFF-3a"),
    ("Can I post photos of pupils on my own Facebook?", "PER-3"),
    ("May I add a former pupil who is 16?", "PER-6b"),
]


@pytest.mark.parametrize(("text", "clause"), PLAIN)
def test_a_plain_question_gets_its_clause(usher: engine.Engine, text: str, clause: str) -> None:
    match = usher.match(text)
    assert isinstance(match, Answer | Unsure)
    assert match.clauses[0] == clause


def test_a_child_in_touch_with_a_stranger_is_a_report(usher: engine.Engine) -> None:
    match = usher.match("A girl in my class told me a man online keeps asking her for photos")
    assert isinstance(match, Disclosure | Urgent)
    assert match.clauses[0] == "SAF-4"


def test_a_child_in_danger_now_is_urgent(usher: engine.Engine) -> None:
    text = "one of our pupils has taken an overdose and posted about it, it is happening right now"
    assert isinstance(usher.match(text), Urgent)


def test_what_is_no_business_of_the_policy_is_not_covered(usher: engine.Engine) -> None:
    assert isinstance(usher.match("The printer in the office has run out of toner"), NotCovered)


@pytest.mark.parametrize("text", ["", "   ", "?!…", "😀"])
def test_nothing_said_is_not_covered(usher: engine.Engine, text: str) -> None:
    assert isinstance(usher.match(text), NotCovered)
    assert isinstance(usher.as_question(text), NotCovered)


def test_a_writer_who_says_it_is_only_a_question_is_never_offered_a_report(
    usher: engine.Engine,
) -> None:
    match = usher.as_question("A girl in my class told me a man online asks her for photos")
    assert isinstance(match, Answer | Unsure | NotCovered)


def test_the_same_text_always_gets_the_same_match(usher: engine.Engine, corpus: Corpus) -> None:
    texts = [phrasing.text for phrasing in corpus.phrasings[::97]]
    together = usher.match_all(texts)
    assert list(together) == [usher.match(text) for text in reversed(texts)][::-1]
    again = engine.load(corpus.intents, corpus.phrasings, CACHE)
    assert list(again.match_all(texts)) == list(together)


def test_every_match_explains_itself(usher: engine.Engine) -> None:
    why = usher.match("can i be friends w a mum on fb").why
    assert len(why.nearest) == 3
    assert why.nearest[0][0] >= why.nearest[1][0]
    assert {"parent", "connect"} <= set(why.cues)
    assert why.runner_up
    assert dict(why.chances)["worry"] < 0.5


def test_a_line_holds_what_the_interface_promises(usher: engine.Engine, corpus: Corpus) -> None:
    for text, _ in PLAIN:
        made = jsonl.line("q1", usher.match(text), corpus.intents)
        assert set(made) == {"id", "kind", "clauses", "intent", "verdict", "confidence"}
        assert made["kind"] in {"answer", "unsure"}
        assert 0 <= made["confidence"] <= 1
    urgent = jsonl.line("q2", usher.match("A child has just taken an overdose"), corpus.intents)
    assert urgent["kind"] in {"urgent", "report_esafety"}
    assert urgent["verdict"] is None


def test_the_engine_is_a_matcher(usher: engine.Engine) -> None:
    matcher: Matcher = usher
    assert matcher.match("hello")


@pytest.fixture(scope="module")
def small(corpus: Corpus) -> tuple[Phrasing, ...]:
    return corpus.phrasings[::60]


@pytest.fixture(scope="module")
def folder(corpus: Corpus, small: tuple[Phrasing, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    engine.load(corpus.intents, small, folder)
    return folder


class TestCache:
    """The cache is used when it fits, and never trusted when it doesn't."""

    def learnings(
        self, corpus: Corpus, small: tuple[Phrasing, ...], folder: Path
    ) -> tuple[engine.Engine, int]:
        """An engine, and how many times it had to be learnt to get it."""
        told: list[str] = []
        made = engine.load(corpus.intents, small, folder, lambda step, _: told.append(step))
        return made, told.count("learning")

    def test_unchanged_intents_are_not_learnt_again(
        self, corpus: Corpus, small: tuple[Phrasing, ...], folder: Path
    ) -> None:
        assert self.learnings(corpus, small, folder)[1] == 0

    @pytest.mark.parametrize("place", [0, 40, 0.5, -1])
    def test_a_damaged_cache_is_learnt_again(
        self, corpus: Corpus, small: tuple[Phrasing, ...], folder: Path, place: float
    ) -> None:
        path = next(folder.glob("heads-*.npz"))
        whole = path.read_bytes()
        at = int(place * len(whole)) if isinstance(place, float) else place
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        path.write_bytes(bytes(damaged))
        made, times = self.learnings(corpus, small, folder)
        assert times == 1
        assert path.read_bytes() == whole
        assert made.match("may I add a parent on Facebook")

    def test_a_truncated_cache_is_learnt_again(
        self, corpus: Corpus, small: tuple[Phrasing, ...], folder: Path
    ) -> None:
        path = next(folder.glob("heads-*.npz"))
        path.write_bytes(path.read_bytes()[:1000])
        assert self.learnings(corpus, small, folder)[1] == 1

    def test_an_edited_phrasing_or_intent_makes_another_key(
        self, corpus: Corpus, small: tuple[Phrasing, ...]
    ) -> None:
        first = small[0]
        edited = (replace(first, text=first.text + "!"), *small[1:])
        assert engine.key(corpus.intents, small) != engine.key(corpus.intents, edited)
        intents = dict(corpus.intents)
        intents[first.intent] = replace(intents[first.intent], answer="Something else.")
        assert engine.key(corpus.intents, small) != engine.key(intents, small)
        assert engine.key(corpus.intents, small) == engine.key(dict(corpus.intents), list(small))


def test_a_school_without_reports_still_gets_answers(corpus: Corpus, encoder: embedding.Encoder) -> None:
    intents = {name: intent for name, intent in corpus.intents.items() if intent.kind is IntentKind.ANSWER}
    phrasings = [each for each in corpus.phrasings[::40] if each.intent in intents]
    made = engine.Engine(intents, engine.train(intents, phrasings, encoder), encoder)
    assert isinstance(made.match("can I add a parent on Facebook"), Answer | Unsure)
