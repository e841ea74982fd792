"""Reads a file of scenarios: small cases with a right answer, each tied to the clause that decides it."""

from collections.abc import Collection
from pathlib import Path

import yaml

from bot.reading import keys
from bot.reading.faults import Fault, Faulty
from bot.reading.sheet import Sheet, open_sheet
from bot.school.campaigns import MOST_SCENARIOS, Scenario
from bot.school.forms import Choice


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """The scenarios in order; Faulty with every fault of the file at once."""
    faults: list[Fault] = []
    found = scenarios_in(path, path.name, None, faults)
    if faults:
        raise Faulty(faults)
    return found


def scenarios_in(
    path: Path, called: str, clauses: Collection[str] | None, faults: list[Fault]
) -> tuple[Scenario, ...]:
    """The same, with faults noted; where clauses are given each must be one of them."""
    sheet, top = open_sheet(path, called, faults)
    if top is None:
        return ()
    entry = sheet.entry(top, keys.SCENARIOS)
    nodes = sheet.items(entry.get("scenarios"), "the scenarios")
    found = tuple(_scenario(sheet, node, clauses) for node in nodes)
    if len(found) > MOST_SCENARIOS:
        sheet.fault(top, f"there are {len(found)} scenarios", f"Keep {MOST_SCENARIOS} at most")
    if len({each.id for each in found}) < len(found) or any(each.id == "name" for each in found):
        sheet.fault(top, "two scenarios have one id, or one is called name", "Give each an id of its own")
    return found


def _scenario(sheet: Sheet, node: yaml.Node, clauses: Collection[str] | None) -> Scenario:
    entry = sheet.entry(node, keys.SCENARIO)
    if clauses is not None:
        clause = sheet.text(entry.get("clause"), "the clause")
        sheet.known(entry.get("clause"), clause, clauses, "clause")
    choices = tuple(_choice(sheet, each) for each in sheet.items(entry.get("choices"), "the choices"))
    right = sheet.text(entry.get("right"), "the right choice")
    sheet.known(entry.get("right"), right, [choice.id for choice in choices], "choice")
    return Scenario(
        id=sheet.text(entry.get("id"), "the id"),
        clause=sheet.text(entry.get("clause"), "the clause"),
        ask=sheet.text(entry.get("ask"), "the question"),
        choices=choices,
        right=right,
    )


def _choice(sheet: Sheet, node: yaml.Node) -> Choice:
    entry = sheet.entry(node, keys.SCENARIO_CHOICE)
    return Choice(id=sheet.text(entry.get("id"), "the id"), say=sheet.text(entry.get("say"), "the choice"))
