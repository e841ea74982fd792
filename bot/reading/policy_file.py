"""Reads the policy's clauses in our own words, and the laws they lean on."""

import re
from collections.abc import Collection
from pathlib import Path

import yaml

from bot.reading import keys
from bot.reading.faults import Fault
from bot.reading.sheet import Sheet, open_sheet
from bot.school.policy import Clause, Force, Law, Policy

CLAUSE_ID = re.compile(r"([A-Z]{3})-\d+[a-z]?")


def policy_in(path: Path, called: str, faults: list[Fault]) -> Policy | None:
    """The clause catalogue; None when there is nothing to read."""
    sheet, top = open_sheet(path, called, faults)
    if top is None:
        return None
    entry = sheet.entry(top, keys.POLICY)
    sections = {
        id: sheet.text(value, "the section's title")
        for id, _, value in sheet.pairs(entry.get("sections"), "the sections")
    }
    policy = Policy(
        id=sheet.text(entry.get("policy"), "the policy's id"),
        title=sheet.text(entry.get("title"), "the title"),
        edition=sheet.text(entry.get("edition"), "the edition"),
        sections=sections,
        clauses=_clauses(sheet, entry.get("clauses"), sections),
    )
    if policy.id != path.stem:
        sheet.fault(entry.get("policy"), f'the policy "{policy.id}" stands in {path.name}', "Name both alike")
    for id, key, _ in sheet.pairs(entry.get("sections"), "the sections"):
        if all(clause.section != id for clause in policy.clauses.values()):
            sheet.fault(key, f'the section "{id}" has no clause', "Give it one or remove it")
    return policy


def laws_in(path: Path, called: str, faults: list[Fault]) -> dict[str, Law]:
    """The laws and statutory guidance by id."""
    sheet, top = open_sheet(path, called, faults)
    entry = sheet.entry(top, keys.LAWS)
    found: dict[str, Law] = {}
    for node in sheet.items(entry.get("laws"), "the laws"):
        law = _law(sheet, node)
        if law.id in found:
            sheet.fault(node, f'the law "{law.id}" stands here twice', "Remove one of the two")
        found[law.id] = law
    return found


def _clauses(sheet: Sheet, node: yaml.Node | None, sections: Collection[str]) -> dict[str, Clause]:
    found: dict[str, Clause] = {}
    for item in sheet.items(node, "the clauses"):
        clause = _clause(sheet, item, sections)
        if clause.id in found:
            sheet.fault(item, f'the clause "{clause.id}" stands here twice', "Give each its own id")
        elif clause.id:
            found[clause.id] = clause
    return found


def _clause(sheet: Sheet, node: yaml.Node, sections: Collection[str]) -> Clause:
    entry = sheet.entry(node, keys.CLAUSE)
    id = sheet.text(entry.get("id"), "the clause's id")
    section = sheet.text(entry.get("section"), "the section")
    sheet.known(entry.get("section"), section, sections, "section")
    shape = CLAUSE_ID.fullmatch(id)
    if id and (shape is None or (section and shape[1] != section)):
        what = f'the clause id "{id}" has the wrong shape'
        sheet.fault(entry.get("id"), what, f'Write it as "{section}-1"')
    return Clause(
        id=id,
        section=section,
        at=sheet.text(entry.get("at"), "the place in the document"),
        force=sheet.word(entry.get("force"), Force, Force.INFORMATION),
        binds=sheet.text(entry.get("binds"), "whom it binds"),
        wording=sheet.text(entry.get("wording"), "the wording"),
    )


def _law(sheet: Sheet, node: yaml.Node) -> Law:
    entry = sheet.entry(node, keys.LAW)
    starts = sheet.day(entry["from"], "the day it starts") if "from" in entry else None
    return Law(
        id=sheet.text(entry.get("id"), "the id"),
        title=sheet.text(entry.get("title"), "the title"),
        edition=sheet.text(entry.get("edition"), "the edition"),
        dated=sheet.day(entry.get("date"), "the date"),
        source=sheet.text(entry.get("source"), "the source"),
        replaces=sheet.texts(entry.get("replaces"), "what it replaces"),
        note=sheet.text(entry.get("note"), "the note"),
        check=sheet.yes(entry.get("check"), "check"),
        starts=starts,
        names=sheet.texts(entry.get("names"), "its names"),
        expected=sheet.text(entry.get("expected"), "why it is expected"),
        write=sheet.text(entry.get("write"), "what to write"),
        partly=sheet.yes(entry.get("partly"), "partly"),
        mended=sheet.texts(entry.get("mended"), "what mends it"),
        urgent=sheet.yes(entry.get("urgent"), "urgent"),
    )
