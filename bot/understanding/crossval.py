"""How well the engine answers people it has never heard: each voice is left out in turn.

Also the learning curve (fewer phrasings) and the ablations (one part of the engine taken away).
These take minutes; `usher evaluate --cross` and docs/answers.md use them.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

from bot.school.matching import Intent, IntentKind, Phrasing
from bot.understanding import embedding, engine, training
from bot.understanding.evaluate import Evaluation, Item, Result, evaluate, scores

Floats = NDArray[np.float32]
Progress = Callable[[str, float], None]

PARTS = ("encoder", "spelling", "signs", "tripwire")


class Remembering(embedding.Encoder):
    """An encoder that works each text out once; leaving voices out asks for the same ones again."""

    def __init__(self) -> None:
        """Start with an empty memory."""
        super().__init__()
        self._known: dict[str, Floats] = {}

    def embed(self, text: str) -> Floats:
        """The remembered numbers, or new ones."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = super().embed(text)
        return found


def by_voice(
    intents: Mapping[str, Intent],
    phrasings: Sequence[Phrasing],
    *,
    encoder: embedding.Encoder | None = None,
    without: AbstractSet[str] = frozenset(),
    keep: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Every voice measured by an engine that learnt from the others, `keep` phrasings at most."""
    ready = encoder or Remembering()
    voices = sorted({phrasing.voice for phrasing in phrasings})
    results: list[Result] = []
    for done, voice in enumerate(voices):
        if progress:
            progress(f"without {voice}", done / len(voices))
        heard = [phrasing for phrasing in phrasings if phrasing.voice != voice]
        unheard = [phrasing for phrasing in phrasings if phrasing.voice == voice]
        made = learnt(intents, sample(heard, keep), ready, without)
        results.extend(evaluate(made, items(unheard, intents)).results)
    return Evaluation(results=tuple(results), scores=scores(results))


def learnt(
    intents: Mapping[str, Intent],
    phrasings: Sequence[Phrasing],
    encoder: embedding.Encoder,
    without: AbstractSet[str] = frozenset(),
) -> engine.Engine:
    """An engine learnt now, without the parts named."""
    taught = (*phrasings, *engine.titles(intents))
    made = training.learn(intents, taught, encoder.embed_all, without)
    return engine.Engine(intents, made, encoder, without)


def sample(phrasings: Sequence[Phrasing], keep: int | None) -> Sequence[Phrasing]:
    """So many phrasings, chosen by their hash: the same ones every time, a few for every intent."""
    if keep is None or keep >= len(phrasings):
        return phrasings
    ordered = sorted(phrasings, key=lambda each: hashlib.sha256(each.text.encode()).digest())
    return ordered[:keep]


def items(phrasings: Sequence[Phrasing], intents: Mapping[str, Intent]) -> list[Item]:
    """Phrasings as messages with known answers."""
    made = []
    for at, phrasing in enumerate(phrasings):
        intent = intents[phrasing.intent]
        outside = intent.kind is IntentKind.NOT_COVERED
        made.append(
            Item(
                id=f"{phrasing.voice}-{at}",
                text=phrasing.text,
                kind="out_of_scope" if outside else intent.kind.value,
                accept=training.accepted(phrasing, intent),
                also=(*phrasing.also, *intent.supporting),
            )
        )
    return made
