"""Scores are counted as the promise says, with honest intervals, and the page shows them."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.school.matching import (
    Answer,
    Disclosure,
    IntentKind,
    Match,
    NotCovered,
    Reason,
    Unsure,
    Urgent,
)
from bot.understanding import cross_report, crossval, engine, evaluate, report, training
from bot.understanding.corpus import Corpus
from bot.understanding.evaluate import Item, Score

ESAFETY, BREACH = IntentKind.REPORT_ESAFETY, IntentKind.REPORT_BREACH


def answer(*clauses: str, confidence: float = 0.9) -> Match:
    return Answer(intent="i", clauses=clauses, confidence=confidence)


def reported(kind: IntentKind) -> Match:
    why = Reason(chances=(("worry", 0.8),))
    return Disclosure(kind=kind, intent="r", clauses=("SAF-4",), confidence=0.8, why=why)


CASES: list[tuple[Item, Match]] = [
    (Item(id="1", text="a", kind="answer", accept=("X",)), answer("X")),
    (Item(id="2", text="b", kind="answer", accept=("X",)), answer("Y", "Z", "X", confidence=0.4)),
    (
        Item(id="3", text="c", kind="answer", accept=("X",)),
        Unsure(options=("i", "j"), clauses=("X",), confidence=0.3),
    ),
    (Item(id="4", text="d", kind="answer", accept=("X",)), reported(ESAFETY)),
    (Item(id="5", text="e", kind="report_esafety", accept=("SAF-4",)), reported(ESAFETY)),
    (
        Item(id="6", text="f", kind="urgent", accept=("SAF-4",)),
        Urgent(intent="u", clauses=("SAF-4",), confidence=0.9),
    ),
    (Item(id="7", text="g", kind="urgent", accept=("SAF-4",)), answer("SAF-4")),
    (Item(id="8", text="h", kind="report_breach", accept=("BRE-3",)), reported(BREACH)),
    (
        Item(id="9", text="<i>", kind="out_of_scope"),
        NotCovered(intent="n", nearest=(), confidence=0.7),
    ),
    (Item(id="10", text="j", kind="out_of_scope"), answer("X")),
]


class Said:
    """A matcher that says what the case says."""

    def match(self, text: str) -> Match:
        return next(match for item, match in CASES if item.text == text)

    def as_question(self, text: str) -> Match:
        return self.match(text)

    def match_all(self, texts: Sequence[str]) -> Sequence[Match]:
        return [self.match(text) for text in texts]


@pytest.fixture
def evaluation() -> evaluate.Evaluation:
    return evaluate.evaluate(Said(), [item for item, _ in CASES])


@pytest.mark.parametrize(
    ("name", "hits", "of"),
    [
        ("top1", 2, 4),
        ("top3", 3, 4),
        ("e2e", 2, 4),
        ("precision_when_sure", 1, 2),
        ("disclosure_recall", 2, 3),
        ("urgent_as_urgent", 1, 2),
        ("false_alarm", 1, 4),
        ("false_abstain", 0, 4),
        ("out_of_scope_recall", 1, 2),
        ("breach_recall", 1, 1),
        ("asked_back", 1, 4),
        ("kind", 7, 10),
    ],
)
def test_each_score_is_counted_over_what_it_is_about(
    evaluation: evaluate.Evaluation, name: str, hits: int, of: int
) -> None:
    assert (evaluation.score(name).hits, evaluation.score(name).of) == (hits, of)


def test_intervals_are_wilsons() -> None:
    low, high = Score(name="x", hits=8, of=10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert Score(name="x", hits=0, of=0).interval == (0.0, 1.0)


def test_the_gravest_errors_come_first(evaluation: evaluate.Evaluation) -> None:
    causes = [(cause, each.item.id) for cause, each in evaluate.worst(evaluation.results)]
    assert causes[0] == ("a disclosure missed", "7")
    assert ("surely wrong", "2") in causes


def test_confusion_and_clauses_add_up(evaluation: evaluate.Evaluation) -> None:
    assert sum(evaluate.confusion(evaluation.results).values()) == len(CASES)
    assert evaluate.by_clause(evaluation.results)["X"][0].of == 4


def test_the_page_stands_alone_and_escapes_what_was_typed(
    evaluation: evaluate.Evaluation,
) -> None:
    page = report.page(evaluation, "A & B")
    assert "<h1>A &amp; B</h1>" in page
    assert "<i>" not in page
    assert "http" not in page
    assert page.count("<svg") == 2


def test_the_tripwire_curve_runs_from_nothing_to_everything(
    evaluation: evaluate.Evaluation,
) -> None:
    curve = report.tripwire_cost(evaluation.results)
    assert curve[0] == (0.0, 0.0)
    assert curve[-1] == (1.0, 1.0)


def test_a_file_is_read_and_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text(json.dumps({"id": 1, "text": "t", "kind": "answer", "accept": ["X"]}) + "\n\n")
    assert evaluate.read(path)[0].accept == ("X",)
    path.write_text('{"id": 1}\n')
    with pytest.raises(evaluate.NotMeasurable, match="line 1"):
        evaluate.read(path)


def test_leaving_a_voice_out_measures_every_phrasing_once(corpus: Corpus) -> None:
    voices = sorted({phrasing.voice for phrasing in corpus.phrasings})[:2]
    few = [each for each in corpus.phrasings if each.voice in voices][::15]
    measured = crossval.by_voice(corpus.intents, few)
    assert len(measured.results) == len(few)


def test_a_sample_is_spread_over_voices_and_part_of_every_larger_one(corpus: Corpus) -> None:
    small, large = (crossval.sample(corpus.phrasings, keep) for keep in (400, 800))
    assert len(small) == 400
    assert {each.text for each in small} <= {each.text for each in large}
    sizes, drawn = (Counter(each.voice for each in given) for given in (corpus.phrasings, small))
    for voice, size in sizes.items():
        assert abs(drawn[voice] - 400 * size / len(corpus.phrasings)) <= 1


def test_voices_are_grouped_the_same_way_every_time(corpus: Corpus) -> None:
    made = crossval.groups(corpus.phrasings, 4)
    assert made == crossval.groups(tuple(reversed(corpus.phrasings)), 4)
    assert len(made) == 4
    assert sum(map(len, made)) == len({each.voice for each in corpus.phrasings})
    assert len(crossval.groups(corpus.phrasings)) == sum(map(len, made))


def test_nothing_of_a_voice_is_learnt_before_it_is_measured(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = corpus.phrasings[::150]
    heard: list[set[str]] = []
    learn = training.learn
    monkeypatch.setattr(
        training, "learn", lambda i, p, *more: heard.append({each.voice for each in p}) or learn(i, p, *more)
    )
    found = crossval.crossed(corpus.intents, few, crossval.Remembering(), crossval.Plan(name="all"), folds=3)
    for group, voices in zip(crossval.groups(few, 3), heard, strict=True):
        assert not group & voices
    assert set(found.voices()) == {each.voice for each in few}
    low, high = crossval.over_voices(found, "kind")
    assert low <= found.whole.score("kind").share <= high


def test_a_curve_is_drawn_for_each_size() -> None:
    made = crossval.plans(["signs", "signs"], curve=True, most=5000)
    assert [plan.name for plan in made] == [
        *("everything", "without signs", "1,000 phrasings", "2,000 phrasings", "4,000 phrasings")
    ]
    results = tuple(evaluate.result(item, match) for item, match in CASES)
    whole = evaluate.Evaluation(results=results, scores=evaluate.scores(results))
    crossed = [crossval.Crossed(plan=p, whole=whole, learnt_from=p.keep or 5000) for p in made]
    page = cross_report.page(crossed, "As it is.")
    assert page.count("<svg") == 3
    assert "<caption>Learning curve" in page


def test_each_part_can_be_taken_away(corpus: Corpus) -> None:
    encoder = crossval.Remembering()
    few = corpus.phrasings[::40]
    for part in crossval.PARTS:
        made = crossval.learnt(corpus.intents, few, encoder, frozenset({part}))
        assert isinstance(made, engine.Engine)
        assert made.match("may I add a parent on Facebook")
