"""Other ways to answer, learnt from the same phrasings and counted the same way as the engine."""

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from bot.school.matching import Intent, IntentKind, Phrasing
from bot.understanding import embedding, engine, evaluate
from bot.understanding.evaluate import Evaluation, Item
from bot.understanding.wording import spell_out

HERE = Path(__file__).resolve().parents[2]
VERSION = "semantic-router==1.1.1"
HOME = HERE / ".usher" / "peers"
FIRST = 3

Ranked = list[str]
"""Intents, likeliest first."""


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One way to answer, measured."""

    name: str
    evaluation: Evaluation
    seconds: float
    """Median of one answer, its encoding included."""


def scored(
    name: str, items: Sequence[Item], said: Sequence[Ranked], intents: dict[str, Intent], seconds: float
) -> Peer:
    """Count ranked intents as if the first one's kind and clauses had been said."""
    results = []
    for item, ranked in zip(items, said, strict=True):
        first = intents[ranked[0]]
        outside = first.kind is IntentKind.NOT_COVERED
        clauses = [clause for each in ranked for clause in intents[each].clauses]
        leading = [intents[each].clauses[0] for each in ranked if intents[each].clauses]
        results.append(
            evaluate.Result(
                item=item,
                said=first.kind.value,
                clauses=() if outside else tuple(dict.fromkeys([*leading, *clauses])),
                intent=first.id,
                confidence=1.0,
            )
        )
    whole = Evaluation(results=tuple(results), scores=evaluate.scores(results))
    return Peer(name=name, evaluation=whole, seconds=seconds)


def timed(answer: Callable[[str], Ranked], texts: Sequence[str]) -> tuple[list[Ranked], float]:
    """Every answer, and the median time that one took."""
    said, taken = [], []
    for text in texts:
        started = perf_counter()
        said.append(answer(text))
        taken.append(perf_counter() - started)
    return said, median(taken)


def ours(usher: engine.Engine, items: Sequence[Item]) -> Peer:
    """The engine itself."""
    matches, taken = [], []
    for item in items:
        started = perf_counter()
        matches.append(usher.match(item.text))
        taken.append(perf_counter() - started)
    results = tuple(evaluate.result(item, match) for item, match in zip(items, matches, strict=True))
    whole = Evaluation(results=results, scores=evaluate.scores(results))
    return Peer(name="Usher", evaluation=whole, seconds=median(taken))


def linear(phrasings: Sequence[Phrasing]) -> Callable[[str], Ranked]:
    """scikit-learn: TF-IDF of words and pieces, a linear support vector machine."""
    from sklearn.svm import LinearSVC

    table, terms = _terms(phrasings)
    machine = LinearSVC(C=0.5).fit(table, [each.intent for each in phrasings])

    def answer(text: str) -> Ranked:
        found = machine.decision_function(terms.transform([spell_out(text)]))[0]
        return [str(machine.classes_[at]) for at in np.argsort(-found)[:FIRST]]

    return answer


def nearest_words(phrasings: Sequence[Phrasing]) -> Callable[[str], Ranked]:
    """The intents of the phrasings nearest in TF-IDF."""
    table, terms = _terms(phrasings)

    def answer(text: str) -> Ranked:
        found = (table @ terms.transform([spell_out(text)]).T).toarray()[:, 0]
        return _few(found, phrasings)

    return answer


def nearest_meanings(
    phrasings: Sequence[Phrasing], rows: embedding.Floats, encoder: embedding.Encoder
) -> Callable[[str], Ranked]:
    """The intents of the phrasings nearest in meaning, by the engine's own encoder."""

    def answer(text: str) -> Ranked:
        return _few(rows @ encoder.embed(spell_out(text)), phrasings)

    return answer


def _terms(phrasings: Sequence[Phrasing]) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, max_features=40_000)
    terms = make_union(words, pieces)
    return terms.fit_transform([spell_out(each.text) for each in phrasings]), terms


def _few(alike: embedding.Floats, phrasings: Sequence[Phrasing]) -> Ranked:
    order = np.argsort(-alike)[:50]
    return list(dict.fromkeys(phrasings[int(at)].intent for at in order))[:FIRST]


class NotHere(Exception):
    """semantic-router isn't installed; the text says how to have it."""


def router_python() -> Path:
    """The interpreter that has semantic-router; made where USHER_PEERS=install asks for it."""
    python = HOME / "bin" / "python"
    if python.exists():
        return python
    if os.environ.get("USHER_PEERS") != "install":
        raise NotHere(f"{VERSION} is not here: USHER_PEERS=install make pace puts it (400 MB) into {HOME}")
    venv.create(HOME, with_pip=True)
    wanted = [VERSION, "onnxruntime", "tokenizers", "numpy"]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def router(
    python: Path, phrasings: Sequence[Phrasing], rows: embedding.Floats, texts: Sequence[str], many: int
) -> tuple[list[Ranked], float, str]:
    """What semantic-router says with the same encoder, in the best of its settings.

    The setting is chosen on phrasings of its own: every so many of those learnt, taken out.
    """
    with tempfile.TemporaryDirectory() as folder:
        vectors = Path(folder) / "rows.npz"
        np.savez(vectors, rows=rows)
        given = {
            "vectors": str(vectors),
            "train": [[each.intent, spell_out(each.text)] for each in phrasings],
            "ask": [spell_out(text) for text in texts],
            "every": many,
        }
        done = subprocess.run(
            [python, HERE / "tests" / "pace" / "router.py"], input=json.dumps(given), text=True, check=True,
            stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(HERE)}, cwd=HERE,
        )  # fmt: skip
    said = json.loads(done.stdout)
    return said["said"], float(said["seconds"]), " ".join(map(str, said["setting"]))


COLUMNS = ("top1", "top3", "disclosure_recall", "false_alarm", "out_of_scope_recall", "kind")


def show(title: str, peers: Sequence[Peer]) -> None:
    """The table that docs/pace.md holds."""
    lines = [
        f"\n{title} ({len(peers[0].evaluation.results)} messages)\n",
        f"| engine | {' | '.join(COLUMNS)} | ms | times Usher |",
        f"|---{'|---' * (len(COLUMNS) + 2)}|",
    ]
    for peer in peers:
        shares = (peer.evaluation.score(name).share for name in COLUMNS)
        cells = " | ".join(f"{share * 100:.1f}" for share in shares)
        ratio = peer.seconds / peers[0].seconds
        lines.append(f"| {peer.name} | {cells} | {peer.seconds * 1000:.1f} | {ratio:.2f} |")
    sys.stdout.write("\n".join(lines) + "\n")
