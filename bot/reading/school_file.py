"""Reads policy/school.yml: who works here, who answers for what, when the school is open, whom to phone."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from zoneinfo import available_timezones

import yaml

from bot.reading import keys
from bot.reading.faults import Fault
from bot.reading.school_rules import check_school
from bot.reading.school_times import bank_holidays, closed_days, hours, terms, weekdays
from bot.reading.school_waits import waits
from bot.reading.sheet import Sheet, open_sheet
from bot.school.people import Absence, Channel, Person, Phone, Retention, Role, School, Tenancy
from bot.school.retention import ACKNOWLEDGEMENT, AFTER_LEAVING

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NUMBER = re.compile(r"\+?[0-9][0-9 ]{2,19}")
KEEP = re.compile(
    r"not kept|((date of birth|employment|closed|review) \+ )?[1-9]\d{0,2} (hours?|days?|months?|years?)"
)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TENANT_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SLACK_IDS = {"workspace": re.compile(r"T[A-Z0-9]{4,20}"), "staff_group": re.compile(r"S[A-Z0-9]{4,20}")}
PHONES = ("social_care_day", "social_care_night", "lado", "nspcc", "school_office")
KINDS = ("esafety", "breach", "site", "draft", "question", "acknowledgement")


class Then(StrEnum):
    """What happens to a record when its time is over."""

    ERASE = "erase"
    REVIEW = "review"


def school_in(path: Path, called: str, faults: list[Fault]) -> School | None:
    """The school; None when there is nothing to read."""
    sheet, top = open_sheet(path, called, faults)
    if top is None:
        return None
    entry = sheet.entry(top, keys.SCHOOL)
    people = _people(sheet, entry.get("people"))
    dates = terms(sheet, entry.get("terms"))
    school = School(
        id=_id(sheet, entry.get("id"), sheet.text(entry.get("id"), "the school's id")),
        name=sheet.text(entry.get("name"), "the school's name"),
        timezone=_timezone(sheet, entry.get("timezone")),
        people=people,
        channels=_channels(sheet, entry.get("channels")),
        hours=hours(sheet, entry.get("hours")),
        terms=dates,
        closed=closed_days(sheet, entry.get("closed"), dates),
        phones=_phones(sheet, entry.get("phones")),
        retention=_retention(sheet, entry.get("retention"), people),
        policy=sheet.text(entry.get("policy"), "the policy's id"),
        safeguarding_stand_in=sheet.text(entry.get("safeguarding_stand_in"), "the stand-in"),
        platforms=_platforms(sheet, entry.get("platforms")),
        bank_holidays=bank_holidays(sheet, entry.get("bank_holidays"), dates),
        waits=waits(sheet, entry.get("escalation")),
    )
    check_school(sheet, entry, school)
    return school


def _people(sheet: Sheet, node: yaml.Node | None) -> dict[str, Person]:
    return {
        id: _person(sheet, _id(sheet, key, id), value) for id, key, value in sheet.pairs(node, "the people")
    }


def _person(sheet: Sheet, id: str, node: yaml.Node) -> Person:
    entry = sheet.entry(node, keys.PERSON)
    staff = "staff" not in entry or sheet.yes(entry["staff"], "staff")
    return Person(
        id=id,
        name=sheet.text(entry.get("name"), "the name"),
        job=sheet.text(entry.get("job"), "the job"),
        roles=frozenset(_roles(sheet, entry.get("roles"))) | ({Role.STAFF} if staff else set()),
        email=_email(sheet, entry.get("email")),
        room=sheet.text(entry.get("room"), "the room"),
        phone=_number(sheet, entry.get("phone")),
        groups=sheet.texts(entry.get("groups"), "the groups"),
        line_manager=sheet.text(entry.get("line_manager"), "the line manager"),
        away=tuple(_absence(sheet, item) for item in sheet.items(entry.get("away"), "the absences")),
        family=sheet.texts(entry.get("family"), "the family"),
        addresses=_addresses(sheet, entry.get("addresses")),
        days=weekdays(sheet, entry.get("days")),
    )


def _roles(sheet: Sheet, node: yaml.Node | None) -> list[Role]:
    return [sheet.word(item, Role, Role.STAFF) for item in sheet.items(node, "the roles")]


def _absence(sheet: Sheet, node: yaml.Node) -> Absence:
    entry = sheet.entry(node, keys.AWAY)
    first = sheet.day(entry.get("first"), "the first day")
    last = sheet.day(entry.get("last"), "the last day")
    if last < first:
        sheet.fault(node, "this absence ends before it begins", "Swap the two days")
    return Absence(first=first, last=last)


def _addresses(sheet: Sheet, node: yaml.Node | None) -> dict[str, str]:
    if node is None:
        return {}
    entry = sheet.entry(node, keys.ADDRESSES)
    return {platform: sheet.text(value, "the address") for platform, value in entry.items()}


def _platforms(sheet: Sheet, node: yaml.Node | None) -> dict[str, Tenancy]:
    if node is None:
        return {}
    found = {}
    for platform, value in sheet.entry(node, keys.PLATFORMS).items():
        entry = sheet.entry(value, keys.TENANCY)
        named = {key: _named_at(sheet, platform, key, node) for key, node in entry.items()}
        found[platform] = Tenancy(**named)
    return found


def _named_at(sheet: Sheet, platform: str, key: str, node: yaml.Node) -> str:
    """What a platform calls the workspace or the staff group."""
    what = f"the {key.replace('_', ' ')}"
    value = sheet.text(node, what)
    if platform == "slack" and value and not SLACK_IDS[key].fullmatch(value):
        do = "Copy it from Slack: it begins with " + ("T" if key == "workspace" else "S")
        sheet.fault(node, f'{what} "{value}" is no id of Slack\'s', do)
    if platform == "teams" and key == "workspace" and value and not TENANT_ID.fullmatch(value):
        do = "Copy the tenant id from Microsoft Entra: 32 digits and letters with four dashes"
        sheet.fault(node, f'{what} "{value}" is no id of a Microsoft 365 tenant', do)
    return value


def _channels(sheet: Sheet, node: yaml.Node | None) -> dict[str, Channel]:
    found: dict[str, Channel] = {}
    for id, key, value in sheet.pairs(node, "the channels"):
        entry = sheet.entry(value, keys.CHANNEL)
        channel = Channel(
            id=_id(sheet, key, id),
            name=sheet.text(entry.get("name"), "the name"),
            role=sheet.word(entry.get("role"), Role, Role.STAFF),
            addresses=_addresses(sheet, entry.get("addresses")),
        )
        if any(other.role is channel.role for other in found.values()):
            what = f"a second channel belongs to {channel.role.value}"
            sheet.fault(value, what, "Keep one channel for each role")
        found[id] = channel
    return found


def _phones(sheet: Sheet, node: yaml.Node | None) -> dict[str, Phone]:
    found = {}
    for id, _, value in sheet.pairs(node, "the phones"):
        entry = sheet.entry(value, keys.PHONE)
        found[id] = Phone(
            id=id,
            name=sheet.text(entry.get("name"), "the name"),
            number=_number(sheet, entry.get("number")),
            hours=sheet.text(entry.get("hours"), "the hours"),
        )
    for id in PHONES:
        if node is not None and id not in found:
            sheet.fault(node, f'the phone "{id}" is missing', "Add it with its name and number")
    return found


def _retention(sheet: Sheet, node: yaml.Node | None, people: Mapping[str, Person]) -> dict[str, Retention]:
    found = {}
    owners = [*(role.value for role in Role), *people]
    for kind, key, value in sheet.pairs(node, "the retention rules"):
        sheet.known(key, kind, KINDS, "kind of record")
        entry = sheet.entry(value, keys.RETENTION)
        keep = sheet.text(entry.get("keep"), "how long to keep it")
        if keep and not KEEP.fullmatch(keep):
            do = 'Write "not kept", "24 hours", "6 years" or "date of birth + 25 years"'
            sheet.fault(entry["keep"], f'"{keep}" can\'t be counted', do)
        elif kind == ACKNOWLEDGEMENT and keep and not AFTER_LEAVING.fullmatch(keep):
            what = "an acknowledgement is kept while somebody works here, and for a time after that"
            sheet.fault(entry["keep"], what, 'Write "employment + 6 years"')
        owner = sheet.text(entry.get("owner"), "the owner")
        sheet.known(entry.get("owner"), owner, owners, "role or person")
        found[kind] = Retention(
            kind=kind,
            keep=keep,
            owner=owner,
            reason=sheet.text(entry.get("reason"), "the reason"),
            then=sheet.word(entry.get("then"), Then, Then.ERASE).value,
            check=sheet.yes(entry.get("check"), "check"),
        )
    for kind in KINDS:
        if node is not None and kind not in found:
            sheet.fault(node, f'there is no retention rule for "{kind}"', "Add one with its reason")
    return found


def _timezone(sheet: Sheet, node: yaml.Node | None) -> str:
    value = sheet.text(node, "the time zone")
    if value in available_timezones():
        return value
    if value:
        sheet.fault(node, f'there is no time zone "{value}"', 'Write it as "Europe/London"')
    return "Europe/London"


def _number(sheet: Sheet, node: yaml.Node | None) -> str:
    value = sheet.text(node, "the number")
    if value and not NUMBER.fullmatch(value):
        sheet.fault(node, f'"{value}" is no phone number', 'Write digits and spaces: "01632 960001"')
    return value


def _email(sheet: Sheet, node: yaml.Node | None) -> str:
    value = sheet.text(node, "the e-mail address")
    if value and not EMAIL.fullmatch(value):
        sheet.fault(node, f'"{value}" is no e-mail address', "Correct it, or leave the key out")
    return value


def _id(sheet: Sheet, node: yaml.Node | None, id: str) -> str:
    if id and not KEBAB.fullmatch(id):
        sheet.fault(node, f'the id "{id}" is not plain', "Use small letters, digits and -")
    return id
