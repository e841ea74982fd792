"""The trained heads: small tables that turn what a message is like into scores, and their storage.

Every head is linear. One table scores all outputs at once: each intent, each clause, each kind.
A second, tiny table weighs the evidence for the decisions that matter most (see `evidence`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.understanding import storage
from bot.understanding.features import Columns, Vocabulary

Floats = NDArray[np.float32]

_FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Names:
    """What the columns of the tables stand for."""

    intents: tuple[str, ...]
    clauses: tuple[str, ...]
    kinds: tuple[str, ...]
    near: tuple[tuple[str, str], ...]
    """(intent, phrasing) of each remembered example."""


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The numbers that were learnt."""

    meaning: Floats
    terms: NDArray[np.float16]
    signs: Floats
    bias: Floats
    examples: Floats
    example_kinds: NDArray[np.int32]
    evidence: Floats
    evidence_bias: Floats
    thresholds: Floats
    sharpness: Floats
    term_weights: Floats


@dataclass(frozen=True, kw_only=True)
class Heads:
    """Names, numbers and vocabulary together: all that deciding needs beside the encoder."""

    names: Names
    tables: Tables
    vocabulary: Vocabulary

    def scores(self, alike: Floats, spelling: tuple[Columns, Floats], signs: Floats) -> Floats:
        """The raw score of every intent, clause and kind, from the likeness to each example."""
        columns, values = spelling
        spelt: Floats = values @ self.tables.terms[columns].astype(np.float32)
        near: Floats = alike @ self.tables.meaning + signs @ self.tables.signs
        return near + spelt + self.tables.bias


def save(heads: Heads, path: Path) -> None:
    """Keep the heads in a file."""
    text = {
        "format": _FORMAT,
        "intents": heads.names.intents,
        "clauses": heads.names.clauses,
        "kinds": heads.names.kinds,
        "near": heads.names.near,
        "terms": heads.vocabulary.terms,
    }
    raw = np.frombuffer(json.dumps(text).encode(), np.uint8)
    arrays = {field.name: getattr(heads.tables, field.name) for field in fields(Tables)}
    storage.write(path, {"names": raw, **arrays})


def restore(path: Path) -> Heads:
    """Read heads back, or `storage.Unreadable`."""
    arrays = storage.read(path)
    return _rebuilt(json.loads(arrays.pop("names").tobytes()), arrays)


def _rebuilt(text: Mapping[str, Any], arrays: dict[str, NDArray[np.generic]]) -> Heads:
    """Heads out of their stored parts; another format is refused."""
    if text["format"] != _FORMAT:
        raise storage.Unreadable("format")
    tables = Tables(**arrays)  # type: ignore[arg-type]
    names = Names(
        intents=tuple(text["intents"]),
        clauses=tuple(text["clauses"]),
        kinds=tuple(text["kinds"]),
        near=tuple((pair[0], pair[1]) for pair in text["near"]),
    )
    vocabulary = Vocabulary(terms=tuple(text["terms"]), weights=tables.term_weights)
    return Heads(names=names, tables=tables, vocabulary=vocabulary)
