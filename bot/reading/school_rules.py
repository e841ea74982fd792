"""What must hold for a school as a whole: roles filled, names that exist, somebody always there."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import yaml

from bot.reading.sheet import Sheet
from bot.school.people import Person, Role, School

FILLED: Mapping[Role, str] = {
    Role.DSL: "no DSL",
    Role.DEPUTY_DSL: "no deputy DSL",
    Role.HEADTEACHER: "no headteacher",
    Role.CHAIR: "no chair of governors",
    Role.POLICY_OWNER: "no policy owner",
}
ROOMS = (Role.STAFF, Role.DSL, Role.HEADTEACHER, Role.CHAIR)
Entry = Mapping[str, yaml.Node]


def check_school(sheet: Sheet, entry: Entry, school: School) -> None:
    """Note every fault that only shows when the school is seen as a whole."""
    people = {id: value for id, _, value in Sheet(file="").pairs(entry.get("people"), "people")}
    _filled(sheet, entry, school)
    _managers(sheet, people, school)
    _told_apart(sheet, people, school)
    _stand_in(sheet, entry, school)
    _covered(sheet, people, school)


def _filled(sheet: Sheet, entry: Entry, school: School) -> None:
    for role, what in FILLED.items():
        if not school.holders(role):
            do = f'Add "{role.value}" to the roles of whoever answers for it'
            sheet.fault(entry.get("people"), f"there is {what}", do)
    for role in ROOMS:
        if school.channel_of(role) is None:
            do = f'Add a channel with "role: {role.value}"'
            sheet.fault(entry.get("channels"), f"no channel belongs to {role.value}", do)


def _managers(sheet: Sheet, people: Entry, school: School) -> None:
    for person in school.people.values():
        manager = _value(people[person.id], "line_manager")
        if person.line_manager == person.id:
            sheet.fault(manager, f'"{person.id}" is their own line manager', "Name somebody else")
        else:
            sheet.known(manager, person.line_manager, school.people, "person")


def _told_apart(sheet: Sheet, people: Entry, school: School) -> None:
    """No two people share an e-mail address or an account: that is how Usher knows who speaks."""
    everybody = school.people.values()
    accounts = Counter(account for person in everybody for account in _accounts(person))
    for person in everybody:
        for platform, address in _accounts(person):
            if accounts[platform, address] > 1:
                what = f'"{person.id}" shares the {platform} address {address} with somebody'
                sheet.fault(people[person.id], what, "Give each person their own")


def _accounts(person: Person) -> Iterator[tuple[str, str]]:
    yield from person.addresses.items()
    if person.email:
        yield "e-mail", person.email.casefold()


def _stand_in(sheet: Sheet, entry: Entry, school: School) -> None:
    node, id = entry.get("safeguarding_stand_in"), school.safeguarding_stand_in
    known = sheet.known(node, id, school.people, "person")
    if known and school.people[id].roles & {Role.DSL, Role.DEPUTY_DSL}:
        sheet.fault(node, f'"{id}" is the DSL or a deputy already', "Name a third person")


def _covered(sheet: Sheet, people: Entry, school: School) -> None:
    """Fault the first of each run of days on which nobody at all answers for safeguarding."""
    leads = (*school.holders(Role.DSL), *school.holders(Role.DEPUTY_DSL))
    alone = {day for person in leads for day in _away(person) if not school.covered(day)}
    for day in sorted(alone):
        if day - timedelta(days=1) not in alone:
            node = _value(people[leads[0].id], "away") or people[leads[0].id]
            what = f"on {day.isoformat()} the DSL and every deputy are away and nobody stands in"
            sheet.fault(node, what, 'Name somebody who is there as "safeguarding_stand_in"')


def _away(person: Person) -> Iterator[date]:
    for absence in (each for each in person.away if each.first > date.min):
        for ahead in range(min((absence.last - absence.first).days, 3660) + 1):
            yield absence.first + timedelta(days=ahead)


def _value(node: yaml.Node, key: str) -> yaml.Node | None:
    """The value of one key of an entry; None when it isn't there."""
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None
