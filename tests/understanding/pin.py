"""Pin what the engine says to 500 messages: `python -m tests.understanding.pin` writes pinned.json anew.

The messages are the corpus' own phrasings, spread over all intents and drawn by their hash, with the
last quarter of their words cut off, so that none of them is a phrasing that was learnt.
"""

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bot.school.matching import Match, Phrasing
from bot.understanding import embedding, engine, jsonl
from bot.understanding.corpus import Corpus, read
from bot.understanding.preview import cut, drawn
from tests.learnt import learnt

ROOT = Path(__file__).parents[2]
PINNED = Path(__file__).parent / "pinned.json"
COMMAND = "python -m tests.understanding.pin"
MANY = 500
FIRST_CLAUSES = 2
PROBES = [
    f"{start} {end}"
    for start in ("may I", "a child told me", "who")
    for end in ("post it", "today", "x" * 30)
]
DIGITS = 2

Pin = dict[str, Any]


def chosen(phrasings: Sequence[Phrasing]) -> list[str]:
    """The messages: one of each intent, then another of each, and so on, drawn by their hash."""
    by_intent = defaultdict[str, list[str]](list)
    for phrasing in drawn(phrasings):
        by_intent[phrasing.intent].append(cut(phrasing.text))
    turns = zip_longest(*(by_intent[intent] for intent in sorted(by_intent)))
    return list(dict.fromkeys(text for turn in turns for text in turn if text))[:MANY]


def arithmetic(encoder: embedding.Encoder) -> str:
    """Which kind of processor this is, told by the last bits of what a few sentences mean to the encoder."""
    return hashlib.sha256(encoder.embed_all(PROBES).tobytes()).hexdigest()[:16]


def said(text: str, match: Match) -> Pin:
    """What is pinned of an answer."""
    return {
        "text": text,
        "kind": jsonl.kind_of(match),
        "intent": jsonl.intent_of(match),
        "clauses": list(jsonl.clauses_of(match)[:FIRST_CLAUSES]),
        "confidence": round(match.confidence, DIGITS),
    }


def differences(wanted: Sequence[Pin], got: Sequence[Pin], slack: float = 0.0) -> Iterator[str]:
    """A few lines for each answer that isn't the pinned one."""
    for old, new in zip(wanted, got, strict=True):
        apart = [name for name in ("kind", "intent", "clauses") if old[name] != new[name]]
        if abs(old["confidence"] - new["confidence"]) > slack + 1e-9:
            apart.append("confidence")
        if apart:
            yield f"\n{old['text']!r}\n" + "\n".join(
                f"  {name:<11} was {old[name]}, is {new[name]}" for name in apart
            )


def pinned() -> tuple[str, list[Pin]]:
    """The kind of processor that the answers were pinned on, and the answers."""
    kept = json.loads(PINNED.read_text(encoding="utf-8"))
    return kept["arithmetic"], kept["answers"]


def load(corpus: Corpus) -> engine.Engine:
    """The engine, learnt where it has to be."""
    return engine.load(corpus.intents, corpus.phrasings, learnt())


def main() -> None:
    """Write the file anew and say how much of it has changed."""
    corpus = read(ROOT / "intents")
    usher = load(corpus)
    made = [said(text, usher.match(text)) for text in chosen(corpus.phrasings)]
    before = {pin["text"]: pin for pin in pinned()[1]} if PINNED.exists() else {}
    same = sum(before.get(pin["text"]) == pin for pin in made)
    lines = ",\n".join(json.dumps(pin, ensure_ascii=False) for pin in made)
    kind = arithmetic(usher.encoder)
    content = f'{{"arithmetic": "{kind}", "answers": [\n{lines}\n]}}\n'
    PINNED.write_text(content, encoding="utf-8")
    sys.stdout.write(f"{len(made)} answers pinned, {same} as before. Read them: git diff {PINNED.name}\n")


if __name__ == "__main__":
    main()
