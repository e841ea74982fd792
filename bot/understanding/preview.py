"""What one more phrasing would change, worked out in seconds without learning everything anew.

The first table is a ridge regression: one more phrasing is one more row and column of its equations,
and "as if this phrasing had not been learnt" has a closed form. Both are solved here among the few
thousand phrasings nearest to the new one. Vocabulary, evidence and thresholds stay as they are.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.school.matching import Match, Phrasing
from bot.understanding import cues, evidence, judging, regression, training
from bot.understanding.crossval import items
from bot.understanding.engine import Engine, titles
from bot.understanding.evaluate import Evaluation, Item, Result, result, scores
from bot.understanding.evidence import KINDS
from bot.understanding.regression import MEANING, RIDGE, Features
from bot.understanding.wording import spell_out

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]

NEAREST = 3000
"""Phrasings in the equations that are nearest to the new one."""
NEIGHBOURS = 300
"""Phrasings measured that are nearest to the new one."""
INTENTS = 8
"""Intents that count as neighbouring: those of the phrasings nearest to the new one."""
LOOK = 100
"""Nearest phrasings whose intents are looked at for that."""
ELSEWHERE = 400
"""Cut phrasings measured from everywhere."""
FEWEST_WORDS = 4


class Stale(Exception):
    """What was learnt doesn't belong to these phrasings."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Before and after: of the new phrasing itself, and of messages that were not learnt as they are."""

    text: tuple[Match, Match]
    near: tuple[Evaluation, Evaluation]
    """Phrasings of the neighbouring intents, each as if it had not been learnt."""
    elsewhere: tuple[Evaluation, Evaluation]
    """Phrasings from everywhere, cut short."""

    def turned(self) -> list[tuple[Result, Result]]:
        """Every measured message that would be decided otherwise, before and after."""
        pairs = (zip(*(each.results for each in both), strict=True) for both in (self.near, self.elsewhere))
        return [
            (old, new)
            for both in pairs
            for old, new in both
            if (old.said, old.clauses[:1]) != (new.said, new.clauses[:1])
        ]


@dataclass(frozen=True, kw_only=True)
class Solved:
    """The equations with the new phrasing in them."""

    new: Phrasing
    features: Features
    within: Rows
    """The phrasings in the equations."""
    theirs: Features
    moved: Doubles
    """How much each of them gives way, for each unit of the new phrasing."""
    room: float
    """One over what they leave unexplained of the new phrasing."""
    share: Doubles
    """What the new phrasing will add to every score."""
    pull: Doubles
    """How firmly each measured one holds its own score: the diagonal of the inverse."""

    def gain(self, messages: Features) -> Floats:
        """What the new phrasing will add to the scores of other messages, a row each."""
        left = regression.between(messages, self.features)[:, 0].astype(np.float64)
        left -= regression.between(messages, self.theirs).astype(np.float64) @ self.moved
        found: Floats = np.outer(left, self.share).astype(np.float32)
        return found


def preview(usher: Engine, phrasings: Sequence[Phrasing], new: Phrasing) -> Preview:
    """What adding `new` would change. Stale where the engine has learnt other phrasings."""
    learnt = training.spread((*phrasings, *titles(usher.intents)))
    if tuple((each.intent, each.text) for each in learnt) != usher.learnt.names.near:
        raise Stale
    order = np.argsort(-_alike(usher, [new])[0], kind="stable")
    near = _neighbours(learnt, order, new)
    solved = _solved(usher, learnt, new, np.union1d(near, order[:NEAREST]), near)
    own = _asked(usher, solved, [_item(usher, new)])
    return Preview(
        text=(own[0][0], own[1][0]),
        near=_near(usher, learnt, solved, near),
        elsewhere=_elsewhere(usher, learnt, solved),
    )


def cut(text: str) -> str:
    """The first three quarters of the words, four at least: like what was learnt, and not the same."""
    words = text.split()
    return " ".join(words[: max(FEWEST_WORDS, -(-len(words) * 3 // 4))])


def drawn(phrasings: Sequence[Phrasing]) -> list[Phrasing]:
    """Phrasings in an order that is always the same and has nothing to do with what they say."""
    return sorted(phrasings, key=lambda each: hashlib.sha256((each.voice + each.text).encode()).digest())


def _alike(usher: Engine, phrasings: Sequence[Phrasing]) -> Floats:
    """How alike each is in meaning to everything learnt."""
    meaning = np.stack([usher.encoder.embed(spell_out(each.text)) for each in phrasings])
    found: Floats = meaning @ usher.learnt.tables.examples.T
    return found


def _neighbours(learnt: Sequence[Phrasing], order: Rows, new: Phrasing) -> Rows:
    """The phrasings of neighbouring intents nearest to the new one."""
    intents = list(dict.fromkeys([new.intent, *(learnt[at].intent for at in order[:LOOK])]))[:INTENTS]
    return np.sort([at for at in order if learnt[at].intent in intents][:NEIGHBOURS])


def _solved(usher: Engine, learnt: Sequence[Phrasing], new: Phrasing, within: Rows, near: Rows) -> Solved:
    """Solve the equations among the phrasings `within`."""
    from scipy.linalg import cho_factor, cho_solve

    theirs = _features(usher, [learnt[at] for at in within], usher.learnt.tables.examples[within])
    ours = _features(usher, [new])
    weights = training.balance([*learnt, new]).astype(np.float64)
    matrix = regression.between(theirs, theirs).astype(np.float64) + np.diag(RIDGE / weights[within])
    column = regression.between(theirs, ours)[:, 0].astype(np.float64)
    places = np.searchsorted(within, near)
    units = np.zeros((len(within), len(near) + 1))
    units[places, np.arange(len(near))] = 1
    units[:, -1] = column
    answered = cho_solve(cho_factor(matrix, lower=True), units)
    left = float(regression.between(ours, ours)[0, 0]) - float(column @ answered[:, -1])
    room = 1 / (left + RIDGE / float(weights[-1]))
    wanted = training.targets([new], usher.intents, usher.learnt.names.clauses)[0]
    return Solved(
        new=new,
        features=ours,
        within=within,
        theirs=theirs,
        moved=answered[:, -1],
        room=room,
        share=room * (wanted - _scores(usher, [new])[0]).astype(np.float64),
        pull=answered[places, np.arange(len(near))],
    )


def _features(usher: Engine, phrasings: Sequence[Phrasing], meaning: Floats | None = None) -> Features:
    """Meaning, spelling and signs, a row for each."""
    spelt = [spell_out(each.text) for each in phrasings]
    if meaning is None:
        meaning = np.stack([usher.encoder.embed(text) for text in spelt])
    signs = np.stack([evidence.sign_row(cues.find(text)) for text in spelt])
    return meaning, training.sparse(spelt, usher.learnt.vocabulary), signs


def _scores(usher: Engine, phrasings: Sequence[Phrasing]) -> Floats:
    """What each scores today."""
    rows = zip((spell_out(each.text) for each in phrasings), _alike(usher, phrasings), strict=True)
    return np.stack([usher.judge.scores(text, cues.find(text), alike) for text, alike in rows])


def _near(
    usher: Engine, learnt: Sequence[Phrasing], solved: Solved, near: Rows
) -> tuple[Evaluation, Evaluation]:
    """The neighbours, each as if it had not been learnt, without and with the new phrasing."""
    chosen, tables = [learnt[at] for at in near], usher.learnt.tables
    wanted = training.targets(chosen, usher.intents, usher.learnt.names.clauses)
    shares = tables.meaning[near].astype(np.float64) / MEANING
    moved = solved.moved[np.searchsorted(solved.within, near)][:, None]
    pull = solved.pull[:, None]
    before = wanted - shares / pull
    after = wanted - (shares - moved * solved.share) / (pull + solved.room * moved**2)
    alike = tables.examples[near] @ tables.examples.T
    alike[np.arange(len(near)), near] = -1
    told = [_item(usher, each) for each in chosen]
    return _measured(told, _decided(usher, solved, told, alike, (before, after)))


def _elsewhere(usher: Engine, learnt: Sequence[Phrasing], solved: Solved) -> tuple[Evaluation, Evaluation]:
    """Cut phrasings of every intent, without and with the new one."""
    told = [_item(usher, replace(each, text=cut(each.text))) for each in drawn(learnt)[:ELSEWHERE]]
    return _measured(told, _asked(usher, solved, told))


def _item(usher: Engine, phrasing: Phrasing) -> Item:
    """A phrasing as a message with a known answer."""
    return items([phrasing], usher.intents)[0]


def _asked(usher: Engine, solved: Solved, told: Sequence[Item]) -> tuple[list[Match], list[Match]]:
    """What would be said to messages as they come in, without and with the new phrasing."""
    said = [replace(solved.new, text=item.text) for item in told]
    before = _scores(usher, said)
    after = before + solved.gain(_features(usher, said))
    return _decided(usher, solved, told, _alike(usher, said), (before, after))


def _decided(
    usher: Engine, solved: Solved, told: Sequence[Item], alike: Floats, given: tuple[Doubles | Floats, ...]
) -> tuple[list[Match], list[Match]]:
    """Decide each message from its scores, without and with the new phrasing."""
    kind = KINDS.index(usher.intents[solved.new.intent].kind.value)
    found: tuple[list[Match], list[Match]] = ([], [])
    for number, item in enumerate(told):
        spelt = spell_out(item.text)
        near = judging.by_kind(alike[number], usher.learnt.tables.example_kinds)
        also = float(usher.encoder.embed(spelt) @ solved.features[0][0])
        for added in (0, 1):
            near[kind] = max(near[kind], also) if added else near[kind]
            judged = usher.judge.weigh(cues.find(spelt), given[added][number].astype(np.float32), near)
            found[added].append(usher.decided(judged))
    return found


def _measured(
    told: Sequence[Item], matches: tuple[list[Match], list[Match]]
) -> tuple[Evaluation, Evaluation]:
    both = [tuple(result(*pair) for pair in zip(told, each, strict=True)) for each in matches]
    before, after = (Evaluation(results=each, scores=scores(each)) for each in both)
    return before, after
