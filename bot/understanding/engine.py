"""The matching engine: decides what one staff message wants, the same way every time, on its own.

`load` gives an engine that is ready: from the cache when nothing has changed, learnt anew when the
intents, the encoder or this engine have.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bot.school.matching import (
    Answer,
    Disclosure,
    Intent,
    IntentKind,
    Match,
    NotCovered,
    Phrasing,
    Reason,
    Unsure,
    Urgent,
)
from bot.understanding import embedding, evidence, heads, storage, training, tripwire
from bot.understanding.evidence import ANSWER, BREACH, DECISIONS, ESAFETY, KINDS, OUTSIDE, URGENT
from bot.understanding.judging import CHANCE_DIGITS, Judge, Judged
from bot.understanding.remembered import Meanings
from bot.understanding.wording import spell_out

Progress = Callable[[str, float], None]
Learn = Callable[[Mapping[str, Intent], Sequence[Phrasing], Path, Progress | None], None]

VERSION = "6"
"""Part of the cache key: raise it whenever the same intents would be learnt differently."""
CATALOGUE = "catalogue"
_CITED = 4
_KEPT_HEADS = 4
_OPTIONS = 3
_CHILD_FIRST = 0.7
"""A worry about a child goes before a broken policy even where it is somewhat less likely."""


class Engine:
    """Stands behind `bot.school.matching.Matcher`."""

    def __init__(
        self,
        intents: Mapping[str, Intent],
        learnt: heads.Heads,
        encoder: embedding.Encoder,
        without: AbstractSet[str] = frozenset(),
    ) -> None:
        """An engine over these intents; `load` is the usual way to get one."""
        self.intents = intents
        self._clauses = learnt.names.clauses
        self._listed = [intents[name] for name in learnt.names.intents]
        self._layout = evidence.layout(self._listed, list(learnt.names.clauses))
        self.learnt = learnt
        self.encoder = encoder
        self.judge = Judge(learnt, encoder, self._layout, without)
        self._limits = dict(zip(DECISIONS, learnt.tables.thresholds.tolist(), strict=True))

    def match(self, text: str) -> Match:
        """Decide what one message wants. Any text is accepted, the empty one is NotCovered."""
        spelt = spell_out(text)
        if not any(letter.isalnum() for letter in spelt):
            return NotCovered(intent=self._best(OUTSIDE, None), nearest=(), confidence=1.0)
        return self.decided(self.judge.judge(spelt))

    def as_question(self, text: str) -> Match:
        """What the text means once its writer has said that it is only a question."""
        spelt = spell_out(text)
        if not any(letter.isalnum() for letter in spelt):
            return self.match(text)
        judged = self.judge.judge(spelt)
        outside = judged.chances["outside"] >= self._limits["outside"]
        return self._outside(judged) if outside else self._answer(judged)

    def match_all(self, texts: Sequence[str]) -> Sequence[Match]:
        """The same for many messages, each by itself."""
        return [self.match(text) for text in texts]

    def decided(self, judged: Judged) -> Match:
        """Children first, then broken rules, then what isn't ours, then the answer."""
        chances, limits = judged.chances, self._limits
        worry = evidence.relieved(chances["worry"], judged.rules)
        if worry >= limits["worry"] and worry >= chances["breach"] * _CHILD_FIRST:
            return self._worry(judged)
        if chances["breach"] >= limits["breach"]:
            return self._report(judged, BREACH, chances["breach"])
        if chances["outside"] >= limits["outside"]:
            return self._outside(judged)
        return self._answer(judged)

    def _worry(self, judged: Judged) -> Match:
        """A worry about a child: urgent or a report."""
        chance = judged.chances["urgent"]
        if chance >= self._limits["urgent"]:
            intent = self._best(URGENT, judged)
            return Urgent(
                intent=intent,
                clauses=self._cited(intent),
                confidence=chance,
                why=self._why(judged, intent),
            )
        return self._report(judged, ESAFETY, judged.chances["worry"])

    def _report(self, judged: Judged, kind: int, chance: float) -> Disclosure:
        """The offer of a report of this kind."""
        intent = self._best(kind, judged)
        return Disclosure(
            kind=IntentKind(KINDS[kind]),
            intent=intent,
            clauses=self._cited(intent),
            confidence=chance,
            why=self._why(judged, intent),
        )

    def _outside(self, judged: Judged) -> NotCovered:
        """Not ours; the nearest clauses all the same."""
        intent = self._best(OUTSIDE, judged)
        return NotCovered(
            intent=intent,
            nearest=self._ranked(judged)[:2],
            confidence=judged.chances["outside"],
            why=self._why(judged, intent),
        )

    def _answer(self, judged: Judged) -> Answer | Unsure:
        """The answer, or the likeliest readings where it isn't sure enough."""
        order = self._order(ANSWER, judged)
        clauses = self._ranked(judged)
        sure = judged.chances["right"]
        fitting = [at for at in order if clauses[0] in self._listed[at].clauses]
        chosen = self._listed[fitting[0] if fitting else order[0]].id
        why = self._why(judged, chosen)
        if sure >= self._limits["right"]:
            return Answer(intent=chosen, clauses=clauses, confidence=sure, why=why)
        others = [self._listed[at].id for at in order if self._listed[at].id != chosen]
        options = (chosen, *others[: _OPTIONS - 1])
        return Unsure(options=options, clauses=clauses, confidence=sure, why=why)

    def _order(self, kind: int, judged: Judged | None) -> list[int]:
        """The intents of a kind, likeliest first."""
        of_kind = np.flatnonzero(self._layout.kinds[:, kind])
        if judged is None:
            return [int(at) for at in of_kind]
        ranked = np.argsort(-np.round(judged.shares[of_kind], 6), kind="stable")
        return [int(of_kind[at]) for at in ranked]

    def _best(self, kind: int, judged: Judged | None) -> str:
        """The likeliest intent of a kind; empty where the school has none."""
        order = self._order(kind, judged)
        return self._listed[order[0]].id if order else ""

    def _ranked(self, judged: Judged) -> tuple[str, ...]:
        """The clauses that answer best, best first."""
        order = np.argsort(-np.round(judged.ranking, 5), kind="stable")[:_CITED]
        return tuple(self._clauses[int(at)] for at in order)

    def _cited(self, intent: str) -> tuple[str, ...]:
        """The clauses cited beside a report."""
        found = self.intents[intent]
        return (*found.clauses, *found.supporting)[:_CITED]

    def _why(self, judged: Judged, chosen: str) -> Reason:
        """What `usher ask --why` shows."""
        order = np.argsort(-np.round(judged.shares, 6), kind="stable")
        listed = [self._listed[int(at)].id for at in order[:2]]
        runner_up = next((name for name in listed if name != chosen), "")
        first, second = (float(judged.shares[int(at)]) for at in order[:2])
        rules = tuple(f"rule: {rule.name}" for rule in tripwire.tripped(judged.signs))
        return Reason(
            nearest=judged.near,
            cues=(*sorted(judged.signs), *rules),
            runner_up=runner_up,
            margin=round(first - second, CHANCE_DIGITS),
            chances=tuple(judged.chances.items()),
        )


def load(
    intents: Mapping[str, Intent],
    phrasings: Sequence[Phrasing],
    cache: Path,
    progress: Progress | None = None,
    *,
    learn: Learn | None = None,
) -> Engine:
    """An engine for these intents and phrasings, from the cache where it still fits them.

    Where it doesn't, `learn` makes what is missing from it; by default here and now.
    """
    path = _path(intents, phrasings, cache)
    try:
        learnt = heads.restore(path)
    except storage.Unreadable:
        (learn or learn_here)(intents, phrasings, cache, progress)
        learnt = heads.restore(path)
    return Engine(intents, learnt, embedding.Encoder())


def learn_here(
    intents: Mapping[str, Intent],
    phrasings: Sequence[Phrasing],
    cache: Path,
    progress: Progress | None = None,
) -> None:
    """Learn, and keep what was learnt in the cache. Memory peaks at 1.7 GB: see `apart`."""
    learnt = train(intents, phrasings, Meanings(embedding.Encoder(), cache), progress)
    heads.save(learnt, _path(intents, phrasings, cache))
    _forget_old(cache)


def _path(intents: Mapping[str, Intent], phrasings: Sequence[Phrasing], cache: Path) -> Path:
    return cache / f"heads-{key(intents, phrasings)[:32]}.npz"


def _forget_old(cache: Path) -> None:
    """Keep the heads learnt last, and a few before them to go back to."""
    made = sorted(cache.glob("heads-*.npz"), key=lambda path: path.stat().st_mtime_ns)
    for path in made[:-_KEPT_HEADS]:
        path.unlink(missing_ok=True)


def train(
    intents: Mapping[str, Intent],
    phrasings: Sequence[Phrasing],
    meanings: embedding.Encoder | Meanings,
    progress: Progress | None = None,
) -> heads.Heads:
    """Learn the heads now, whatever the cache says."""
    told = progress or _silent
    told("encoding phrasings", 0.0)
    learnt = training.learn(
        intents,
        (*phrasings, *titles(intents)),
        lambda texts: meanings.embed_all(texts, progress=told),
    )
    told("learning", 1.0)
    return learnt


def _silent(_step: str, _share: float) -> None:
    """Tell nobody."""


def titles(intents: Mapping[str, Intent]) -> tuple[Phrasing, ...]:
    """Each intent's title as one more phrasing, so that no intent is without any."""
    return tuple(
        Phrasing(voice=CATALOGUE, text=intent.title, intent=intent.id) for intent in intents.values()
    )


def key(intents: Mapping[str, Intent], phrasings: Sequence[Phrasing]) -> str:
    """What the heads depend on, as one hash: intents, phrasings, encoder, engine version."""
    content = {
        "engine": VERSION,
        "encoder": embedding.fingerprint(),
        "intents": [asdict(intent) for intent in intents.values()],
        "phrasings": [asdict(phrasing) for phrasing in phrasings],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
