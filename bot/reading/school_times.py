"""Reads when the school is open: hours of the week, terms, and the days on which it is closed."""

import re
from collections.abc import Mapping
from datetime import date

import yaml

from bot.reading import keys
from bot.reading.sheet import Sheet
from bot.school.people import Hours, Term

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NATIONS: Mapping[str, str] = {
    "england": "ENG",
    "wales": "WLS",
    "scotland": "SCT",
    "northern-ireland": "NIR",
    "none": "",
}
"""Whose bank holidays a school keeps -> what the library calls it; `none` where it lists them itself."""
YEARS_AHEAD = 2
"""Years after the last term whose bank holidays are known too: terms may be entered late."""
SPAN = re.compile(r"(\S+) to (\S+)")


def hours(sheet: Sheet, node: yaml.Node | None) -> dict[int, Hours]:
    """School hours by weekday (Monday = 0)."""
    found = {}
    for day, key, value in sheet.pairs(node, "the hours"):
        if sheet.known(key, day, WEEKDAYS, "weekday"):
            found[WEEKDAYS.index(day)] = _span(sheet, value)
    if node is not None and not found:
        sheet.fault(node, "the school is never open", 'Write lines such as "monday: 08:30 to 15:30"')
    return found


def weekdays(sheet: Sheet, node: yaml.Node | None) -> frozenset[int]:
    """The weekdays of a part-timer; an empty list is a slip of the pen."""
    named = sheet.texts(node, "the days")
    if node is not None and not named:
        sheet.fault(node, "this person never works", "Name the weekdays, or leave the key out")
    known = [day for day in named if sheet.known(node, day, WEEKDAYS, "weekday")]
    return frozenset(WEEKDAYS.index(day) for day in known)


def _span(sheet: Sheet, node: yaml.Node) -> Hours:
    text = sheet.text(node, "the hours")
    parts = SPAN.fullmatch(text)
    if parts is None:
        sheet.fault(node, f'the hours are "{text}"', 'Write them as "08:30 to 15:30"')
        parts = SPAN.fullmatch("08:30 to 15:30")
    opens, closes = (sheet.time_of(node, each) for each in (parts.groups() if parts else ()))
    if closes <= opens:
        sheet.fault(node, f'school closes before it opens: "{text}"', "Swap the two times")
    return Hours(opens=opens, closes=closes)


def terms(sheet: Sheet, node: yaml.Node | None) -> tuple[Term, ...]:
    """The terms in order."""
    found: list[Term] = []
    for item in sheet.items(node, "the terms"):
        entry = sheet.entry(item, keys.TERM)
        term = Term(
            name=sheet.text(entry.get("name"), "the name"),
            first=sheet.day(entry.get("first"), "the first day"),
            last=sheet.day(entry.get("last"), "the last day"),
        )
        if term.last < term.first:
            sheet.fault(item, f'"{term.name}" ends before it begins', "Swap the two days")
        elif found and term.first <= found[-1].last:
            what = f'"{term.name}" begins before "{found[-1].name}" has ended'
            sheet.fault(item, what, "Put the terms in order, without overlaps")
        found.append(term)
    return tuple(found)


def closed_days(sheet: Sheet, node: yaml.Node | None, terms: tuple[Term, ...]) -> dict[date, str]:
    """Closed days -> why. A day outside the school year is a slip of the pen."""
    found: dict[date, str] = {}
    for text, key, value in sheet.pairs(node, "the closed days"):
        day = sheet.day(key, "the closed day")
        if terms and day != date.min and not terms[0].first <= day <= terms[-1].last:
            sheet.fault(key, f"{text} lies outside the school year", "Correct the year or remove it")
        found[day] = sheet.text(value, "why it is closed")
    return found


def bank_holidays(sheet: Sheet, node: yaml.Node | None, terms: tuple[Term, ...]) -> dict[date, str]:
    """Bank holidays -> their names, substitute days included; England's where nothing is said."""
    nation = sheet.text(node, "the bank holidays") or "england"
    dated = [term for term in terms if term.first > date.min and term.last > date.min]
    if not sheet.known(node, nation, NATIONS, "nation") or not NATIONS[nation] or not dated:
        return {}
    first, last = dated[0].first.year, max(dated[-1].last.year, dated[0].first.year)
    return known_holidays(NATIONS[nation], range(first, min(last, first + 50) + YEARS_AHEAD + 1))


def known_holidays(nation: str, years: range) -> dict[date, str]:
    """What the library knows of these years. Imported when needed: it brings every country's calendar."""
    from holidays import country_holidays

    return dict(sorted(country_holidays("GB", subdiv=nation, years=years).items()))
