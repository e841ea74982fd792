"""semantic-router 1.1.1 on our encoder, run by the pace bench in an environment of its own.

Reads {"vectors": npz file, "train": [[intent, text]], "ask": [text], "every": n} and writes {"said":
[[intent, ...]], "seconds": median of one answer, "setting"}. The setting is the one that does best on every
n-th of the training phrasings, learnt from the others.
"""

import json
import sys
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from semantic_router import Route  # type: ignore[import-not-found]
from semantic_router.encoders import DenseEncoder  # type: ignore[import-not-found]
from semantic_router.routers import IndexedRouter  # type: ignore[import-not-found]

from bot.understanding.embedding import Encoder

SETTINGS = (("max", 5), ("mean", 5), ("sum", 10))
FIRST = 3


class Ours(DenseEncoder):  # type: ignore[misc]
    """Our encoder behind semantic-router's interface; what was learnt is not encoded again."""

    known: dict[str, Any]
    encoder: Any

    def __call__(self, docs: list[str]) -> list[list[float]]:
        rows = (self.known[doc] if doc in self.known else self.encoder.embed(doc) for doc in docs)
        return [np.asarray(row).tolist() for row in rows]


def built(train: list[list[str]], encoder: Ours, aggregation: str, top_k: int) -> IndexedRouter:
    said: dict[str, list[str]] = {}
    for intent, text in train:
        said.setdefault(intent, []).append(text)
    routes = [Route(name=intent, utterances=texts) for intent, texts in said.items()]
    return IndexedRouter(encoder=encoder, routes=routes, aggregation=aggregation, top_k=top_k)


def ranked(router: IndexedRouter, text: str) -> list[str]:
    return [each.name for each in router(text, limit=FIRST)]


def right(router: IndexedRouter, pairs: list[list[str]]) -> int:
    return sum(ranked(router, text)[:1] == [intent] for intent, text in pairs)


def main() -> None:
    given = json.load(sys.stdin)
    with np.load(given["vectors"]) as kept:
        known = dict(zip((text for _, text in given["train"]), kept["rows"], strict=True))
    encoder = Ours(name="ours", known=known, encoder=Encoder())
    apart = given["train"][:: given["every"]]
    rest = [pair for at, pair in enumerate(given["train"]) if at % given["every"]]
    best = max(SETTINGS, key=lambda setting: right(built(rest, encoder, *setting), apart))
    router = built(given["train"], encoder, *best)
    seconds, said = [], []
    for text in given["ask"]:
        started = perf_counter()
        said.append(ranked(router, text))
        seconds.append(perf_counter() - started)
    json.dump({"said": said, "seconds": median(seconds), "setting": best}, sys.stdout)


if __name__ == "__main__":
    main()
