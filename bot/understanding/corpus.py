"""Read what staff say (`intents/`) into intents and phrasings for the engine to learn from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.school.matching import Intent, IntentKind, NextStep, Phrasing, Verdict


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Every intent by its id, and every phrasing in the order of its file."""

    intents: Mapping[str, Intent]
    phrasings: tuple[Phrasing, ...]


def read(folder: Path) -> Corpus:
    """Read a folder of intents leniently; the strict loader with line numbers is `bot.reading`."""
    intents = {intent.id: intent for path in sorted(folder.glob("*.yml")) for intent in _intents(_load(path))}
    phrasings = tuple(
        phrasing
        for path in sorted((folder / "phrasings").glob("*.yml"))
        for phrasing in _phrasings(_load(path), path.stem)
        if phrasing.intent in intents
    )
    return Corpus(intents=intents, phrasings=phrasings)


def _load(path: Path) -> dict[str, Any]:
    """A YAML file with every scalar as the text that was typed."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    with path.open(encoding="utf-8") as file:
        document: dict[str, Any] | None = loader(file).get_single_data()
    return document or {}


def _intents(document: Mapping[str, Any]) -> Iterator[Intent]:
    """The intents of one file."""
    for entry in document.get("intents") or ():
        verdict = entry.get("verdict")
        yield Intent(
            id=entry["id"],
            title=entry.get("title", entry["id"]),
            kind=IntentKind(entry["kind"]),
            verdict=Verdict(verdict) if verdict else None,
            answer=entry.get("answer", ""),
            clauses=tuple(entry.get("clauses") or ()),
            supporting=tuple(entry.get("supporting") or ()),
            next=NextStep(entry.get("next") or "none"),
        )


def _phrasings(document: Mapping[str, Any], stem: str) -> Iterator[Phrasing]:
    """The phrasings of one voice; an entry is plain text or a mapping with its own clauses."""
    voice = document.get("voice") or stem
    for intent, entries in (document.get("says") or {}).items():
        for entry in _each(entries):
            yield Phrasing(
                voice=voice,
                text=entry["text"],
                intent=intent,
                clauses=tuple(entry.get("clauses") or ()),
                also=tuple(entry.get("also") or ()),
            )


def _each(entries: Iterable[Any] | None) -> Iterator[Mapping[str, Any]]:
    """Every entry as a mapping; empty ones are passed over."""
    for entry in entries or ():
        made = entry if isinstance(entry, dict) else {"text": entry}
        if made.get("text"):
            yield made
