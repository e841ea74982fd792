"""The engine on public test sets, whose files are given: CLINC150 and BANKING77.

USHER_CLINC is the path of data_full.json: an object with train, val, test, oos_train, oos_val and
oos_test, each a list of [text, intent]. USHER_BANKING is a folder with train.csv and test.csv, each with
a first line text,category. Neither is in this repository. The engine gets what a school would give it:
intents with phrasings, here one intent for each label.
"""

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.school.matching import Intent, IntentKind, NextStep, Phrasing, Verdict
from bot.understanding import crossval, engine, jsonl
from bot.understanding.evaluate import Score

OUTSIDE = "oos"
VOICES = 4
SHOTS = 10

Pairs = list[tuple[str, str]]


class NotASet(Exception):
    """The file isn't what its setting promises; the text says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Set:
    """Messages with their labels; `oos` is the label of those that have none."""

    name: str
    train: Pairs
    test: Pairs


def clinc(path: Path) -> Set:
    """CLINC150, out-of-scope messages included."""
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))
        train, test = (
            [(str(text), str(label)) for name in names for text, label in parts[name]]
            for names in (("train", "oos_train"), ("test", "oos_test"))
        )
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise NotASet(f"USHER_CLINC: {path} is not data_full.json ({fault!r})") from fault
    return Set(name="CLINC150", train=train, test=test)


def banking(folder: Path) -> Set:
    """BANKING77."""
    found = []
    for name in ("train.csv", "test.csv"):
        try:
            with (folder / name).open(encoding="utf-8", newline="") as file:
                found.append([(row["text"], row["category"]) for row in csv.DictReader(file)])
        except (OSError, KeyError) as fault:
            raise NotASet(f"USHER_BANKING: {folder / name} lacks text,category ({fault!r})") from fault
    return Set(name="BANKING77", train=found[0], test=found[1])


def few(pairs: Pairs, shots: int) -> Pairs:
    """So many of each label, drawn by their hash; the out-of-scope ones stay."""
    drawn = sorted(pairs, key=lambda pair: hashlib.sha256(pair[0].encode()).digest())
    taken: dict[str, Pairs] = defaultdict(list)
    for text, label in drawn:
        if label == OUTSIDE or len(taken[label]) < shots:
            taken[label].append((text, label))
    return [pair for label in sorted(taken) for pair in taken[label]]


def measured(chosen: Set, train: Pairs, encoder: crossval.Remembering) -> tuple[Score, Score]:
    """How often the label is right, and how often what has none is said not to be covered."""
    labels = sorted({label for _, label in train})
    intents = {label: _intent(label) for label in labels}
    phrasings = [
        Phrasing(
            voice=f"v{int(hashlib.sha256(text.encode()).hexdigest(), 16) % VOICES}", text=text, intent=label
        )
        for text, label in train
    ]
    return judged(crossval.learnt(intents, phrasings, encoder), chosen.test)


def judged(usher: engine.Engine, test: Sequence[tuple[str, str]]) -> tuple[Score, Score]:
    """Both scores."""
    hits = {OUTSIDE: [0, 0], "": [0, 0]}
    for text, label in test:
        match = usher.match(text)
        counted = hits[OUTSIDE if label == OUTSIDE else ""]
        counted[0] += jsonl.intent_of(match) == label
        counted[1] += 1
    return (
        Score(name="in scope", hits=hits[""][0], of=hits[""][1]),
        Score(name="out of scope", hits=hits[OUTSIDE][0], of=hits[OUTSIDE][1]),
    )


def _intent(label: str) -> Intent:
    outside = label == OUTSIDE
    return Intent(
        id=label,
        title=label.replace("_", " "),
        kind=IntentKind.NOT_COVERED if outside else IntentKind.ANSWER,
        verdict=None if outside else Verdict.EXPLAINS,
        answer=label,
        clauses=() if outside else (label,),
        supporting=(),
        next=NextStep.NONE,
    )
