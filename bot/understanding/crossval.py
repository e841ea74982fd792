"""How well the engine answers people it has never heard: each voice is left out in turn.

Also the learning curve (fewer phrasings) and the ablations (one part of the engine taken away).
What a text means to the encoder is worked out once, since the encoder learns nothing here; all else,
vocabulary, tables, evidence and thresholds, is learnt anew from the voices that are not left out.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.school.matching import Intent, IntentKind, Phrasing
from bot.understanding import embedding, engine, training
from bot.understanding.evaluate import Evaluation, Item, Result, evaluate, scores
from bot.understanding.wording import spell_out

Floats = NDArray[np.float32]
Progress = Callable[[str], None]

PARTS = ("encoder", "spelling", "signs", "tripwire")
FIRST_STEP = 1000
_SEED = "usher"
_DRAWS = 1000


class Remembering(embedding.Encoder):
    """An encoder that works each text out once; leaving voices out asks for the same ones again."""

    def __init__(self, known: Mapping[str, Floats] | None = None) -> None:
        """Start with what is known already."""
        super().__init__()
        self._known = dict(known or {})

    def embed(self, text: str) -> Floats:
        """The remembered numbers, or new ones."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = super().embed(text)
        return found


def remembering(phrasings: Sequence[Phrasing], embed_all: Callable[[Sequence[str]], Floats]) -> Remembering:
    """An encoder that knows these phrasings already."""
    spelt = [spell_out(phrasing.text) for phrasing in phrasings]
    return Remembering(dict(zip(spelt, embed_all(spelt), strict=True)))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One way to measure: what to leave away, and how many phrasings to learn from."""

    name: str
    without: frozenset[str] = frozenset()
    keep: int | None = None
    """None: all there are in the voices that are not left out."""


@dataclass(frozen=True, kw_only=True)
class Crossed:
    """What came of one plan."""

    plan: Plan
    whole: Evaluation
    learnt_from: int
    """Phrasings learnt from, on average."""

    def voices(self) -> Mapping[str, Evaluation]:
        """The same by voice."""
        found = defaultdict[str, list[Result]](list)
        for result in self.whole.results:
            found[voice_of(result)].append(result)
        return {name: _evaluation(results) for name, results in sorted(found.items())}

    def only(self, voices: AbstractSet[str]) -> Evaluation:
        """These voices together."""
        return _evaluation([each for each in self.whole.results if voice_of(each) in voices])


def voice_of(result: Result) -> str:
    """Whose message it was."""
    return result.item.id.rpartition("-")[0]


def _evaluation(results: Sequence[Result]) -> Evaluation:
    return Evaluation(results=tuple(results), scores=scores(results))


def groups(phrasings: Sequence[Phrasing], folds: int | None = None) -> list[frozenset[str]]:
    """The voices to leave out together: each by itself, or in so many groups of about one size."""
    sizes = Counter(phrasing.voice for phrasing in phrasings)
    if folds is None or folds >= len(sizes):
        return [frozenset({voice}) for voice in sorted(sizes)]
    made: list[set[str]] = [set() for _ in range(folds)]
    for voice in sorted(sizes, key=lambda voice: (-sizes[voice], voice)):
        least = min(made, key=lambda group: sum(sizes[each] for each in group))
        least.add(voice)
    return [frozenset(group) for group in made]


def crossed(
    intents: Mapping[str, Intent],
    phrasings: Sequence[Phrasing],
    encoder: embedding.Encoder,
    plan: Plan,
    folds: int | None = None,
    progress: Progress | None = None,
) -> Crossed:
    """Every voice measured by an engine that learnt from the voices of the other groups."""
    results: list[Result] = []
    used = []
    for group in groups(phrasings, folds):
        heard = sample([each for each in phrasings if each.voice not in group], plan.keep)
        used.append(len(heard))
        made = learnt(intents, heard, encoder, plan.without)
        for voice in sorted(group):
            unheard = [each for each in phrasings if each.voice == voice]
            results.extend(evaluate(made, items(unheard, intents)).results)
        if progress:
            progress(plan.name)
    return Crossed(plan=plan, whole=_evaluation(results), learnt_from=sum(used) // len(used))


def by_voice(
    intents: Mapping[str, Intent],
    phrasings: Sequence[Phrasing],
    *,
    encoder: embedding.Encoder | None = None,
    without: AbstractSet[str] = frozenset(),
    keep: int | None = None,
) -> Evaluation:
    """Every voice by itself, measured by an engine that learnt from all the others."""
    plan = Plan(name="by voice", without=frozenset(without), keep=keep)
    return crossed(intents, phrasings, encoder or Remembering(), plan).whole


def plans(without: Sequence[str], *, curve: bool, most: int) -> list[Plan]:
    """The whole engine first, then each part taken away by itself, then with fewer phrasings."""
    made = [Plan(name="everything")]
    made += [Plan(name=f"without {part}", without=frozenset({part})) for part in dict.fromkeys(without)]
    step = FIRST_STEP
    while curve and step < most:
        made.append(Plan(name=f"{step:,} phrasings", keep=step))
        step *= 2
    return made


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
    """So many phrasings, the same share of every voice, drawn by their hash: the same every time.

    A smaller sample is part of every larger one.
    """
    if keep is None or keep >= len(phrasings):
        return phrasings
    drawn = sorted(phrasings, key=lambda each: hashlib.sha256((_SEED + each.text).encode()).digest())
    sizes = Counter(each.voice for each in phrasings)
    met = Counter[str]()
    turns = []
    for place, each in enumerate(drawn):
        turns.append(((met[each.voice] + 0.5) / sizes[each.voice], place))
        met[each.voice] += 1
    return [drawn[place] for _, place in sorted(turns)[:keep]]


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


def over_voices(crossed: Crossed, name: str) -> tuple[float, float]:
    """Where the score would lie, 95 times in 100, with other voices: voices drawn again and again.

    Wider than the interval over messages, and fairer: messages of one voice resemble each other.
    """
    each = [evaluation.score(name) for evaluation in crossed.voices().values()]
    counted = np.array([(score.hits, score.of) for score in each], np.int64).reshape(-1, 2)
    drawn = np.random.default_rng(0).integers(0, len(counted), (_DRAWS, len(counted)))
    hits, of = counted[drawn].sum(axis=1).T
    shares = hits[of > 0] / of[of > 0]
    return (float(np.quantile(shares, 0.025)), float(np.quantile(shares, 0.975))) if len(shares) else (0, 1)
