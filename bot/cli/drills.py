"""`usher drill`: an exercise through the real route, and how long each hop took."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from bot.cli.shared import load_house, settings_now
from bot.settings import Misset, for_demo

if TYPE_CHECKING:
    from bot.desk.drill_report import Report
    from bot.reading import House
    from bot.records.database import Database
    from bot.school.people import Person, School

URGENCIES = ("danger_now", "today", "should_be_known")
Act = TypeVar("Act", bound=Callable[..., None])


def demo_option(command: Act) -> Act:
    """The option that means the sample store."""
    return click.option("--demo", is_flag=True, help="Use the demo's sample store.")(command)


@click.group()
def drill() -> None:
    """Try the whole route with a report that is not real.

    Everything about it is marked DRILL, it is counted nowhere, and it pings nobody outside the school.
    """


@drill.command("start")
@click.option(
    "--as", "name", metavar="PERSON", required=True, help="Who sends it: an id or a name of school.yml."
)
@click.option(
    "--urgency", type=click.Choice(URGENCIES), default="today", show_default=True, help="How urgent it is."
)
@demo_option
def start(name: str, urgency: str, *, demo: bool) -> None:
    """Send a synthetic report as PERSON.

    The same people are told by the same ways as for a real one, and the escalation clock runs. Warn
    whoever must not be frightened; don't, where that is what you want to see.
    """
    from bot.school.concerns import Urgency
    from bot.wiring import drills
    from bot.wiring.works import now

    with _open(demo=demo) as (house, database):
        who = _person(house.school, name)
        reference = drills.start(database, house, who, Urgency(urgency), now())
    click.echo(f"Drill {reference} has been sent as {who.name}.")
    click.echo(f"How it goes: usher drill report {reference}. To end it: usher drill end {reference}")


@drill.command("report")
@click.argument("reference")
@demo_option
def report(reference: str, *, demo: bool) -> None:
    """Say how long each hop of the drill REFERENCE took, and what was missed."""
    from bot.wiring import drills
    from bot.wiring.works import now

    with _open(demo=demo) as (house, database):
        found = drills.look(database, house, reference, now())
    for line in _lines(found):
        click.echo(line)


@drill.command("end")
@click.argument("reference")
@demo_option
def end(reference: str, *, demo: bool) -> None:
    """Close the drill REFERENCE. A real report is never touched."""
    from bot.wiring import drills
    from bot.wiring.works import now

    with _open(demo=demo) as (house, database):
        drills.end(database, house, reference, now())
    click.echo(f"Drill {reference.strip().upper()} has ended. Its report stays for 90 days.")


@contextmanager
def _open(*, demo: bool) -> "Iterator[tuple[House, Database]]":
    """The school and its records; what can't be done is one clear line and exit code 2."""
    from bot.cli.keeping import open_records
    from bot.desk.drill import NoDrill

    settings = for_demo(os.environ) if demo else settings_now()
    house = load_house(settings)
    with open_records(settings) as database:
        try:
            yield house, database
        except NoDrill as refused:
            raise Misset(str(refused)) from None


def _person(school: "School", name: str) -> "Person":
    from bot.platforms.terminal.rooms import find_person

    found = find_person(school, name)
    if found is None:
        raise Misset(f'nobody in school.yml is called "{name}": give an id or a full name')
    return found


def _lines(found: "Report") -> Iterator[str]:
    yield found.heading
    for hop in found.hops:
        yield f"{hop.minutes:8.1f} min  {hop.what}"
    yield "Missed:" if found.missed else "Nothing was missed."
    yield from (f"  - {line}" for line in found.missed)
