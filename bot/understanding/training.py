"""Learn the heads from what staff say: seconds, on any machine, the same result every time.

First table: ridge regression of intents, clauses and kinds (see `regression`). Second table: how to
weigh the evidence (see `weighing`), learnt, like every threshold, from scores that the first table
gave to voices it hadn't heard.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.school.matching import Intent, IntentKind, Phrasing
from bot.understanding import cues, evidence, features, regression, weighing
from bot.understanding.evidence import KINDS
from bot.understanding.heads import Heads, Names, Tables
from bot.understanding.wording import spell_out

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Progress = Callable[[str, float], None]
Embed = Callable[[Sequence[str]], Floats]

MOST = 12_000
"""Phrasings learnt from at most, so that learning and answering stay quick whatever is added."""
FOLDS = 4
HELD_OUT = frozenset(
    {
        *("young-ta", "supply-teacher", "senco-deputy"),
        *("facts-first-teacher", "careful-whistleblower", "deadpan-year-six"),
    }
)
"""Voices that the encoder was never tuned on (see `tune_encoder`): every threshold is set on these."""
FEWEST_UNHEARD = 500
"""With fewer phrasings of unheard voices than this, all voices set the thresholds."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The phrasings as numbers: one row each."""

    phrasings: Sequence[Phrasing]
    spelt: Sequence[str]
    meaning: Floats
    spelling: Any
    signs: Floats
    rules: Floats
    vocabulary: features.Vocabulary


def sheet(phrasings: Sequence[Phrasing], embed: Embed, without: AbstractSet[str]) -> Sheet:
    """Work out the features of every phrasing; those in `without` are all nought."""
    spelt = [spell_out(phrasing.text) for phrasing in phrasings]
    vocabulary = features.learn([] if "spelling" in without else spelt)
    found = [frozenset[str]() if "signs" in without else cues.find(text) for text in spelt]
    rules = np.stack([evidence.rule_row(cues.find(text)) for text in spelt])
    meaning = embed(spelt)
    return Sheet(
        phrasings=phrasings,
        spelt=spelt,
        meaning=meaning * 0 if "encoder" in without else meaning,
        spelling=sparse(spelt, vocabulary),
        signs=np.stack([evidence.sign_row(signs) for signs in found]),
        rules=rules * 0 if "tripwire" in without else rules,
        vocabulary=vocabulary,
    )


def sparse(spelt: Sequence[str], vocabulary: features.Vocabulary) -> Any:  # noqa: ANN401 - a scipy matrix, untyped
    """The spelling features as a sparse table."""
    from scipy.sparse import csr_matrix

    rows = [vocabulary.vector(text) for text in spelt]
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, ends), shape=(len(rows), len(vocabulary.terms)))


def targets(phrasings: Sequence[Phrasing], intents: Mapping[str, Intent], clauses: Sequence[str]) -> Floats:
    """What each phrasing should score: its intent, its clauses (several may be right), its kind."""
    ids = list(intents)
    table = np.zeros((len(phrasings), len(ids) + len(clauses) + len(KINDS)), np.float32)
    for row, phrasing in enumerate(phrasings):
        intent = intents[phrasing.intent]
        table[row, ids.index(intent.id)] = 1
        table[row, len(ids) + len(clauses) + KINDS.index(intent.kind.value)] = 1
        if intent.kind is IntentKind.ANSWER:
            for clause in accepted(phrasing, intent):
                table[row, len(ids) + clauses.index(clause)] = 1
    return table


def accepted(phrasing: Phrasing, intent: Intent) -> tuple[str, ...]:
    """The clauses that are right as the first one cited."""
    return phrasing.clauses or intent.clauses


def balance(phrasings: Sequence[Phrasing]) -> Floats:
    """A weight for each phrasing, so that a much-said intent doesn't drown a rare one."""
    sizes = Counter(phrasing.intent for phrasing in phrasings)
    weights = np.array([sizes[phrasing.intent] ** -0.5 for phrasing in phrasings], np.float32)
    result: Floats = weights / weights.mean()
    return result


def folds(phrasings: Sequence[Phrasing]) -> list[NDArray[np.intp]]:
    """The rows of each voice; small voices share a fold."""
    voices = np.array([phrasing.voice for phrasing in phrasings])
    names = sorted(set(voices), key=lambda voice: (-int((voices == voice).sum()), voice))
    groups: list[list[str]] = [[] for _ in range(min(FOLDS, len(names)))]
    for at, name in enumerate(names):
        groups[at % len(groups)].append(name)
    return [np.flatnonzero(np.isin(voices, group)) for group in groups]


def learn(
    intents: Mapping[str, Intent],
    phrasings: Sequence[Phrasing],
    embed: Embed,
    without: AbstractSet[str] = frozenset(),
) -> Heads:
    """Everything the engine needs, learnt from the phrasings; `without` is for ablations."""
    phrasings = spread(phrasings)
    listed = list(intents.values())
    clauses = clause_names(listed, phrasings)
    table = sheet(phrasings, embed, without)
    wanted = targets(phrasings, intents, clauses)
    parts = folds(phrasings)
    numbers = np.array([list(intents).index(phrasing.intent) for phrasing in phrasings])
    learnt = regression.learn(
        meaning=table.meaning,
        spelling=table.spelling,
        signs=table.signs,
        wanted=wanted,
        weights=balance(phrasings),
        folds=parts,
    )
    layout = evidence.layout(listed, clauses)
    kinds = weighing.kind_numbers(listed)[numbers]
    known = weighing.Unheard(
        scores=learnt.unheard,
        near=nearest_elsewhere(table.meaning, kinds, parts),
        rules=table.rules,
        kinds=kinds,
        intents=numbers,
        accepted=weighing.accepted_places(
            [accepted(phrasing, intents[phrasing.intent]) for phrasing in phrasings], clauses
        ),
    )
    weighed = weighing.weigh(known.only(_unheard(phrasings)), layout)
    return Heads(
        names=Names(
            intents=tuple(intents),
            clauses=tuple(clauses),
            kinds=KINDS,
            near=tuple((phrasing.intent, phrasing.text) for phrasing in phrasings),
        ),
        tables=Tables(
            meaning=learnt.meaning,
            terms=learnt.terms.astype(np.float16),
            signs=learnt.signs,
            bias=learnt.bias,
            examples=table.meaning,
            example_kinds=kinds.astype(np.int32),
            evidence=weighed.table,
            evidence_bias=weighed.bias,
            thresholds=weighed.thresholds,
            sharpness=np.array([weighed.sharpness], np.float32),
            term_weights=table.vocabulary.weights,
        ),
        vocabulary=table.vocabulary,
    )


def _unheard(phrasings: Sequence[Phrasing]) -> NDArray[np.intp]:
    """The rows of voices that neither the encoder nor, each in its turn, the table has heard."""
    rows = np.flatnonzero([phrasing.voice in HELD_OUT for phrasing in phrasings])
    return rows if len(rows) >= FEWEST_UNHEARD else np.arange(len(phrasings))


def clause_names(intents: Sequence[Intent], phrasings: Sequence[Phrasing]) -> list[str]:
    """Every clause that an intent or a phrasing cites, in a fixed order."""
    cited = {clause for intent in intents for clause in (*intent.clauses, *intent.supporting)}
    return sorted(cited.union(*(phrasing.clauses for phrasing in phrasings)))


def nearest_elsewhere(meaning: Floats, kinds: NDArray[np.int64], parts: list[Any]) -> Floats:
    """The likeness of each phrasing to its nearest example of each kind in another fold."""
    near = np.zeros((len(meaning), len(KINDS)), np.float32)
    for part in parts:
        others = np.setdiff1d(np.arange(len(meaning)), part)
        alike = meaning[part] @ meaning[others].T
        for kind in range(len(KINDS)):
            chosen = alike[:, kinds[others] == kind]
            near[part, kind] = chosen.max(axis=1) if chosen.size else 0
    return near


def spread(phrasings: Sequence[Phrasing]) -> Sequence[Phrasing]:
    """All phrasings; where there are too many, so many of them, spread evenly over the intents."""
    if len(phrasings) <= MOST:
        return phrasings
    order = sorted(range(len(phrasings)), key=lambda at: (phrasings[at].intent, at))
    places = np.linspace(0, len(order) - 1, MOST).astype(int).tolist()
    return [phrasings[order[at]] for at in places]
