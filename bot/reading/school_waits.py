"""Reads how long a case may wait before the next in line is told: as the rules have it, or sooner."""

from datetime import timedelta
from typing import Any

import yaml

from bot.reading import keys
from bot.reading.sheet import Sheet
from bot.school.waits import MINUTES, SCHOOL_DAYS, Waits, longest


def waits(sheet: Sheet, node: yaml.Node | None) -> Waits:
    """The school's own waits; those that it leaves out are the rules' own."""
    if node is None:
        return Waits()
    found: dict[str, Any] = {}
    for name, value in sheet.entry(node, keys.ESCALATION).items():
        count = _count(sheet, value, name)
        found[name] = count if name in SCHOOL_DAYS else timedelta(minutes=count)
    made = Waits(**found)
    if made.known_chair < made.known_head:
        do = "Let the headteacher hear first"
        sheet.fault(node, "the chair would hear of a waiting concern before the headteacher", do)
    return made


def _count(sheet: Sheet, node: yaml.Node, name: str) -> int:
    """A whole number from 1 up to what the rules allow."""
    most, unit = longest(name), "minutes" if name in MINUTES else "school days"
    count = sheet.number(node, name, most)
    if count > most:
        what = f"{name} is {count}, and the safeguarding rules allow {most} {unit} at most"
        sheet.fault(node, what, "Write less, or leave it out: an alarm may ring sooner, never later")
    elif count < 1:
        sheet.fault(node, f"{name} is {count}", f"Write 1 to {most} {unit}")
    return count if 1 <= count <= most else most
