"""Reads what a policy ought to say, and what has become of platforms, from the file of laws."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from bot.reading import keys
from bot.reading.faults import Fault
from bot.reading.sheet import Sheet, open_sheet
from bot.school.policy import Law, Policy
from bot.school.standards import Expectation, Fate, Platform, Standards, Topic, Weight


def standards_in(
    path: Path, called: str, laws: Mapping[str, Law], policy: Policy | None, faults: list[Fault]
) -> Standards:
    """The whole file, with the laws that were read from it."""
    found: list[Fault] = []
    sheet, top = open_sheet(path, called, found)
    entry = sheet.entry(top, keys.LAWS)
    places = {*policy.sections, *policy.clauses} if policy else None
    expectations: dict[str, Expectation] = {}
    for node in sheet.items(entry.get("expectations"), "the expectations"):
        expectation = _expectation(sheet, node, places)
        if expectation.id in expectations:
            sheet.fault(
                node, f'the expectation "{expectation.id}" stands here twice', "Remove one of the two"
            )
        expectations[expectation.id] = expectation
    platforms = [_platform(sheet, node) for node in sheet.items(entry.get("platforms"), "the platforms")]
    faults += [fault for fault in found if fault not in faults]
    return Standards(laws=laws, expectations=tuple(expectations.values()), platforms=tuple(platforms))


def _expectation(sheet: Sheet, node: yaml.Node, places: set[str] | None) -> Expectation:
    entry = sheet.entry(node, keys.EXPECTATION)
    if not {"says", "unless"} & entry.keys():
        sheet.fault(
            node, "an expectation needs what a policy says, or what it lacks", 'Add "says" or "unless"'
        )
    for key in ("within", "belongs"):
        for each in sheet.items(entry.get(key), key):
            place = sheet.text(each, "a section or clause")
            if place and places is not None:
                sheet.known(each, place, places, "section or clause")
    return Expectation(
        id=sheet.text(entry.get("id"), "the id"),
        topic=sheet.word(entry.get("topic"), Topic, Topic.ROUTE),
        weight=sheet.word(entry.get("weight"), Weight, Weight.NOTE),
        what=sheet.text(entry.get("what"), "what it is"),
        why=sheet.text(entry.get("why"), "why it matters"),
        do=sheet.text(entry.get("do"), "what to do"),
        source=sheet.text(entry.get("source"), "the source"),
        dated=sheet.day(entry.get("date"), "the date"),
        says=sheet.texts(entry.get("says"), "what it says"),
        unless=sheet.texts(entry.get("unless"), "what mends it"),
        within=sheet.texts(entry.get("within"), "where to look"),
        belongs=sheet.texts(entry.get("belongs"), "where it belongs"),
        binds=sheet.text(entry.get("binds"), "whom it binds"),
        fewest=sheet.number(entry.get("fewest"), "the fewest", 1),
        check=sheet.yes(entry.get("check"), "check"),
    )


def _platform(sheet: Sheet, node: yaml.Node) -> Platform:
    entry = sheet.entry(node, keys.SOCIAL)
    return Platform(
        name=sheet.text(entry.get("name"), "the name"),
        fate=sheet.word(entry.get("fate"), Fate, Fate.EXPECTED),
        source=sheet.text(entry.get("source"), "the source"),
        dated=sheet.day(entry.get("date"), "the date"),
        names=sheet.texts(entry.get("names"), "its names"),
        now=sheet.text(entry.get("now"), "what it is now"),
        note=sheet.text(entry.get("note"), "the note"),
        check=sheet.yes(entry.get("check"), "check"),
    )
