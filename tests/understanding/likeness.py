"""Notice phrasings that retell a measured message: `python -m tests.understanding.likeness FILE`.

Copies are found by their words (`dev_fingerprints.json`); a retelling keeps the occasion and changes
the words. Half of the likeness here is of meaning, by the encoder, and half of wording, by rare stems.
Of each measured message only two sketches are kept: on which side of 1,024 random planes it lies. They
tell how like something is, and nothing that can be read.
"""

import base64
import hashlib
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.school.matching import Phrasing
from bot.understanding import embedding, engine
from bot.understanding.corpus import Corpus, read
from bot.understanding.evaluate import read as read_measured
from bot.understanding.remembered import Meanings
from bot.understanding.wording import spell_out
from tests.learnt import learnt

ROOT = Path(__file__).parents[2]
INTENTS = ROOT / "intents"
SKETCHES = Path(__file__).parent / "dev_sketches.json"
JUDGED = Path(__file__).parent / "judged_alike.json"
"""Measured message -> phrasings that a person has read beside it and found natural."""
COMMAND = "python -m tests.understanding.likeness FILE"
PLANES = 1024
RETOLD = 0.62
"""Of the 45 likeliest pairs (read one by one, with 9,400 phrasings), those above share the occasion
itself, such as a quiz or a product, in three of four cases; those below share the subject only. Two
independent voices of the corpus come as near to each other in one case of nine."""
FEWEST = 5
"""Stems; what is shorter tells no occasion, and word for word it is found by its fingerprint."""
_STEM = 5

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Offence:
    """A phrasing that is too like a measured message."""

    measured: str
    likeness: float
    phrasing: Phrasing


def stems(spelt: str) -> frozenset[str]:
    """The beginnings of the words."""
    return frozenset(word[:_STEM] for word in re.findall(r"[a-z0-9]+", spelt.replace("'", "")))


def rarity(texts: Sequence[str]) -> Mapping[str, float]:
    """How telling each stem is."""
    seen = Counter(stem for text in texts for stem in stems(text))
    return {stem: math.log((1 + len(texts)) / (1 + count)) for stem, count in seen.items()}


@cache
def planes(name: str) -> Floats:
    """On which side of each plane something of this name lies: always the same."""
    drawn = np.frombuffer(hashlib.shake_256(name.encode()).digest(PLANES // 8), np.uint8)
    return np.unpackbits(drawn).astype(np.float32) * 2 - 1


def meaning_sketch(rows: Floats) -> Floats:
    """One sketch for each row of meanings: plus or minus one for each plane."""
    across = np.stack([planes(f"meaning {at}") for at in range(rows.shape[1])])
    return np.where(rows @ across >= 0, np.float32(1), np.float32(-1))


def wording_sketch(texts: Sequence[str], telling: Mapping[str, float]) -> Floats:
    """One sketch for each text, of its stems weighed by how telling they are."""
    usual = max(telling.values(), default=1.0)
    rows = np.zeros((len(texts), PLANES), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for stem in sorted(stems(text)):
            row += np.float32(telling.get(stem, usual)) * planes(f"stem {stem}")
    return np.where(rows >= 0, np.float32(1), np.float32(-1))


def alike(ours: Floats, theirs: Floats) -> Floats:
    """The cosine that the share of planes between two sketches stands for."""
    apart = (1 - ours @ theirs.T / PLANES) / 2
    found: Floats = np.cos(np.pi * apart).astype(np.float32)
    return found


def offences(
    phrasings: Sequence[Phrasing], meanings: Floats, kept: Mapping[str, tuple[Floats, Floats]]
) -> list[Offence]:
    """Every phrasing that is too like a measured message, the likest first."""
    spelt = [spell_out(each.text) for each in phrasings]
    names = list(kept)
    by_meaning = alike(meaning_sketch(meanings), np.stack([kept[name][0] for name in names]))
    by_words = alike(wording_sketch(spelt, rarity(spelt)), np.stack([kept[name][1] for name in names]))
    both = (by_meaning + by_words) / 2
    judged = json.loads(JUDGED.read_text(encoding="utf-8"))
    found = [
        Offence(measured=names[column], likeness=float(both[row, column]), phrasing=phrasings[row])
        for row, column in np.argwhere(both >= RETOLD)
        if len(stems(spelt[row])) >= FEWEST and phrasings[row].text not in judged.get(names[column], ())
    ]
    return sorted(found, key=lambda each: -each.likeness)


def meanings_of(corpus: Corpus) -> Floats:
    """What the phrasings mean to the encoder, out of its cache where it is there."""
    every = (*corpus.phrasings, *engine.titles(corpus.intents))
    kept = Meanings(embedding.Encoder(), learnt())
    return kept.embed_all([spell_out(each.text) for each in every])[: len(corpus.phrasings)]


def sketches() -> dict[str, tuple[Floats, Floats]]:
    """The sketches that travel with the repository."""
    kept = json.loads(SKETCHES.read_text(encoding="utf-8"))
    if kept["encoder"] != embedding.fingerprint()[:16]:
        raise AssertionError(f"the encoder has changed since dev_sketches.json was made: {COMMAND}")
    return {name: (unpacked(pair[0]), unpacked(pair[1])) for name, pair in kept["sketches"].items()}


def packed(sketch: Floats) -> str:
    return base64.b64encode(np.packbits(sketch > 0).tobytes()).decode()


def unpacked(text: str) -> Floats:
    return np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8)).astype(np.float32) * 2 - 1


def make(measured: Path, corpus: Corpus) -> None:
    """Write the sketches of a file of measured messages."""
    items = read_measured(measured)
    spelt = [spell_out(item.text) for item in items]
    telling = rarity([spell_out(each.text) for each in corpus.phrasings])
    pairs = zip(
        meaning_sketch(embedding.Encoder().embed_all(spelt)), wording_sketch(spelt, telling), strict=True
    )
    rows = {item.id: [packed(sketch) for sketch in pair] for item, pair in zip(items, pairs, strict=True)}
    kept = {"encoder": embedding.fingerprint()[:16], "sketches": rows}
    SKETCHES.write_text(json.dumps(kept, indent=0) + "\n", encoding="utf-8")


def lines(found: Sequence[Offence]) -> list[str]:
    """What a person needs to put it right; the measured message itself is nowhere."""
    return [
        f"{each.likeness:.2f}  {each.measured}  {each.phrasing.voice}, {each.phrasing.intent}: "
        f"{each.phrasing.text}"
        for each in found
    ]


def main() -> None:
    """Write the sketches and list what is too like them."""
    corpus = read(INTENTS)
    make(Path(sys.argv[1]), corpus)
    found = offences(corpus.phrasings, meanings_of(corpus), sketches())
    sys.stdout.write("\n".join([*lines(found), f"{len(found)} phrasings retell a measured message."]) + "\n")


if __name__ == "__main__":
    main()
