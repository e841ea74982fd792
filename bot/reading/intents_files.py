"""Reads intents/: what staff can want, with its authored answer, and how they put it in many voices."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import yaml

from bot.reading import keys
from bot.reading.faults import Fault
from bot.reading.sheet import Sheet, open_sheet
from bot.school.matching import Intent, IntentKind, NextStep, Phrasing, Verdict

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def intents_in(
    folder: Path, called: str, clauses: Collection[str] | None, faults: list[Fault]
) -> dict[str, Intent]:
    """Every intent of every file by id. `clauses` are the ids that exist; None: they can't be checked."""
    found: dict[str, Intent] = {}
    for path in sorted(folder.glob("*.yml")):
        sheet, top = open_sheet(path, f"{called}/{path.name}", faults)
        entry = sheet.entry(top, keys.INTENTS)
        for node in sheet.items(entry.get("intents"), "the intents"):
            intent = _intent(sheet, node, clauses)
            if intent.id in found:
                sheet.fault(node, f'the intent "{intent.id}" exists already', "Rename one of the two")
            elif intent.id:
                found[intent.id] = intent
    if not found:
        faults.append(Fault(file=called, line=0, what="there are no intents here", do="Put the files back"))
    return found


def phrasings_in(
    folder: Path,
    called: str,
    intents: Mapping[str, Intent],
    clauses: Collection[str] | None,
    faults: list[Fault],
) -> tuple[Phrasing, ...]:
    """Every phrasing of every voice, in file order. The same words may mean only one intent."""
    found: list[Phrasing] = []
    meant: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        sheet, top = open_sheet(path, f"{called}/{path.name}", faults)
        entry = sheet.entry(top, keys.PHRASINGS)
        voice = sheet.text(entry.get("voice"), "the voice")
        for intent, key, value in sheet.pairs(entry.get("says"), "what the voice says"):
            sheet.known(key, intent, intents, "intent")
            for node in sheet.items(value, f'the phrasings of "{intent}"'):
                phrasing = _phrasing(sheet, node, voice, intent, clauses)
                plain = " ".join(phrasing.text.casefold().split())
                if meant.setdefault(plain, intent) != intent:
                    what = f'"{phrasing.text}" already means "{meant[plain]}"'
                    sheet.fault(node, what, "Keep it under one intent only")
                found.append(phrasing)
    return tuple(found)


def _intent(sheet: Sheet, node: yaml.Node, clauses: Collection[str] | None) -> Intent:
    entry = sheet.entry(node, keys.INTENT)
    kind = sheet.word(entry.get("kind"), IntentKind, IntentKind.ANSWER)
    verdict = None
    if "verdict" in entry:
        verdict = sheet.word(entry["verdict"], Verdict, Verdict.EXPLAINS)
    intent = Intent(
        id=_id(sheet, entry.get("id")),
        title=sheet.text(entry.get("title"), "the title"),
        kind=kind,
        verdict=verdict,
        answer=sheet.text(entry.get("answer"), "the answer"),
        clauses=_clauses(sheet, entry.get("clauses"), clauses),
        supporting=_clauses(sheet, entry.get("supporting"), clauses),
        next=sheet.word(entry.get("next"), NextStep, NextStep.NONE),
    )
    _whole(sheet, node, intent)
    return intent


def _whole(sheet: Sheet, node: yaml.Node, intent: Intent) -> None:
    """Fault an intent whose parts don't go together."""
    answering = intent.kind is IntentKind.ANSWER
    if answering and intent.verdict is None:
        sheet.fault(node, f'"{intent.id}" is answered without a verdict', "Add a verdict")
    if not answering and intent.verdict is not None:
        sheet.fault(node, f'"{intent.id}" isn\'t an answer but has a verdict', "Remove the verdict")
    if answering and not intent.clauses:
        sheet.fault(node, f'"{intent.id}" cites no clause', "Name the clauses, the best one first")
    for clause in intent.supporting:
        if clause in intent.clauses:
            sheet.fault(node, f'"{intent.id}" cites {clause} twice', "Keep it in one list only")


def _phrasing(
    sheet: Sheet, node: yaml.Node, voice: str, intent: str, clauses: Collection[str] | None
) -> Phrasing:
    if isinstance(node, yaml.ScalarNode):
        return Phrasing(voice=voice, text=sheet.text(node, "a phrasing"), intent=intent)
    entry = sheet.entry(node, keys.PHRASING)
    return Phrasing(
        voice=voice,
        text=sheet.text(entry.get("text"), "the text"),
        intent=intent,
        clauses=_clauses(sheet, entry.get("clauses"), clauses),
        also=_clauses(sheet, entry.get("also"), clauses),
    )


def _clauses(sheet: Sheet, node: yaml.Node | None, known: Collection[str] | None) -> tuple[str, ...]:
    """Clause ids that exist."""
    ids = sheet.texts(node, "the clauses")
    return ids if known is None else tuple(i for i in ids if sheet.known(node, i, known, "clause"))


def _id(sheet: Sheet, node: yaml.Node | None) -> str:
    value = sheet.text(node, "the intent's id")
    if value and not KEBAB.fullmatch(value):
        sheet.fault(node, f'the id "{value}" is not plain', "Use small letters, digits and -")
    return value
